from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timeline import charts, linked_data
from timeline.enums import StageKind, State
from timeline.index import Card
from timeline.models import (
    Agreement,
    Disagreement,
    Entry,
    Figure,
    Gap,
    Participant,
    Position,
    Stage,
    Statement,
)
from timeline.models.citations import work_count
from timeline.views.comparison import TERMS, compared, counted, sheets, stages_of, two_of
from timeline.views.exchanges import answers_within, exchanges, side_of
from timeline.views.links import public
from timeline.views.listed import list_data
from timeline.views.money import by_stance, first_year_totals, year_by_year
from timeline.views.paging import Column, answers_bad_queries, number_value, shelf
from timeline.views.records import SHOWN, attach_citations, record_page
from timeline.views.talks import rounds_of, strip

MOST_FIGURES = 80
MOST_EXCHANGES = 3
MOST_CARRIED = 8
MOST_CANDIDATES = 24  # for the most carried: of one occasion only one is shown
NEWEST = 10
BY_ORDINAL = (Column("ordinal", number_value),)


@require_safe
@answers_bad_queries
def listing(request: HttpRequest) -> HttpResponse:
    page = shelf(Agreement.objects.published().in_order(), BY_ORDINAL, request.GET)
    stages = stages_of(page.records)
    totals = first_year_totals(page.records)
    rows = [(each, _signing(stages, each), totals.get(each.pk, [])) for each in page.records]
    context = {"rows": rows, "page": page, "structured": list_data(request, _("Agreements"), page.records)}
    return render(request, "timeline/agreements/list.html", context)


@record_page(Agreement.objects.select_related("text_source"))
def detail(request: HttpRequest, agreement: Agreement) -> HttpResponse:
    previous, following = _neighbours(agreement)
    figures = list(_figures(agreement, previous)[: MOST_FIGURES + 1])
    own_figures = [figure for figure in figures[:MOST_FIGURES] if figure.agreement_id == agreement.pk]
    *earlier, sheet = sheets([each for each in (previous, agreement) if each], figures)
    rounds = list(rounds_of(agreement)[: SHOWN + 1])
    disagreements = _disagreements(
        agreement, [*rounds, *own_figures, *(step.stage.event for step in sheet.steps if step.stage)]
    )
    attach_citations([agreement])
    stages = [step.stage for step in sheet.steps if step.stage]
    context = {
        "structured": linked_data.record_page(agreement, linked_data.of_agreement(agreement, stages)),
        "agreement": agreement,
        "sheet": sheet,
        "earlier": earlier[0] if earlier else None,
        "previous": previous,
        "following": following,
        "signatories": _signatories(stages),
        "stops": strip(rounds[:SHOWN]),
        "more_rounds": len(rounds) > SHOWN,
        "chart": charts.ladder_of(agreement, own_figures) if len(figures) <= MOST_FIGURES else None,
        "ladder": by_stance(own_figures),
        "more_figures": len(figures) > MOST_FIGURES,
        "years": year_by_year(agreement, own_figures),
        "said": _said(agreement),
        "disagreements": disagreements,
        "gaps": Gap.objects.published().filter(agreement=agreement).in_order()[:SHOWN],
        "text_source": public(agreement.text_source),
    }
    return render(request, "timeline/agreements/detail.html", context)


@require_safe
@answers_bad_queries
def compare(request: HttpRequest) -> HttpResponse:
    agreements = list(Agreement.objects.published().in_order())
    chosen = two_of(request.GET, agreements)
    differ = len(set(chosen)) == 2
    context = {
        "agreements": agreements,
        "chosen": chosen,
        "sheets": compared(chosen) if differ else [],
    }
    return render(request, "timeline/agreements/compare.html", context)


def _neighbours(agreement: Agreement) -> tuple[Agreement | None, Agreement | None]:
    """The public agreements before it and after it."""
    others = Agreement.objects.published()
    before = others.filter(ordinal__lt=agreement.ordinal).order_by("-ordinal").values("pk")[:1]
    after = others.filter(ordinal__gt=agreement.ordinal).order_by("ordinal").values("pk")[:1]
    found = list(others.filter(Q(pk__in=before) | Q(pk__in=after)).in_order())
    earlier = [each for each in found if each.ordinal < agreement.ordinal]
    later = [each for each in found if each.ordinal > agreement.ordinal]
    return (earlier[0] if earlier else None, later[0] if later else None)


def _figures(agreement: Agreement, previous: Agreement | None) -> Any:
    """Its own, and the terms of the one before."""
    which = Q(agreement=agreement)
    if previous is not None:
        which |= Q(TERMS, agreement=previous)
    return counted(Figure.objects.published().filter(which))


def _signing(stages: list[Stage], agreement: Agreement) -> Any:
    """The event at which it was signed, or None."""
    signed = (each.event for each in stages if each.stage == StageKind.SIGNED and each.agreement_id == agreement.pk)
    return next(signed, None)


def _signatories(stages: list[Stage]) -> Any:
    """Of those among the stages at which the agreement was signed."""
    signed = [each.event_id for each in stages if each.stage == StageKind.SIGNED]
    signed_it = Participant.objects.published().filter(event__in=signed, is_signatory=True)
    return signed_it.with_party().in_order()[:SHOWN]


def _disagreements(agreement: Agreement, records: list[Any]) -> list[Any]:
    """Those about it or about any of these, with their `public_positions`, in one query.

    Read from the positions: a disagreement without any cannot be published.
    """
    concerned = Q(concernedrecord__agreement=agreement)
    for record in records:
        concerned |= Q(**{f"concernedrecord__{record._meta.model_name}": record})
    about = Disagreement.objects.published().filter(concerned).order_by("slug").values("pk")
    cited = Count("citations__source", filter=Q(citations__source__state=State.PUBLISHED), distinct=True)
    positions = Position.objects.filter(disagreement__in=about).select_related("disagreement")
    positions = positions.annotate(citation_count=cited)
    found: dict[int, Any] = {}
    for position in positions.order_by("disagreement__slug", "order", "code")[: 4 * SHOWN]:
        disagreement: Any = found.setdefault(position.disagreement_id, position.disagreement)
        disagreement.public_positions = [*getattr(disagreement, "public_positions", []), position]
    return list(found.values())[:SHOWN]


# --- what was said ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SaidAndDone:
    exchanges: list[Any]
    carried: list[tuple[str, Card]]  # the statements that most sources carry, by day, each with its side
    latest: list[Card]


def _said(agreement: Agreement) -> SaidAndDone:
    """Exchanges, the statements that most sources carry, and the latest entries; their cards in one query of two."""
    pairs = answers_within(agreement)
    answering = {slug for pair in pairs for slug in pair}
    carried = Count("citations__source", filter=Q(citations__source__state=State.PUBLISHED), distinct=True)
    statements = Statement.objects.published().filter(agreement=agreement).exclude(slug__in=answering)
    most_carried = statements.annotate(carried=carried).order_by("-carried", "first_day", "position", "slug")
    newest = Entry.objects.filter(agreement=agreement).newest_first()
    last = Coalesce(Subquery(newest.values("sort_key")[NEWEST - 1 : NEWEST]), Value(""))  # there may be fewer
    cards = _cards_of(
        Q(slug__in=answering),
        Q(slug__in=most_carried.values("slug")[:MOST_CANDIDATES]),
        Q(agreement=agreement, sort_key__gte=last),
    )
    own = [card for card in cards if card["agreement"] and card["agreement"]["slug"] == agreement.slug]
    others = [card for card in own if card["record_type"] == "statement" and card["slug"] not in answering]
    chosen = _most_carried(others)
    return SaidAndDone(
        exchanges=exchanges(pairs, {card["slug"]: card for card in cards})[:MOST_EXCHANGES],
        carried=[(side_of(card), card) for card in others if card in chosen],
        latest=own[: -NEWEST - 1 : -1],
    )


def _cards_of(*sets: Q) -> list[Card]:
    """In order. Each set is looked up by itself: PostgreSQL looks through all entries for those in one or another."""
    first, *others = (Entry.objects.filter(each).order_by().values_list("sort_key", "card__content") for each in sets)
    found: dict[str, Card] = dict(first.union(*others, all=True))
    return [found[key] for key in sorted(found)]


def _most_carried(cards: list[Card]) -> list[Card]:
    """Those that most sources carry, of equals the earlier, and one of each occasion.

    Ranked again as the database did: what was fetched holds its candidates, and a few more among the newest.
    """
    ranked = sorted(cards, key=lambda card: -work_count(card["citations"]))
    by_occasion: dict[str, Card] = {}
    for card in ranked[:MOST_CANDIDATES]:
        by_occasion.setdefault(card["occasion"]["url"] if card["occasion"] else card["url"], card)
    return list(by_occasion.values())[:MOST_CARRIED]
