"""Pages in front of Django: the same as Django's, never older than the last change, and nobody's own."""

import gzip
import os
import subprocess
import sys
import threading
import tracemalloc
from contextlib import closing, contextmanager
from io import BytesIO

import brotli
import pytest
import zstandard
from django.conf import settings
from django.contrib.auth.models import User
from django.core.wsgi import get_wsgi_application
from django.db import connection, connections
from django.utils import timezone

from sma_site import content_watch
from sma_site.content_watch import ContentWatch
from sma_site.kept_pages import AROUND_A_BODY, ENCODERS, Kept, Store
from sma_site.page_cache import PageCache, _wanted
from sma_site.shared_pages import RedisPages
from sma_site.shared_store import SharedStore
from tests import make
from tests.admin.signed_in import sign_in
from tests.redis_server import redis_of_the_module, redis_server  # noqa: F401
from timeline import index
from timeline.actions import publish
from timeline.merging import merge
from timeline.models import ContentVersion, Place
from timeline.views.conditions import SETTLED_AFTER

pytestmark = pytest.mark.django_db(transaction=True)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = int(status[:3]), {name.lower(): value for name, value in headers}, body


@pytest.fixture(params=["alone", "over Redis"])
def site(request):
    """Django with its pages kept, and how often Django was asked."""
    if request.param == "alone":
        with keeping() as made:
            yield made
    else:
        server = request.getfixturevalue("redis_server")
        with closing(patient_store(server)) as store, keeping(RedisPages(store)) as made:
            yield made


@contextmanager
def keeping(shared=None):
    """One worker."""
    django = get_wsgi_application()

    def counted(environ, start_response):
        made.asked.append(environ["PATH_INFO"])
        return django(environ, start_response)

    made = PageCache(counted, shared=shared)
    made.asked = []
    yield made
    made.version.close()  # else the test's database cannot be dropped


def patient_store(server):
    """Whatever this machine is busy with, its Redis is not given up early."""
    return SharedStore(server.url, wait=5.0, not_again_for=0.0, late=5.0)


def get(site, path, method="GET", **headers):
    path, _, query = path.partition("?")
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "testserver"}
    environ |= {"SERVER_PORT": "80", "wsgi.url_scheme": "http", "wsgi.input": BytesIO(), "wsgi.errors": sys.stderr}
    environ |= {"HTTP_HOST": "testserver", **{f"HTTP_{name.upper()}": value for name, value in headers.items()}}
    said = []
    body = site(environ, lambda status, headers, exc_info=None: said.extend([status, headers]))
    whole = b"".join(body)
    if hasattr(body, "close"):
        body.close()
    return Answer(*said, whole)


def test_the_second_reader_gets_the_same_bytes_without_django(site, client):
    url = make.place().get_absolute_url()

    first, second = get(site, url), get(site, url)

    assert site.asked == [url]
    assert first.body == second.body == client.get(url).content
    assert first.headers == second.headers


def test_the_headers_of_a_kept_page_are_those_of_django_and_say_that_it_must_be_asked_for_again(site, client):
    url = make.place().get_absolute_url()
    own = {name.lower(): value for name, value in client.get(url).items()}

    headers = get(site, url).headers

    added = {name: headers.pop(name) for name in ("etag", "cache-control", "vary")}
    assert headers == {name: value for name, value in own.items() if name != "vary"}
    assert added["cache-control"] == "public, max-age=0, must-revalidate"
    assert added["vary"].split(", ")[-1] == "Accept-Encoding"


def test_who_has_the_page_gets_304_without_django_and_without_a_kept_page(site):
    url = make.place().get_absolute_url()
    etag = get(site, url).headers["etag"]
    site.store = Store()

    again = get(site, url, if_none_match=f'"other", {etag}')

    assert (again.status, again.body, again.headers["etag"]) == (304, b"", etag)
    assert site.asked == [url]


@pytest.mark.parametrize("path", ["/api/v1/places", "/api/v1/openapi.json", "/calendar.ics", "/places/seoul/card.png"])
def test_who_has_an_answer_that_is_not_kept_gets_304_as_well(site, path):
    make.place(slug="seoul")
    etag = get(site, path).headers["etag"]

    answers = [get(site, path, method, if_none_match=etag) for method in ("GET", "HEAD")]

    assert [(answer.status, answer.body, answer.headers["etag"]) for answer in answers] == [(304, b"", etag)] * 2


@pytest.mark.parametrize("path", ["/timeline/", "/feeds/timeline.atom", "/places/seoul/", "/places/seoul.json"])
def test_a_304_says_the_same_to_caches_as_the_whole_answer(site, path):
    make.place(slug="seoul")
    whole = get(site, path)

    unchanged = get(site, path, if_none_match=whole.headers["etag"])

    named = ("etag", "cache-control", "vary", "access-control-allow-origin")
    assert [unchanged.headers.get(name) for name in named] == [whole.headers.get(name) for name in named]


def test_a_304_of_a_page_that_is_not_made_yet_says_all_that_it_may_vary_by(site):
    etag = get(site, "/timeline/").headers["etag"]
    site.store = Store()

    vary = get(site, "/timeline/", if_none_match=etag).headers["vary"]

    assert vary == "HX-Request, HX-History-Restore-Request, Accept-Encoding"


def test_a_script_of_another_site_may_read_a_304_of_what_is_not_made_yet(site):
    etag = get(site, "/feeds/timeline.json").headers["etag"]
    site.store = Store()

    asked = {"if_none_match": etag, "origin": "https://notebook.example"}
    answers = [get(site, "/feeds/timeline.json", **asked) for _turn in range(2)]

    open_to = [(answer.status, answer.headers["access-control-allow-origin"]) for answer in answers]
    assert open_to == [(200, "*"), (304, "*")]


def test_a_head_request_of_what_is_not_kept_asks_django_once(site):
    answers = [get(site, "/api/v1/places", method) for method in ("GET", "HEAD")]

    assert (answers[1].status, answers[1].headers) == (answers[0].status, answers[0].headers)
    assert (answers[1].body, site.asked) == (b"", ["/api/v1/places"] * 2)


def test_who_goes_by_the_date_alone_gets_304_of_what_is_not_kept(site):
    make.place()
    ContentVersion.objects.update(changed_at=timezone.now() - 2 * SETTLED_AFTER)
    changed = get(site, "/api/v1/places").headers["last-modified"]

    answer = get(site, "/api/v1/places", if_modified_since=changed)

    assert (answer.status, answer.body) == (304, b"")


def test_an_etag_of_another_day_is_answered_with_the_page_which_is_kept(site):
    url = make.place().get_absolute_url()
    asked_again = get(site, url, if_none_match='W/"of-another-day"')

    assert (asked_again.status, get(site, url).body, site.asked) == (200, asked_again.body, [url])


def publish_it(place):
    publish(place, by=User.objects.create_superuser("minji"), reason="It is late.")


def test_what_is_published_is_seen_at_once(site):
    place = make.place(state="draft")
    before = get(site, place.get_absolute_url())

    publish_it(place)

    assert (before.status, get(site, place.get_absolute_url()).status) == (404, 200)


def test_what_another_process_has_published_is_seen_at_once(site):
    place, other = make.place(state="draft"), make.place()
    old = get(site, other.get_absolute_url())
    thread = threading.Thread(target=lambda: (publish_it(place), connections.close_all()))
    thread.start()
    thread.join()

    assert get(site, other.get_absolute_url(), if_none_match=old.headers["etag"]).status == 200
    assert get(site, place.get_absolute_url()).status == 200


def test_a_change_makes_every_kept_page_and_etag_old(site):
    place = make.place(name="Seoul")
    url = place.get_absolute_url()
    old = get(site, url)
    place.name = "Busan"
    place.save()

    new = get(site, url, if_none_match=old.headers["etag"])

    assert new.status == 200
    assert b"Busan" in new.body
    assert old.headers["etag"] != new.headers["etag"]


def kept_in(store):
    return [store.last(address) for address in store._kept]


@pytest.mark.parametrize("is_shown", [False, True])
def test_only_a_page_that_shows_the_change_is_packed_anew(site, is_shown):
    place, other = make.place(name="Seoul"), make.topic()
    url = place.get_absolute_url()
    old = get(site, url, accept_encoding="br")
    (before,) = kept_in(site.store)
    changed = place if is_shown else other
    changed.name = "Busan"
    changed.save()

    new = get(site, url, accept_encoding="br")

    (after,) = kept_in(site.store)
    assert (b"Busan" in brotli.decompress(new.body), old.headers["etag"] == new.headers["etag"]) == (is_shown, False)
    assert (after.bodies["br"] is before.bodies["br"]) is not is_shown


def test_a_chart_that_has_been_drawn_since_is_seen(site, settings, tmp_path, monkeypatch):
    monkeypatch.setattr(content_watch, "LOOK_EVERY", 0)
    settings.DRAWINGS_DIR = tmp_path
    url = make.place().get_absolute_url()
    get(site, url)
    (tmp_path / "ladder").mkdir()

    get(site, url)

    assert site.asked == [url, url]


@pytest.mark.parametrize("cookie", ["sessionid=abc", "a=b; sessionid=abc"])
def test_whoever_sends_a_session_is_answered_by_django(site, cookie):
    url = make.place().get_absolute_url()
    get(site, url)

    answer = get(site, url, cookie=cookie)

    assert site.asked == [url, url]
    assert "etag" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/login/", "/preview/abc/", "/health/ready", "/static/timeline/icon.svg"]
)
def test_what_is_not_for_everybody_is_never_kept(site, path):
    get(site, path)
    get(site, path)

    assert site.asked == [path, path]
    assert len(site.store) == 0


def test_a_missing_page_is_asked_for_anew_each_time(site):
    assert [get(site, "/places/none/").status for _ in range(2)] == [404, 404]
    assert len(site.store) == 0


def test_what_was_withdrawn_and_is_merged_then_leads_to_the_other_at_once(site):
    winner, loser = make.event(), make.event(state="withdrawn")
    url = loser.get_absolute_url()
    before = get(site, url)
    merge(loser, into=winner, by=None, why="They are one.")

    after = get(site, url, if_none_match=before.headers["etag"])

    assert (before.status, after.status, after.headers["location"]) == (410, 301, winner.get_absolute_url())


def test_a_withdrawn_record_and_a_redirect_are_kept_as_they_are(site):
    url, short = make.place(state="withdrawn").get_absolute_url(), f"/e/{make.place().code}/"

    statuses = [get(site, each).status for each in (url, url, short, short)]

    assert statuses == [410, 410, 301, 301]
    assert site.asked == [url, short]


def test_head_says_what_get_says_without_the_body(site):
    url = make.place().get_absolute_url()

    head, whole = get(site, url, "HEAD"), get(site, url)

    assert (head.status, head.body) == (200, b"")
    assert head.headers == whole.headers


def test_page_and_part_are_kept_apart(site):
    make.event()

    part, page = get(site, "/timeline/", hx_request="true"), get(site, "/timeline/")

    assert part.body != page.body
    assert [get(site, "/timeline/", hx_request="true").body, get(site, "/timeline/").body] == [part.body, page.body]
    assert part.headers["etag"] != page.headers["etag"]


DECODED = {"br": brotli.decompress, "zstd": zstandard.decompress, "gzip": gzip.decompress, "": bytes}


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("br, gzip", "br"),
        ("gzip, zstd", "zstd"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("", ""),
        ("deflate", ""),
    ],
)
def test_each_gets_the_page_packed_as_it_can_unpack_it(site, accepted, encoding):
    url = make.place().get_absolute_url()
    plain = get(site, url).body

    answer = get(site, url, accept_encoding=accepted)

    assert answer.headers.get("content-encoding", "") == encoding
    assert DECODED[encoding](answer.body) == plain
    assert answer.headers["content-length"] == str(len(answer.body))


@pytest.mark.parametrize("encoding", sorted(ENCODERS))
def test_what_is_packed_takes_no_more_room_than_it_says(encoding):
    page = b"<li>Ministers meet</li>" * 20_000
    tracemalloc.start()
    packed = ENCODERS[encoding](page)
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()

    assert used < len(packed) + 2_000


def test_every_encoding_is_made_once_and_the_plain_page_again_from_it(site):
    url = make.place().get_absolute_url()
    plain = get(site, url).body
    for encoding in ENCODERS:
        get(site, url, accept_encoding=encoding)

    assert get(site, url).body == plain
    assert site.asked == [url]


def test_a_burst_for_one_page_asks_django_once(site):
    url = make.place().get_absolute_url()
    bodies = []

    def read():
        bodies.append(get(site, url).body)
        site.version.close()
        connections.close_all()

    readers = [threading.Thread(target=read) for _ in range(12)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    get(site, url)

    assert site.asked == [url]
    assert len(set(bodies)) == 1


def test_readers_who_unpack_differently_at_the_same_moment_all_get_the_page(site):
    url = make.place().get_absolute_url()
    plain, got = get(site, url).body, []

    def read(encoding):
        answer = get(site, url, accept_encoding=encoding)
        got.append(DECODED[answer.headers.get("content-encoding", "")](answer.body))
        site.version.close()
        connections.close_all()

    readers = [threading.Thread(target=read, args=[encoding]) for encoding in [*DECODED] * 6]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()

    assert got == [plain] * 24


def test_kept_pages_stay_up_while_the_database_is_away(site, monkeypatch):
    url = make.place().get_absolute_url()
    kept = get(site, url)

    monkeypatch.setattr(site.version, "_version", lambda: 1 / 0)

    assert get(site, url).body == kept.body


def test_before_the_database_has_ever_answered_django_is_asked(monkeypatch):
    version = ContentWatch()
    monkeypatch.setattr(version, "_version", lambda: 1 / 0)

    assert version.marks() == ""


def kept_page(size):
    return Kept.of('W/"1"', "200 OK", [("Content-Type", "text/html")], b"x" * size)


def test_the_store_keeps_what_was_used_last_and_no_more_than_its_room():
    store = Store(room=2 * AROUND_A_BODY + 25)
    for name in "abc":
        store.put((name,), "1", kept_page(10))
        store.get(("a",), "1")

    assert [store.get((name,), "1") is not None for name in "abc"] == [True, False, True]
    assert store.used == 2 * AROUND_A_BODY + 20


def test_the_store_counts_what_grows():
    store, kept = Store(), kept_page(1000)
    store.put(("a",), "1", kept)
    kept.body("gzip")

    store.put(("a",), "1", kept)

    assert store.used == kept.size < AROUND_A_BODY + 1000


def test_redirects_without_a_body_have_their_room_as_well():
    store = Store(room=10 * AROUND_A_BODY)
    for number in range(30):
        store.put((str(number),), "1", kept_page(0))

    assert len(store) == 10


@pytest.mark.parametrize("accepted", [";;;,,,", "q=1", "\x00", "br" * 9_000, "*", "BR; Q=0"])
def test_whatever_a_client_says_that_it_accepts_is_no_error(accepted):
    assert _wanted(accepted) == ""


def test_a_long_address_is_not_kept(site):
    get(site, f"/timeline/?q={'a' * 2_001}")

    assert len(site.store) == 0


def test_the_page_of_somebody_signed_in_is_not_given_to_others(site, client):
    place = make.place()
    sign_in(client, make.user("Editor"))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value

    own = get(site, place.get_absolute_url(), cookie=f"{settings.SESSION_COOKIE_NAME}={session}")
    get(site, place.get_absolute_url())

    assert site.asked == [place.get_absolute_url()] * 2
    assert own.status == 200


def test_the_version_is_asked_of_a_connection_of_its_own():
    version = ContentWatch()
    first = version.marks()
    index.bump()

    assert version.marks() != first
    assert version._own.link.wrapper.connection is not connection.connection
    version.close()


def test_after_its_connection_has_ended_the_version_is_seen_at_once_all_the_same():
    version = ContentWatch()
    first = version.marks()
    version._own.link.wrapper.close()
    index.bump()

    assert version.marks() not in {first, ""}
    version.close()


def test_the_server_runs_with_kept_pages_and_a_developer_without(tmp_path):
    code = "from sma_site.wsgi import application; print(type(application.application).__name__)"
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "ONE_PROCESSOR": "no"}
    names = [
        subprocess.run(
            [sys.executable, "-c", code],
            env=environment | {"DEBUG": debug},
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for debug in ("no", "yes")
    ]

    assert names == ["PageCache", "function"]


def test_a_page_for_a_host_that_is_not_ours_is_refused_and_not_kept(site):
    url = make.place().get_absolute_url()

    assert get(site, url, host="evil.example").status == 400
    assert len(site.store) == 0
    assert Place.objects.count() == 1
