import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import make
from timeline.enums import EventKind
from timeline.search import placing
from timeline.search.documents import SEARCHED, sort_key

KEYS = st.lists(st.text("abc", min_size=1, max_size=6), unique=True, min_size=1, max_size=40)
ROOM = 7 * placing.ROOM


def rises(places):
    ids = [places[key] for key in sorted(places)]
    return ids == sorted(set(ids)) and all(ROOM <= each < ROOM + placing.ROOM for each in ids)


@given(KEYS, st.integers(0, 40))
def test_new_ones_take_their_place_among_those_that_are_there(keys, cut):
    first = placing.between(ROOM, [], sorted(keys[:cut]))
    later = placing.between(ROOM, sorted(first.items()), sorted(keys[cut:]))

    assert rises(first | later)


@given(KEYS)
def test_one_by_one_as_well(keys):
    places = {}
    for key in keys:
        places |= placing.between(ROOM, sorted(places.items()), [key])

    assert rises(places)


def test_a_full_gap_says_so():
    assert placing.between(ROOM, [("a", ROOM + 5), ("c", ROOM + 6)], ["b"]) is None


@given(KEYS)
def test_a_room_made_anew_has_all_of_them(keys):
    assert rises(placing.evenly(ROOM, sorted(keys)))


def test_what_has_no_date_lies_before_all_that_has_one():
    last = make.document(slug="z" * 40, day=None)

    assert placing.span_of(placing.room_of(last))[1] <= placing.DATED_FROM


@pytest.mark.parametrize("kind", placing.KINDS)
def test_an_id_says_year_kind_and_agreement(kind):
    document = make.document(kind=kind, day=dt.date(2024, 10, 4), agreement=12)

    pk = placing.id_at(placing.room_of(document) + 5, document)

    assert (pk >> placing.YEAR_SHIFT, *placing.kind_and_agreement(pk % placing.LABELS)) == (2024, kind, 12)


def test_every_kind_of_record_has_a_number():
    others = {str(model._meta.model_name) for model in SEARCHED} - {"event"}

    assert set(placing.KINDS) == set(EventKind.values) | others


DAYS = st.dates(min_value=dt.date(1, 1, 1))
SLUGS = st.from_regex(r"[a-z0-9]{1,5}(-[a-z0-9]{1,3})?", fullmatch=True)


@given(st.lists(st.tuples(st.none() | DAYS, st.integers(0, 32_767), SLUGS), min_size=2, max_size=2))
def test_rooms_are_in_the_order_of_the_sort_keys(placed):
    first, second = sorted(
        (make.document(day=day, position=position, slug=slug) for day, position, slug in placed), key=sort_key
    )

    assert placing.room_of(first) <= placing.room_of(second)


def test_a_kind_that_newer_code_has_written_is_none():
    assert placing.kind_and_agreement(len(placing.KINDS) << placing.KIND_SHIFT | 12) == ("", 12)
