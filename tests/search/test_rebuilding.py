"""The index made anew, and its tables made and dropped, beside people who go on reading and writing."""

import threading

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from tests import make
from timeline import search
from timeline.models import SearchDocument
from timeline.search import writing
from timeline.search.engines import engine
from timeline.search.engines.answers import Asked
from timeline.search.expressions import EVERYTHING, Has

BEFORE = ("timeline", "0003")


def found(asked="xylophone"):
    return [hit.slug for hit in search.search(asked).hits]


def in_another_connection(act):
    """What somebody else gets at the same time."""
    answers = []

    def run():
        try:
            answers.append(act())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return answers[0]


@pytest.mark.django_db(transaction=True)
def test_readers_find_the_old_index_until_the_new_one_is_whole(monkeypatch):
    event, seen, settle = make.event(title="A xylophone was played"), [], type(engine()).settle
    monkeypatch.setattr(
        type(engine()), "settle", lambda self: (seen.append(in_another_connection(found)), settle(self))
    )

    writing.rebuild()

    assert (seen, found()) == ([[event.slug]], [event.slug])


@pytest.mark.django_db(transaction=True)
def test_a_rebuild_that_fails_leaves_the_index_as_it_was(monkeypatch):
    event = make.event(title="A xylophone was played")
    monkeypatch.setattr(writing, "write", lambda documents: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        writing.rebuild()

    assert (found(), list(search.differences())) == ([event.slug], [])


@pytest.mark.django_db(transaction=True)
def test_the_step_back_and_forth_over_the_migration_makes_the_index_anew():
    event = make.event(title="A xylophone was played")

    call_command("migrate", *BEFORE, verbosity=0)
    tables = set(connection.introspection.table_names())
    call_command("migrate", "timeline", verbosity=0)

    assert tables & {"timeline_searchindex", SearchDocument._meta.db_table} == set()
    assert (found(), list(search.differences())) == ([event.slug], [])


@pytest.mark.django_db(transaction=True)
def test_an_emptied_database_has_an_empty_index():
    make.event(title="A xylophone was played")

    call_command("flush", verbosity=0, interactive=False)

    assert (found(), engine().newest(Asked(Has((EVERYTHING,))), 1)) == ([], [])


@pytest.mark.django_db(transaction=True)
def test_an_upgrade_that_reads_texts_in_another_way_makes_the_index_anew():
    event = make.event(title="A xylophone was played")
    engine().remove(SearchDocument.objects.values_list("pk", flat=True))
    SearchDocument.objects.update(digest="of-another-code")

    call_command("migrate", verbosity=0)

    assert (found(), list(search.differences())) == ([event.slug], [])


@pytest.mark.django_db
def test_a_crowded_day_makes_room():
    with transaction.atomic():
        for number in range(40):  # each between the last two: a gap is halved until it is full
            make.event(slug=f"m{'n' * number}", when="2019-08-07", title="A xylophone was played")

    assert len(found("xylophone kind:event")) == 20
    assert list(search.differences()) == []


CHUNKS = {
    "postgresql": "SELECT 'SELECT count(DISTINCT chunk_id) FROM ' || reltoastrelid::regclass FROM pg_class "
    "WHERE oid = 'timeline_searchindex'::regclass",
    "sqlite": "SELECT 'SELECT count(*) FROM timeline_searchindex_content'",
}


@pytest.mark.django_db
def test_the_words_of_every_document_stand_beside_its_row():
    make.event(title="A xylophone was played")

    with connection.cursor() as cursor:
        cursor.execute(CHUNKS[connection.vendor])
        cursor.execute(cursor.fetchone()[0])

        assert cursor.fetchone()[0] >= SearchDocument.objects.count() > 0
