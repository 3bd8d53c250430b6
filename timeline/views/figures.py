"""Every amount and rate: who demanded, offered, reported or agreed it, for which year, in which words."""

from dataclasses import dataclass
from decimal import Context

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timeline.amounts import amount_words
from timeline.chronology import BadQuery
from timeline.enums import Capital, Currency, Measure, Stance
from timeline.models import Agreement, Figure
from timeline.views.links import Link, link_to, public
from timeline.views.paging import (
    Column,
    Order,
    answers_bad_queries,
    choice,
    day_value,
    number_value,
    shelf,
    slug_value,
    year,
)
from timeline.views.records import attach_citations, disagreements_about, positions_of, record_page, relations_of

MOST_NEIGHBOURS = 20
IN_ORDER: Order = (
    Column("year_from", number_value, nulls="last"),
    Column("stated_first_day", day_value),
    Column("slug", slug_value),
)
POINTS_AT = (
    "agreement",
    "arose_at_event",
    "arose_at_round__agreement",
    "arose_at_statement__speaker",
    "arose_at_statement__on_behalf_of",
)
ROUNDED = Context(prec=3)
CHOICES = {"stance": Stance, "party": Capital, "currency": Currency, "measure": Measure}


@dataclass(frozen=True)
class Row:
    """A figure as the list shows it: with what it points at, where that is public."""

    figure: Figure
    agreement: Agreement | None
    occasion: Link | None
    converted: str


@require_safe
@answers_bad_queries
def listing(request: HttpRequest) -> HttpResponse:
    agreements = list(Agreement.objects.published().in_order())
    page = shelf(_filtered(request.GET, agreements), IN_ORDER, request.GET)
    attach_citations(page.records)
    context = {
        "page": page,
        "rows": [_row(figure) for figure in page.records],
        "agreements": agreements,
        "choices": {name: known.choices for name, known in CHOICES.items()},
        "chosen": {name: request.GET.get(name, "").strip() for name in ("agreement", "year", *CHOICES)},
    }
    return render(request, "timeline/figures/list.html", context)


@record_page(Figure.objects.select_related(*POINTS_AT))
def detail(request: HttpRequest, figure: Figure) -> HttpResponse:
    neighbours = list(_neighbours(figure)[: MOST_NEIGHBOURS + 1])
    disagreements = disagreements_about([figure])
    attach_citations([figure, *neighbours, *positions_of(disagreements)])
    context = {
        "row": _row(figure),
        "figure": figure,
        "relations": relations_of(figure),
        "disagreements": disagreements,
        "neighbours": neighbours[:MOST_NEIGHBOURS],
        "more_neighbours": len(neighbours) > MOST_NEIGHBOURS,
    }
    return render(request, "timeline/figures/detail.html", context)


def _row(figure: Figure) -> Row:
    occasion = public(figure.occasion)
    return Row(figure, public(figure.agreement), link_to(occasion) if occasion else None, _converted(figure))


def _converted(figure: Figure) -> str:
    """To three digits: the stated amount is hardly ever given more exactly, and the rate moves within the day."""
    if figure.converted_amount is None:
        return ""
    return amount_words(ROUNDED.plus(figure.converted_amount), figure.converted_currency)


def _filtered(query: QueryDict, agreements: list[Agreement]) -> QuerySet[Figure]:
    figures = Figure.objects.published().in_order().select_related(*POINTS_AT)
    for name, known in CHOICES.items():
        if value := choice(query, name, known.values):
            figures = figures.filter(**{name: value})
    if ordinal := query.get("agreement", "").strip():
        figures = figures.filter(agreement=_agreement(ordinal, agreements))
    if (asked := year(query, "year")) is not None:
        figures = figures.filter(_touching(asked, asked))
    return figures


def _agreement(value: str, agreements: list[Agreement]) -> Agreement:
    """By ordinal (12) or by slug (sma-12), as on the timeline."""
    for agreement in agreements:
        if value in {str(agreement.ordinal), agreement.slug}:
            return agreement
    raise BadQuery("agreement", _("There is no agreement “%(value)s” in this knowledge base.") % {"value": value[:80]})


def _touching(first: int | None, last: int | None) -> Q:
    """Figures for a year from `first` to `last`; None leaves that end open. Those for no year at all touch none."""
    touching = ~Q(year_from=None, year_to=None)
    if first is not None:
        touching &= Q(year_to=None) | Q(year_to__gte=first)
    if last is not None:
        touching &= Q(year_from=None) | Q(year_from__lte=last)
    return touching


def _neighbours(figure: Figure) -> QuerySet[Figure]:
    """The other figures of the same agreement for the same year."""
    others = Figure.objects.published().in_order().exclude(pk=figure.pk)
    if public(figure.agreement) is None or not figure.years:
        return others.none()
    return others.filter(_touching(figure.year_from, figure.year_to), agreement=figure.agreement)
