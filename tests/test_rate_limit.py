"""How much one reader may ask of Django: never too little for reading, counted by whom, and by all workers together."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.test.utils import override_settings

from sma_site.rate_limit import MOST_READERS, WINDOW, Counted, OwnCounts, RateLimit, SharedCounts
from sma_site.shared_store import SharedStore
from tests.redis_server import redis_of_the_module, redis_server  # noqa: F401
from tests.served import ask
from tests.test_project import manage

NO_REDIS = "CACHE_URL must name a Redis, like redis://127.0.0.1:6379/0 or unix:///run/redis/redis.sock."
READER, ANOTHER = "203.0.113.5", "203.0.113.6"


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def answering(status="200 OK"):
    def application(environ, start_response):
        start_response(status, [("Content-Length", "2")])
        return [b"ok"]

    return application


def limited(limit=2, counts=None, status="200 OK"):
    return RateLimit(answering(status), limit, OwnCounts() if counts is None else counts)


def statuses(site, count, address="/timeline/", client=READER, **headers):
    return [ask(site, address, client=client, **headers).status for _ in range(count)]


def test_a_thousand_of_the_dearest_requests_in_five_minutes_are_fine_and_one_more_is_not():
    site = limited(limit=1_000)

    assert statuses(site, 1_001, "/search/?q=won") == [200] * 1_000 + [429]


def test_a_page_with_an_address_of_its_own_counts_a_third():
    assert statuses(limited(limit=2), 7) == [200] * 6 + [429]


def test_a_request_to_the_api_is_as_dear_as_a_search():
    assert statuses(limited(limit=2), 3, "/api/v1/rounds") == [200, 200, 429]


def test_a_reader_is_told_when_to_come_again_on_a_page(clock):
    site = limited(limit=1, counts=OwnCounts(clock))
    statuses(site, 3)
    clock.now += 60

    refused = ask(site, "/timeline/", client=READER)

    assert refused.status == 429
    assert (refused.headers["retry-after"], refused.headers["cache-control"]) == ("240", "no-store")
    assert "Very many requests came from your address. Ask again in 4 minutes." in refused.text
    assert refused.headers["content-length"] == str(len(refused.body))


def test_a_program_is_told_so_as_a_problem():
    site = limited(limit=1)
    statuses(site, 1, "/api/v1/rounds")

    refused = ask(site, "/api/v1/rounds", client=READER)

    assert refused.headers["content-type"] == "application/problem+json"
    assert json.loads(refused.body) == {
        "type": "about:blank",
        "title": "Too Many Requests",
        "status": 429,
        "detail": "Very many requests came from your address. Ask again in 5 minutes.",
    }


def test_the_answer_to_head_has_no_body():
    site = limited(limit=1)
    statuses(site, 3)

    assert ask(site, "/timeline/", "HEAD", client=READER).body == b""


def test_after_five_minutes_all_is_forgotten(clock):
    site = limited(limit=1, counts=OwnCounts(clock))
    before = statuses(site, 4)
    clock.now += WINDOW

    assert (before, statuses(site, 4)) == ([200, 200, 200, 429], [200, 200, 200, 429])


def test_each_reader_is_counted_alone():
    site = limited(limit=1)
    statuses(site, 4)

    assert statuses(site, 1, client=ANOTHER) == [200]


def test_who_has_one_address_of_a_network_of_ipv6_has_them_all():
    site = limited(limit=1)
    statuses(site, 3, client="2001:db8:1:2::1")

    assert statuses(site, 1, client="2001:db8:1:2:ffff::9") == [429]
    assert statuses(site, 1, client="2001:db8:1:3::1") == [200]


@override_settings(TRUSTED_PROXIES=0)
def test_nobody_gets_round_it_with_a_header():
    site = limited(limit=1)
    statuses(site, 3, x_forwarded_for="198.51.100.1")

    assert statuses(site, 1, x_forwarded_for="198.51.100.2") == [429]


@override_settings(TRUSTED_PROXIES=1)
def test_behind_a_proxy_that_is_counted_readers_are_told_apart():
    site = limited(limit=1)
    statuses(site, 3, x_forwarded_for="6.6.6.6, 198.51.100.1")

    assert statuses(site, 1, x_forwarded_for="7.7.7.7, 198.51.100.1") == [429]
    assert statuses(site, 1, x_forwarded_for="198.51.100.2") == [200]


def test_who_cannot_be_told_apart_is_not_counted():
    assert statuses(limited(limit=1), 9, client="") == [200] * 9


def test_static_files_and_monitors_are_not_counted():
    site = limited(limit=1)

    assert statuses(site, 9, "/static/timeline/icon.svg?v=1") + statuses(site, 9, "/health/ready") == [200] * 18
    assert statuses(site, 1) == [200]


def test_that_nothing_is_new_is_not_counted():
    assert statuses(limited(limit=1, status="304 Not Modified"), 9) == [304] * 9


def test_editors_have_a_wider_limit_of_their_own():
    site = limited(limit=1)

    assert statuses(site, 16, "/admin/timeline/round/") == [200] * 15 + [429]
    assert statuses(site, 3) == [200] * 3


def test_the_first_refusal_of_a_window_stands_in_the_log(caplog):
    caplog.set_level("INFO", "sma.security")

    statuses(limited(limit=1), 6)

    assert [record.message for record in caplog.records] == [
        f'too-many-requests user=null address="{READER}" seconds=300'
    ]


def test_the_counters_are_bounded():
    counts = OwnCounts()
    for number in range(MOST_READERS + 100):
        counts.add(str(number), 1)

    assert len(counts) == MOST_READERS
    assert counts.add(str(MOST_READERS + 99), 1).used == 2


def test_windows_that_have_ended_leave_nothing_behind(clock):
    counts = OwnCounts(clock)
    for number in range(50):
        counts.add(str(number), 1)
    clock.now += WINDOW
    counts.add("new", 1)

    assert len(counts) == 1


# --- several workers -------------------------------------------------------------------------------------------------


@pytest.fixture
def stores(redis_server):  # noqa: F811
    """Of two workers. Whatever this machine is busy with, their Redis is not given up early."""
    made = [SharedStore(redis_server.url, wait=5.0, not_again_for=0.0, late=5.0) for _ in range(2)]
    yield made
    for store in made:
        store.close()


def test_two_workers_count_together(stores):
    one, other = (limited(limit=2, counts=SharedCounts(store)) for store in stores)

    assert statuses(one, 3) + statuses(other, 3) + statuses(one, 1) + statuses(other, 1) == [200] * 6 + [429] * 2


def test_the_window_in_the_shared_store_ends_by_itself(stores, redis_server):  # noqa: F811
    counts = SharedCounts(stores[0])

    first, second = counts.add(READER, 1), counts.add(READER, 3)

    assert (first.used, second.used) == (1, 4)
    (name,) = redis_server.client.keys()
    assert redis_server.client.ttl(name) > WINDOW - 60


def test_a_counter_that_lost_its_end_gets_one(stores, redis_server):  # noqa: F811
    counts = SharedCounts(stores[0])
    counts.add(READER, 1)
    name = redis_server.client.keys()[0]
    redis_server.client.persist(name)

    assert counts.add(READER, 1) == (2, WINDOW)
    assert redis_server.client.ttl(name) == WINDOW


def test_without_the_shared_store_each_worker_counts_by_itself_and_then_together_again(stores, redis_server):  # noqa: F811
    one, other = (limited(limit=1, counts=SharedCounts(store)) for store in stores)
    redis_server.stop()

    away = statuses(one, 4) + statuses(other, 3)
    redis_server.start()
    back = statuses(one, 2, client=ANOTHER) + statuses(other, 2, client=ANOTHER)

    assert (away, back) == ([200, 200, 200, 429, 200, 200, 200], [200, 200, 200, 429])


def test_what_was_counted_together_is_not_forgotten_when_the_shared_store_goes(stores, redis_server):  # noqa: F811
    one, other = (limited(limit=1, counts=SharedCounts(store)) for store in stores)
    before = statuses(one, 2) + statuses(other, 1)

    redis_server.stop()
    after = statuses(other, 1)
    redis_server.start()

    assert (before, after) == ([200, 200, 200], [429])


def test_a_window_that_was_learned_of_another_worker_ends_with_it(clock):
    counts = OwnCounts(clock)
    counts.add("an earlier reader", 1)
    counts.add(READER, 1)
    counts.learn(READER, Counted(500, 20))
    clock.now += 21

    assert counts.add(READER, 1) == (1, WINDOW)


# --- the server ------------------------------------------------------------------------------------------------------

ASK_THRICE = """
from sma_site.wsgi import application
from tests.served import ask
print(*[ask(application, "/robots.txt?a=1", host="127.0.0.1").status == 429 for _ in range(3)])
"""


@pytest.mark.parametrize(
    ("environment", "refused"),
    [({}, "False True True"), ({"RATE_LIMIT": "0"}, "False False False"), ({"DEBUG": "yes"}, "False False False")],
)
def test_the_server_limits_as_the_settings_say(tmp_path, environment, refused):
    inherited = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "sma_site.settings"}

    said = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ASK_THRICE],
        env=inherited | {"RATE_LIMIT": "1", "ACCESS_LOG": "none"} | environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )

    assert said.stdout.strip() == refused


# --- the settings ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"WORKERS": "2"}, "WORKERS is 2: set CACHE_URL as well, like redis://127.0.0.1:6379/0."),
        ({"WORKERS": "0"}, "WORKERS must be at least 1, not 0."),
        ({"CACHE_URL": "memcached://127.0.0.1"}, NO_REDIS),
        (
            {"CACHE_URL": "redis://127.0.0.1:many"},
            NO_REDIS,
        ),
        ({"CACHE_URL": "unix://"}, NO_REDIS),
        ({"RATE_LIMIT": "-1"}, "RATE_LIMIT must be at least 0, not -1."),
        ({"BEHIND_PROXY": "yes"}, "BEHIND_PROXY needs TRUSTED_PROXIES, how many proxies stand in front:"),
    ],
)
def test_settings_that_do_not_go_together_stop_the_start_with_a_sentence(tmp_path, environment, sentence):
    refused = manage("check", var_dir=tmp_path, **environment)

    assert refused.returncode != 0
    assert sentence in refused.stderr.splitlines()[-1]


def test_several_workers_with_a_shared_store_are_taken(tmp_path):
    taken = manage("check", var_dir=tmp_path, WORKERS="2", CACHE_URL="redis://127.0.0.1:6379/0")

    assert (taken.returncode, taken.stderr) == (0, "")
