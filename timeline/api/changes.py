"""What was changed, published or withdrawn since a moment, in the order of the change, by pages.

A change gets its moment when it is written, and is seen when its transaction ends, a little later. So an answer says
until when it is complete (`safe_moment`), and who asks again from there misses no change of a record's own; what only
names a record that was published, renamed or withdrawn is not listed. Records that are loaded from files keep the
moments of their origin: who asks from before a load is answered with everything.
"""

import datetime as dt
import heapq
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from timeline import exports
from timeline.api.parameters import shown
from timeline.api.reading import Page, Wanted, whole_rows
from timeline.chronology import BadQuery
from timeline.enums import Act, State
from timeline.exports import Kind, Row
from timeline.models import ContentVersion, Redirect, Revision, Tombstone

LONGEST_TRANSACTION = dt.timedelta(minutes=10)  # an import of thousands of rows takes a minute
KEY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z\.[a-z_]{1,20}\.[a-z0-9-]{1,100}$"
PARTS_OF_KEY = r"(.*Z)\.([a-z_]*)\.(.*)"
BEGINNING = dt.datetime(1, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, order=True)
class Place:
    """Where a change stands among all."""

    at: dt.datetime
    kind: str
    slug: str

    @property
    def key(self) -> str:
        return f"{exports.plain(self.at)}.{self.kind}.{self.slug}"


@dataclass(frozen=True)
class Change:
    place: Place
    pk: Any  # of the record; None where only a tombstone is left of it
    code: str
    gone: "tuple[str, dt.datetime] | None"  # the reason and when it was withdrawn


def place_of(key: str) -> Place | None:
    if not key:
        return None
    try:
        moment, kind, slug = re.fullmatch(PARTS_OF_KEY, key).groups()  # type: ignore[union-attr]  # caught below
        return Place(dt.datetime.fromisoformat(moment), kind, slug)
    except (AttributeError, ValueError) as error:
        sentence = _("“%(value)s” is no page of this list: follow “next” of the page before.")
        raise BadQuery("after", sentence % {"value": shown(key)}) from error


def safe_moment() -> dt.datetime:
    """Until then everything that was changed is seen by now."""
    return timezone.now() - LONGEST_TRANSACTION


def page(
    kinds: Sequence[Kind], since: dt.datetime, wanted: Wanted, *, place: Place | None, limit: int, only: Q
) -> Page:
    """Behind the place. `only` narrows down what is there; what is gone says no more than that.

    Four queries at most for each kind, then those of its rows.
    """
    start = _start(since)
    streams = [_records(kind, only, start, place, limit + 1) for kind in kinds]
    left = set(Tombstone.objects.order_by().values_list("kind", flat=True).distinct())  # most data sets have none
    streams += [_tombstones(kind, start, place, limit + 1) for kind in kinds if kind.name in left]
    found = list(islice(heapq.merge(*streams, key=lambda each: each.place), limit + 1))
    items = _items(kinds, found[:limit], wanted)
    return Page(items, found[limit - 1].place.key if len(found) > limit else "")


def _start(since: dt.datetime) -> dt.datetime:
    loaded = last_load(ContentVersion.stamp())
    return BEGINNING if loaded is not None and loaded >= since else since


@lru_cache(maxsize=4)
def last_load(stamp: tuple[int, dt.datetime | None]) -> dt.datetime | None:
    return Revision.objects.filter(act=Act.LOADED).order_by("-at").values_list("at", flat=True).first()


# --- one kind --------------------------------------------------------------------------------------------------------


def _once_public(kind: Kind) -> QuerySet[Any]:
    model: Any = kind.model
    everything: QuerySet[Any] = model._default_manager.filter(state__in=(State.PUBLISHED, State.WITHDRAWN))
    return everything


def _records(kind: Kind, only: Q, since: dt.datetime, place: Place | None, most: int) -> list[Change]:
    rows = _from(
        _once_public(kind).filter(only | Q(state=State.WITHDRAWN) if only else only),
        "updated_at",
        kind,
        since,
        place,
        most,
    )
    names = ("updated_at", "slug", "pk", "code", "state", "withdrawal_reason", "withdrawn_at")
    return [
        Change(Place(at, kind.name, slug), pk, code, (reason, withdrawn_at) if state == State.WITHDRAWN else None)
        for at, slug, pk, code, state, reason, withdrawn_at in _values(rows, names)
    ]


def _tombstones(kind: Kind, since: dt.datetime, place: Place | None, most: int) -> list[Change]:
    left = Tombstone.objects.filter(kind=kind.name).exclude(code__in=_once_public(kind).values("code"))
    rows = _from(left, "withdrawn_at", kind, since, place, most)
    names = ("withdrawn_at", "slug", "code", "reason")
    return [Change(Place(at, kind.name, slug), None, code, (why, at)) for at, slug, code, why in _values(rows, names)]


def _values(parts: Sequence[QuerySet[Any]], names: tuple[str, ...]) -> Iterator[Any]:
    for rows in parts:
        yield from rows.values_list(*names)


def _from(
    rows: QuerySet[Any], moment: str, kind: Kind, since: dt.datetime, place: Place | None, most: int
) -> list[QuerySet[Any]]:
    """Behind the place, else from the moment on. Two questions that the index answers each, where one would not be:

    what else was changed at the same moment (a load gives thousands the same), and what was later.
    """
    ordered = rows.order_by(moment, "slug")
    if place is None or place.at < since:
        return [ordered.filter(**{f"{moment}__gte": since})[:most]]
    later = ordered.filter(**{f"{moment}__gt": place.at})[:most]
    if kind.name < place.kind:
        return [later]
    same = Q(**{moment: place.at})
    if kind.name == place.kind:
        same &= Q(slug__gt=place.slug)
    return [ordered.filter(same)[:most], later]


# --- what the answer shows -------------------------------------------------------------------------------------------


def _items(kinds: Sequence[Kind], changes: Sequence[Change], wanted: Wanted) -> list[Row]:
    made: dict[Place, Row] = {}
    for kind in kinds:
        of_kind = [each for each in changes if each.place.kind == kind.name]
        made |= _rows(kind, [each for each in of_kind if each.gone is None], wanted)
        made |= _gone(kind, [each for each in of_kind if each.gone is not None])
    return [made[each.place] for each in changes if each.place in made]


def _rows(kind: Kind, changes: Sequence[Change], wanted: Wanted) -> dict[Place, Row]:
    """Without those that were withdrawn a moment ago: they follow later in the list."""
    if not changes:
        return {}
    found = exports.public(kind).filter(pk__in=[each.pk for each in changes])
    batch = list(found.values(*exports.columns_of(kind)))
    rows = {values["pk"]: row for values, row in zip(batch, whole_rows(kind, batch, wanted), strict=True)}
    return {each.place: rows[each.pk] for each in changes if each.pk in rows}


def _gone(kind: Kind, changes: Sequence[Change]) -> dict[Place, Row]:
    if not changes:
        return {}
    onward = Redirect.objects.filter(kind=kind.name, old_slug__in=[each.place.slug for each in changes])
    leads = dict(onward.values_list("old_slug", "new_slug"))
    there = set(exports.public(kind).filter(slug__in=leads.values()).values_list("slug", flat=True))
    return {
        each.place: {
            "type": kind.name,
            "code": each.code,
            "slug": each.place.slug,
            "deleted": True,
            "withdrawn_at": exports.plain(each.gone[1]),
            "reason": each.gone[0],
            "moved_to": leads[each.place.slug] if leads.get(each.place.slug) in there else None,
            "updated_at": exports.plain(each.place.at),
        }
        for each in changes
        if each.gone is not None
    }
