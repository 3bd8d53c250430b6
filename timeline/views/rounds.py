from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from timeline.enums import Capital
from timeline.models import Delegate, Round
from timeline.views.links import public
from timeline.views.occasions import Attendance, proceedings
from timeline.views.records import SHOWN, record_page, relations_of, topics_of


@record_page(Round.objects.select_related("agreement", "place"))
def detail(request: HttpRequest, round: Round) -> HttpResponse:
    delegates = list(Delegate.objects.published().filter(round=round).with_party().in_order()[: 2 * SHOWN])
    held = proceedings(round, delegates)
    context = {
        "round": round,
        "agreement": public(round.agreement),
        "place": public(round.place),
        "delegations": [(side, _delegation(held.attendances, side)) for side in Capital],
        "proceedings": held,
        "relations": relations_of(round, held.statements),
        "topics": topics_of(round),
        **_neighbours(round),
    }
    return render(request, "timeline/rounds/detail.html", context)


def _delegation(attendances: list[Attendance], side: str) -> list[Attendance]:
    return [attendance for attendance in attendances if attendance.side == side]


def _neighbours(round: Round) -> dict[str, Any]:
    """The public rounds before and after it in the same talks, and the highest number among them; one query."""
    rounds = []
    if public(round.agreement):
        rounds = list(
            Round.objects.published().filter(agreement=round.agreement_id).by_number().select_related("place")
        )
    at = rounds.index(round) if round in rounds else 0
    return {
        "previous": rounds[at - 1] if at > 0 else None,
        "next": rounds[at + 1] if at + 1 < len(rounds) else None,
        "last_number": rounds[-1].number if rounds else round.number,
    }
