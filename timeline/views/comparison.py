"""What agreements are compared by: one sheet of the same facts for each."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from timeline.chronology import BadQuery
from timeline.derived_gaps import PASSED
from timeline.enums import AgreementStatus, Capital, EntryKind, Measure, StageKind, Stance, State
from timeline.models import Agreement, ChiefNegotiator, Entry, Figure, Gap, Stage
from timeline.models.figures import COMPARABLE
from timeline.views.talks import lasted, span_words

MOST_TERMS = 100
# What an agreement says of the money: its first year, and the ceiling on growth.
TERMS = Q(stance=Stance.AGREED, measure__in=COMPARABLE, year_from=F("agreement__covers_from")) & ~Q(
    party=Capital.US
) | Q(stance=Stance.AGREED, measure=Measure.CAP)


@dataclass(frozen=True)
class Step:
    """One of the legal stages: reached at an event, or not found in our sources, or not reached yet."""

    kind: StageKind
    stage: Stage | None
    is_due: bool

    @property
    def mark(self) -> str:
        return "reached" if self.stage else "missing" if self.is_due else "ahead"


@dataclass(frozen=True)
class Sheet:
    agreement: Agreement
    steps: list[Step]
    negotiators: dict[str, list[ChiefNegotiator]]  # by capital
    first_year: list[Figure]  # as agreed; the one that most sources carry first
    caps: list[Figure]
    talks: str
    lasted: str
    counts: Counter[str] = field(default_factory=Counter)  # of rounds, statements, events and gaps

    @property
    def growth(self) -> Figure | None:
        """Of the first year over the one before, as a source states it."""
        return next((figure for figure in self.first_year if figure.growth_words), None)

    @property
    def signing(self) -> Any:
        """The event at which it was signed, or None."""
        return self._event(StageKind.SIGNED)

    @property
    def entry_into_force(self) -> Any:
        return self._event(StageKind.IN_FORCE)

    def _event(self, kind: StageKind) -> Any:
        return next((step.stage.event for step in self.steps if step.stage and step.kind == kind), None)


def sheets(agreements: Sequence[Agreement], figures: Iterable[Figure]) -> list[Sheet]:
    """In two queries: stages and chief negotiators. The figures are `counted()` ones; others than terms do no harm."""
    stages, negotiators, figures = stages_of(agreements), _negotiators(agreements), list(figures)
    return [
        Sheet(
            agreement=each,
            steps=_steps(each, [stage for stage in stages if stage.agreement_id == each.pk]),
            negotiators={
                side: [row for row in negotiators if row.agreement_id == each.pk and row.side == side]
                for side in Capital.values
            },
            first_year=_first_year(each, figures),
            caps=[figure for figure in _agreed(each, figures) if figure.measure == Measure.CAP],
            talks=span_words(each),
            lasted=lasted(each),
        )
        for each in agreements
    ]


def compared(agreements: Sequence[Agreement]) -> list[Sheet]:
    """With the counts of what is recorded about each. Five queries."""
    made = sheets(agreements, counted(Figure.objects.published().filter(TERMS, agreement__in=agreements))[:MOST_TERMS])
    rows = Entry.objects.filter(agreement__in=agreements).order_by().values_list("agreement", "kind")
    gaps = Gap.objects.published().filter(agreement__in=agreements).order_by().values_list("agreement")
    for pk, kind, count in rows.annotate(count=Count("*")):
        next(sheet for sheet in made if sheet.agreement.pk == pk).counts[EntryKind(kind).record_type] += count
    for pk, count in gaps.annotate(count=Count("pk")):
        next(sheet for sheet in made if sheet.agreement.pk == pk).counts["gap"] = count
    return made


def two_of(query: QueryDict, agreements: Sequence[Agreement]) -> list[Agreement]:
    """Those that `a` and `b` name, by slug or ordinal; the latest where one is not given. Empty if there are no two."""
    a, b = (_named(query, name, agreements) for name in ("a", "b"))
    if a and b:
        return [a, b]
    given = a or b
    others = [each for each in agreements if each != given]
    if given is None:
        return others[-2:] if len(others) > 1 else []
    if not others:
        return []
    return [given, others[-1]] if a else [others[-1], given]


def _named(query: QueryDict, name: str, agreements: Sequence[Agreement]) -> Agreement | None:
    value = query.get(name, "").strip()
    for agreement in agreements:
        if value in {agreement.slug, str(agreement.ordinal)}:
            return agreement
    if value:
        sentence = _("There is no agreement “%(value)s” in this knowledge base.")
        raise BadQuery(name, sentence % {"value": value[:80]})
    return None


def counted(figures: Any) -> Any:
    """With the number of public sources that carry each, in the order of the years."""
    carried = Count("citations__source", filter=Q(citations__source__state=State.PUBLISHED), distinct=True)
    return figures.annotate(citation_count=carried).in_order()


def stages_of(agreements: Sequence[Agreement]) -> list[Stage]:
    """The public ones, in legal order, each with the number of public sources of its event."""
    carried = Count(
        "event__citations__source", filter=Q(event__citations__source__state=State.PUBLISHED), distinct=True
    )
    stages = Stage.objects.published().filter(agreement__in=agreements).select_related("event__place")
    return sorted(stages.annotate(source_count=carried), key=lambda stage: StageKind.values.index(stage.stage))


def _steps(agreement: Agreement, reached: Sequence[Stage]) -> list[Step]:
    """All stages in order. One that must have come, by the status or by a later stage, is due; others are ahead."""
    by_kind = {stage.stage: stage for stage in reached}
    order = list(StageKind)
    last = max((order.index(StageKind(kind)) for kind in by_kind), default=-1)
    passed = PASSED[AgreementStatus(agreement.status)]
    return [Step(kind, by_kind.get(kind), is_due=kind in passed or at < last) for at, kind in enumerate(order)]


def _negotiators(agreements: Sequence[Agreement]) -> list[ChiefNegotiator]:
    named = ChiefNegotiator.objects.published().filter(agreement__in=agreements)
    return list(named.select_related("official").in_order())


def _agreed(agreement: Agreement, figures: Iterable[Figure]) -> list[Figure]:
    return [each for each in figures if each.agreement_id == agreement.pk and each.stance == Stance.AGREED]


def _first_year(agreement: Agreement, figures: Iterable[Figure]) -> list[Figure]:
    found: list[Any] = [
        figure
        for figure in _agreed(agreement, figures)
        if figure.measure in COMPARABLE
        and figure.year_from is not None
        and figure.year_from == agreement.covers_from
        and figure.party != Capital.US
    ]
    return sorted(found, key=lambda figure: (-figure.citation_count, figure.stated_first_day, figure.slug))
