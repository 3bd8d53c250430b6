"""What a monitor is told: each number is that of the site, on an address that is not the site's."""

import logging
import os
import socket
import subprocess
import sys
import threading
import urllib.request
from contextlib import closing

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from prometheus_client.parser import text_string_to_metric_families

from sma_site import metrics
from sma_site.current_request import HIT, MISS
from sma_site.environment import closed_address
from sma_site.metrics import CountedEvents, Metrics
from sma_site.request_log import RequestLog
from tests.free_ports import free_ports
from tests.test_request_log import answering, ask
from timeline.models import ContentVersion
from timeline.security import log


def value(counted, name, **labels):
    return counted.registry.get_sample_value(name, labels)


@pytest.fixture
def _stopped(monkeypatch):
    """What a test makes listen is stopped at its end."""

    def start(*arguments, **options):
        started.append(original(*arguments, **options))
        return started[-1]

    started, original, handlers = [], metrics.start_http_server, list(logging.getLogger("sma.security").handlers)
    monkeypatch.setattr(metrics, "start_http_server", start)
    yield
    logging.getLogger("sma.security").handlers[:] = handlers
    for server, thread in started:
        server.shutdown()
        server.server_close()
        thread.join()


def asked(port, path="/metrics"):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return answer.read().decode()


# --- what is counted


def test_answers_are_counted_by_family_status_and_what_the_cache_did():
    counted = Metrics()
    for cache, status in ((MISS, "200 OK"), (HIT, "200 OK"), (HIT, "200 OK"), ("", "429 Too Many Requests")):
        ask(RequestLog(answering(status=status, cache=cache), "none", counted), "/rounds/sma-12-round-2/")

    kinds = [("miss", "200"), ("hit", "200"), ("none", "429")]
    told = [
        value(counted, "sma_requests_total", family="rounds", cache=cache, status=status) for cache, status in kinds
    ]
    assert told == [1, 2, 1]
    assert value(counted, "sma_request_seconds_count", family="rounds", cache="hit") == 2


@pytest.mark.parametrize(
    ("path", "family"),
    [
        ("/", "overview"),
        ("/timeline/", "timeline"),
        ("/events/a/card.png", "events"),
        ("/api/v1/rounds", "api"),
        ("/admin/", "admin"),
        ("/static/timeline/css/base.css", "static"),
        ("/robots.txt", "robots.txt"),
        ("/wp-login.php", "other"),
        ("", "overview"),
        ("//", "overview"),
    ],
)
def test_an_address_has_its_family(path, family):
    counted = Metrics()

    RequestLog(answering(), "none", counted)(
        {"REQUEST_METHOD": "GET", "PATH_INFO": path}, lambda status, headers, exc_info=None: None
    )

    assert value(counted, "sma_requests_total", family=family, cache="none", status="200") == 1


def test_whatever_is_asked_for_there_are_no_more_families_than_addresses_have():
    counted = Metrics()
    log = RequestLog(answering(), "none", counted)
    for number in range(200):
        ask(log, f"/{number}/")

    assert value(counted, "sma_requests_total", family="other", cache="none", status="200") == 200
    assert len(counted._children) == 1


def test_sign_in_failures_are_counted_from_the_first_look_on():
    counted = Metrics()
    before = value(counted, "sma_security_events_total", event="sign-in-failed")
    handler = CountedEvents(counted)
    logging.getLogger("sma.security").addHandler(handler)
    try:
        log._sign_in_failed({"username": None})
    finally:
        logging.getLogger("sma.security").removeHandler(handler)

    assert (before, value(counted, "sma_security_events_total", event="sign-in-failed")) == (0, 1)


def test_queries_are_counted_and_the_slow_ones_once_more():
    counted = Metrics()
    counted.count(("rounds", 200, "miss"), 0.02, queries=7, slow_queries=2)
    counted.count(("rounds", 200, "miss"), 0.02, queries=1, slow_queries=0)

    totals = [value(counted, f"sma_{name}_total") for name in ("database_queries", "slow_queries")]
    assert totals == [8, 2]


@pytest.mark.django_db(transaction=True)
def test_a_look_tells_the_content_version_and_that_the_database_is_up():
    counted = Metrics()

    assert value(counted, "sma_content_version") == ContentVersion.current()
    assert value(counted, "sma_database_up") == 1
    assert value(counted, "process_resident_memory_bytes") > 10_000_000


def test_without_a_database_a_look_says_so(monkeypatch):
    counted = Metrics()

    def refuse(alias):
        raise OSError("no database")

    monkeypatch.setattr(connections, "create_connection", refuse)

    assert (value(counted, "sma_database_up"), value(counted, "sma_content_version")) == (0, None)


# --- where it is told


@pytest.mark.usefixtures("_stopped")
def test_each_worker_has_the_next_free_port(caplog):
    caplog.set_level("INFO", "sma.metrics")
    port = free_ports()
    first, second = metrics.serve(("127.0.0.1", port)), metrics.serve(("127.0.0.1", port))
    first.count(("rounds", 200, "miss"), 0.02, queries=1, slow_queries=0)
    second.count(("rounds", 200, "miss"), 0.02, queries=5, slow_queries=0)

    one, other = (record.args[1] for record in caplog.records)
    assert port <= one < other < port + metrics.MOST_WORKERS  # others on this machine may take one in between
    assert [queries_told(one), queries_told(other)] == [1, 5]


def queries_told(port):
    (family,) = [each for each in text_string_to_metric_families(asked(port)) if each.name == "sma_database_queries"]
    return family.samples[0].value


@pytest.mark.usefixtures("_stopped")
def test_without_a_free_port_the_worker_tries_again(monkeypatch, caplog):
    port = free_ports()
    monkeypatch.setattr(metrics, "MOST_WORKERS", 1)
    monkeypatch.setattr(metrics, "AGAIN_AFTER", 0.05)
    with closing(socket.socket()) as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", port))
        taken.listen()
        metrics.serve(("127.0.0.1", port))
    (trying,) = [each for each in threading.enumerate() if each.name == "metrics"]
    trying.join()

    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
        f"None of the 1 ports from 127.0.0.1:{port} on is free for the metrics."
    ]
    assert queries_told(port) == 0


PROGRAM = """
import sys, threading
from sma_site.wsgi import application
print("prometheus_client" in sys.modules, [each.name for each in threading.enumerate()][1:], flush=True)
"""


def test_without_an_address_there_is_neither_a_thread_nor_the_library(tmp_path):
    (tmp_path / "static").mkdir()
    told = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=told, capture_output=True, text=True, check=False)

    assert (done.stdout.strip(), done.stderr) == ("False []", "")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("", None),
        ("127.0.0.1:9100", ("127.0.0.1", 9100)),
        ("[::1]:9100", ("::1", 9100)),
        ("10.0.0.4:1", ("10.0.0.4", 1)),
        ("[::ffff:127.0.0.1]:9100", ("127.0.0.1", 9100)),
    ],
)
def test_an_address_that_is_closed_is_taken(monkeypatch, text, address):
    monkeypatch.setenv("METRICS_ADDRESS", text)

    assert closed_address("METRICS_ADDRESS") == address


@pytest.mark.parametrize(
    "text",
    [
        "0.0.0.0:9100",
        "[::]:9100",
        "203.0.114.7:9100",
        "[2606:4700::1]:9100",
        "[::ffff:0.0.0.0]:9100",
        "[::ffff:203.0.114.7]:9100",
    ],
)
def test_an_address_that_everybody_reaches_is_refused(monkeypatch, text):
    monkeypatch.setenv("METRICS_ADDRESS", text)

    with pytest.raises(ImproperlyConfigured, match="everybody could read it there"):
        closed_address("METRICS_ADDRESS")


@pytest.mark.parametrize(
    "text", ["9100", ":9100", "localhost:9100", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:70000", "127.0.0.1:²"]
)
def test_what_is_no_address_with_a_port_is_refused(monkeypatch, text):
    monkeypatch.setenv("METRICS_ADDRESS", text)

    with pytest.raises(ImproperlyConfigured, match="must be an address and a port"):
        closed_address("METRICS_ADDRESS")
