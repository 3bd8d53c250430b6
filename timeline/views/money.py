"""The yearly payment at the start of each agreement: what the overview and the list of agreements show at a glance."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import F

from timeline.enums import Capital, Stance
from timeline.models import Agreement, Figure
from timeline.views.records import attach_citations

MOST = 400


def first_year_totals(agreements: Sequence[Agreement]) -> dict[int, list[Any]]:
    """By agreement: what Seoul is to pay for the first year that it covers, once for each way in which a source
    states it, with citations. Two queries.
    """
    figures = list(
        Figure.objects.published()
        .comparable()
        .filter(agreement__in=agreements, stance=Stance.AGREED, year_from=F("agreement__covers_from"))
        .exclude(party=Capital.US)
        .in_order()[:MOST]
    )
    attach_citations(figures)
    totals = defaultdict(list)
    for figure in figures:
        totals[figure.agreement_id or 0].append(figure)
    return totals
