"""One machine, as `deploy/one-machine` and `deploy/systemd` set it up: nginx or Caddy before the site on SQLite."""

import http.client
import json
import os
import re
import shutil
import signal
import ssl
import sys
from contextlib import ExitStack
from urllib.parse import urlencode

import pytest

from tests.browser.site import free_port
from tests.deploy.files import HOST, Machine
from tests.deploy.selection import IS_IN_FULL, in_full
from tests.deploy.serving import Reader, caddy, end, nginx, prepared, run, said, served
from tests.deploy.site import PASSWORD

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif("postgres" in os.environ.get("DATABASE_URL", ""), reason="one machine runs on SQLite"),
]
WEB = "sma-timeline-web.service"
ROUND = "/rounds/sma-12-round-1/"
CARD = "/embed/round/sma-12-round-1/"
SIGN_IN = urlencode({"username": "hana", "password": PASSWORD})
WRONG = urlencode({"username": "hana", "password": "a wrong one"})
PLACE = {"name": "Pyeongtaek", "slug": "pyeongtaek", "kind": "city", "country": "KR", "time_zone": "Asia/Seoul"}
PLACE |= {"latitude": "36.99", "longitude": "127.11", "_save": "Save"}
STYLESHEET = re.compile(r'href="(/static/[^"]+\.css)"')
IN_THE_COPY = [ROUND, "/timeline/", "/rounds/sma-12-round-1.json", CARD, "/"]
ONLY_OF_THE_SITE = ["/timeline/?kind=round", "/search/?q=talks", "/admin/login/", "/api/v1/rounds", "/nowhere/"]
PERMANENT = {"nginx": 301, "caddy": 308}
TOKEN = "a" * 32
READ_FOR_A_TOKEN = {"Cookie": f"csrftoken={TOKEN}", "Origin": f"https://{HOST}"}  # or it would be refused unread
READ_FOR_A_TOKEN |= {"Content-Type": "application/x-www-form-urlencoded"}
SPELLINGS = ["X_{}_{}", "X-{}_{}", "X_{}-{}"]  # WSGI cannot tell them from the one with hyphens
OF_THE_ANSWER = {"cache-control", "connection", "content-length", "content-type", "date", "etag", "last-modified"}
OF_THE_ANSWER |= {
    "accept-ranges",
    "access-control-expose-headers",
    "link",
    "server",
    "transfer-encoding",
    "vary",
    "x-request-id",
}


class Site:
    def __init__(self, machine, fronts, server):
        self.machine, self.fronts, self.server = machine, fronts, server

    def reader(self, front):
        if front == "nginx":
            certificate = self.machine.root / f"etc/letsencrypt/live/{HOST}/fullchain.pem"
            return Reader(self.machine.ports["443"], certificate)
        return Reader(self.machine.ports["caddy 443"], self.machine.root / "caddy/caddy/pki/authorities/local/root.crt")

    def told(self, code):
        """By a process of its own, as commands are."""
        return said(self.machine, self.machine.unit(WEB), [sys.executable, "manage.py", "shell", "-v0", "-c", code])


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    """Installed and prepared as docs/running.md says, with a static copy; nothing runs yet."""
    ports = {name: free_port() for name in ("80", "443", "caddy 80", "caddy 443", "8000")}
    machine = Machine(tmp_path_factory.mktemp("machine"), ports)
    machine.install(
        ("systemd", "/etc/systemd/system"),
        ("one-machine/env", "/etc/sma-timeline/env"),
        ("nginx", "/etc/nginx/sma-timeline"),
        ("one-machine/nginx.conf", "/etc/nginx/conf.d/sma-timeline.conf"),
        ("one-machine/Caddyfile", "/etc/caddy/Caddyfile"),
        ("nginx/away.html", "/etc/caddy/sma-timeline/away.html"),
    )
    web, copy = machine.unit(WEB), machine.unit("sma-timeline-copy.service")
    for command in (["manage.py", "migrate"], ["-m", "tests.deploy.site"]):
        run(machine, web, [sys.executable, *command])
    prepared(machine, web)
    run(machine, copy, *copy.commands("ExecStart"))
    return machine


@pytest.fixture(scope="module")
def site(machine):
    fronts = {"nginx": nginx} | ({"caddy": caddy} if IS_IN_FULL else {})
    fronts = {name: start for name, start in fronts.items() if shutil.which(name)}
    with ExitStack() as stack:
        for start in fronts.values():
            stack.enter_context(start(machine))
        yield Site(machine, list(fronts), stack.enter_context(served(machine, machine.unit(WEB))))


@pytest.fixture(params=["nginx", pytest.param("caddy", marks=in_full)])
def front(request):
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is missing: apt install nginx-light caddy")
    return request.param


@pytest.fixture
def reader(site, front):
    return site.reader(front)


def test_pages_come_over_tls_packed_by_the_site_with_its_headers(reader):
    answer = reader.get(ROUND, Accept_Encoding="br")

    assert (answer.status, answer.headers["Content-Encoding"]) == (200, "br")
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload"
    assert answer.headers["Server"] in {"nginx", "Caddy"}  # no version


def test_http_2_is_spoken_and_other_names_are_turned_away(reader):
    reader.context.set_alpn_protocols(["h2", "http/1.1"])

    with reader.connected(HOST) as ours:
        assert ours.selected_alpn_protocol() == "h2"
    with pytest.raises(ssl.SSLError, match=r"(?i)unrecognized.name|alert"):
        reader.connected("elsewhere.example")


def test_plain_http_leads_to_https(site, front):
    connection = http.client.HTTPConnection("127.0.0.1", site.machine.ports["80" if front == "nginx" else "caddy 80"])
    connection.request("GET", f"{ROUND}?a=1", headers={"Host": HOST})
    answer = connection.getresponse()
    connection.close()

    assert (answer.status, answer.headers["Location"]) == (PERMANENT[front], f"https://{HOST}{ROUND}?a=1")


def test_static_files_are_packed_and_last_for_good(reader):
    path = STYLESHEET.search(reader.get(ROUND).text)[1]

    answers = [reader.get(path, Accept_Encoding="br") for _ in range(2)]  # of the site, then what nginx has kept

    assert [answer.status for answer in answers] == [200, 200]
    assert {answer.headers["Cache-Control"] for answer in answers} == {"max-age=315360000, public, immutable"}
    assert {answer.headers["Content-Encoding"] for answer in answers} == {"br"}


def test_an_editor_signs_in_and_saves(site, reader, front):
    form = PLACE | {"name": front, "slug": front}
    assert reader.post("/admin/login/", SIGN_IN).status == 302

    saved = reader.post("/admin/timeline/place/add/", urlencode(form))

    assert saved.status == 302, saved.text
    assert site.told(f"print(Place.objects.get(slug='{front}').state)") == "draft"


def test_what_is_published_shows_at_once(site, reader, front):
    outcome = f"Agreed in principle, as {front} shows."
    before = reader.get(ROUND)

    site.told(f"r = Round.objects.get(slug='sma-12-round-1'); r.outcome = '{outcome}'; r.save()")

    assert [outcome in page.text for page in (before, reader.get(ROUND))] == [False, True]


def test_no_client_can_say_who_it_is(site, reader):
    """Were it believed, each failure would be another one's, and the account would stay open to all of them."""
    for number in range(5):
        reader.post("/admin/login/", WRONG, X_Forwarded_For=f"203.0.113.{number}", X_Real_IP=f"203.0.113.{number}")

    refused = reader.post("/admin/login/", SIGN_IN, X_Forwarded_For="203.0.113.99", Forwarded="for=203.0.113.99")

    assert refused.status == 429
    site.told("from axes.utils import reset; reset()")


def test_no_client_can_say_who_it_is_by_underscores(site, reader):
    known, named = len(failures(site)), {each.format("Forwarded", "For"): "203.0.113.7" for each in SPELLINGS}

    reader.post("/admin/login/", WRONG, named)

    assert [each["address"] for each in failures(site)[known:]] == ["127.0.0.1"]
    site.told("from axes.utils import reset; reset()")


def failures(site):
    lines = [line for line in (site.machine.root / "site.log").read_text().splitlines() if line.startswith("{")]
    return [each for each in map(json.loads, lines) if each["message"] == "sign-in-failed"]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_client_can_say_anything_else_by_underscores(reader, spelling):
    named = {spelling.format("Forwarded", "Proto"): "http", spelling.format("Request", "ID"): "of-the-client"}

    answer = reader.ask("GET", ROUND, named)

    assert (answer.status, answer.headers["X-Request-ID"] == "of-the-client") == (200, False)


def test_no_client_can_say_that_it_came_over_plain_http_or_for_another_name(reader):
    answer = reader.get(ROUND, X_Forwarded_Proto="http", X_Forwarded_Host="elsewhere.example", Forwarded="proto=http")

    assert (answer.status, "elsewhere.example" in answer.text) == (200, False)
    with pytest.raises(http.client.RemoteDisconnected):
        reader.get(ROUND, Host="elsewhere.example")


def test_too_large_a_body_is_refused_before_the_site_hears_of_it(site):
    if "nginx" not in site.fronts:
        pytest.skip("nginx is missing: apt install nginx-light")
    reader = site.reader("nginx")

    assert reader.ask("POST", "/admin/login/", {"Content-Length": "9000000"}).status == 413


def test_slow_senders_stop_nobody_else(reader):
    """Four to each of the ways to the site, as it has four threads."""
    head = "".join(f"{name}: {value}\r\n" for name, value in (READ_FOR_A_TOKEN | {"Content-Length": 1_000}).items())
    with ExitStack() as stack:
        for path in ["/admin/login/", ROUND] * 4:
            sender = stack.enter_context(reader.connected(HOST))
            sender.sendall(f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\n{head}\r\n".encode() + b"aa")

        assert [reader.get(path).status for path in ("/", "/admin/login/") * 4] == [200] * 8


def test_a_body_as_large_as_is_allowed_reaches_the_site(reader):
    start = '--A\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
    end = f'\r\n--A\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{TOKEN}\r\n--A--\r\n'
    body = start + "a" * (8_000_000 - len(start + end)) + end

    answer = reader.ask(
        "POST", "/admin/login/", READ_FOR_A_TOKEN | {"Content-Type": "multipart/form-data; boundary=A"}, body
    )

    assert (answer.status, "csrfmiddlewaretoken" in answer.text) == (200, True)  # the form again, for want of a name


# --- what is answered while the site is killed, and how it comes back


@pytest.fixture(scope="module")
def all_answers(site):
    """By server in front, of each address: while the site runs, when it was killed, and when it was started again."""
    readers = {front: site.reader(front) for front in site.fronts}
    stylesheet = STYLESHEET.search(next(iter(readers.values())).get(ROUND).text)[1]
    paths = {path: path for path in (*IN_THE_COPY, *ONLY_OF_THE_SITE)} | {"stylesheet": stylesheet}
    alive = asked(readers, paths)
    end(site.server, signal.SIGKILL)
    away = asked(readers, paths)
    for front, reader in readers.items():
        away[front]["POST"] = reader.ask("POST", ROUND, {})
    with served(site.machine, site.machine.unit(WEB)) as site.server:
        yield alive, away, asked(readers, paths)


def asked(readers, paths):
    return {front: {name: reader.get(path) for name, path in paths.items()} for front, reader in readers.items()}


@pytest.fixture
def answers(all_answers, front):
    return [each[front] for each in all_answers]


@pytest.mark.parametrize("path", IN_THE_COPY)
def test_the_copy_answers_while_the_site_is_killed_with_the_same_headers(answers, path):
    alive, away, _back = answers

    assert (alive[path].status, away[path].status) == (200, 200)
    assert of_the_site(away[path]) == of_the_site(alive[path])
    assert away[path].headers["Cache-Control"] == "no-cache"


def test_the_copy_shows_the_page(answers):
    _alive, away, _back = answers

    assert "Views were exchanged." in away[ROUND].text
    assert away[ROUND].headers["Content-Type"] == "text/html; charset=utf-8"


def test_the_stylesheet_stays_while_the_site_is_killed(answers):
    alive, away, _back = answers

    assert (away["stylesheet"].status, away["stylesheet"].body) == (200, alive["stylesheet"].body)


@pytest.mark.parametrize("path", [*ONLY_OF_THE_SITE, "POST"])
def test_what_only_the_site_can_say_waits_for_it(answers, path):
    _alive, away, _back = answers

    assert (away[path].status, away[path].headers["Retry-After"]) == (503, "10")
    assert "Try again in a few seconds" in away[path].text


def test_it_comes_back(answers):
    alive, _away, back = answers

    assert {path: each.status for path, each in back.items()} == {path: each.status for path, each in alive.items()}


def of_the_site(answer):
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return {name: value for name, value in headers.items() if name not in OF_THE_ANSWER}
