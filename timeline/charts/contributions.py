"""What Seoul pays, year by year: totals, agreed to projected, in the currency of their source, and the growth that was
stated. Where sources give different values for a year, all of them stand there.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from timeline.charts.kept import Chart
from timeline.charts.ladders import plain_number
from timeline.enums import Capital, Currency, DisputedField, Measure, Stance
from timeline.models import Agreement, ConcernedRecord, Disagreement, Figure
from timeline.models.figures import COMPARABLE, SETTLED

FIRST_YEAR, LAST_YEAR = 1991, 2030
LATEST = 2060
MOST_READ = 2_000
STANCES = (*SETTLED, Stance.REPORTED, Stance.PROJECTED)
CAP = "cap"

IS_YEARLY_TOTAL = Q(measure__in=COMPARABLE, stance__in=STANCES, amount__isnull=False)
STATES_GROWTH = Q(growth_percent__isnull=False) & (
    Q(stance__in=SETTLED, measure__in=(*COMPARABLE, Measure.RATE, Measure.CAP))
    | Q(stance=Stance.REPORTED, measure=Measure.RATE)
)


@dataclass
class Year:
    """One row of the table. Figures stand under their stance; under `cap` those that only set a ceiling on growth."""

    year: int
    figures: dict[str, list[Figure]] = field(default_factory=lambda: defaultdict(list))
    disagreements: list[Disagreement] = field(default_factory=list)

    @property
    def all_figures(self) -> list[Figure]:
        return [figure for figures in self.figures.values() for figure in figures]

    def add(self, heading: str, figure: Figure, disputes: dict[int, list[Disagreement]]) -> None:
        self.figures[heading].append(figure)
        self.disagreements += [each for each in disputes.get(figure.pk, []) if each not in self.disagreements]


@dataclass(frozen=True)
class Panel:
    name: str  # krw, usd or growth: the name of its files
    title: str
    years: list[Year]  # from the first to the last that has a figure; those between that have none are empty
    headings: list[tuple[str, str]]  # the stances that have figures, each with its label: the columns
    chart: Chart

    @property
    def address(self) -> str:
        """Of its files, without what their names end in."""
        return reverse("contribution-file", args=[self.name])

    @property
    def rows(self) -> Iterator[tuple[int, str, Figure]]:
        """Year, heading, figure: for the CSV file."""
        for year in self.years:
            for heading, _label in self.headings:
                for figure in year.figures[heading]:
                    yield year.year, heading, figure


@dataclass(frozen=True)
class Contribution:
    panels: list[Panel]

    def named(self, name: str) -> Panel | None:
        return next((panel for panel in self.panels if panel.name == name), None)


def contribution(agreements: Iterable[Agreement]) -> Contribution:
    """Two queries. The agreements give their terms, for the reader's orientation."""
    figures = list(
        Figure.objects.published()
        .filter(IS_YEARLY_TOTAL | STATES_GROWTH, year_from__gte=FIRST_YEAR, year_to__lte=LATEST)
        .exclude(party=Capital.US)
        .in_order()[:MOST_READ]
    )
    disputes = _disputes(figures)
    last = max([LAST_YEAR, *(figure.year_to or 0 for figure in figures)])
    terms = [
        {"ordinal": each.ordinal, "name": each.name, "from": each.covers_from, "to": each.covers_to}
        for each in agreements
        if each.covers_from and each.covers_to and each.covers_from >= FIRST_YEAR and each.covers_to <= last
    ]
    panels = [_totals(currency, figures, disputes, terms, last) for currency in Currency]
    return Contribution([panel for panel in (*panels, _growth(figures, disputes, terms, last)) if panel.years])


def _disputes(figures: list[Figure]) -> dict[int, list[Disagreement]]:
    """By figure, the public disagreements on an amount that concern it."""
    public = Disagreement.objects.published().filter(field=DisputedField.AMOUNT)
    concerned = ConcernedRecord.objects.filter(disagreement__in=public, figure__in=[each.pk for each in figures])
    found: dict[int, list[Disagreement]] = defaultdict(list)
    for concern in concerned.select_related("disagreement").order_by("disagreement__slug"):
        found[concern.figure_id or 0].append(concern.disagreement)
    return found


def _totals(
    currency: Currency, figures: list[Figure], disputes: dict[int, list[Disagreement]], terms: list[Any], last: int
) -> Panel:
    years: dict[int, Year] = {}
    for figure in figures:
        if figure.currency == currency and figure.measure in COMPARABLE and figure.stance in STANCES:
            for year in _span(figure):
                years.setdefault(year, Year(year)).add(figure.stance, figure, disputes)
    rows = _without_holes(years)
    headings = _headings(rows, *STANCES)
    chart = Chart(f"contribution-{currency.lower()}", _facts_of_totals(currency, rows, terms, last))
    return Panel(currency.lower(), _title(currency), rows, headings, chart)


def _growth(figures: list[Figure], disputes: dict[int, list[Disagreement]], terms: list[Any], last: int) -> Panel:
    years: dict[int, Year] = {}
    for figure in figures:
        if figure.growth_percent is not None and (figure.stance in SETTLED or figure.measure == Measure.RATE):
            is_cap = figure.measure == Measure.CAP
            # A rate holds in each of its years; a payment grew once, at the beginning of them.
            whole_span = is_cap or figure.measure == Measure.RATE
            for year in _span(figure) if whole_span else [figure.year_from or 0]:
                years.setdefault(year, Year(year)).add(CAP if is_cap else figure.stance, figure, disputes)
    rows = _without_holes(years)
    headings = _headings(rows, *SETTLED, Stance.REPORTED, CAP)
    chart = Chart("contribution-growth", _facts_of_growth(rows, terms, last))
    return Panel("growth", _growth_title(), rows, headings, chart)


def _headings(years: list[Year], *known: str) -> list[tuple[str, str]]:
    used = {heading for year in years for heading in year.figures}
    return [(str(heading), _heading(heading)) for heading in known if heading in used]


def _span(figure: Figure) -> range:
    return range(figure.year_from or 0, (figure.year_to or 0) + 1)


def _without_holes(years: dict[int, Year]) -> list[Year]:
    if not years:
        return []
    return [years.get(year) or Year(year) for year in range(min(years), max(years) + 1)]


# --- what is drawn ---------------------------------------------------------------------------------------------------


def _title(currency: Currency) -> str:
    if currency == Currency.KRW:
        return _("What Seoul pays, year by year, in won")
    return _("What Seoul pays, year by year, in dollars")


def _growth_title() -> str:
    return _("Growth against the year before, as stated")


@override(settings.LANGUAGE_CODE)  # a drawing is in the language of the site
def _facts_of_totals(currency: Currency, years: list[Year], terms: list[Any], last: int) -> dict[str, Any]:
    return {
        "kind": "years",
        "title": _title(currency),
        "subtitle": _("Totals: agreed, appropriated, paid, reported and projected, in the currency of the source"),
        "address": f"{reverse('figure-list')}?currency={currency}",
        "currency": currency.value,
        "first": FIRST_YEAR,
        "last": last,
        "terms": terms,
        "years": [_year(year, currency.value) for year in years if year.figures],
        "points": [point for year in years for point in _points(year, currency.value)],
    }


@override(settings.LANGUAGE_CODE)
def _facts_of_growth(years: list[Year], terms: list[Any], last: int) -> dict[str, Any]:
    return {
        "kind": "growth",
        "title": _growth_title(),
        "subtitle": _("Rates as agreed, appropriated, paid or reported, and ceilings on growth"),
        "address": reverse("figure-list"),
        "first": FIRST_YEAR,
        "last": last,
        "terms": terms,
        "years": [_year(year, "") for year in years if year.figures],
        "points": [point for year in years for point in _points(year, "")],
    }


def _points(year: Year, currency: str) -> list[dict[str, Any]]:
    """One for each value under a heading, however many figures state it."""
    points = {}
    for heading, figures in year.figures.items():
        for figure in figures:
            low, high = _values(figure, currency)
            points[heading, low, high] = {
                "year": year.year,
                "stance": heading,
                "low": plain_number(low),
                "high": plain_number(high),
                "words": figure.amount_words if currency else figure.growth_words,
            }
    return list(points.values())


def _values(figure: Figure, currency: str) -> tuple[Decimal, Decimal]:
    if currency:
        amount = figure.amount or Decimal(0)
        return amount, amount
    low = figure.growth_percent or Decimal(0)
    return low, low if figure.growth_percent_to is None else figure.growth_percent_to


def _year(year: Year, currency: str) -> dict[str, Any]:
    """The link of a year: the page of its figure, or the list of all of them."""
    figures = {figure.pk: figure for figure in year.all_figures}
    points = _points(year, currency)
    only = next(iter(figures.values())) if len(figures) == 1 else None
    listed = f"{reverse('figure-list')}?year={year.year}" + (f"&currency={currency}" if currency else "")
    said = "; ".join(f"{_heading(point['stance'])} {point['words']}" for point in points)
    disputed = " " + _("Sources disagree.") if year.disagreements else ""
    return {
        "year": year.year,
        "url": only.get_absolute_url() if only else listed,
        "low": min(point["low"] for point in points),
        "high": max(point["high"] for point in points),
        "disputed": bool(year.disagreements),
        "label": f"{year.year}: {said}.{disputed}",
    }


def _heading(stance: str) -> str:
    return _("ceiling") if stance == CAP else str(Stance(stance).label)
