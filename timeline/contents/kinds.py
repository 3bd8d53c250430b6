"""Which records and parts there are, whose parts they are, and which of their fields are content."""

from collections.abc import Iterator
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
from timeline.models.owners import OWNERS as OWNERS  # below this layer, as the index asks as well

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

KINDS: dict[str, Kind] = {kind._meta.label_lower: kind for kind in (*RECORDS, *OWNERS)}

# Columns that no form shows and that are content all the same. Any other such column is derived, or nobody's business.
KEPT = {"code", "state", "updated_at", "published_at", "withdrawn_at", "withdrawal_reason"}
PRIVATE = {"private_text"}  # in no fixture and on no page, but in the history, which restores it
ORIGIN = {"created_at", "created_by"}  # the same
ALWAYS_WRITTEN = {"code", "slug", "state", "updated_at"}


@cache
def fields_of(kind: Kind, *, private: bool = False) -> dict[str, Field]:
    """The fields that the fixtures hold, in the order of the model; with `private` what the history keeps besides."""
    columns: Iterator[Any] = iter((*kind._meta.concrete_fields, *kind._meta.many_to_many))
    kept = KEPT | ORIGIN if private else KEPT
    return {
        field.name: field
        for field in columns
        if not field.primary_key and (private or field.name not in PRIVATE) and (field.editable or field.name in kept)
    }


def is_record(kind: Kind) -> bool:
    return issubclass(kind, Record)


def is_ours(field: Field) -> bool:
    """Whether a reference points at a record or a part, and not at a user."""
    return isinstance(field.related_model, type) and issubclass(field.related_model, Identified)


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
