"""What is new on the site: entries of the timeline in the order in which they were published or last corrected.

The date of what happened orders the timeline; who follows the site wants to hear of an event of 1991 on the day on
which it was entered, and again when it was put right.
"""

import datetime as dt
import heapq
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Final, cast

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from timeline import chronology
from timeline.chronology import BadQuery, Filter
from timeline.enums import EntryKind, Facet
from timeline.index import Card
from timeline.index.composing import DATED, DatedModel, sort_key
from timeline.models import Entry, EntryLink, Topic

PAGE_SIZE: Final = 50
FEW: Final = 10_000  # matches up to which all of them are looked at; of more, the newest records are tried one by one
MOMENT: Final = "%Y%m%dT%H%M%S%f"
KEY = re.compile(r"(\d{8}T\d{12})\.(\d{4}-\d{2}-\d{2})\.(\d{5})\.([a-z0-9-]{1,100})")


@dataclass(frozen=True)
class Change:
    """A public record of the timeline, and when it was last published or changed."""

    record_type: str
    record_id: int
    code: str
    published_at: dt.datetime
    updated_at: dt.datetime
    first_day: dt.date
    position: int
    slug: str

    @property
    def order(self) -> tuple[Any, ...]:
        """What changed at one moment, as a load does, in the order of what happened."""
        return (self.updated_at, self.first_day, self.position, self.slug)

    @property
    def key(self) -> str:
        return f"{self.updated_at.astimezone(dt.UTC):{MOMENT}}.{sort_key(self.first_day, self.position, self.slug)}"


@dataclass(frozen=True)
class New:
    change: Change
    card: Card
    topics: tuple[Topic, ...]


@dataclass(frozen=True)
class Page:
    entries: tuple[New, ...]
    next_key: str  # for ?before=, empty on the last page


def newest(asked: Filter, before: str = "", size: int = PAGE_SIZE) -> Page:
    """The newest entries, or those that stand before a key. Nine queries at most, whatever their number; one more for a
    filter, and one for a range of days.
    """
    found = _changes(asked, _beyond(before) if before else Q(), size + 1)
    more, found = len(found) > size, found[:size]
    cards, topics = _cards(found), _topics(found)
    entries = tuple(New(change, cards[key], tuple(topics[key])) for change in found if (key := _key(change)) in cards)
    return Page(entries, found[-1].key if more else "")


def _key(change: Change) -> tuple[str, int]:
    return change.record_type, change.record_id


def _beyond(key: str) -> Q:
    """Records that stand behind the key in the order of changes."""
    try:
        moment, day, position, slug = cast(re.Match[str], KEY.fullmatch(key)).groups()
        at = dt.datetime.strptime(moment, MOMENT).replace(tzinfo=dt.UTC)
        first_day = dt.date.fromisoformat(day)
    except (AttributeError, ValueError) as error:
        raise BadQuery("before", _("“%(value)s” is no page of this list.") % {"value": key[:80]}) from error
    same_day = Q(position__lt=int(position)) | Q(position=int(position), slug__lt=slug)
    same_moment = Q(first_day__lt=first_day) | (Q(first_day=first_day) & same_day)
    return Q(updated_at__lte=at) & (Q(updated_at__lt=at) | same_moment)


def _changes(asked: Filter, beyond: Q, size: int) -> list[Change]:
    """Where few entries match, all their records are looked at; else the newest records, until enough of them do."""
    among, matching = None, None
    if asked.narrows:
        matching = chronology.matching(asked, chronology.longest_days() if asked.first else None)
        among = _ids(matching)
    found: list[Change] = []
    for model in _kinds_asked_for(asked):
        rows = model.objects.published().filter(beyond)
        name = str(model._meta.model_name)
        if among is not None:
            rows = rows.filter(pk__in=among[name])
        elif matching is not None:
            rows = rows.filter(Exists(matching.filter(record_type=name, record_id=OuterRef("pk"))))
        found += _newest_of(name, rows, size)
    return heapq.nlargest(size, found, key=lambda change: change.order)


def _kinds_asked_for(asked: Filter) -> list[DatedModel]:
    """The tables in which such entries can stand: looking for rounds in that of events would read all of it."""
    own = {EntryKind.ROUND.value: "round", EntryKind.STATEMENT.value: "statement"}
    names = {own.get(kind, "event") for kind in asked.kinds}
    return [model for model in DATED if not names or model._meta.model_name in names]


def _ids(matching: QuerySet[Entry]) -> dict[str, list[int]] | None:
    """The records of the matching entries, by their kind; None when they are many."""
    pairs = list(matching.values_list("record_type", "record_id")[: FEW + 1])
    if len(pairs) > FEW:
        return None
    found: dict[str, list[int]] = {str(model._meta.model_name): [] for model in DATED}
    for name, record_id in pairs:
        found[name].append(record_id)
    return found


def _newest_of(name: str, rows: QuerySet[Any], size: int) -> list[Change]:
    """First in the order of the index alone, as only that is quick; what changed at the last moment of these is asked
    for once more, in our own order.
    """
    found = _read(name, rows.order_by("-updated_at", "-slug"), size)
    if len(found) < size:
        return found
    last = found[-1].updated_at
    tied = rows.filter(updated_at=last).order_by("-first_day", "-position", "-slug")
    return [change for change in found if change.updated_at > last] + _read(name, tied, size)


def _read(name: str, rows: QuerySet[Any], size: int) -> list[Change]:
    columns = ("pk", "code", "published_at", "updated_at", "first_day", "position", "slug")
    return [Change(name, *values) for values in rows.values_list(*columns)[:size]]


def _among(changes: list[Change]) -> Q:
    ids: defaultdict[str, list[int]] = defaultdict(list)
    for change in changes:
        ids[change.record_type].append(change.record_id)
    among = Q(pk__in=[])
    for name, record_ids in ids.items():
        among |= Q(record_type=name, record_id__in=record_ids)
    return among


def _cards(changes: list[Change]) -> dict[tuple[str, int], Card]:
    rows = Entry.objects.filter(_among(changes)).values_list(
        "record_type", "record_id", Cast("card__content", TextField())
    )
    return {(name, record_id): json.loads(content) for name, record_id, content in rows}


def _topics(changes: list[Change]) -> defaultdict[tuple[str, int], list[Topic]]:
    entries = Entry.objects.filter(_among(changes))
    links = EntryLink.objects.filter(facet=Facet.TOPIC, entry__in=entries).values_list(
        "entry__record_type", "entry__record_id", "target_id"
    )
    pairs = [((name, record_id), target) for name, record_id, target in links]
    topics = Topic.objects.published().in_bulk({target for _entry, target in pairs})
    found: defaultdict[tuple[str, int], list[Topic]] = defaultdict(list)
    for key, target in pairs:
        if target in topics:
            found[key].append(topics[target])
    for several in found.values():
        several.sort(key=lambda topic: topic.slug)
    return found
