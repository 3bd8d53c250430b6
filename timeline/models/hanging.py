"""Whether anything hangs on a record, asked with the record: most have little, and to ask for nothing costs as much.

No more than a hint. What is not public counts as well, so that no other table need be looked at.
"""

from functools import cache
from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, QuerySet

from timeline.models.agreements import Stage
from timeline.models.base import Record
from timeline.models.disagreements import ConcernedRecord
from timeline.models.events import Event, Participant
from timeline.models.figures import Figure
from timeline.models.relations import Relation
from timeline.models.rounds import Delegate, Round
from timeline.models.statements import Statement

R = TypeVar("R", bound=Record)
# What points at a record of each kind, and by which columns.
POINTERS: dict[type[Record], list[tuple[type[Model], tuple[str, ...]]]] = {
    Event: [
        (Participant, ("event",)),
        (Stage, ("event",)),
        (Statement, ("made_at_event",)),
        (Figure, ("arose_at_event",)),
        (ConcernedRecord, ("event",)),
        (Event.also_at.through, ("event",)),
        (Event.topics.through, ("event",)),
        (Relation, ("from_event", "to_event")),
    ],
    Round: [
        (Delegate, ("round",)),
        (Statement, ("made_at_round",)),
        (Figure, ("arose_at_round",)),
        (ConcernedRecord, ("round",)),
        (Round.topics.through, ("round",)),
        (Relation, ("from_round", "to_round")),
    ],
    Statement: [
        (Statement.co_speakers.through, ("statement",)),
        (Figure, ("arose_at_statement",)),
        (ConcernedRecord, ("statement",)),
        (Statement.topics.through, ("statement",)),
        (Relation, ("from_statement", "to_statement")),
    ],
    Figure: [
        (ConcernedRecord, ("figure",)),
        (Relation, ("to_figure",)),
    ],
}


def with_hints(records: QuerySet[R]) -> QuerySet[R]:
    """Records of which `may_have` can say more than that it does not know. No query more."""
    hinted: QuerySet[R] = records.annotate(**_hints(records.model))
    return hinted


def may_have(record: Record, *kinds: type[Model]) -> bool:
    """False where certainly none of these hangs on it; True also where nobody has asked."""
    return any(getattr(record, _name(kind), True) for kind in kinds)


@cache
def _name(kind: type[Model]) -> str:
    return f"has_{kind._meta.model_name}"


@cache
def _hints(model: type[Record]) -> dict[str, Any]:
    return {_name(kind): _any_of(kind, columns) for kind, columns in POINTERS.get(model, ())}


def _any_of(kind: type[Model], columns: tuple[str, ...]) -> Any:
    """Each column by itself: an index answers, which it does not for one condition or another."""
    found = [Exists(kind._default_manager.filter(**{column: OuterRef("pk")}).order_by()) for column in columns]
    either: Any = found[0]
    for each in found[1:]:
        either |= each
    return either
