"""Prepared statements, put to the database several at a time: as Django would be answered, by whatever way they go."""

import gc
import weakref
from hashlib import blake2b

import pytest
from django.db import DatabaseError, connection, connections, transaction

from tests import make
from timeline.models import Topic, pipeline
from timeline.models.asking import answers
from timeline.models.prepared import Prepared

pytestmark = [pytest.mark.both, pytest.mark.django_db]
on_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL answers each as of its own moment")
on_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite is no server")
committed = pytest.mark.django_db(transaction=True)

OF_SLUG = Prepared(Topic, lambda slug: Topic.objects.filter(slug=slug))
NAMED = Prepared(Topic, lambda name: Topic.objects.filter(name=name, name__contains="%").order_by("slug"))
OF_IDS = Prepared(Topic, lambda ids: Topic.objects.filter(pk__in=ids).order_by("slug"))
ALL = Prepared(Topic, lambda: Topic.objects.order_by("slug"))


def slugs(*asked):
    """Of the rows of each."""
    return [
        [topic.slug for topic in each.statement.read(rows)] for each, rows in zip(asked, answers(asked), strict=True)
    ]


def test_each_is_answered_in_its_place():
    first, second = make.topic(slug="a"), make.topic(slug="b")

    asked = [OF_SLUG.asked(["b"]), ALL.asked([]), OF_SLUG.asked(["c"]), OF_IDS.asked([[first.pk, second.pk]])]
    assert slugs(*asked) == [["b"], ["a", "b"], [], ["a", "b"]]


def test_rows_are_those_that_django_is_given():
    make.topic(name="한미동맹 – 100%")
    asked = NAMED.asked(["한미동맹 – 100%"])
    with connection.cursor() as cursor:
        cursor.execute(asked.statement.sql, asked.statement.filled(asked.values))
        rows = cursor.fetchall()

    assert [len(rows), [list(map(tuple, each)) for each in answers([asked, asked])]] == [1, [rows, rows]]


def test_where_queries_are_logged_each_is(django_assert_num_queries):
    with django_assert_num_queries(3):
        answers([OF_SLUG.asked(["a"]), ALL.asked([]), OF_SLUG.asked(["b"])])


def test_who_watches_the_connection_sees_each_with_its_text():
    seen = []

    def watch(execute, sql, parameters, many, context):
        seen.append((sql, many, context["connection"].alias))
        return execute(sql, parameters, many, context)

    asked = [OF_SLUG.asked(["a"]), ALL.asked([])]
    with connection.execute_wrapper(watch):
        answers(asked)

    assert seen == [(each.statement.sql, False, "default") for each in asked]


@committed
def test_who_refuses_one_of_them_leaves_the_connection_as_it_was():
    def refuse(execute, sql, parameters, many, context):
        raise ZeroDivisionError

    with connection.execute_wrapper(refuse), pytest.raises(ZeroDivisionError):
        answers([ALL.asked([]), OF_SLUG.asked(["a"])])

    make.topic(slug="a")
    assert slugs(ALL.asked([]), OF_SLUG.asked(["a"])) == [["a"], ["a"]]


@committed
def test_an_error_of_the_database_is_one_of_django_and_leaves_the_connection_as_it_was():
    broken = Prepared(Topic, lambda slug: Topic.objects.filter(slug=slug).extra(where=["no_such_column = 1"]))

    with pytest.raises(DatabaseError, match="no_such_column"):
        answers([ALL.asked([]), broken.asked(["a"]), ALL.asked([])])

    assert slugs(ALL.asked([])) == [[]]
    assert connection.get_autocommit()


def test_in_a_transaction_that_failed_nothing_more_is_asked():
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(transaction.TransactionManagementError):
            answers([ALL.asked([])])


@committed
def test_within_a_transaction_it_is_asked_there():
    with transaction.atomic():
        assert slugs(ALL.asked([])) == [[]]
        make.topic(slug="a")
        inside = slugs(ALL.asked([]), OF_SLUG.asked(["a"]))
        transaction.set_rollback(True)

    assert (inside, slugs(ALL.asked([]))) == ([["a"], ["a"]], [[]])


# --- SQLite ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def other():
    """Another connection to the same database."""
    made = connections.create_connection("default")
    yield made
    made.close()


@on_sqlite
@committed
def test_all_of_them_are_answered_as_of_one_moment(other):
    make.topic(slug="a")

    def rename(execute, sql, parameters, many, context):
        answered = execute(sql, parameters, many, context)
        with other.cursor() as cursor:
            cursor.execute("UPDATE timeline_topic SET slug = 'renamed'")
        return answered

    with connection.execute_wrapper(rename):
        during = slugs(ALL.asked([]), ALL.asked([]))

    assert (during, slugs(ALL.asked([]))) == ([["a"], ["a"]], [["renamed"]])


# --- PostgreSQL ------------------------------------------------------------------------------------------------------


def planned(about):
    """How often the server has used a plan for each of the statements of ours that name this."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans + custom_plans FROM pg_prepared_statements WHERE statement LIKE %s", [f"%{about}%"]
        )
        return sorted(cursor.fetchall())


@on_postgresql
def test_the_server_is_told_each_statement_once():
    make.topic()  # and a transaction has begun
    told = Prepared(Topic, lambda slug: Topic.objects.filter(slug=slug, name_ko="told once"))
    for slug in ("a", "b", "c"):
        answers([told.asked([slug]), told.asked([slug])])

    assert planned("told once") == [(6,)]


@on_postgresql
@committed
def test_the_server_keeps_the_plans_that_were_used_last(monkeypatch):
    connection.close()
    monkeypatch.setattr(pipeline, "MOST_PLANNED", 2)
    make.topic(slug="a")
    asked = [OF_SLUG.asked(["a"]), ALL.asked([]), OF_SLUG.asked(["b"]), OF_IDS.asked([[1]])]
    for each in asked:
        answers([each])
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        known = {text for (text,) in cursor.fetchall()}

    assert known == {asked[0].statement.numbered, asked[3].statement.numbered}
    assert slugs(*asked) == [["a"], ["a"], [], []]


@on_postgresql
@committed
def test_of_a_connection_that_was_closed_nothing_stays():
    answers([ALL.asked([])])
    closed = weakref.ref(connection.connection)
    connection.close()
    gc.collect()

    assert closed() is None


@on_postgresql
def test_whoever_else_gives_a_statement_the_same_name_means_the_same_statement():
    make.topic()
    answers([OF_SLUG.asked(["a"]), ALL.asked([])])
    with connection.cursor() as cursor:
        cursor.execute("SELECT split_part(name, '_', 2), statement FROM pg_prepared_statements")
        digests = {digest: blake2b(text.encode(), digest_size=8).hexdigest() for digest, text in cursor.fetchall()}

    assert len(digests) >= 2
    assert list(digests) == list(digests.values())


@on_postgresql
def test_what_is_the_same_in_each_question_stands_in_the_text():
    text = NAMED.asked(["a"]).statement.numbered

    assert text.partition(" WHERE ")[2] == (
        """("timeline_topic"."name" = $1 AND "timeline_topic"."name"::text LIKE  E'%\\\\%%')"""
        """ ORDER BY "timeline_topic"."slug" ASC"""
    ).replace("%%", "%")


@on_postgresql
@committed
def test_a_server_that_has_forgotten_is_told_anew():
    make.topic(slug="a")
    answers([ALL.asked([])])
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")

    assert slugs(ALL.asked([]), ALL.asked([])) == [["a"], ["a"]]


@on_postgresql
@committed
def test_a_column_may_become_another_meanwhile():
    make.topic(slug="a")
    answers([ALL.asked([])])
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE timeline_topic ALTER COLUMN name TYPE text")
    found = slugs(ALL.asked([]))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE timeline_topic ALTER COLUMN name TYPE varchar(200)")

    assert found == [["a"]]


@on_postgresql
@committed
def test_after_a_connection_was_lost_another_one_answers(other):
    make.topic(slug="a")
    answers([ALL.asked([])])
    connection.close_if_unusable_or_obsolete()  # as before each request
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])

    assert slugs(ALL.asked([]), OF_SLUG.asked(["a"])) == [["a"], ["a"]]


@on_postgresql
@committed
def test_a_transaction_begins_with_the_question():
    with transaction.atomic():
        answers([ALL.asked([])])

        assert connection.connection.info.transaction_status.name == "INTRANS"


@on_postgresql
def test_a_text_with_a_nul_in_it_is_refused_and_not_cut_off():
    make.topic(slug="a")

    with pytest.raises((ValueError, DatabaseError), match="NUL"):
        answers([OF_SLUG.asked(["a\x00b"])])
