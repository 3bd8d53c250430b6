from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from timeline import linked_data
from timeline.enums import Capital
from timeline.models import Delegate, Round
from timeline.models.columns import Shown
from timeline.models.hanging import may_have
from timeline.views.links import public
from timeline.views.occasions import Attendance, proceedings
from timeline.views.records import SHOWN, record_page, relations_of, topics_of
from timeline.views.talks import rounds_of, strip

MOST_ROUNDS = 100


DELEGATES: Shown[Delegate] = Shown(
    Delegate, lambda pk: Delegate.objects.published().filter(round=pk).with_party().in_order()[: 2 * SHOWN]
)
ROUNDS_OF: Shown[Round] = Shown(Round, lambda agreement: rounds_of(agreement)[:MOST_ROUNDS])


@record_page(Round.objects.select_related("agreement", "place"))
def detail(request: HttpRequest, round: Round) -> HttpResponse:
    delegates = DELEGATES(round.pk) if may_have(round, Delegate) else []
    held = proceedings(round, delegates)
    context = {
        "round": round,
        "agreement": public(round.agreement),
        "place": public(round.place),
        "delegations": [(side, _delegation(held.attendances, side)) for side in Capital.values],
        "proceedings": held,
        "relations": relations_of(round, held.statements),
        "topics": topics_of(round),
        "structured": linked_data.record_page(
            round, linked_data.of_round(round, held.attendances, [each.statement for each in held.said])
        ),
        **_in_its_talks(round),
    }
    return render(request, "timeline/rounds/detail.html", context)


def _delegation(attendances: list[Attendance], side: str) -> list[Attendance]:
    return [attendance for attendance in attendances if attendance.side == side]


def _in_its_talks(round: Round) -> dict[str, Any]:
    """The public rounds of the same talks as a strip, and those before and after it; one query."""
    rounds = ROUNDS_OF(round.agreement_id) if public(round.agreement) else []
    at = rounds.index(round) if round in rounds else 0
    return {
        "stops": strip(rounds, here=round),
        "previous": rounds[at - 1] if at > 0 else None,
        "next": rounds[at + 1] if at + 1 < len(rounds) else None,
        "last_number": rounds[-1].number if rounds else round.number,
    }
