"""What several workers share through Redis, and that a page comes whatever becomes of it."""

import threading
from contextlib import ExitStack, closing

import pytest
from django.db import connections
from redis import ResponseError

from sma_site import shared_pages
from sma_site.kept_pages import Kept
from sma_site.shared_pages import RedisPages
from sma_site.shared_store import Away, SharedStore
from tests import make
from tests.admin.signed_in import sign_in
from tests.redis_server import redis_of_the_module, redis_server  # noqa: F401
from tests.test_page_cache import DECODED, get, keeping, patient_store, publish_it

PAGE = b"<p>" + b"a page " * 200
KEY = b"k" * 32


@pytest.fixture
def workers(redis_server):  # noqa: F811
    """Two of them, each with connections of its own."""
    with ExitStack() as stack:
        stores = [stack.enter_context(closing(patient_store(redis_server))) for _ in range(2)]
        yield [stack.enter_context(keeping(RedisPages(store))) for store in stores]


def names(server):
    return sorted(name.decode().split(":")[2] for name in server.client.scan_iter())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("encoding", ["br", "gzip", "zstd", ""])
def test_what_one_worker_has_made_the_other_takes(workers, encoding):
    url = make.place().get_absolute_url()
    one, other = workers

    made, taken = (get(worker, url, accept_encoding=encoding) for worker in workers)

    assert (one.asked, other.asked) == ([url], [])
    assert made.headers == taken.headers
    assert DECODED[encoding](made.body) == DECODED[encoding](taken.body)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("encoding", ["br", ""])
def test_what_a_worker_has_taken_it_keeps(workers, redis_server, encoding):  # noqa: F811
    url = make.place().get_absolute_url()
    taken = [get(worker, url, accept_encoding=encoding).body for worker in workers]

    redis_server.client.flushall()

    assert get(workers[1], url, accept_encoding=encoding).body == taken[1]
    assert workers[1].asked == []


@pytest.mark.django_db(transaction=True)
def test_a_redirect_and_a_withdrawn_record_are_shared_as_they_are(workers):
    urls = make.place(state="withdrawn").get_absolute_url(), f"/e/{make.place().code}/"

    answers = [[get(worker, url) for url in urls] for worker in workers]

    assert [[answer.status for answer in each] for each in answers] == [[410, 301], [410, 301]]
    assert answers[0][1].headers == answers[1][1].headers
    assert workers[1].asked == []


@pytest.mark.django_db(transaction=True)
def test_a_burst_over_two_workers_asks_django_once(workers):
    url = make.place().get_absolute_url()
    bodies = []

    def read(worker):
        bodies.append(get(worker, url).body)
        worker.version.close()
        connections.close_all()

    readers = [threading.Thread(target=read, args=[worker]) for worker in workers * 5]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()

    assert workers[0].asked + workers[1].asked == [url]
    assert len(set(bodies)) == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_published_is_seen_at_once_by_every_worker(workers):
    place, other = make.place(state="draft"), make.place()
    old = [get(worker, other.get_absolute_url()).headers["etag"] for worker in workers]

    publish_it(place)

    new = [get(worker, other.get_absolute_url(), if_none_match=old[0]) for worker in workers]
    assert [answer.status for answer in new] == [200, 200]
    assert [get(worker, place.get_absolute_url()).status for worker in workers] == [200, 200]


@pytest.mark.django_db(transaction=True)
def test_nothing_of_one_person_reaches_the_shared_store(workers, redis_server, client):  # noqa: F811
    url = make.place().get_absolute_url()
    sign_in(client, make.user("Editor"))
    session = f"sessionid={client.cookies['sessionid'].value}"

    for address in (url, "/admin/", "/preview/abc/", "/health/ready", "/downloads/"):
        get(workers[0], address, cookie=session)
    for address in ("/admin/", "/admin/login/", "/preview/abc/", "/places/none/", "/timeline/?kind=none"):
        get(workers[0], address)

    assert names(redis_server) == []


@pytest.mark.django_db(transaction=True)
def test_what_is_shared_is_packed_and_goes_by_itself(workers, redis_server):  # noqa: F811
    plain = get(workers[0], make.place().get_absolute_url()).body

    sizes = {name.split(b":")[2]: redis_server.client.strlen(name) for name in redis_server.client.scan_iter()}

    assert [redis_server.client.ttl(name) > 0 for name in redis_server.client.scan_iter()] == [True, True]
    assert sizes[b"making"] == 0
    assert sizes[b"page"] < len(plain) / 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", [lambda sealed: sealed[:-1] + b"!", lambda sealed: b"", lambda sealed: b"x" * 90])
def test_what_somebody_else_has_put_there_is_not_believed(workers, redis_server, change):  # noqa: F811
    url = make.place().get_absolute_url()
    page = get(workers[0], url)
    (name,) = redis_server.client.keys("*:page:*")
    redis_server.client.set(name, change(redis_server.client.get(name)))

    assert get(workers[1], url).body == page.body
    assert workers[1].asked == [url]


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_fails_in_the_middle_is_not_waited_for(workers, redis_server):  # noqa: F811
    url = make.place().get_absolute_url()
    django, workers[0].application = workers[0].application, lambda environ, start_response: 1 / 0
    with pytest.raises(ZeroDivisionError):
        get(workers[0], url)
    assert names(redis_server) == []

    workers[0].application = django
    assert get(workers[0], url).status == 200


@pytest.mark.django_db(transaction=True)
def test_the_claim_of_a_worker_that_was_killed_ends_by_itself(workers, redis_server, monkeypatch):  # noqa: F811
    monkeypatch.setattr(shared_pages, "CLAIMED_FOR", 0.2)
    url = make.place().get_absolute_url()
    page = get(workers[0], url)
    (name,) = redis_server.client.keys("*:page:*")
    redis_server.client.delete(name)
    redis_server.client.set(name.replace(b":page:", b":making:"), b"", px=200)

    assert get(workers[1], url).body == page.body


# --- Redis away, slow, and back --------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_pages_come_without_redis_and_are_shared_again_when_it_is_back(workers, redis_server):  # noqa: F811
    url, another = (make.place().get_absolute_url() for _ in range(2))
    redis_server.stop()

    answers = [get(worker, url).status for worker in workers]
    redis_server.start()
    answers += [get(worker, another).status for worker in workers]

    assert answers == [200, 200, 200, 200]
    assert (workers[0].asked, workers[1].asked) == ([url, another], [url])


@pytest.mark.django_db(transaction=True)
def test_a_page_comes_from_a_redis_that_has_no_room(workers, redis_server):  # noqa: F811
    redis_server.client.config_set("maxmemory", "1")
    redis_server.client.config_set("maxmemory-policy", "noeviction")

    status = get(workers[0], make.place().get_absolute_url()).status

    redis_server.client.config_set("maxmemory", "64mb")
    redis_server.client.config_set("maxmemory-policy", "allkeys-lru")
    assert status == 200


@pytest.fixture
def store(redis_server):  # noqa: F811
    with closing(SharedStore(redis_server.url, not_again_for=3_600)) as made:
        yield made


def test_whoever_does_not_answer_is_not_asked_again_for_a_while(store, redis_server):  # noqa: F811
    asked = []
    redis_server.hang()

    for _ in range(3):
        with pytest.raises(Away):
            store.ask(lambda redis: asked.append(1) or redis.get("a"))

    redis_server.wake()
    assert asked == [1]


def test_whoever_is_late_three_times_in_a_row_is_not_asked_again_for_a_while(redis_server):  # noqa: F811
    with closing(SharedStore(redis_server.url, late=1e-9, not_again_for=3_600)) as store:
        answers = [store.ask(lambda redis: "it came") for _ in range(3)]

        with pytest.raises(Away):
            store.ask(lambda redis: "it came")

    assert answers == ["it came"] * 3


def test_when_it_is_asked_again_only_one_tries(redis_server):  # noqa: F811
    with closing(patient_store(redis_server)) as store:
        with pytest.raises(Away):
            store.ask(lambda redis: redis.execute_command("NONSENSE"))
        store._not_again_for, refused = 3_600, []

        def meanwhile(redis):
            for _ in range(3):
                with pytest.raises(Away) as away:
                    store.ask(lambda redis: redis.ping())
                refused.append(away.type)
            return redis.ping()

        assert store.ask(meanwhile) is True
        assert refused == [Away] * 3
        assert store.ask(lambda redis: redis.ping()) is True


def test_that_it_is_away_and_back_stands_in_the_log_once(redis_server, caplog):  # noqa: F811
    caplog.set_level("INFO", "sma.shared_store")
    with closing(patient_store(redis_server)) as store:
        with pytest.raises(Away):
            store.ask(lambda redis: redis.execute_command("NONSENSE"))
        store.ask(lambda redis: redis.ping())
        store.ask(lambda redis: redis.ping())

    assert [record.message.partition(":")[0] for record in caplog.records] == [
        "The shared store does not answer, each worker keeps its own",
        "The shared store answers again.",
    ]


def test_a_connection_that_was_closed_meanwhile_is_opened_again(store, redis_server):  # noqa: F811
    store.ask(lambda redis: redis.ping())
    redis_server.client.client_kill_filter(_type="normal", skipme=True)

    assert store.ask(lambda redis: redis.ping()) is True


def test_two_sites_may_have_one_redis(settings, redis_server):  # noqa: F811
    prefixes = set()
    for secret in ("a" * 50, "b" * 50):
        settings.SECRET_KEY = secret
        with closing(SharedStore(redis_server.url)) as store:
            prefixes.add(store.prefix)

    assert len(prefixes) == 2


# --- as bytes --------------------------------------------------------------------------------------------------------


def kept(plain=PAGE, kind="text/html"):
    return Kept.of('W/"abc"', "200 OK", [("Content-Type", kind), ("X-A", "é")], plain)


@pytest.mark.parametrize("page", [kept(), kept(b"short"), kept(PAGE, "image/png"), kept(b"")])
def test_a_page_comes_back_as_it_was(page):
    back = Kept.unsealed(KEY, page.etag, page.sealed(KEY))

    assert (back.status, back.headers, back.body(""), back.is_worth_packing) == (
        page.status,
        page.headers,
        page.body(""),
        page.is_worth_packing,
    )


def test_a_page_under_the_name_of_another_is_refused():
    assert Kept.unsealed(KEY, 'W/"abd"', kept().sealed(KEY)) is None


def test_a_page_sealed_with_another_key_is_refused():
    assert Kept.unsealed(KEY, kept().etag, kept().sealed(b"another")) is None


def test_the_tests_ask_a_real_redis(redis_server):  # noqa: F811
    with pytest.raises(ResponseError):
        redis_server.client.execute_command("NONSENSE")
