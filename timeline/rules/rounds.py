"""Rounds: in the order of their numbers, within their talks."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline.enums import RoundStatus
from timeline.models import Round
from timeline.rules.registry import ERROR, NOTICE, Finding, Found, FoundAcross, rule, rule_across


@rule(
    "round-outside-its-talks",
    ERROR,
    Round,
    mend=gettext_lazy("Correct the date of the round, or the days on which the talks were opened and concluded."),
)
def round_outside_its_talks(negotiation_round: Round) -> Found:
    """Only what is certainly outside, by strict bounds."""
    opened, concluded = negotiation_round.agreement.opened, negotiation_round.agreement.concluded
    if opened and negotiation_round.last_day < opened.first_day:
        values = {"when": negotiation_round.date, "opened": opened}
        yield Finding("when", _("It is dated %(when)s, before the talks were opened (%(opened)s).") % values)
    if concluded and negotiation_round.first_day > concluded.last_day:
        values = {"when": negotiation_round.date, "concluded": concluded}
        yield Finding("when", _("It is dated %(when)s, after the talks were concluded (%(concluded)s).") % values)


@rule("scheduled-and-over", NOTICE, Round, mend=gettext_lazy("Say whether it was held, cut short or cancelled."))
def scheduled_and_over(negotiation_round: Round) -> Found:
    """A day late, so that it is over wherever it was to be."""
    is_over = negotiation_round.last_day < timezone.localdate() - dt.timedelta(days=1)
    if negotiation_round.status == RoundStatus.SCHEDULED and is_over:
        values = {"day": negotiation_round.date}
        yield Finding("status", _("It is said to be scheduled, and its day is over (%(day)s).") % values)


def _rounds_of_the_same_talks(negotiation_round: Round) -> QuerySet[Round]:
    return Round.objects.filter(agreement=negotiation_round.agreement_id)


@rule_across(
    "rounds-out-of-order",
    ERROR,
    Round,
    mend=gettext_lazy("Correct the number or the date of one of the two rounds."),
    near=_rounds_of_the_same_talks,
)
def rounds_out_of_order(rounds: Iterable[Round]) -> FoundAcross:
    """A later number that was certainly over before an earlier one began. Both rounds are told of it."""
    talks: dict[int, list[Round]] = defaultdict(list)
    for each in rounds:
        if each.status != RoundStatus.CANCELLED:
            talks[each.agreement_id].append(each)
    for held in talks.values():
        for earlier, later in combinations(sorted(held, key=lambda each: each.number), 2):
            if later.last_day < earlier.first_day:
                sentence = _(
                    "Round %(later)s (%(later_date)s) was over before round %(earlier)s (%(earlier_date)s) began."
                )
                values: dict[str, object] = {"later": later.number, "earlier": earlier.number}
                values |= {"later_date": later.date, "earlier_date": earlier.date}
                yield earlier, Finding("when", sentence % values)
                yield later, Finding("when", sentence % values)
