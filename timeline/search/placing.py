"""Ids of documents: they rise with the sort key, and say the year, the kind and the agreement.

So an engine that reads by id reads in the order of date and can stop early, and what it has matched is counted by year,
kind and agreement from the ids alone, without a look at any row. From the left, an id is

    14 bits  the year            17 bits  the place among those that share all of this
     9 bits  the month, the day   6 bits  the kind
    10 bits  the position         7 bits  the agreement

A new document takes a place between its neighbours. What has no date lies before all years, parted by how its slug
begins.
"""

import datetime as dt
from collections.abc import Sequence

from timeline.search.documents import Document, sort_key

AGREEMENTS = 1 << 7  # ordinals that have room in an id; 0 says none
# Their places in this list stand in the ids of every index: new kinds go to its end.
KINDS = (
    "agreement", "official", "organization", "place", "topic", "figure", "source", "round", "statement",
    "announcement", "appointment", "cabinet_approval", "call", "election", "entry_into_force", "expiry", "hearing",
    "incident", "initialling", "legislation", "meeting", "other", "press_briefing", "protest", "ratification", "report",
    "signing", "speech", "visit", "disagreement", "gap",
)  # fmt: skip
_NUMBER_OF = {kind: number for number, kind in enumerate(KINDS)}
LABELS = 1 << 13  # of kind and agreement together
ROOM = 1 << 17  # places of those that share a day and a position
POSITIONS = 1 << 10  # positions above it share the last one; the order among them is that of their places
STEP = 1 << 11  # between neighbours where there is room
YEAR_SHIFT = 49
KIND_SHIFT = 7
LETTERS = "-.0123456789abcdefghijklmnopqrstuvwxyz"  # of a sort key, in which a point follows the slug
FIRST, LAST = 0, (1 << 63) - 1  # of all ids, and behind them all
DATED_FROM = 1 << YEAR_SHIFT


def start_of(day: dt.date) -> int:
    """Not above the id of anything of that day or later."""
    return (day.year << 9 | day.month << 5 | day.day) * POSITIONS * ROOM * LABELS


def room_of(document: Document) -> int:
    """The first place of the room that the document is in."""
    if document.day is None:
        room = 0
        for letter in f"{document.slug}..."[:3]:
            room = room * len(LETTERS) + LETTERS.index(letter)
        return room * ROOM
    return start_of(document.day) // LABELS + min(document.position, POSITIONS - 1) * ROOM


def id_at(place: int, document: Document) -> int:
    agreement = document.agreement if document.agreement < AGREEMENTS else 0
    return place * LABELS + (number_of(document.kind) << KIND_SHIFT) + agreement


def place_of(pk: int) -> int:
    return pk // LABELS


def span_of(room: int) -> tuple[int, int]:
    """The ids of a room: from the first to before the second."""
    return room * LABELS, (room + ROOM) * LABELS


def number_of(kind: str) -> int:
    return _NUMBER_OF[kind]


def kind_of(pk: int) -> str:
    return kind_and_agreement(pk % LABELS)[0]


def kind_and_agreement(label: int) -> tuple[str, int]:
    """Of the last bits of an id: the kind, and the ordinal of the agreement; 0 for none.

    Empty for a kind that newer code has written, which runs beside this while an upgrade goes on.
    """
    number = label >> KIND_SHIFT
    return KINDS[number] if number < len(KINDS) else "", label % AGREEMENTS


def between(room: int, taken: Sequence[tuple[str, int]], new: Sequence[str]) -> dict[str, int] | None:
    """Places for new sort keys among those taken, both in order; None where a gap is full and all must move."""
    found: dict[str, int] = {}
    low, waiting, rest = None, list(new), iter(taken)
    while waiting:
        high = next(rest, None)
        run = [key for key in waiting if high is None or key < high[0]]
        if run:
            places = _spread(room, low, high[1] if high else None, len(run))
            if places is None:
                return None
            found |= zip(run, places, strict=True)
            waiting = waiting[len(run) :]
        low = high[1] if high is not None else low
    return found


def _spread(room: int, low: int | None, high: int | None, count: int) -> list[int] | None:
    floor, ceiling = (room - 1 if low is None else low), (room + ROOM if high is None else high)
    step = min(STEP, (ceiling - floor) // (count + 1))
    if step < 1:
        return None
    if low is None and high is None:
        first = room + ROOM // 2 - step * count // 2
    elif high is None:
        first = floor + step
    elif low is None:
        first = ceiling - step * count
    else:
        step = (ceiling - floor) // (count + 1)
        first = floor + step
    return [first + step * place for place in range(count)]


def evenly(room: int, keys: Sequence[str]) -> dict[str, int]:
    """All of a room anew."""
    step = ROOM // (len(keys) + 1)
    if step < 1:
        raise OverflowError(f"More than {ROOM - 1:,} records have the same day and position.")
    return {key: room + step * place for place, key in enumerate(keys, 1)}


def in_order(documents: Sequence[Document]) -> list[Document]:
    return sorted(documents, key=sort_key)
