"""What has changed in public, day by day: the change note of the data set."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final

from django.db.models import Count, QuerySet, TextField
from django.db.models.functions import Cast, Substr

from timeline import corrections
from timeline.enums import State
from timeline.exports.rows import public
from timeline.exports.schema import Kind, kinds
from timeline.models import Revision
from timeline.models.prepared import Prepared

DAYS: Final = 30  # on which something changed


@dataclass(frozen=True)
class Day:
    day: str
    added: int
    corrected: int
    withdrawn: int

    @property
    def words(self) -> str:
        """In English, as the files are."""
        said = {"added": self.added, "corrections": self.corrected, "withdrawn": self.withdrawn}
        return ", ".join(f"{count} {word}" for word, count in said.items() if count)


@lru_cache(maxsize=4)
def recent_days(stamp: tuple[int, Any]) -> list[Day]:
    """Of the data at that stamp, which is the one of now; the newest first.

    Two queries for each kind of record and one for the corrections, however many there are.
    """
    added: Counter[dt.date] = Counter()
    withdrawn: Counter[dt.date] = Counter()
    for kind in kinds().values():
        if kind.is_record:
            added.update(_counted(_added(kind)))
            withdrawn.update(_counted(_withdrawn(kind)))
    corrected = Counter(_counted(CORRECTED))
    days = sorted({*added, *withdrawn, *corrected}, reverse=True)[:DAYS]
    return [Day(day.isoformat(), added[day], corrected[day], withdrawn[day]) for day in days]


@lru_cache(maxsize=4)
def counts(stamp: tuple[int, Any]) -> dict[str, int]:
    """How many rows of each kind there are. It counts them all: for small data."""
    return {kind.name: public(kind).count() for kind in kinds().values()}


def _by_day(rows: QuerySet[Any], column: str) -> QuerySet[Any, tuple[str, int]]:
    """Of moments as text, which both databases give in UTC: SQLite would call Python for each date."""
    found: QuerySet[Any, tuple[str, int]] = (
        rows.order_by()
        .annotate(day=Substr(Cast(column, TextField()), 1, len("2024-05-21")))
        .values("day")
        .annotate(count=Count("pk"))
        .order_by("-day")
        .values_list("day", "count")[:DAYS]
    )
    return found


@cache
def _added(kind: Kind) -> Prepared[tuple[str, int]]:
    return Prepared(kind.model, lambda: _by_day(public(kind), "published_at"))


@cache
def _withdrawn(kind: Kind) -> Prepared[tuple[str, int]]:
    everything: Any = kind.model._default_manager
    return Prepared(kind.model, lambda: _by_day(everything.filter(state=State.WITHDRAWN), "withdrawn_at"))


CORRECTED: Final[Prepared[tuple[str, int]]] = Prepared(Revision, lambda: _by_day(corrections.newest(), "at"))


def _counted(by_day: Prepared[tuple[str, int]]) -> dict[dt.date, int]:
    return {dt.date.fromisoformat(day): count for day, count in by_day()}
