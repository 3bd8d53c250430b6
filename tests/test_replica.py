"""Which of two databases a page is read from. That a real replica is, and what happens when it stops: tests/deploy."""

import copy

import pytest
from django.db import OperationalError, connections, transaction
from django.test.utils import CaptureQueriesContext

from sma_site.replica import Replica, Router
from tests import make
from tests.served import ask, whole_site
from timeline.models import ContentVersion

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def replica(settings):
    """Another connection to the same database: it has what is committed, as a replica that is up to date."""
    own = copy.deepcopy(connections["default"].settings_dict)
    settings.DATABASE_ROUTERS = ["sma_site.replica.Router"]
    settings.MIDDLEWARE = ["sma_site.replica.read_from_replica", *settings.MIDDLEWARE]
    connections.settings["replica"] = own
    connections["replica"].connect()  # at once: connections that the test did not name are refused later
    yield connections["replica"]
    connections["replica"].close()
    del connections["replica"], connections.settings["replica"]


def asked(client, path, **headers):
    """How many queries each database was asked for the sake of this page."""
    with CaptureQueriesContext(connections["default"]) as ours, CaptureQueriesContext(connections["replica"]) as its:
        status = client.get(path, **headers).status_code
    return status, len(ours), len(its)


def test_a_page_is_read_from_the_replica_but_for_the_version(client, replica):
    path = make.round().get_absolute_url()

    status, ours, its = asked(client, path)

    assert (status, ours, its > 2) == (200, 1, True)


def test_the_search_is_read_from_the_replica(client, replica):
    make.round(outcome="Views were exchanged.")

    status, ours, its = asked(client, "/search/?q=views")

    assert (status, ours, its > 2) == (200, 1, True)


def test_a_replica_that_has_not_heard_of_the_newest_change_is_not_read(client, replica):
    path = make.round().get_absolute_url()
    with transaction.atomic():  # seen by this connection alone
        ContentVersion.objects.update(number=1_000_000)

        status, _ours, its = asked(client, path)

    assert (status, its) == (200, 1)  # for its version


@pytest.mark.parametrize("path", ["/admin/login/", "/health/ready", "/downloads/", "/preview/abc/"])
def test_what_is_not_for_everybody_is_read_from_the_primary(client, replica, path):
    assert asked(client, path)[2] == 0


def test_who_is_signed_in_reads_from_the_primary(client, replica):
    client.force_login(make.user())

    assert asked(client, make.round().get_absolute_url())[2] == 0


def test_a_replica_that_is_away_is_left_alone_for_a_while(client, replica):
    path = make.round().get_absolute_url()
    tries = []

    def away(execute, *arguments):
        tries.append(1)
        raise OperationalError("the server closed the connection")

    with replica.execute_wrapper(away):
        statuses = [client.get(path).status_code for _ in range(3)]

    assert (statuses, len(tries)) == ([200, 200, 200], 1)


def test_a_page_that_fails_on_the_replica_is_made_from_the_primary(client, replica):
    path = make.round().get_absolute_url()
    client.raise_request_exception = False

    def ends_after_the_version(execute, sql, *arguments):
        if "contentversion" in sql:
            return execute(sql, *arguments)
        raise OperationalError("terminating connection due to conflict with recovery")

    with replica.execute_wrapper(ends_after_the_version):
        assert client.get(path).status_code == 200


def test_while_the_primary_is_away_the_replica_is_read_if_it_has_what_was_published_last(replica):
    make.round()
    watch = Replica()

    def away(execute, *arguments):
        raise OperationalError("the server closed the connection")

    with connections["default"].execute_wrapper(away):
        nothing_known = watch.has_all_that_is_published()
    watch = Replica()
    up_to_date = watch.has_all_that_is_published()
    with connections["default"].execute_wrapper(away):
        away_and_known = watch.has_all_that_is_published()

    assert [nothing_known, up_to_date, away_and_known] == [False, True, True]


def test_nothing_older_than_the_version_under_which_it_is_kept_is_read_while_the_primary_counts_as_silent(replica):
    make.round()
    watch = Replica()
    watch.has_all_that_is_published()
    newest = ContentVersion.stamp()[0]

    def away(execute, *arguments):
        raise OperationalError("the server closed the connection")

    with connections["default"].execute_wrapper(away):
        found = [watch.has_all_that_is_published(version) for version in (newest, newest + 1)]

    assert found == [True, False]


def test_the_page_cache_says_under_which_version_it_keeps_an_answer(client, replica, monkeypatch):
    path = make.round().get_absolute_url()
    said = []
    monkeypatch.setattr(Replica, "has_all_that_is_published", lambda self, at_least: said.append(at_least))

    with whole_site() as site:
        ask(site, path)

    assert said == [ContentVersion.stamp()[0]]


def test_nothing_is_migrated_or_written_at_the_replica():
    router = Router()

    assert [router.allow_migrate(name, "timeline") for name in ("default", "replica")] == [True, False]
    assert router.db_for_write(ContentVersion) == "default"
