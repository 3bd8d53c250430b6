"""Ids that rise with the sort key, so that an engine that reads by id reads in the order of date.

An id is 22 bits of the day, 15 of the position within it, and 26 of room for those that share both: in them a new
document takes a place between its neighbours. What has no date lies before all days, parted by how its slug begins.
"""

import datetime as dt
from collections.abc import Sequence

from timeline.search.documents import Document, sort_key

ROOM = 1 << 26
POSITIONS = 1 << 15
STEP = 1 << 13  # between neighbours where there is room
LETTERS = "-0123456789abcdefghijklmnopqrstuvwxyz"
FIRST, LAST = 0, (1 << 63) - 1  # of all ids, and behind them all


def start_of(day: dt.date) -> int:
    """Not above the id of anything of that day or later."""
    return day.toordinal() * POSITIONS * ROOM


DATED_FROM = start_of(dt.date.min + dt.timedelta(days=1))


def room_of(document: Document) -> int:
    """Where the room begins in which the document takes its place."""
    if document.day is None:
        first, second = (LETTERS.find(letter) + 1 for letter in f"{document.slug}  "[:2])
        return start_of(dt.date.min) + (first * (len(LETTERS) + 1) + second) * ROOM
    return start_of(document.day) + min(document.position, POSITIONS - 1) * ROOM


def between(room: int, taken: Sequence[tuple[str, int]], new: Sequence[str]) -> dict[str, int] | None:
    """Ids for new sort keys among those taken, both in order; None where a gap is full and all must move."""
    found: dict[str, int] = {}
    low, waiting, rest = None, list(new), list(taken)
    while waiting:
        high = rest[0] if rest else None
        run = [key for key in waiting if high is None or key < high[0]]
        if run:
            ids = _spread(room, low, high[1] if high else None, len(run))
            if ids is None:
                return None
            found |= zip(run, ids, strict=True)
            waiting = waiting[len(run) :]
        if high is not None:
            low = high[1]
            rest.pop(0)
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
    return {key: room + step * place for place, key in enumerate(keys, 1)}


def in_order(documents: Sequence[Document]) -> list[Document]:
    return sorted(documents, key=sort_key)
