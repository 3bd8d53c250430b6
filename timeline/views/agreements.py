from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from timeline import chronology
from timeline.enums import StageKind, Stance
from timeline.models import Agreement, ChiefNegotiator, Figure, Gap, Participant, Round, Stage
from timeline.views.links import public
from timeline.views.money import first_year_totals
from timeline.views.paging import Column, answers_bad_queries, number_value, shelf
from timeline.views.records import SHOWN, attach_citations, disagreements_about, positions_of, record_page

MOST_FIGURES = 200
BY_ORDINAL = (Column("ordinal", number_value),)
STANCES = (
    Stance.DEMANDED,
    Stance.OFFERED,
    Stance.REPORTED,
    Stance.PROJECTED,
    Stance.AGREED,
    Stance.APPROPRIATED,
    Stance.PAID,
)


@require_safe
@answers_bad_queries
def listing(request: HttpRequest) -> HttpResponse:
    page = shelf(Agreement.objects.published().in_order(), BY_ORDINAL, request.GET)
    stages = _stages(page.records)
    totals = first_year_totals(page.records)
    rows = [(each, _signing(stages, each), totals.get(each.pk, [])) for each in page.records]
    return render(request, "timeline/agreements/list.html", {"rows": rows, "page": page})


@record_page(Agreement.objects.select_related("text_source"))
@answers_bad_queries
def detail(request: HttpRequest, agreement: Agreement) -> HttpResponse:
    stages = _stages([agreement])
    rounds = list(_rounds(agreement)[: SHOWN + 1])
    figures = list(Figure.objects.published().filter(agreement=agreement).in_order()[: MOST_FIGURES + 1])
    disagreements = disagreements_about([agreement])
    events = [stage.event for stage in stages]
    shown = [agreement, *events, *rounds[:SHOWN], *figures[:MOST_FIGURES]]
    attach_citations([*shown, *positions_of(disagreements)])
    context = {
        "agreement": agreement,
        "stages": stages,
        "signing": _signing(stages, agreement),
        "signatories": _signatories(agreement),
        "chief_negotiators": _chief_negotiators(agreement),
        "rounds": rounds[:SHOWN],
        "more_rounds": len(rounds) > SHOWN,
        "figures": _by_stance(figures[:MOST_FIGURES]),
        "more_figures": len(figures) > MOST_FIGURES,
        "disagreements": disagreements,
        "gaps": Gap.objects.published().filter(agreement=agreement).in_order()[:SHOWN],
        "text_source": public(agreement.text_source),
        "page": chronology.about(agreement, request.GET),
    }
    return render(request, "timeline/agreements/detail.html", context)


def _stages(agreements: list[Agreement]) -> list[Stage]:
    """The public ones, in legal order."""
    stages = Stage.objects.published().filter(agreement__in=agreements).select_related("event__place")
    return sorted(stages, key=lambda stage: StageKind.values.index(stage.stage))


def _signing(stages: list[Stage], agreement: Agreement) -> Any:
    """The event at which it was signed, or None."""
    signed = (each.event for each in stages if each.stage == StageKind.SIGNED and each.agreement_id == agreement.pk)
    return next(signed, None)


def _signatories(agreement: Agreement) -> Any:
    signed = Stage.objects.published().filter(agreement=agreement, stage=StageKind.SIGNED)
    signed_it = Participant.objects.published().filter(event__in=signed.values("event"), is_signatory=True)
    return signed_it.with_party().in_order()[:SHOWN]


def _chief_negotiators(agreement: Agreement) -> Any:
    named = ChiefNegotiator.objects.published().filter(agreement=agreement)
    return named.select_related("official").in_order()[:SHOWN]


def _rounds(agreement: Agreement) -> Any:
    return Round.objects.published().filter(agreement=agreement).select_related("place").by_number()


def _by_stance(figures: list[Figure]) -> list[tuple[Stance, list[Figure]]]:
    """In the order of the bargaining; a stance without a figure is left out."""
    grouped = ((stance, [figure for figure in figures if figure.stance == stance]) for stance in STANCES)
    return [(stance, group) for stance, group in grouped if group]
