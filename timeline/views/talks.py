"""The rounds of one agreement's talks as a strip, and how long the talks took."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timeline.dates import PartialDate
from timeline.models import Agreement, Place, Round
from timeline.views.links import public

DAYS_OF_A_MONTH = 30.44
LONG_PAUSE = 45  # days between two rounds that the strip remarks on
MOST_DAYS = 90  # above it a duration is told in months


@dataclass(frozen=True)
class Stop:
    """A round on the strip."""

    round: Round
    place: Place | None
    pause: str  # since the round before, when it was long
    is_here: bool


def rounds_of(agreement: Agreement | int) -> Any:
    return Round.objects.published().filter(agreement=agreement).select_related("place").by_number()


def strip(rounds: Sequence[Round], here: Round | None = None) -> list[Stop]:
    before = [None, *rounds]
    return [
        Stop(each, public(each.place), _pause(last, each) if last else "", each == here)
        for last, each in zip(before, rounds, strict=False)
    ]


def _pause(last: Round, round: Round) -> str:
    """Only between days that are known: the distance of two months is none."""
    days = (round.first_day - last.last_day).days
    if days <= LONG_PAUSE or not (_ends_on_days(last.date) and _ends_on_days(round.date)):
        return ""
    months = _months(days)
    return ngettext("%(months)s month later", "%(months)s months later", months) % {"months": months}


def lasted(agreement: Agreement) -> str:
    """From opening to conclusion in words, no more exactly than both are known; empty where one is not.

    Between months it is the middle of the longest and the shortest that it can have been.
    """
    opened, concluded = agreement.opened, agreement.concluded
    if opened is None or concluded is None or "year" in {opened.start.precision, concluded.end.precision}:
        return ""
    longest, shortest = concluded.last_day - opened.first_day, concluded.first_day - opened.last_day
    days = ((longest + shortest) / 2).days
    if days <= MOST_DAYS and _ends_on_days(opened) and _ends_on_days(concluded):
        return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
    months = _months(days)
    return ngettext("about %(months)s month", "about %(months)s months", months) % {"months": months}


def span_words(agreement: Agreement) -> str:
    """When the talks opened and concluded, as far as each is known."""
    opened, concluded = agreement.opened, agreement.concluded
    if opened and concluded:
        return _("%(opened)s – %(concluded)s") % {"opened": opened, "concluded": concluded}
    if opened:
        return _("since %(opened)s") % {"opened": opened}
    return _("until %(concluded)s") % {"concluded": concluded} if concluded else ""


def _ends_on_days(date: PartialDate) -> bool:
    return {date.start.precision, date.end.precision} == {"day"} and not date.start.mark + date.end.mark


def _months(days: int) -> int:
    return max(1, round(days / DAYS_OF_A_MONTH))
