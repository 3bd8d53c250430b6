"""Queries whose SQL is built once give what their querysets give, whatever values they are asked with."""

import pytest
from django.db.models import Count, Max

from tests import make
from timeline.models import Citation, Event, Source, Statement
from timeline.models.prepared import LENGTHS, Prepared, at_one_go

pytestmark = [pytest.mark.both, pytest.mark.django_db]

OF_SLUG = Prepared(Event, lambda slug: Event.objects.filter(slug=slug).select_related("place"))
ALL_SLUGS = Prepared(Event, lambda: Event.objects.order_by("slug").values_list("slug"))
OF_IDS = Prepared(Event, lambda ids: Event.objects.filter(pk__in=ids).order_by("slug"))


def test_asked_again_it_takes_the_new_value():
    first, second = make.event(), make.event()

    assert [OF_SLUG.first(each.slug) for each in (first, second, first)] == [first, second, first]


def test_what_is_not_there_is_none():
    assert (OF_SLUG.first("nothing"), OF_SLUG("nothing")) == (None, [])


def test_records_come_with_those_that_were_selected_with_them(django_assert_num_queries):
    event = make.event(place=make.place(name="Seoul"))

    with django_assert_num_queries(1):
        assert OF_SLUG.first(event.slug).place.name == "Seoul"


@pytest.mark.parametrize("count", [1, 2, LENGTHS[1], LENGTHS[1] + 1])
def test_a_list_of_any_length_is_asked_in_one_query(count, django_assert_num_queries):
    ids = [make.event().pk for _number in range(count)]

    with django_assert_num_queries(1):
        assert sorted(each.pk for each in OF_IDS(ids)) == sorted(ids)


def test_a_list_longer_than_a_database_takes_is_asked_in_parts(django_assert_num_queries):
    event = make.event()
    others = range(event.pk + 1, event.pk + LENGTHS[-1] + 1)

    with django_assert_num_queries(2):
        assert OF_IDS([*others, event.pk]) == [event]


def test_of_an_empty_list_the_database_is_not_asked(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert OF_IDS([]) == []


def test_several_are_asked_at_one_go_and_each_has_its_own_answer(django_assert_num_queries):
    first, second = make.event(), make.event()

    with django_assert_num_queries(2):
        assert at_one_go((OF_IDS, [second.pk, first.pk]), (ALL_SLUGS, None)) == [
            sorted([first, second], key=lambda event: event.slug),
            sorted([(first.slug,), (second.slug,)]),
        ]


def test_rows_are_those_of_the_queryset_also_where_they_are_counted_and_sorted_by_something_else():
    source = make.source()
    make.citation(make.event(), source=source)

    def counted(pk):
        cited = Citation.objects.filter(source=pk).order_by("source__title").values("supports")
        return cited.annotate(many=Count("pk")).values_list("supports", "many")

    assert Prepared(Citation, counted)(source.pk) == list(counted(source.pk))


def test_a_moment_is_one_also_where_it_is_worked_out_in_the_query():
    event = make.event()
    latest = Prepared(Event, lambda slug: Event.objects.filter(slug=slug).values_list("updated_at", Max("updated_at")))

    event.refresh_from_db()
    assert latest(event.slug) == [(event.updated_at, event.updated_at)]


def test_annotations_stand_on_the_records():
    make.citation(make.event(), source=(source := make.source()))
    cited = Prepared(Source, lambda pk: Source.objects.filter(pk=pk).annotate(many=Count("citations")))

    assert cited.first(source.pk).many == 1


def test_one_value_may_stand_in_several_places():
    statement = make.statement()
    named = Prepared(Statement, lambda pk: Statement.objects.filter(pk=pk).exclude(pk__lt=pk))

    assert named(statement.pk) == [statement]


def test_a_query_that_forgets_a_value_is_refused():
    forgetful = Prepared(Event, lambda slug, other: Event.objects.filter(slug=slug))

    with pytest.raises(ValueError, match="does not ask for each of its values"):
        forgetful("a", "b")
