"""What a page has read: asked again, each question says whether it is still answered as it was."""

import copy
import datetime as dt

import pytest
from django.db import connections

from tests import make
from timeline.models import Topic
from timeline.models.prepared import Prepared, at_one_go
from timeline.models.reading import Reading, digest

pytestmark = [pytest.mark.both, pytest.mark.django_db]

OF_SLUG = Prepared(Topic, lambda slug: Topic.objects.filter(slug=slug))
OF_SLUGS = Prepared(Topic, lambda slugs: Topic.objects.filter(slug__in=slugs))
ALL = Prepared(Topic, lambda: Topic.objects.order_by("slug"))


def read(*asked):
    """What was read when all topics were asked for, then these slugs."""
    reading = Reading()
    with reading.noted():
        for slug in ([each.slug for each in ALL()], *asked)[1:]:
            OF_SLUG(slug)
    return reading


def test_while_nothing_changes_it_is_confirmed():
    topic = make.topic()

    assert Reading().confirms(read(topic.slug).questions)


@pytest.mark.parametrize("change", ["a new row", "another value", "a row less"])
def test_whatever_changes_in_what_was_read_it_is_not_confirmed(change):
    topic = make.topic(name="Burden sharing")
    before = read(topic.slug)
    if change == "a new row":
        make.topic()
    elif change == "another value":
        Topic.objects.update(name="Cost sharing")
    else:
        Topic.objects.all().delete()

    assert not Reading().confirms(before.questions)


@pytest.mark.django_db(transaction=True)
def test_what_another_connection_has_written_is_seen_as_soon_as_it_is_committed():
    topic = make.topic(name="Burden sharing")
    before = read(topic.slug).questions
    other = connections.create_connection("default")
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("UPDATE timeline_topic SET name = 'Cost sharing'")
    until_then = Reading().confirms(before)
    other.commit()
    other.close()

    assert (until_then, Reading().confirms(before)) == (True, False)


def test_what_was_not_read_may_change():
    topic = make.topic()
    before = Reading()
    with before.noted():
        OF_SLUG(topic.slug)
    make.topic()

    assert Reading().confirms(before.questions)


def test_what_was_asked_to_confirm_it_is_not_asked_again(django_assert_num_queries):
    first, second = make.topic(), make.topic()
    before = read(first.slug, second.slug)
    Topic.objects.filter(pk=second.pk).update(name="Another name")
    reading = Reading()

    with django_assert_num_queries(3), reading.noted():
        reading.confirms(before.questions)
        assert [ALL(), OF_SLUG(first.slug), OF_SLUG(second.slug)][2][0].name == "Another name"


def test_what_is_asked_in_another_order_is_answered_as_it_was_and_the_rest_by_the_database(django_assert_num_queries):
    first, second, third = make.topic(), make.topic(), make.topic()
    before = read(first.slug, second.slug)
    reading = Reading()
    reading.confirms(before.questions)

    with django_assert_num_queries(1), reading.noted():
        found = [OF_SLUG.first(each.slug) for each in (third, second, first)]
    assert found == [third, second, first]


def test_of_several_at_one_go_only_those_are_asked_that_are_not_at_hand(django_assert_num_queries):
    topic, reading = make.topic(), Reading()
    before = read(topic.slug)
    reading.confirms(before.questions[:1])

    with django_assert_num_queries(1), reading.noted():
        assert at_one_go((OF_SLUGS, [topic.slug]), (ALL, None)) == [[topic], [topic]]
    assert (reading.is_whole, len(reading.questions)) == (True, 2)


def test_it_is_whole_where_everything_was_asked_by_prepared_queries():
    topic, reading = make.topic(), Reading()
    with reading.noted():
        OF_SLUG(topic.slug)

    assert reading.is_whole


def test_it_is_not_whole_where_anything_was_asked_in_another_way():
    topic, reading = make.topic(), Reading()
    with reading.noted():
        OF_SLUG(topic.slug)
        Topic.objects.count()

    assert not reading.is_whole


def test_it_ends_also_when_the_page_cannot_be_made():
    reading = Reading()
    with pytest.raises(ZeroDivisionError), reading.noted():
        raise ZeroDivisionError
    make.topic()
    ALL()

    assert reading.questions == []


@pytest.mark.parametrize("rows", [[(1, "한국", None, 2.5)], [(dt.datetime(2019, 8, 7, tzinfo=dt.UTC),)], [("\ud800",)]])
def test_the_same_rows_have_the_same_digest_and_others_another(rows):
    assert digest(rows) == digest(copy.deepcopy(rows))
    assert digest(rows) != digest([*rows, *rows])
