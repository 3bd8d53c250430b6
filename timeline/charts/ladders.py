"""The bargaining ladder of an agreement: each yearly payment that was demanded, offered, reported, projected, agreed,
appropriated or paid, in the order in which it was stated. Won and dollars are two ladders, never one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from timeline.charts.kept import Chart
from timeline.enums import Capital, Currency, Stance
from timeline.models import Agreement, Figure
from timeline.models.figures import COMPARABLE

MOST_RUNGS = 80  # a reader does not look down a longer ladder; the list and the CSV file have all
MOST_READ = 500
# Where there are more, what the parties put on the table goes before what others say of it.
PRECEDENCE = (
    Stance.AGREED,
    Stance.DEMANDED,
    Stance.OFFERED,
    Stance.PAID,
    Stance.APPROPRIATED,
    Stance.PROJECTED,
    Stance.REPORTED,
)


@dataclass(frozen=True)
class Panel:
    """The ladder in one currency. The figures are those drawn, and the rows of the table."""

    agreement: Agreement
    currency: Currency
    figures: list[Figure]
    count: int  # of all of them, as far as they were counted
    counted_all: bool
    chart: Chart

    @property
    def is_cut(self) -> bool:
        return len(self.figures) < self.count

    @property
    def address(self) -> str:
        """Of its files, without what their names end in."""
        return reverse("ladder-file", args=[self.agreement.slug, self.currency.lower()])

    @property
    def caption(self) -> str:
        if self.currency == Currency.KRW:
            return _("What was put on the table, in won")
        return _("What was put on the table, in dollars")


@dataclass(frozen=True)
class Ladder:
    agreement: Agreement
    panels: list[Panel]  # one for each currency in which something was stated


def ladder(agreement: Agreement, currencies: Sequence[str] = Currency.values) -> Ladder:
    """One query for each currency."""
    read = ((Currency(name), list(rungs(agreement, name)[: MOST_READ + 1])) for name in currencies)
    return Ladder(agreement, [_panel(agreement, currency, figures) for currency, figures in read if figures])


def ladder_of(agreement: Agreement, figures: Iterable[Figure]) -> Ladder:
    """The same, of figures that a page has fetched already: all that the agreement has. No query."""
    by_day = sorted(figures, key=lambda figure: (figure.stated_first_day, figure.slug))
    comparable = [figure for figure in by_day if figure.measure in COMPARABLE]
    read = ((currency, [figure for figure in comparable if figure.currency == currency]) for currency in Currency)
    return Ladder(agreement, [_panel(agreement, currency, figures) for currency, figures in read if figures])


def rungs(agreement: Agreement, currency: str) -> Any:
    """All figures that stand on a ladder, however many."""
    comparable = Figure.objects.published().comparable().by_day()
    return comparable.filter(agreement=agreement, currency=currency)


def _panel(agreement: Agreement, currency: Currency, read: list[Figure]) -> Panel:
    counted = read[:MOST_READ]
    figures = _most_telling(counted)
    chart = Chart(f"ladder-{agreement.slug}-{currency.lower()}", _facts(agreement, currency, figures))
    return Panel(agreement, currency, figures, len(counted), len(read) <= MOST_READ, chart)


def _most_telling(figures: list[Figure]) -> list[Figure]:
    """In the order of the days, whichever are left out."""
    if len(figures) <= MOST_RUNGS:
        return figures
    ranked = sorted(range(len(figures)), key=lambda at: (PRECEDENCE.index(Stance(figures[at].stance)), at))
    return [figures[at] for at in sorted(ranked[:MOST_RUNGS])]


@override(settings.LANGUAGE_CODE)  # a drawing is in the language of the site
def _facts(agreement: Agreement, currency: Currency, figures: list[Figure]) -> dict[str, Any]:
    return {
        "kind": "ladder",
        "title": _("The bargaining ladder: %(agreement)s") % {"agreement": agreement.name},
        "subtitle": _("Payments for a year, in %(currency)s, each as it was stated")
        % {"currency": _CURRENCY_WORDS[currency]()},
        "address": f"{reverse('figure-list')}?agreement={agreement.ordinal}&currency={currency}",
        "currency": currency.value,
        "points": [_point(figure) for figure in figures],
    }


_CURRENCY_WORDS = {Currency.KRW: lambda: _("South Korean won"), Currency.USD: lambda: _("US dollars")}


def _point(figure: Figure) -> dict[str, Any]:
    who = pgettext("who · how", " · ").join(
        word for word in (capital_words(figure.party), str(figure.get_stance_display()), figure.years) if word
    )
    when = str(figure.stated)
    return {
        "figure": figure.slug,
        "url": figure.get_absolute_url(),
        "stance": figure.stance,
        "party": figure.party,
        "stated_on": figure.stated_on,
        "years": figure.years,
        "amount": plain_number(figure.amount),
        "date_words": when,
        "who_words": who,
        "amount_words": _without_sign(figure),
        "label": f"{when}: {who}: {figure.amount_words}",
    }


def _without_sign(figure: Figure) -> str:
    """1.04 trillion won: few of the fonts that a picture may have to be drawn with have the sign of the won."""
    words = figure.amount_words
    return _("%(number)s won") % {"number": words.removeprefix("₩")} if words.startswith("₩") else words


def capital_words(party: str) -> str:
    return {Capital.KR.value: _("Seoul"), Capital.US.value: _("Washington")}.get(party, "")


def plain_number(number: Any) -> int | float:
    """For JSON. Amounts are whole but for a few that were stated in cents."""
    whole = int(number)
    return whole if whole == number else float(number)
