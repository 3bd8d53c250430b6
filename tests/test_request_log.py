"""Around everything else: each request has a number and a line, and neither says who asked for what."""

import http.client
import io
import json
import logging
import os
import signal
import subprocess
import sys
import time
from contextlib import closing, contextmanager

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import OperationalError, connection
from django.test import RequestFactory

from sma_site.current_request import CACHE, HIT, MISS, NUMBER, UNCHANGED, current_request
from sma_site.page_cache import PageCache
from sma_site.request_log import RequestLog, at_work, kind_of_client
from sma_site.slow_queries import timed
from tests import make
from tests.free_ports import free_ports


def answering(*pieces, status="200 OK", cache="", streamed=False):
    """An application that gives this answer, and remembers what it was asked."""

    def application(environ, start_response):
        application.asked = environ
        if cache:
            environ[CACHE] = cache
        start_response(status, [("Content-Type", "text/plain")])
        return iter(pieces) if streamed else list(pieces)

    return application


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = int(status[:3]), dict(headers), body
        self.number = self.headers["X-Request-ID"]


def ask(log, path="/timeline/", method="GET", query="", **headers):
    environ = RequestFactory().generic(method, path, QUERY_STRING=query, **headers).environ
    environ["wsgi.input"] = io.BytesIO()
    said = []
    body = log(environ, lambda status, headers, exc_info=None: said.append((status, headers)))
    whole = b"".join(body)
    if hasattr(body, "close"):
        body.close()
    return Answer(*said[-1], whole)


def lines_of(caplog):
    return [record.fields for record in caplog.records if record.name == "sma.access" and hasattr(record, "fields")]


@pytest.fixture(autouse=True)
def _heard(caplog):
    caplog.set_level("INFO")


# --- the number


def test_each_answer_has_a_number_of_its_own_which_the_application_knows():
    application = answering(b"ok")
    log = RequestLog(application, "none")

    first, second = ask(log), ask(log)

    assert first.number != second.number
    assert application.asked[NUMBER] == second.number


def test_two_processes_give_no_number_twice():
    assert ask(RequestLog(answering(), "none")).number != ask(RequestLog(answering(), "none")).number


def test_a_proxy_that_we_know_of_may_give_the_number(settings):
    settings.TRUSTED_PROXIES = 1

    assert ask(RequestLog(answering(), "none"), HTTP_X_REQUEST_ID="abc-123.DEF_456").number == "abc-123.DEF_456"


def test_who_writes_to_us_directly_may_not(settings):
    settings.TRUSTED_PROXIES = 0

    assert ask(RequestLog(answering(), "none"), HTTP_X_REQUEST_ID="abc-123.DEF_456").number != "abc-123.DEF_456"


@pytest.mark.parametrize(
    "number", ["", "short", "a" * 65, "line\nsigned-in", "number 12345", "번호번호번호번호", "<script>"]
)
def test_a_number_that_could_be_anything_else_is_not_taken(settings, number):
    settings.TRUSTED_PROXIES = 1

    assert ask(RequestLog(answering(), "none"), HTTP_X_REQUEST_ID=number).number != number


# --- the line


def test_a_line_says_what_was_asked_and_what_it_cost(caplog):
    answer = ask(RequestLog(answering(b"one", b"two", cache=MISS), "uncached"), HTTP_USER_AGENT="curl/8.5")

    (line,) = lines_of(caplog)
    assert (line.pop("ms") >= 0, line.pop("cpu_ms") >= 0) == (True, True)
    assert line == {
        "method": "GET",
        "path": "/timeline/",
        "status": 200,
        "bytes": len(answer.body),
        "queries": 0,
        "slow_queries": 0,
        "cache": "miss",
        "client": "script",
    }


def test_the_time_of_the_processor_is_counted_where_work_begins(caplog):
    def busy(environ, start_response):
        sum(range(1_000_000))
        return answering(b"ok")(environ, start_response)

    ask(RequestLog(at_work(busy), "uncached"))
    ask(RequestLog(busy, "uncached"))

    assert [line["cpu_ms"] > 0 for line in lines_of(caplog)] == [True, False]


def test_a_line_names_neither_the_reader_nor_what_was_searched_for(caplog):
    reader = {"REMOTE_ADDR": "203.0.113.5", "HTTP_USER_AGENT": "Mozilla/5.0 (X11) Nightly-of-Jun"}
    ask(RequestLog(answering(), "all"), "/search/", query="q=my+neighbour", HTTP_REFERER="https://a.example/", **reader)

    said = "".join(f"{record.getMessage()}{record.__dict__}" for record in caplog.records)
    assert "/search/" in said
    assert [word for word in ("neighbour", "203.0.113.5", "Nightly", "a.example") if word in said] == []


def test_a_line_does_not_hold_the_key_to_a_preview(caplog):
    ask(RequestLog(answering(), "all"), "/preview/abcdef:signed/")

    assert [line["path"] for line in lines_of(caplog)] == ["/preview/…/"]


def test_a_path_is_cut(caplog):
    ask(RequestLog(answering(), "all"), "/" + "x" * 5_000)

    assert [len(line["path"]) for line in lines_of(caplog)] == [300]


@pytest.mark.parametrize(
    ("lines", "path", "status", "cache", "has_one"),
    [
        ("uncached", "/timeline/", "200 OK", MISS, True),
        ("uncached", "/timeline/", "200 OK", HIT, False),
        ("uncached", "/timeline/", "304 Not Modified", UNCHANGED, False),
        ("uncached", "/static/a.css", "200 OK", "", False),
        ("uncached", "/static/a.css", "404 Not Found", "", True),
        ("uncached", "/health/ready", "200 OK", "", False),
        ("uncached", "/health/ready", "503 Service Unavailable", "", True),
        ("all", "/timeline/", "200 OK", HIT, True),
        ("all", "/static/a.css", "200 OK", "", True),
        ("none", "/timeline/", "500 Internal Server Error", MISS, False),
    ],
)
def test_which_requests_have_a_line(caplog, lines, path, status, cache, has_one):
    ask(RequestLog(answering(status=status, cache=cache), lines), path)

    assert len(lines_of(caplog)) == has_one


def test_an_answer_that_is_sent_in_pieces_is_counted_to_its_end(caplog):
    log = RequestLog(answering(b"one", b"two", b"three", streamed=True), "uncached")

    answer = ask(log)

    assert answer.body == b"onetwothree"
    assert [line["bytes"] for line in lines_of(caplog)] == [11]


def test_pieces_are_made_under_the_number_of_their_own_request():
    def numbers():
        for _ in range(2):
            yield current_request.get().number.encode()

    log = RequestLog(lambda environ, start: (start("200 OK", []), numbers())[1], "none")
    said = []
    body = iter(log(RequestFactory().get("/").environ, lambda status, headers, exc_info=None: said.append(headers)))
    first = next(body)
    ask(log)

    assert first == next(body) == said[0][-1][1].encode()


def test_a_line_of_the_log_after_a_request_is_of_no_request():
    ask(RequestLog(answering(b"ok"), "uncached"))

    assert current_request.get() is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "browser"),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "robot"),
        ("Feedly/1.0 (+https://feedly.com/poller.html; 3 subscribers)", "feed reader"),
        ("python-requests/2.34", "script"),
        ("", "nameless"),
        ("Something", "other"),
    ],
)
def test_a_client_is_known_by_its_kind(name, kind):
    assert kind_of_client(name) == kind


# --- with the site


@pytest.fixture
def site():
    cache = PageCache(get_wsgi_application())
    with connection.execute_wrapper(timed):
        yield RequestLog(cache, "all")
    cache.version.close()


@pytest.mark.django_db(transaction=True)
def test_the_page_cache_says_what_it_had_to_do_with_a_request(site, caplog):
    url = make.place().get_absolute_url()
    etag = ask(site, url).headers["ETag"]
    ask(site, url)
    ask(site, url, HTTP_IF_NONE_MATCH=etag)
    ask(site, "/health/live")

    assert [line["cache"] for line in lines_of(caplog)] == ["miss", "hit", "304", "none"]
    assert [line["queries"] > 0 for line in lines_of(caplog)] == [True, False, False, False]


SERVER = ("--interface", "wsgi", "--host", "127.0.0.1", "--blocking-threads", "2", "--log-level", "warning")


@contextmanager
def served(tmp_path, port, **environment):
    """The site in a process of its own, as `make run` starts it; it has no database."""
    (tmp_path / "static").mkdir()
    inherited = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    program = [sys.executable, "-m", "granian", *SERVER, "--port", str(port), "sma_site.wsgi:application"]
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(program, env=inherited | environment, stdout=log, stderr=log, start_new_session=True)
    try:
        yield
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def fetched(port, path):
    """Body and number of the answer, once the server has come up."""
    for _ in range(300):
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
                connection.request("GET", path)
                answer = connection.getresponse()
                return answer.read().decode(), answer.headers["X-Request-ID"]
        except OSError:
            time.sleep(0.2)
    raise AssertionError("The server did not start.")


def test_the_served_site_logs_each_answer_and_tells_its_metrics_elsewhere(tmp_path):
    port = free_ports()
    settings = {"ACCESS_LOG": "all", "LOG_FORMAT": "json", "METRICS_ADDRESS": f"127.0.0.1:{port + 1}"}
    with served(tmp_path, port, **settings):
        numbers = [fetched(port, path)[1] for path in ("/health/live", "/timeline/", "/metrics")]
        first = json.loads((tmp_path / "log").read_text().splitlines()[0])["message"]
        told = fetched(int(first.removeprefix("Metrics on 127.0.0.1 port ")), "/metrics")[0].splitlines()

    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    sent = [line for line in lines if line["logger"] == "sma.access"]
    assert [(line["request"], line["path"], line["status"]) for line in sent] == [
        (numbers[0], "/health/live", 200),
        (numbers[1], "/timeline/", 503),
        (numbers[2], "/metrics", 503),
    ]
    failed = [(line["request"], line["logger"]) for line in lines if "traceback" in line]
    assert failed == [(numbers[1], "django.request"), (numbers[2], "sma.errors")]
    assert 'sma_requests_total{cache="none",family="health",status="200"} 1.0' in told
    assert "sma_database_up 0.0" in told


# --- what went wrong


def broken(request):
    raise RuntimeError("secret of the server")


def without_database(request):
    raise OperationalError("no connection")


def urls():
    from django.contrib import admin
    from django.urls import path

    named = [path("preview/<str:token>/", broken, name="preview"), path("health/live", broken, name="health-live")]
    pages = [path("broken/", broken), path("away/", without_database), path("api/broken/", broken)]
    return [
        *named,
        *pages,
        path("embed/<str:model>/<str:slug>/", broken, name="embed"),
        path("admin/", admin.site.urls),
    ]


urlpatterns = urls()
handler500 = "timeline.views.pages.server_error"


@pytest.mark.django_db  # a request looks at the connection that a test before may have left
@pytest.mark.urls(__name__)
@pytest.mark.parametrize(("path", "status"), [("/broken/", 500), ("/away/", 503), ("/api/broken/", 500)])
def test_the_page_for_what_went_wrong_gives_the_number_under_which_the_log_has_it(path, status):
    log, heard = RequestLog(get_wsgi_application(), "none"), Heard()
    logging.getLogger("django.request").addHandler(heard)
    answer = ask(log, path)
    logging.getLogger("django.request").removeHandler(heard)

    assert (answer.status, heard.numbers) == (status, [answer.number])
    assert answer.number.encode() in answer.body


class Heard(logging.Handler):
    """Under which number each line was written: pytest's own handler sees records only."""

    def __init__(self):
        super().__init__()
        self.numbers = []

    def emit(self, record):
        self.numbers.append(current_request.get().number)


def test_where_everything_failed_the_answer_says_the_number_and_nothing_else(caplog):
    def failing(environ, start_response):
        raise RuntimeError("secret of the server")

    answer = ask(RequestLog(failing, "uncached"))

    assert (answer.status, answer.headers["Cache-Control"]) == (500, "no-store")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.body.decode().endswith(f"logged under the number {answer.number}.\n")
    assert [str(record.exc_info[1]) for record in caplog.records if record.exc_info] == ["secret of the server"]


def test_an_answer_that_breaks_off_is_logged_and_counted(caplog):
    def breaking():
        yield b"one"
        raise RuntimeError("the disk")

    log = RequestLog(lambda environ, start: (start("200 OK", []), breaking())[1], "uncached")
    body = log(RequestFactory().get("/").environ, lambda status, headers, exc_info=None: None)
    with pytest.raises(RuntimeError, match="the disk"):
        list(body)
    body.close()

    assert next(record.getMessage() for record in caplog.records) == "An answer broke off."
    assert [line["bytes"] for line in lines_of(caplog)] == [3]
