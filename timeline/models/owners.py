"""Whose a part is, and whether readers can ever have seen it."""

from typing import Any

from timeline.models.agreements import ChiefNegotiator, Stage
from timeline.models.base import Part, Record
from timeline.models.citations import TARGETS, Citation
from timeline.models.disagreements import ConcernedRecord, Position
from timeline.models.events import Participant
from timeline.models.officials import Appointment
from timeline.models.relations import ORIGINS, Relation
from timeline.models.rounds import Delegate

# The fields that say whose they are, of which one is set; a part of a part after that part.
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


def is_of_a_draft(part: Any) -> bool:
    """Whether it belongs to a record that was never public. One query, two for a part of a part."""
    for name in OWNERS[type(part)]:
        if (key := getattr(part, f"{name}_id")) is not None:
            owners = part._meta.get_field(name).related_model._default_manager.filter(pk=key)
            if issubclass(owners.model, Record):
                return bool(owners.filter(published_at=None).exists())
            between = owners.first()
            return between is not None and is_of_a_draft(between)
    return False
