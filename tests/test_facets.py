import datetime as dt

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests import make
from timeline import chronology, facets
from timeline.chronology import Filter
from timeline.models import Agreement, ContentVersion, Official, Organization, Place, Topic

pytestmark = [pytest.mark.both, pytest.mark.django_db]
MODELS = {"official": Official, "organization": Organization, "place": Place, "topic": Topic, "agreement": Agreement}


def asked(query):
    return Filter.from_query(QueryDict(query))


def counted(query=""):
    return facets.counts(ContentVersion.stamp(), asked(query))


def left(filter):
    return chronology.page(filter, size=1000).cards


def test_each_value_shows_how_many_entries_it_would_leave():
    seoul, official = make.place(), make.official()
    make.event(kind="call", place=seoul)
    met = make.event(kind="meeting", place=seoul)
    make.participant(met, official=official)

    counts = counted()

    assert (counts.total, counts.of("kind", "call"), counts.of("place", seoul.pk)) == (2, 1, 2)
    assert (counts.of("official", official.pk), counts.of("country", "KR"), counts.of("country", "US")) == (1, 1, 0)


def test_values_of_one_name_are_alternatives_and_do_not_narrow_one_another():
    make.event(kind="call")
    make.event(kind="visit")

    counts = counted("kind=call")

    assert (counts.total, counts.of("kind", "call"), counts.of("kind", "visit")) == (1, 1, 1)


def test_years_are_those_in_which_something_is_left():
    make.event(kind="call", when="2019-08-07")
    make.event(kind="visit", when="2021")

    assert (counted().years, counted("kind=visit").years) == ({2019, 2021}, {2021})
    assert (counted("q=met").years, counted("q=met&kind=visit").years) == ({2019, 2021}, {2021})


@pytest.mark.parametrize(("count", "words"), [(0, "0"), (1234, "1,234"), (10_000, "10,000"), (10_001, "10,000+")])
def test_counts_are_exact_to_ten_thousand(count, words):
    assert facets.count_words(count) == words


def test_a_draft_is_in_no_count():
    seoul, secret = make.place(), make.official(state="draft")
    event = make.event(place=seoul)
    make.participant(event, official=secret)
    make.event(state="draft", place=seoul, kind="call")

    counts = counted()

    assert (counts.total, counts.of("place", seoul.pk), counts.of("official", secret.pk)) == (1, 1, 0)
    assert (counts.of("kind", "call"), counts.of("country", "KR")) == (0, 0)


def test_counts_are_kept_until_something_public_changes(django_assert_num_queries):
    make.event()
    stamp = ContentVersion.stamp()
    facets.counts(stamp, Filter())

    with django_assert_num_queries(0):
        assert facets.counts(stamp, Filter()).total == 1

    make.event()
    assert counted().total == 2


@pytest.mark.deep(2)
@pytest.mark.parametrize("size", [10, 10_000])
@pytest.mark.parametrize(("query", "queries"), [("", 3), ("kind=call", 3), ("q=x", 2), ("from=2001&to=2003&q=x", 3)])
def test_counting_costs_the_same_queries_at_any_size(size, query, queries, django_assert_num_queries):
    make.entries(size)
    filter, stamp = asked(query), ContentVersion.stamp()

    with django_assert_num_queries(queries):
        facets.counts(stamp, filter)


def test_a_facet_that_is_filtered_by_costs_one_query_more(django_assert_num_queries):
    make.entries(10, make.official(slug="everywhere"))
    filter, stamp = asked("official=everywhere"), ContentVersion.stamp()

    with django_assert_num_queries(4):
        facets.counts(stamp, filter)


class CountProperties(TestCase):
    """Whatever is asked for, a count is what the page then leaves."""

    def setUp(self):
        self.agreements = [make.agreement(ordinal=ordinal) for ordinal in (11, 12)]
        self.officials = [make.official(slug="kr", country="KR"), make.official(slug="us", country="US")]
        self.places = [make.place(slug="seoul"), make.place(slug="jeju")]
        self.bodies = [make.organization(slug="mofa")]
        for number in range(12):
            kind = ("call", "visit")[number % 2]
            event = make.event(
                kind=kind,
                when=f"2019-{number % 4 + 1:02}" + ("" if number % 3 else "-15"),
                agreement=[*self.agreements, None][number % 3],
                place=[*self.places, None][number % 3],
                summary="furlough" if number % 2 else "talks",
            )
            if number % 4:
                make.participant(event, official=self.officials[number % 2])
            if number % 5 == 0:
                make.participant(event, organization=self.bodies[0])
        make.topic(event, slug="threads")
        make.statement(speaker=self.officials[1], when="2019-02-03", agreement=self.agreements[0])

    choices = st.fixed_dictionaries(
        {},
        optional={
            "agreement": st.lists(st.sampled_from(["11", "12", "sma-12"]), max_size=2),
            "kind": st.lists(st.sampled_from(["call", "visit", "statement"]), max_size=2),
            "country": st.lists(st.sampled_from(["KR", "US", "INT"]), max_size=2),
            "official": st.lists(st.sampled_from(["kr", "us"]), max_size=2),
            "place": st.lists(st.sampled_from(["seoul", "jeju"]), max_size=2),
            "topic": st.just(["threads"]),
            "from": st.sampled_from([["2019-02"], ["2019-02-10"]]),
            "to": st.sampled_from([["2019-02-15"], ["2019-03"]]),
            "q": st.just(["furlough"]),
        },
    )

    @settings(max_examples=25, deadline=None)
    @given(choices)
    def test_counts_equal_what_the_filter_then_leaves(self, chosen):
        query = QueryDict(mutable=True)
        for name, values in chosen.items():
            query.setlist(name, values)
        filter = Filter.from_query(query)

        counts = facets.counts(ContentVersion.stamp(), filter)

        assert counts.total == len(left(filter))
        for name in ("agreement", "kind", "country", "official", "organization", "place", "topic"):
            keys = (
                {record.pk: record.slug for record in MODELS[name].objects.all()}
                if name in MODELS
                else {value: value for value in ("call", "visit", "statement", "KR", "US", "INT")}
            )
            others = QueryDict(mutable=True)
            for other, values in chosen.items():
                if other != name:
                    others.setlist(other, values)
            for key, value in keys.items():
                if (name == "kind") == value.isupper() and name in {"kind", "country"}:
                    continue
                with_it = others.copy()
                with_it[name] = value
                assert counts.of(name, key) == len(left(Filter.from_query(with_it))), (name, value, chosen)
        assert counts.years == {dt.date.fromisoformat(f"{card['when'][:4]}-01-01").year for card in left(filter)}
