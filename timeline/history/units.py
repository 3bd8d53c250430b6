"""Units of work: what is changed together, by one person, for one reason."""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from timeline import index
from timeline.history import recording
from timeline.history.recording import Place
from timeline.models import Record

_local = threading.local()


@dataclass
class Unit:
    by: Any = None
    why: str = ""
    act: str = ""
    reviewer: Any = None
    name: str = field(default_factory=lambda: secrets.token_hex(8))
    touched: dict[Place, list[Record]] = field(default_factory=dict)  # with the objects that are to learn their version
    deleted: dict[Place, Record] = field(default_factory=dict)
    known: set[Place] = field(default_factory=set)  # those that have a revision to be compared with

    def take(self, by: Any, why: str, act: str, reviewer: Any) -> None:
        """What an inner unit knows better than the outer one, which may know nothing."""
        self.by, self.why, self.act = self.by or by, self.why or why, self.act or act
        self.reviewer = self.reviewer or reviewer


def current() -> Unit | None:
    return getattr(_local, "unit", None)


def being_deleted() -> set[Place]:
    """The records whose deletion has begun: their parts go with them."""
    if not hasattr(_local, "being_deleted"):
        _local.being_deleted = set()
    places: set[Place] = _local.being_deleted
    return places


def is_suspended() -> bool:
    return bool(getattr(_local, "suspended", False))


def by_whom() -> Any:
    """The user whose unit of work this is."""
    working = current()
    return working.by if working else None


@contextmanager
def unit(*, by: Any = None, why: str = "", act: str = "", reviewer: Any = None) -> Iterator[Unit]:
    """One transaction, whole or not at all, with one revision for each changed record at its end.

    Within another unit it is a part of that one, which keeps its own author, reason and act where it has them.
    """
    outer = current()
    if outer is not None:
        outer.take(by, why, act, reviewer)
        known, deleted = set(outer.known), dict(outer.deleted)
        try:
            with index.at_once():
                yield outer
        except BaseException:
            outer.known, outer.deleted = known, deleted  # what was written down inside is taken back
            raise
        return
    with index.at_once():  # atomic, and each entry is made anew once
        _local.unit = opened = Unit(by, why, act, reviewer)
        try:
            yield opened
            recording.write_down(opened)
        finally:
            _local.unit = None
            being_deleted().clear()  # where deleting has failed half way


def changed_so_far() -> list[Record]:
    """What the open unit of work has changed, and the history does not say yet."""
    working = current()
    return [each.row for each in recording.pending(working)] if working else []


@contextmanager
def suspended() -> Iterator[None]:
    """Inside, nothing is written down. For Django's `loaddata` into an empty database alone."""
    _local.suspended = True
    try:
        yield
    finally:
        _local.suspended = False


def touch(*records: Record) -> None:
    """Say that a record may have changed by a way that sends no signal, such as `update()`. Within a unit."""
    working = current()
    if working is None:
        raise RuntimeError("touch() belongs inside a unit")
    for record in records:
        place = (type(record), record.pk)
        know(working, place)
        working.touched.setdefault(place, []).append(record)


def know(working: Unit, place: Place) -> None:
    """Before its first change, a record of which the history says nothing is written down as it was found."""
    if place not in working.known:
        working.known.add(place)
        recording.write_down_as_found(place)
