"""What of each kind of record is fetched before its rules are asked: its parts and what they point at, a query each."""

from collections.abc import Iterator
from copy import copy
from typing import Any, TypeVar

from django.db import models
from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from timeline.enums import State
from timeline.models import (
    Agreement,
    Appointment,
    ChiefNegotiator,
    Citation,
    ConcernedRecord,
    Delegate,
    Disagreement,
    Event,
    Figure,
    Gap,
    Official,
    Organization,
    Part,
    Participant,
    Place,
    Position,
    Record,
    Relation,
    Round,
    Source,
    Stage,
    Statement,
    Topic,
)
from timeline.models.disagreements import CONCERNED
from timeline.models.relations import GOALS

R = TypeVar("R", bound=Record)
Lookups = list[Any]  # names of relations, and `Prefetch` objects, which are generic for the type checker only

# In the order in which they are checked: first what others point at.
RECORDS: tuple[type[Record], ...] = (
    Place,
    Organization,
    Official,
    Source,
    Agreement,
    Round,
    Event,
    Statement,
    Figure,
    Topic,
    Disagreement,
    Gap,
)
BATCH = 1_000  # records whose parts are in memory at a time; their keys stay below SQLite's bound for one query


def lookups(model: type[Record]) -> Lookups:
    made: Lookups = _LOOKUPS[model]()
    return made


def in_batches(records: QuerySet[R]) -> Iterator[list[R]]:
    """The records with their parts, so many at a time that any number of them can be checked."""
    model = records.model
    batch: list[R] = []
    for record in records.prefetch_related(*lookups(model)).iterator(chunk_size=BATCH):
        batch.append(record)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def with_parts(record: R) -> R:
    """A copy of the record as it is, unsaved changes and all, with its parts as they are stored now."""
    fresh = copy(record)
    fresh.__dict__.pop("_prefetched_objects_cache", None)
    fresh._state.fields_cache.clear()
    prefetch_related_objects([fresh], *lookups(type(record)))
    return fresh


def parts_of(record: Record) -> Iterator[tuple[str, Part]]:
    """Each part of the record, with the name of the relation on which it hangs."""
    for relation in _PARTS.get(type(record), ()):
        for part in getattr(record, relation).all():
            yield relation, part
            if isinstance(part, Appointment | Position):
                for citation in part.citations.all():
                    yield relation, citation


def citations_of(record: Record) -> list[Citation]:
    """Those on which the record itself rests; of a disagreement there are none: its positions have their own."""
    return list(record.citations.all()) if hasattr(record, "citations") else []


def public_citations_of(record: Record) -> list[Citation]:
    return [citation for citation in citations_of(record) if citation.source.is_published]


def targets_of(row: models.Model) -> Iterator[tuple[str, Record]]:
    """The records that a record or a part names by a key of its own, with the field's name; not its owner."""
    owners = _OWNERS.get(type(row), set())
    for field in row._meta.concrete_fields:
        model = field.related_model
        if field.name not in owners and isinstance(model, type) and issubclass(model, Record):
            target = getattr(row, field.name)
            if target is not None:
                yield field.name, target


def state_words(record: Record) -> str:
    return str(State(record.state).label)


def kind_words(record: models.Model) -> str:
    return str(record._meta.verbose_name)


def named(record: Record) -> str:
    """The record as a sentence names it: event “Ministers meet in Seoul”."""
    return _("%(kind)s “%(record)s”") % {"kind": kind_words(record), "record": record}


def _citations(path: str = "citations") -> Any:
    # The pasted text of a source can be long; the one rule that reads it fetches it once for each source.
    return Prefetch(path, Citation.objects.with_source().in_order())


def _people(path: str) -> Any:
    return Prefetch(path, Official.objects.with_appointments())


def _relations() -> Any:
    return Prefetch("relations", Relation.objects.in_order().prefetch_related(*GOALS))


_LOOKUPS: dict[type[Record], Any] = {
    Place: list,
    Organization: lambda: [_citations()],
    Official: lambda: [
        _citations(),
        Prefetch("appointments", Appointment.objects.select_related("organization").in_order()),
        _citations("appointments__citations"),
    ],
    Source: lambda: [
        Prefetch("citations", Citation.objects.only("code", "source")),
        Prefetch("texts_of", Agreement.objects.only("slug", "text_source")),
    ],
    Agreement: lambda: [
        _citations(),
        Prefetch("text_source", Source.objects.defer("private_text")),
        Prefetch("stages", Stage.objects.select_related("event")),
        Prefetch("chief_negotiators", ChiefNegotiator.objects.select_related("official").in_order()),
    ],
    Round: lambda: [
        _citations(),
        "agreement",
        "place",
        Prefetch("delegate_set", Delegate.objects.select_related("organization").in_order()),
        _people("delegate_set__official"),
        _relations(),
    ],
    Event: lambda: [
        _citations(),
        "agreement",
        "place",
        "also_at",
        Prefetch("participant_set", Participant.objects.select_related("organization").in_order()),
        _people("participant_set__official"),
        _relations(),
    ],
    Statement: lambda: [
        _citations(),
        "agreement",
        "place",
        "on_behalf_of",
        "made_at_round",
        "made_at_event",
        _people("speaker"),
        _people("co_speakers"),
        _relations(),
    ],
    Figure: lambda: [_citations(), "agreement", "arose_at_round", "arose_at_statement", "arose_at_event"],
    Topic: list,
    Disagreement: lambda: [
        Prefetch("positions", Position.objects.in_order()),
        _citations("positions__citations"),
        Prefetch("concernedrecord_set", ConcernedRecord.objects.in_order().prefetch_related(*CONCERNED)),
    ],
    Gap: lambda: ["agreement"],
}

_PARTS: dict[type[Record], tuple[str, ...]] = {
    Organization: ("citations",),
    Official: ("citations", "appointments"),
    Agreement: ("citations", "stages", "chief_negotiators"),
    Round: ("citations", "delegate_set", "relations"),
    Event: ("citations", "participant_set", "relations"),
    Statement: ("citations", "relations"),
    Figure: ("citations",),
    Disagreement: ("positions", "concernedrecord_set"),
}

_OWNERS: dict[type[models.Model], set[str]] = {
    Citation: {field.name for field in Citation._meta.concrete_fields if field.is_relation} - {"source"},
    Appointment: {"official"},
    Stage: {"agreement"},
    ChiefNegotiator: {"agreement"},
    Delegate: {"round"},
    Participant: {"event"},
    Position: {"disagreement"},
    ConcernedRecord: {"disagreement"},
    Relation: {"from_round", "from_statement", "from_event"},
}
