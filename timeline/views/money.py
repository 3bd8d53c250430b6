"""The money of agreements: at a glance (the payment at the start of each), and of one of them year by year."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F

from timeline.enums import Capital, Currency, Measure, Stance
from timeline.models import Agreement, Figure
from timeline.models.citations import work_count
from timeline.models.figures import COMPARABLE, SETTLED
from timeline.views.records import attach_citations

MOST = 400
ASKED = (Stance.DEMANDED, Stance.OFFERED)  # at the table: no payment grew by it
MOST_YEARS = 30


def first_year_totals(agreements: Sequence[Agreement]) -> dict[int, list[Any]]:
    """By agreement: what Seoul is to pay for the first year that it covers, each sum by the figure that most sources
    carry, with citations. Two queries.
    """
    figures: list[Any] = list(
        Figure.objects.published()
        .comparable()
        .filter(agreement__in=agreements, stance=Stance.AGREED, year_from=F("agreement__covers_from"))
        .exclude(party=Capital.US)
        .in_order()[:MOST]
    )
    attach_citations(figures)
    totals: defaultdict[int, dict[tuple[str, Any], Any]] = defaultdict(dict)
    for figure in sorted(figures, key=lambda each: -work_count(each.public_citations)):
        totals[figure.agreement_id or 0].setdefault((figure.currency, figure.amount), figure)
    return {agreement: list(sums.values()) for agreement, sums in totals.items()}


# --- of one agreement ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Amount:
    """One amount, rate or dollar equivalent, and the figure that carries it: of several alike, the best sourced."""

    words: str
    figure: Any
    is_equivalent: bool = False


@dataclass(frozen=True)
class Settled:
    """What was agreed, appropriated or paid for a year, won and dollars apart. Without a stance: nothing was found."""

    stance: Stance | None
    won: list[Amount]
    dollars: list[Amount]
    growth: list[Amount]


@dataclass(frozen=True)
class FiscalYear:
    year: int
    rows: list[Settled]


def by_stance(figures: Iterable[Any]) -> list[tuple[Stance, list[Any]]]:
    """As the bargaining went, within each stance by the day on which it was stated; one without figures is left out."""
    by_day = sorted(figures, key=lambda figure: (figure.stated_first_day, figure.slug))
    grouped = ((stance, [figure for figure in by_day if figure.stance == stance]) for stance in Stance)
    return [(stance, group) for stance, group in grouped if group]


def year_by_year(agreement: Agreement, figures: Sequence[Any]) -> list[FiscalYear]:
    """Seoul's payment in each year that the agreement covers. The figures have their `citation_count`."""
    yearly = [figure for figure in figures if figure.party != Capital.US and figure.year_from and figure.year_to]
    settled = [figure for figure in yearly if figure.stance in SETTLED and figure.measure in COMPARABLE]
    if not settled and not agreement.covers_from:
        return []
    rates = [figure for figure in yearly if figure.measure == Measure.RATE and figure.stance not in ASKED]
    years = [year for figure in settled for year in (figure.year_from, figure.year_to)]
    first, last = agreement.covers_from or min(years), agreement.covers_to or agreement.covers_from or max(years)
    return [
        FiscalYear(year, _settled(year, settled, rates)) for year in range(first, min(last, first + MOST_YEARS) + 1)
    ]


def _settled(year: int, figures: Sequence[Any], rates: Sequence[Any]) -> list[Settled]:
    rate = [figure for figure in rates if figure.year_from == figure.year_to == year]
    rows: list[Settled] = []
    for stance in SETTLED:
        own = [figure for figure in figures if figure.stance == stance and _is_for(figure, year)]
        if own:
            grown = [figure for figure in own if figure.year_from == year]  # once, at the beginning of its years
            growth = [*grown, *(rate if not rows else [])]
            rows.append(Settled(stance, _won(own), _dollars(own), _growth(growth)))
    return rows or [Settled(None, [], [], _growth(rate))]


def _is_for(figure: Any, year: int) -> bool:
    """A yearly payment stands in each of its years, a total in its one."""
    if figure.measure == Measure.PER_YEAR:
        return bool(figure.year_from <= year <= figure.year_to)
    return bool(figure.year_from == figure.year_to == year)


def _won(figures: Iterable[Any]) -> list[Amount]:
    return _distinct((figure.amount_words, figure, False) for figure in figures if figure.currency == Currency.KRW)


def _dollars(figures: Sequence[Any]) -> list[Amount]:
    stated = [(figure.amount_words, figure, False) for figure in figures if figure.currency == Currency.USD]
    return _distinct([*stated, *((figure.usd_words, figure, True) for figure in figures if figure.usd_words)])


def _growth(figures: Iterable[Any]) -> list[Amount]:
    return _distinct((figure.growth_words, figure, False) for figure in figures if figure.growth_words)


def _distinct(amounts: Iterable[tuple[str, Any, bool]]) -> list[Amount]:
    """Each amount once, however many figures state it."""
    alike: dict[str, list[tuple[Any, bool]]] = {}
    for words, figure, is_equivalent in amounts:
        alike.setdefault(words, []).append((figure, is_equivalent))
    return [
        Amount(
            words=words,
            figure=max(rows, key=lambda row: row[0].citation_count)[0],
            is_equivalent=all(row[1] for row in rows),
        )
        for words, rows in alike.items()
    ]
