"""What was said and which figures arose at a round or an event: both pages show it alike."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.db.models import Q, QuerySet, Subquery

from timeline.enums import Capital, Side
from timeline.models import Dated, Event, Figure, Official, Organization, Relation, Round, Statement
from timeline.models.columns import Shown
from timeline.models.hanging import may_have
from timeline.views.links import public
from timeline.views.records import (
    SHOWN,
    Speaker,
    attach_citations,
    attach_co_speakers,
    attach_posts,
    disagreements_about,
    positions_of,
    role_words,
)


@dataclass(frozen=True)
class Attendance:
    """Somebody who was there."""

    fragment: str  # its id on the page
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

    @property
    def side(self) -> str:
        """Of the first speaker, else of the organization; empty where neither is known."""
        if self.speakers:
            return self.speakers[0].official.country
        return self.on_behalf_of.country if self.on_behalf_of else ""


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

    @property
    def sides(self) -> list[tuple[str, list[Attendance]]]:
        """Those who were there: Seoul, Washington, then others; a side of which nobody is named is left out."""
        sides = ((side, [each for each in self.attendances if each.side == side]) for side in Side.values)
        return [(side, members) for side, members in sides if members]

    @property
    def capitals(self) -> list[tuple[str, list[Said]]]:
        """What each of the two capitals said, there or about it, in order of time; empty where it said nothing."""
        return [(side, [each for each in self._spoken if each.side == side]) for side in Capital.values]

    @property
    def other_voices(self) -> list[Said]:
        """International bodies, and voices whose side no source names."""
        return [each for each in self._spoken if each.side not in Capital.values]

    @property
    def _spoken(self) -> list[Said]:
        def order(each: Said) -> tuple[date, int, str]:
            return each.statement.first_day, each.statement.position, each.statement.slug

        return sorted((*self.said, *self.said_about), key=order)


def proceedings(occasion: Any, attendees: list[Any]) -> Proceedings:
    """All of it in seven queries at most, the citations of the occasion itself and of everything shown included."""
    name = occasion._meta.model_name
    model: type[Dated] = type(occasion)
    statements = _said_at(model)(occasion.pk) if may_have(occasion, Statement, Relation) else []
    attach_co_speakers(statements)
    figures = _figures_of(model)(occasion.pk) if may_have(occasion, Figure) else []
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


@cache
def _said_at(model: type[Dated]) -> Shown[Statement]:
    """Made there, or about it; of a round also those made at an event connected with it, from its first day on: that
    is where readouts are published. One more than is shown.
    """
    name = model._meta.model_name

    def statements(pk: int) -> QuerySet[Statement]:
        about = Relation.objects.filter(**{f"to_{name}": pk}, from_statement__isnull=False).order_by()
        which = Q(**{f"made_at_{name}": pk}) | Q(pk__in=about.values("from_statement"))
        if model is Round:
            connected = Event.objects.published().filter(relations__to_round=pk).order_by().values("pk")
            opened = Round.objects.filter(pk=pk).order_by().values("first_day")
            which |= Q(made_at_event__in=connected, first_day__gte=Subquery(opened))
        found = Statement.objects.published().filter(which).in_order()
        return found.select_related("speaker", "on_behalf_of")[: SHOWN + 1]

    return Shown(Statement, statements)


@cache
def _figures_of(model: type[Dated]) -> Shown[Figure]:
    """One more than is shown."""
    lookup = f"arose_at_{model._meta.model_name}"
    return Shown(Figure, lambda pk: Figure.objects.published().filter(**{lookup: pk}).by_day()[: SHOWN + 1])


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
        fragment=f"{row._meta.model_name}-{row.code}",
        party=party,
        is_official=official is not None,
        role=role_words(official, day, row.role) if official else row.role,
        is_head=row.is_head,
        is_signatory=getattr(row, "is_signatory", False),
        side=getattr(row, "side", party.country),
    )
