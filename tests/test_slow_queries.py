"""Queries are counted for their request; the slow ones are named, without what was asked for."""

import inspect

import pytest
from django.db import DatabaseError, connection

from sma_site import slow_queries
from sma_site.current_request import CurrentRequest, current_request
from sma_site.slow_queries import timed
from timeline.models import ContentVersion, Place

pytestmark = pytest.mark.django_db


@pytest.fixture
def _watched(settings):
    """Every query is a slow one."""
    settings.SLOW_QUERY_MS = 0.000_001
    with connection.execute_wrapper(timed):
        yield


@pytest.fixture
def request_of_this_thread():
    request = CurrentRequest("3f9a1c02-1f")
    token = current_request.set(request)
    yield request
    current_request.reset(token)


def named(caplog):
    return [record.fields for record in caplog.records if record.name == "sma.queries"]


@pytest.mark.usefixtures("_watched")
def test_a_slow_query_is_named_with_its_statement_and_the_line_that_asked_it(caplog):
    list(Place.objects.filter(name="my neighbour"))
    line = inspect.currentframe().f_lineno - 1

    (fields,) = named(caplog)
    assert fields["asked_at"] == (
        f"tests/test_slow_queries.py:{line} in test_a_slow_query_is_named_with_its_statement_and_the_line_that_asked_it"
    )
    assert (fields["ms"] >= 0, fields["database"]) == (True, "default")
    assert fields["statement"].startswith("SELECT ")
    assert fields["statement"].partition(" WHERE ")[2].startswith('"timeline_place"."name" = %s')


@pytest.mark.usefixtures("_watched")
def test_what_was_asked_for_is_not_in_the_line(caplog):
    list(Place.objects.filter(name="my neighbour"))

    assert "neighbour" not in "".join(f"{record.__dict__}" for record in caplog.records)


@pytest.mark.usefixtures("_watched")
def test_a_query_of_our_code_is_named_by_the_nearest_line_of_it(caplog):
    ContentVersion.current()

    assert [fields["asked_at"].partition(":")[0] for fields in named(caplog)] == ["timeline/models/entries.py"]


@pytest.mark.usefixtures("_watched")
def test_queries_are_counted_for_the_request_that_asks_them(request_of_this_thread):
    Place.objects.count()
    Place.objects.count()

    assert (request_of_this_thread.queries, request_of_this_thread.slow_queries) == (2, 2)


def test_a_quick_query_is_counted_and_not_named(request_of_this_thread, caplog, settings):
    settings.SLOW_QUERY_MS = 600_000
    with connection.execute_wrapper(timed):
        Place.objects.count()

    assert (request_of_this_thread.queries, request_of_this_thread.slow_queries, named(caplog)) == (1, 0, [])


def test_nought_names_none(request_of_this_thread, caplog, settings):
    settings.SLOW_QUERY_MS = 0
    with connection.execute_wrapper(timed):
        Place.objects.count()

    assert (request_of_this_thread.queries, named(caplog)) == (1, [])


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_watched")
def test_a_query_that_fails_is_named_too(caplog):
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere")

    assert [fields["statement"] for fields in named(caplog)] == ["SELECT nothing FROM nowhere"]


@pytest.mark.django_db(transaction=True)
def test_every_connection_is_watched_and_once_when_it_is_opened_anew():
    slow_queries.watch()
    try:
        for _ in range(2):
            connection.close()
            connection.connect()
        assert connection.execute_wrappers.count(timed) == 1
    finally:
        slow_queries.unwatch()
    assert connection.execute_wrappers.count(timed) == 0
