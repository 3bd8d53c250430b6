from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from timeline import linked_data
from timeline.index import title_of
from timeline.models import Figure, Statement
from timeline.models.columns import Shown
from timeline.models.hanging import may_have
from timeline.views.exchanges import around
from timeline.views.links import link_to, public
from timeline.views.occasions import said, speakers_of
from timeline.views.records import (
    SHOWN,
    Relations,
    attach_citations,
    attach_co_speakers,
    attach_posts,
    disagreements_about,
    positions_of,
    record_page,
    relations_of,
    topics_of,
)

STATEMENTS = Statement.objects.select_related(
    "agreement", "place", "speaker", "on_behalf_of", "made_at_round__agreement", "made_at_event"
)
FIGURES: Shown[Figure] = Shown(
    Figure, lambda pk: Figure.objects.published().filter(arose_at_statement=pk).by_day()[:SHOWN]
)


@record_page(STATEMENTS)
def detail(request: HttpRequest, statement: Statement) -> HttpResponse:
    attach_co_speakers([statement])
    attach_posts(speakers_of(statement))
    figures = FIGURES(statement.pk) if may_have(statement, Figure) else []
    disagreements = disagreements_about([statement, *figures])
    attach_citations([statement, *figures, *positions_of(disagreements)])
    occasion = public(statement.occasion)
    exchange = around(statement)
    context = {
        "structured": linked_data.record_page(statement, linked_data.of_statement(statement, speakers_of(statement))),
        "statement": statement,
        "title": title_of(statement),
        "said": said(statement),
        "agreement": public(statement.agreement),
        "place": public(statement.place),
        "occasion": link_to(occasion) if occasion else None,
        "figures": figures,
        "disagreements": disagreements,
        "exchange": exchange,
        "relations": _without(exchange.urls if exchange else frozenset(), relations_of(statement)),
        "topics": topics_of(statement),
    }
    return render(request, "timeline/statements/detail.html", context)


def _without(shown: frozenset[str], relations: list[Relations]) -> list[Relations]:
    """The relations to what is not shown whole in the exchange."""
    rest = (replace(each, links=[link for link in each.links if link.url not in shown]) for each in relations)
    return [each for each in rest if each.links]
