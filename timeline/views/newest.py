"""What is new on the site: entries of the timeline in the order in which they were published or last corrected.

The date of what happened orders the timeline; who follows the site wants to hear of an event of 1991 on the day on
which it was entered, and again when it was put right.
"""

import datetime as dt
import heapq
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, cast

from django.db.models import DateTimeField, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from timeline import chronology
from timeline.chronology import BadQuery, Filter
from timeline.enums import EntryKind, Facet
from timeline.index.composing import DATED, DatedModel, sort_key
from timeline.models import Entry, EntryLink, Event, Topic
from timeline.models.prepared import Prepared, at_one_go

PAGE_SIZE: Final = 50
FEW: Final = 10_000  # matches up to which all of them are looked at; of more, the newest records are tried one by one
LONG_AGO: Final = dt.datetime(1, 1, 1, tzinfo=dt.UTC)
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


class TopicName(NamedTuple):
    slug: str
    name: str


@dataclass(frozen=True)
class New:
    change: Change
    sort_key: str  # of its entry
    digest: bytes | None  # of what its card says: see `chronology.cards_of`
    topics: tuple[TopicName, ...]


@dataclass(frozen=True)
class Page:
    entries: tuple[New, ...]
    next_key: str  # for ?before=, empty on the last page


def newest(asked: Filter, before: str = "", size: int = PAGE_SIZE) -> Page:
    """The newest entries, or those that stand before a key. Five queries, whatever their number; one more for a filter,
    and one for a range of days.
    """
    found = _changes(asked, _beyond(before) if before else Q(), size + 1)
    more, found = len(found) > size, found[:size]
    return Page(tuple(_new(found)), found[-1].key if more else "")


def _new(changes: list[Change]) -> Iterator[New]:
    """What was withdrawn since the changes were read is missing."""
    slugs = [change.slug for change in changes]
    rows, links = at_one_go((ENTRIES, slugs), (TOPICS, slugs)) if slugs else ([], [])
    entries = {(name, record_id): entry for name, record_id, *entry in rows}
    topics: defaultdict[int, list[TopicName]] = defaultdict(list)
    for pk, slug, name in links:
        if slug:
            topics[pk].append(TopicName(slug, name))
    for change in changes:
        if entry := entries.get((change.record_type, change.record_id)):
            pk, sort_key, digest = entry
            yield New(change, sort_key, bytes(digest) if digest else None, tuple(sorted(topics[pk])))


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
        longest = chronology.longest_days() if asked.first else None
        matching = chronology.matching(asked, longest, one_by_one=True)
        among = _ids(chronology.matching(asked, longest))
    if not asked.narrows and not beyond and size == PAGE_SIZE + 1:
        return heapq.nlargest(size, _first_of_all(), key=lambda change: change.order)
    found: list[Change] = []
    for model in _kinds_asked_for(asked):
        name = str(model._meta.model_name)
        rows = model.objects.published().filter(beyond)
        if len(found) == size:  # what is older than all of them is not looked for
            rows = rows.filter(updated_at__gte=found[-1].updated_at)
        if among is not None:
            rows = rows.filter(pk__in=among[name])
        elif matching is not None:
            rows = rows.filter(Exists(matching.filter(record_type=name, record_id=OuterRef("pk"))))
        found = heapq.nlargest(size, found + _newest_of(name, rows, size), key=lambda change: change.order)
    return heapq.nlargest(size, found, key=lambda change: change.order)


def _kinds_asked_for(asked: Filter) -> list[DatedModel]:
    """The tables in which such entries can stand: looking for rounds in that of events would read all of it. Events
    come first: there are the most of them, so that of the others only the newest need be read.
    """
    own = {EntryKind.ROUND.value: "round", EntryKind.STATEMENT.value: "statement"}
    names = {own.get(kind, "event") for kind in asked.kinds}
    models = [model for model in DATED if not names or model._meta.model_name in names]
    return sorted(models, key=lambda model: model is not Event)


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
    return [Change(name, *values) for values in _in_our_order(rows, size)]


def _in_our_order(rows: QuerySet[Any], size: int) -> QuerySet[Any, tuple[Any, ...]]:
    """No index has it: so only what is as new as the last of them, by the moment, is sorted."""
    moments = rows.order_by("-updated_at", "-slug").values("updated_at")[size - 1 : size]
    fresh = rows.filter(updated_at__gte=Coalesce(Subquery(moments), Value(LONG_AGO, DateTimeField())))
    columns = ("pk", "code", "published_at", "updated_at", "first_day", "position", "slug")
    return fresh.order_by("-updated_at", "-first_day", "-position", "-slug").values_list(*columns)[:size]


def _first_of(model: DatedModel) -> Prepared[Any]:
    return Prepared(model, lambda: _in_our_order(model.objects.published(), PAGE_SIZE + 1))


FIRST_OF_ALL: Final = {model: _first_of(model) for model in DATED}  # what most readers of feeds ask for


def _first_of_all() -> list[Change]:
    rows = at_one_go(*((query, None) for query in FIRST_OF_ALL.values()))
    return [
        Change(str(model._meta.model_name), *values)
        for model, several in zip(FIRST_OF_ALL, rows, strict=True)
        for values in several
    ]


ENTRIES: Final[Prepared[tuple[str, int, int, str, bytes | None]]] = Prepared(
    Entry,
    lambda slugs: Entry.objects.filter(slug__in=slugs).values_list(
        "record_type", "record_id", "pk", "sort_key", "card_digest"
    ),
)


def _topics(slugs: Sequence[str]) -> QuerySet[Any, Any]:
    """Of these entries; one that is not public has no name."""
    topic = Topic.objects.published().filter(pk=OuterRef("target_id"))
    links = EntryLink.objects.filter(facet=Facet.TOPIC, entry__slug__in=slugs)
    return links.values_list("entry_id", Subquery(topic.values("slug")), Subquery(topic.values("name")))


TOPICS: Final[Prepared[tuple[int, str | None, str | None]]] = Prepared(EntryLink, _topics)
