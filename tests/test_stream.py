import random

import pytest
from django.test import override_settings
from django.utils import translation

from tests import make
from tests.conftest import IS_DEEP
from tests.edits import EDITS, small_site
from timeline import chronology, index
from timeline.chronology import Filter
from timeline.models import Entry, EntryCard
from timeline.stream import KeptStreams, months, stream

pytestmark = [pytest.mark.both, pytest.mark.django_db]
ADDRESSES = (
    "/timeline/",
    "/timeline/?order=newest",
    "/timeline/?after=2019-01-01.00000.-",
    "/timeline/?kind=statement",
)


def rows():
    return chronology.page(Filter()).rows


def text(shown):
    return b"".join(shown.pieces).decode()


def cards():
    return stream(rows(), 2).cards


def test_entries_are_grouped_by_month_and_imprecise_ones_by_what_is_known():
    for when in ("1991", "1991-01", "1991-01-25", "1991-02~"):
        make.event(when=when)

    assert [(month.label, len(month.items)) for month in months(cards(), "en")] == [
        ("1991", 1),
        ("January 1991", 2),
        ("February 1991", 1),
    ]


@pytest.mark.parametrize(("others", "folds"), [(10, 0), (11, 1)])
def test_statements_fold_under_their_occasion_in_a_crowded_month(others, folds):
    briefing = make.event(when="2019-08-01")
    make.statement(made_at_event=briefing, when="2019-08-01")
    for _each in range(others):
        make.event(when="2019-08-20")

    (month,) = months(cards(), "en")

    assert (len(month.items), sum(len(item.folded) for item in month.items)) == (others + 2 - folds, folds)


def test_a_stream_says_from_when_to_when_it_reaches():
    make.event(when="2018-03/2019-05-02")
    make.event(when="2019-02")

    shown = stream(rows(), 2)

    assert [day.isoformat() for day in (shown.first_day, shown.last_day)] == ["2018-03-01", "2019-05-02"]


def test_a_page_without_an_entry_says_so(client):
    sentences = [b"No entry fits" in client.get("/timeline/").content]
    make.event()
    sentences.append(b"No entry fits" in client.get("/timeline/").content)

    assert sentences == [True, False]


# --- what is kept ----------------------------------------------------------------------------------------------------


def test_a_page_that_is_kept_is_found_without_a_query(django_assert_num_queries):
    make.entries(3)
    kept, read = KeptStreams(10), rows()
    with django_assert_num_queries(1):
        made = stream(read, 2, kept)

    with django_assert_num_queries(0):
        assert stream(read, 2, kept) is made


def test_of_a_page_that_changed_the_other_cards_are_found():
    event, other, kept = make.event(when="2019-08-01"), make.event(when="2019-08-02"), KeptStreams(10)
    before = stream(rows(), 2, kept).cards
    event.title = "Another title"
    event.save()

    after = stream(rows(), 2, kept).cards

    assert (after[0].title, after[1]) == ("Another title", before[1])
    assert after[1].slug == other.slug


def test_languages_and_levels_are_kept_apart():
    make.event(when="2019-08-07")
    kept, read = KeptStreams(10), rows()
    made = [text(stream(read, level, kept)) for level in (2, 3)]
    with translation.override("ko"):
        made.append(text(stream(read, 2, kept)))

    assert ["<h3" in each for each in made] == [True, True, True]
    assert ["<h2" in each for each in made] == [True, False, True]
    assert ["2019년 8월" in each for each in made] == [False, False, True]


@pytest.mark.parametrize(("cards", "pages"), [(4, 100), (100, 2)])
def test_the_pages_that_were_read_last_are_kept_as_far_as_there_is_room(cards, pages):
    make.entries(6)
    kept, read = KeptStreams(cards, pages), rows()
    first, second, third = read[0:2], read[2:4], read[4:6]
    for page in (first, second, first, third):
        stream(page, 2, kept)

    assert [is_kept(page, kept) for page in (first, second, third)] == [True, False, True]


def test_cards_on_several_pages_take_room_once():
    make.entries(5)
    kept, read = KeptStreams(4), rows()
    pages = [read[0:3], read[1:4], read[0:4]]
    for page in pages:
        stream(page, 2, kept)

    assert [is_kept(page, kept) for page in pages] == [True, True, True]


def is_kept(page, kept):
    return kept.page(("en", 2), [digest for _key, digest in page]) is not None


def test_a_page_of_more_cards_than_are_kept_is_shown():
    make.entries(3)

    assert len(stream(rows(), 2, KeptStreams(2)).cards) == 4


@override_settings(DEBUG=True)
def test_a_developer_sees_each_change_of_a_template_at_once():
    make.event()
    read = rows()

    assert stream(read, 2) is not stream(read, 2)


def test_text_about_a_page_is_made_once():
    make.event()
    shown = stream(rows(), 2, KeptStreams(10))

    assert [shown.said(about, iter(["one", "two"]).__next__) for about in ("a", "a", "b")] == [b"one"] * 3


# --- never what is no longer so --------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(40 if IS_DEEP else 2))
def test_whatever_is_done_a_page_of_what_is_kept_is_the_page_made_anew(client, seed):
    chance = random.Random(seed)
    small_site()
    for _each in range(12):
        chance.choice(EDITS)(chance)
        for address in ADDRESSES:
            shown = client.get(address).content
            with override_settings(DEBUG=True):
                assert client.get(address).content == shown
    assert index.differences() == []


@pytest.mark.parametrize("name", sorted(index.Card.__annotations__))
def test_cards_that_say_something_else_have_other_digests(name):
    make.event()
    card = EntryCard.objects.get().content

    assert index.digest_of(card | {name: "something else"}) != index.digest_of(card)


def test_the_digest_is_of_what_the_database_gives_back():
    round = make.round(name_ko="제1차 회의", outcome="They *met* & ate.")
    make.citation(round)

    assert Entry.objects.get().card_digest == index.digest_of(EntryCard.objects.get().content)


def test_a_change_between_the_reading_of_a_page_and_of_its_cards_is_shown():
    event = make.event(title="Before")
    read, kept = rows(), KeptStreams(10)
    event.title = "After"
    event.save()

    assert [card.title for card in stream(read, 2, kept).cards] == ["After"]
    assert [card.title for card in stream(rows(), 2, kept).cards] == ["After"]


def test_what_was_withdrawn_between_the_reading_of_a_page_and_of_its_cards_is_not_shown():
    event = make.event()
    read = rows()
    event.delete()

    assert stream(read, 2, KeptStreams(10)).cards == ()


# --- rows written by the code before ---------------------------------------------------------------------------------


def test_a_card_without_a_digest_is_shown_as_it_is(client):
    event = make.event(title="Before")
    Entry.objects.update(card_digest=None)
    client.get("/timeline/")
    EntryCard.objects.update(content=EntryCard.objects.get().content | {"title": "After"})

    assert [card.title for card in stream(rows(), 2).cards] == ["After"]
    assert (b"After" in client.get("/timeline/").content, event.title) == (True, "Before")


def test_missing_digests_are_written(monkeypatch):
    monkeypatch.setattr(index.writing, "BATCH", 2)
    for _each in range(5):
        make.event()
    Entry.objects.filter(pk__gt=Entry.objects.order_by("pk")[0].pk).update(card_digest=None)

    assert (index.write_missing_digests(), index.write_missing_digests()) == (4, 0)
    assert index.differences() == []


def test_a_wrong_digest_is_a_difference():
    event = make.event()
    Entry.objects.update(card_digest=b"0" * 16)

    assert index.differences() == [f"The entry of event {event.slug} is not what the record says."]
