from hypothesis import given
from hypothesis import strategies as st

from timeline.search import placing

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
