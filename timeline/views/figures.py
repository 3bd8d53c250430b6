"""Every amount and rate: who demanded, offered, reported or agreed it, for which year, in which words."""

from dataclasses import dataclass
from decimal import Context
from functools import cache

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timeline import charts, linked_data
from timeline.amounts import amount_words
from timeline.charts import csv_files, kept
from timeline.chronology import BadQuery
from timeline.enums import Capital, Currency, Measure, Stance
from timeline.models import Agreement, Figure
from timeline.models.columns import Shown
from timeline.views.links import Link, link_to, public
from timeline.views.listed import list_data
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
from timeline.views.records import (
    Gone,
    Moved,
    attach_citations,
    disagreements_about,
    find,
    gone_page,
    positions_of,
    record_page,
    relations_of,
)

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
CSV = ".csv"
# What the address of a chart's drawing ends in: the file that is kept, and its type.
DRAWINGS = {
    "-dark.svg": (kept.DARK, "image/svg+xml"),
    ".svg": (kept.LIGHT, "image/svg+xml"),
    ".png": (kept.PNG, "image/png"),
    ".json": (kept.SPEC, "application/json"),
}
WAIT_FOR_A_DRAWING = "30"  # seconds


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
    chosen = {name: request.GET.get(name, "").strip() for name in ("agreement", "year", *CHOICES)}
    is_first_page = not (request.GET.get("after") or request.GET.get("before"))
    context = {
        "structured": list_data(request, _("Figures"), page.records),
        "page": page,
        "rows": [_row(figure) for figure in page.records],
        "agreements": agreements,
        "choices": {name: known.choices for name, known in CHOICES.items()},
        "chosen": chosen,
        "contribution": charts.contribution(agreements) if is_first_page and not any(chosen.values()) else None,
        "ladder": _chosen_ladder(chosen, agreements) if is_first_page else None,
    }
    return render(request, "timeline/figures/list.html", context)


@require_safe
def ladder_file(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """The bargaining ladder of an agreement in one currency: usd.csv, usd.json (Vega-Lite), usd.svg and so on."""
    try:
        agreement = find(Agreement, slug)
    except Moved as moved:
        new_slug = moved.url.rstrip("/").rpartition("/")[2]
        return HttpResponsePermanentRedirect(reverse("ladder-file", args=[new_slug, name]))
    except Gone as gone:
        return gone_page(request, gone.record)
    stem, ending = _split(name)
    panels = charts.ladder(agreement, [stem.upper()]).panels if stem.upper() in Currency.values else []
    if not panels or stem != stem.lower():
        raise Http404
    if ending == CSV:
        figures = charts.rungs(agreement, stem.upper())
        text = csv_files.csv_text(csv_files.COLUMNS, (csv_files.figure_cells(figure) for figure in figures))
        return _csv(text, f"ladder-{agreement.slug}-{name}")
    return _drawing(request, panels[0].chart, ending)


@require_safe
def contribution_file(request: HttpRequest, name: str) -> HttpResponse:
    """The payments year by year: krw, usd or growth, with the same endings."""
    stem, ending = _split(name)
    panel = charts.contribution(list(Agreement.objects.published().in_order())).named(stem)
    if panel is None:
        raise Http404
    if ending == CSV:
        header = ("year", "shown_as", *csv_files.COLUMNS)
        rows = ((year, heading, *csv_files.figure_cells(figure)) for year, heading, figure in panel.rows)
        return _csv(csv_files.csv_text(header, rows), f"contribution-{name}")
    return _drawing(request, panel.chart, ending)


@record_page(Figure.objects.select_related(*POINTS_AT))
def detail(request: HttpRequest, figure: Figure) -> HttpResponse:
    neighbours = _neighbours(figure)
    disagreements = disagreements_about([figure])
    attach_citations([figure, *neighbours, *positions_of(disagreements)])
    context = {
        "structured": linked_data.record_page(figure, linked_data.of_figure(figure)),
        "row": _row(figure),
        "figure": figure,
        "relations": relations_of(figure),
        "disagreements": disagreements,
        "neighbours": neighbours[:MOST_NEIGHBOURS],
        "more_neighbours": len(neighbours) > MOST_NEIGHBOURS,
    }
    return render(request, "timeline/figures/detail.html", context)


def _chosen_ladder(chosen: dict[str, str], agreements: list[Agreement]) -> charts.Ladder | None:
    """Of the agreement that the reader looks at, if nothing but the currency narrows it further."""
    if not chosen["agreement"] or any(chosen[name] for name in ("year", "stance", "party", "measure")):
        return None
    currencies = [chosen["currency"]] if chosen["currency"] else Currency.values
    return charts.ladder(_agreement(chosen["agreement"], agreements), currencies)


def _split(name: str) -> tuple[str, str]:
    for ending in (CSV, *DRAWINGS):
        if name.endswith(ending):
            return name.removesuffix(ending), ending
    raise Http404


def _csv(text: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)


def _drawing(request: HttpRequest, chart: charts.Chart, ending: str) -> HttpResponse:
    """What is drawn now, never an older drawing: it may show what was withdrawn."""
    kept_name, content_type = DRAWINGS[ending]
    content = chart.file(kept_name)
    if content is None:
        words = _("This chart is being drawn. Try again in a minute; its data is there as CSV.")
        headers = {"Retry-After": WAIT_FOR_A_DRAWING, "Cache-Control": "no-store"}
        return HttpResponse(words, status=503, content_type="text/plain; charset=utf-8", headers=headers)
    etag = f'"{chart.digest}"'
    response = HttpResponse(content, content_type=content_type, headers={"ETag": etag})
    patch_cache_control(response, no_cache=True)  # ask each time: the answer is mostly 304
    return get_conditional_response(request, etag=etag, response=response) or response


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


def _neighbours(figure: Figure) -> list[Figure]:
    """The other figures of the same agreement for the same year; one more than is shown."""
    if public(figure.agreement) is None or not figure.years:
        return []
    years = [year for year in (figure.year_from, figure.year_to) if year is not None]
    beside = _figures_beside(figure.year_from is not None, figure.year_to is not None)
    return beside(figure.pk, figure.agreement_id or 0, *years)


@cache
def _figures_beside(has_first: bool, has_last: bool) -> Shown[Figure]:
    def beside(pk: int, agreement: int, *years: int) -> QuerySet[Figure]:
        touching = _touching(years[0] if has_first else None, years[-1] if has_last else None)
        others = Figure.objects.published().in_order().exclude(pk=pk).filter(touching, agreement=agreement)
        return others[: MOST_NEIGHBOURS + 1]

    return Shown(Figure, beside)
