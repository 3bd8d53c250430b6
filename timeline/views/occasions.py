"""What was said and which figures arose at a round or an event: both pages show it alike."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model, Q

from timeline.models import Figure, Official, Organization, Statement
from timeline.views.links import public
from timeline.views.records import (
    SHOWN,
    Speaker,
    attach_citations,
    attach_posts,
    disagreements_about,
    positions_of,
    role_words,
)


@dataclass(frozen=True)
class Attendance:
    """Somebody who was there."""

    party: Official | Organization
    is_official: bool
    role: str
    is_head: bool
    is_signatory: bool
    side: str


@dataclass(frozen=True)
class Said:
    statement: Statement
    speakers: list[Speaker]
    on_behalf_of: Organization | None


@dataclass(frozen=True)
class Proceedings:
    """Bounded lists: `more_statements` and `more_figures` say that not all are here."""

    attendances: list[Attendance]
    said: list[Said]
    said_about: list[Said]
    figures: list[Figure]
    disagreements: list[Any]
    more_statements: bool
    more_figures: bool

    @property
    def statements(self) -> list[Statement]:
        return [each.statement for each in (*self.said, *self.said_about)]


def proceedings(occasion: Any, attendees: list[Any]) -> Proceedings:
    """All of it in seven queries, the citations of the occasion itself and of everything shown included."""
    name = occasion._meta.model_name
    statements = list(_statements(name, occasion)[: SHOWN + 1])
    figures = list(Figure.objects.published().filter(**{f"arose_at_{name}": occasion}).by_day()[: SHOWN + 1])
    shown_statements, shown_figures = statements[:SHOWN], figures[:SHOWN]
    attach_posts(
        [*(row.official for row in attendees), *(each for made in shown_statements for each in speakers_of(made))]
    )

    def made_here(statement: Statement) -> bool:
        return bool(getattr(statement, f"made_at_{name}_id") == occasion.pk)

    disagreements = disagreements_about([occasion, *shown_statements, *shown_figures])
    attach_citations([occasion, *shown_statements, *shown_figures, *positions_of(disagreements)])
    return Proceedings(
        attendances=[_attendance(row, occasion.first_day) for row in attendees],
        said=[said(each) for each in shown_statements if made_here(each)],
        said_about=[said(each) for each in shown_statements if not made_here(each)],
        figures=shown_figures,
        disagreements=disagreements,
        more_statements=len(statements) > SHOWN,
        more_figures=len(figures) > SHOWN,
    )


def _statements(name: str, occasion: Model) -> Any:
    """Made there, or about it."""
    here, about = Q(**{f"made_at_{name}": occasion}), Q(**{f"relations__to_{name}": occasion})
    statements = Statement.objects.published().filter(here | about).distinct().in_order()
    return statements.select_related("speaker", "on_behalf_of").prefetch_related("co_speakers")


def speakers_of(statement: Statement) -> list[Official]:
    """The speaker first; only those whose own record is public. Reads prefetched `co_speakers`."""
    together = [statement.speaker, *sorted(statement.co_speakers.all(), key=lambda official: official.slug)]
    return [official for official in together if official is not None and official.is_published]


def said(statement: Statement) -> Said:
    """With the role that each speaker held on the day; fetch the posts before."""
    speakers = [Speaker(official, role_words(official, statement.first_day)) for official in speakers_of(statement)]
    return Said(statement, speakers, public(statement.on_behalf_of))


def _attendance(row: Any, day: date) -> Attendance:
    party = row.party
    official = party if isinstance(party, Official) else None
    return Attendance(
        party=party,
        is_official=official is not None,
        role=role_words(official, day, row.role) if official else row.role,
        is_head=row.is_head,
        is_signatory=getattr(row, "is_signatory", False),
        side=getattr(row, "side", party.country),
    )
