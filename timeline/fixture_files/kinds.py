"""Which records and parts the fixtures hold, in which files, and which of their fields."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias, cast

from django.db import models

from timeline.enums import StageKind
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
from timeline.models.base import Identified
from timeline.models.citations import TARGETS
from timeline.models.relations import ORIGINS

Row: TypeAlias = Identified  # a record or a part
Kind: TypeAlias = type[Identified]
Field: TypeAlias = "models.Field[Any, Any] | models.ManyToManyField[Any, Any]"

# Each after those that it points at.
RECORDS: tuple[type[Record], ...] = (
    Place,
    Source,
    Organization,
    Official,
    Agreement,
    Round,
    Event,
    Statement,
    Figure,
    Topic,
    Disagreement,
    Gap,
)

# Parts and the fields that say whose they are; a part of a part after that part.
OWNERS: dict[type[Part], tuple[str, ...]] = {
    Appointment: ("official",),
    ChiefNegotiator: ("agreement",),
    Stage: ("agreement",),
    Delegate: ("round",),
    Participant: ("event",),
    Position: ("disagreement",),
    ConcernedRecord: ("disagreement",),
    Relation: ORIGINS,
    Citation: TARGETS,
}

KINDS: dict[str, Kind] = {kind._meta.label_lower: kind for kind in (*RECORDS, *OWNERS)}

# Columns that no form shows and the fixtures keep all the same. Any other such column is derived, or nobody's business.
KEPT = {"code", "state", "updated_at", "published_at", "withdrawn_at", "withdrawal_reason"}
PRIVATE = {"private_text"}
ALWAYS_WRITTEN = {"code", "slug", "state", "updated_at"}


@dataclass(frozen=True)
class FixtureFile:
    name: str
    about: str
    kinds: tuple[Kind, ...]


FILES = (
    FixtureFile(
        "01-places.yaml",
        "Places: cities, bases, regions and countries. Common geographic knowledge, so without citations.",
        (Place,),
    ),
    FixtureFile(
        "02-sources.yaml", "Sources: the works that are cited. Text by a source is never corrected.", (Source,)
    ),
    FixtureFile("03-organizations.yaml", "Organizations, each with its citations.", (Organization, Citation)),
    FixtureFile(
        "04-officials.yaml",
        "Officials, each with the posts held (appointments) and its citations.",
        (Official, Appointment, Citation),
    ),
    FixtureFile(
        "05-agreements.yaml",
        "Agreements, each with its chief negotiators and citations. The legal stages: 10-stages.yaml.",
        (Agreement, ChiefNegotiator, Citation),
    ),
    FixtureFile(
        "06-rounds.yaml", "Rounds of the talks, each with its delegates and citations.", (Round, Delegate, Citation)
    ),
    FixtureFile("07-events.yaml", "Events, each with its participants and citations.", (Event, Participant, Citation)),
    FixtureFile("08-statements.yaml", "Statements: exact words, each with its citations.", (Statement, Citation)),
    FixtureFile(
        "09-figures.yaml",
        "Figures: amounts and rates demanded, offered, reported, agreed or paid, each with its citations.",
        (Figure, Citation),
    ),
    FixtureFile(
        "10-stages.yaml",
        "Stages: which event was which legal stage of an agreement. The date is the event's.",
        (Stage,),
    ),
    FixtureFile("11-topics.yaml", "Topics: threads that run across agreements, with what belongs to them.", (Topic,)),
    FixtureFile(
        "12-relations.yaml", "Relations: which record is about another, answers it or follows from it.", (Relation,)
    ),
    FixtureFile(
        "13-disagreements.yaml",
        "Disagreements: questions on which sources differ, each with the positions and their citations, and the records"
        " concerned.",
        (Disagreement, Position, ConcernedRecord, Citation),
    ),
    FixtureFile("14-gaps.yaml", "Gaps: what is known to be missing.", (Gap,)),
)


@cache
def fields_of(kind: Kind) -> dict[str, Field]:
    """The fields that the fixtures hold, in the order of the model."""
    columns: Iterator[Any] = iter((*kind._meta.concrete_fields, *kind._meta.many_to_many))
    return {
        field.name: field
        for field in columns
        if not field.primary_key and field.name not in PRIVATE and (field.editable or field.name in KEPT)
    }


def is_record(kind: Kind) -> bool:
    return issubclass(kind, Record)


def target_of(field: Field) -> Kind:
    """The kind that a reference points at."""
    return cast(Kind, field.related_model)


def order_of(row: Row) -> tuple[Any, ...]:
    """Where a record stands among all, a part among its owner's parts of one kind. Total: it ends with slug or code."""
    match row:
        case Record():
            return (row.slug,)
        case Appointment():
            day = row.first_known_day
            return (True, day, row.code) if day else (False, row.code)
        case Stage():
            return (StageKind.values.index(row.stage), row.code)
        case Relation():
            return (row.kind, row.order, row.code)
        case Delegate() | Participant() | ChiefNegotiator() | Position() | ConcernedRecord() | Citation():
            return (row.order, row.code)
    raise TypeError(row)  # a new kind of part needs a line above
