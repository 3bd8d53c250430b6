"""Which file holds which records and parts."""

from dataclasses import dataclass
from typing import TypeAlias

from timeline.contents.kinds import Kind
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
    Redirect,
    Relation,
    Round,
    Source,
    Stage,
    Statement,
    Tombstone,
    Topic,
)


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


Address: TypeAlias = Redirect | Tombstone
ADDRESSES: dict[type[Address], tuple[str, ...]] = {
    Redirect: ("kind", "old_slug", "new_slug", "created_at"),
    Tombstone: ("kind", "code", "slug", "withdrawn_at", "reason"),
}


@dataclass(frozen=True)
class AddressFile:
    name: str
    about: str
    kind: type[Address]


ADDRESS_FILES = (
    AddressFile("15-redirects.yaml", "Redirects: where old slugs lead, for ever and in one step.", Redirect),
    AddressFile(
        "16-tombstones.yaml",
        "Tombstones: records that were public and are withdrawn, when and why. Of what they said, nothing.",
        Tombstone,
    ),
)
