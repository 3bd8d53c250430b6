"""What the benchmark measures are copies made by SQL: they must be what the site would have made of them."""

import datetime as dt

import pytest

from tests import make
from tests.benchmarks.side_by_side import filling, multiplying
from timeline import index, search
from timeline.models import (
    Citation,
    EntryCard,
    EntryLink,
    Event,
    Participant,
    SearchDocument,
    SearchPerson,
    SearchWord,
)

pytestmark = pytest.mark.django_db
ORIGINALS, COUNT = 6, 20


@pytest.fixture
def copies():
    make.agreement(), make.place(), make.topic()
    for year in (1990, 1991, 1992):
        make.appointment(make.official(), start=f"{year}-06-01")
        make.organization(), make.source()
    filling.fill_originals(ORIGINALS)
    multiplying.multiply(COUNT, dt.date(1991, 1, 1), 400, filling.moment_of)
    return Event.objects.filter(code__gte=multiplying.code_of(ORIGINALS)).order_by("code")


def derived():
    """Rows of the derived tables, without the keys that are counted on."""
    of_record, of_entry = ("document__record_type", "document__record_id"), ("entry__slug",)
    return [
        set(EntryLink.objects.values_list(*of_entry, "facet", "target_id", "sort_key")),
        sorted(EntryCard.objects.values_list(*of_entry, "content", "text"), key=lambda row: row[0]),
        set(
            SearchDocument.objects.values_list("record_type", "record_id", "sort_key", "digest", "slug", "when", "text")
        ),
        set(SearchPerson.objects.values_list(*of_record, "official_id")),
        set(SearchWord.objects.values_list("word", "backwards", "is_name")),
    ]


def test_there_are_as_many_as_asked_for_in_the_order_of_their_days(copies):
    days = list(copies.values_list("first_day", flat=True))

    assert len(days) == COUNT - ORIGINALS
    assert days == sorted(days)
    assert [days[0], days[-1].year] == [dt.date(1991, 1, 1), 1992]


def test_the_indexes_are_what_the_site_makes_of_them(copies):
    assert [*index.differences(), *search.differences()] == []


def test_making_the_indexes_anew_changes_nothing(copies):
    before = derived()

    index.rebuild()
    search.rebuild()

    assert derived() == before


def test_a_copy_has_the_parts_of_its_original_under_codes_of_its_own(copies):
    original = Event.objects.get(code=multiplying.code_of(0))
    copy = copies.get(code=multiplying.code_of(ORIGINALS))

    def parts(model, event, *names):
        return list(model.objects.filter(event=event).order_by("code").values_list(*names))

    assert parts(Citation, copy, "source", "quote") == parts(Citation, original, "source", "quote") != []
    assert parts(Participant, copy, "official", "role") == parts(Participant, original, "official", "role") != []
    assert list(copy.topics.all()) == list(original.topics.all()) != []
    assert parts(Citation, copy, "code")[0] == (f"{copy.code}c0",)


def test_they_are_records_that_the_site_accepts(copies):
    for copy in copies:
        copy.full_clean()
        for part in (*copy.citations.all(), *copy.participant_set.all()):
            part.full_clean()


def test_more_can_be_entered_behind_them(copies):
    last = max(copies.values_list("pk", flat=True))

    assert make.event().pk > last
    assert index.differences() == []


def test_a_card_that_says_something_else_is_found(copies):
    assert multiplying.differences() == []

    EntryCard.objects.filter(entry__slug=copies.last().slug).update(text="something else")

    assert multiplying.differences() == [f"The entry of event {copies.last().slug} is not what the record says."]
