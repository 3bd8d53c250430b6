"""Money: a slip of three zeros, words that say another amount, a rate that never was."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline import amounts
from timeline.enums import Currency, Measure, Stance
from timeline.models import Figure
from timeline.models.figures import COMPARABLE
from timeline.rules.registry import ERROR, NOTICE, Finding, Found, FoundAcross, rule, rule_across
from timeline.rules.stated import stated_amounts

THOUSANDFOLD = 200  # a slip of three zeros, whatever the true amounts differ by
LOWEST_RATE, HIGHEST_RATE = 700, 1_600  # won for a dollar since 1988, but for days of panic
MOST_GROWTH, MOST_SHRINKING = Decimal(500), Decimal(-100)
ROUNDING = Decimal("0.05")  # “about 1 trillion” for 1.04 trillion
SMALLEST_AMOUNT = 10_000  # below, the scale was said elsewhere: “from 4.7 to 5 billion dollars”


def _comparable_peers(figure: Figure) -> QuerySet[Figure]:
    same_years = Q(year_from=figure.year_from, year_to=figure.year_to)
    same_talks = Q(agreement=figure.agreement_id) if figure.agreement_id else Q()
    return Figure.objects.filter(same_years | same_talks if same_talks else same_years, currency=figure.currency)


@rule_across(
    "thousandfold",
    ERROR,
    Figure,
    mend=gettext_lazy("Count the zeros. A misprint of the source has the measure “other”, and a note."),
    near=_comparable_peers,
)
def thousandfold(figures: Iterable[Figure]) -> FoundAcross:
    """Off by about 1,000 against most figures of its years, or where it has none against most of its talks.

    Components and what is no payment may be of any size.
    """
    sized = [each for each in figures if each.amount and each.measure not in {Measure.PART, Measure.OTHER}]
    groups: dict[tuple[object, ...], list[Figure]] = defaultdict(list)
    for figure in sorted(sized, key=lambda each: each.slug):
        for group in _groups(figure):
            groups[group].append(figure)
    for figure in sized:
        others = next((groups[group] for group in _groups(figure) if len(groups[group]) > 1), [figure])
        far = [other for other in others if _times(figure, other) >= THOUSANDFOLD]
        if len(far) * 2 > len(others) - 1:
            values = {"amount": figure.amount_words, "other": far[0].amount_words, "slug": far[0].slug}
            sentence = _(
                "%(amount)s is about a thousand times more or less than comparable figures: %(other)s in %(slug)s."
            )
            yield figure, Finding("amount", sentence % values)


def _groups(figure: Figure) -> list[tuple[object, ...]]:
    """With whom it is compared: with those of its years, else with those of its talks."""
    alike = (figure.currency, _sort(figure))
    years = (figure.year_from, figure.year_to)
    of_its_years = [("years", *alike, *years)] if years != (None, None) else []
    return [*of_its_years, *([("talks", *alike, figure.agreement_id)] if figure.agreement_id else [])]


def _sort(figure: Figure) -> str:
    """Totals and yearly payments compare with one another, the rest with its own measure."""
    return "yearly" if figure.measure in COMPARABLE else figure.measure


def _times(figure: Figure, other: Figure) -> Decimal:
    small, large = sorted([abs(figure.amount or Decimal(0)), abs(other.amount or Decimal(0))])
    return large / small


@rule(
    "words-say-another-amount",
    NOTICE,
    Figure,
    mend=gettext_lazy("Correct the amount, or say in the note why it is not the amount of the words."),
)
def words_say_another_amount(figure: Figure) -> Found:
    if figure.amount is None:
        return
    stated = [
        amount
        for amount, currency in stated_amounts(figure.as_stated)
        if currency == figure.currency and amount >= SMALLEST_AMOUNT
    ]
    if stated and not any(abs(amount - figure.amount) <= figure.amount * ROUNDING for amount in stated):
        words = ", ".join(amounts.amount_words(amount, figure.currency) for amount in stated)
        values = {"amount": figure.amount_words, "stated": words}
        yield Finding("amount", _("The amount is %(amount)s, but its words say %(stated)s.") % values)


@rule(
    "rate-that-never-was",
    ERROR,
    Figure,
    mend=gettext_lazy("Correct the amount or its dollar equivalent: one of them is off."),
)
def rate_that_never_was(figure: Figure) -> Found:
    if figure.currency != Currency.KRW or not figure.amount or not figure.usd_equivalent:
        return
    rate = figure.amount / figure.usd_equivalent
    if not LOWEST_RATE <= rate <= HIGHEST_RATE:
        values = {"rate": f"{rate:,.0f}", "lowest": f"{LOWEST_RATE:,}", "highest": f"{HIGHEST_RATE:,}"}
        sentence = _("A dollar would be %(rate)s won; it has been between %(lowest)s and %(highest)s.") % values
        yield Finding("usd_equivalent", sentence)


@rule(
    "dollars-of-dollars",
    ERROR,
    Figure,
    mend=gettext_lazy("Leave the dollar equivalent empty where the amount is in dollars, or correct the currency."),
)
def dollars_of_dollars(figure: Figure) -> Found:
    if figure.currency != Currency.KRW and figure.usd_equivalent is not None:
        yield Finding("usd_equivalent", _("A dollar equivalent belongs to an amount in won."))


@rule(
    "growth-beyond-reason",
    ERROR,
    Figure,
    mend=gettext_lazy("Correct the percentage, or say why it is right."),
)
def growth_beyond_reason(figure: Figure) -> Found:
    for field in ("growth_percent", "growth_percent_to"):
        growth = getattr(figure, field)
        if growth is not None and not MOST_SHRINKING < growth <= MOST_GROWTH:
            values = {"growth": amounts.percent_words(growth)}
            yield Finding(field, _("A change of %(growth)s is beyond anything that was ever asked for.") % values)


@rule("no-party", NOTICE, Figure, mend=gettext_lazy("Say who demanded, offered or pays, where the source tells it."))
def no_party(figure: Figure) -> Found:
    if not figure.party:
        yield Finding("party", _("It is not said who demanded, offered or pays."))


@rule(
    "outside-the-agreement",
    NOTICE,
    Figure,
    mend=gettext_lazy("Correct the year or the agreement, or say in the note why it is counted here."),
)
def outside_the_agreement(figure: Figure) -> Found:
    agreement = figure.agreement
    if agreement is None or figure.stance != Stance.AGREED or figure.measure not in COMPARABLE:
        return
    years = [year for year in (figure.year_from, figure.year_to) if year is not None]
    first, last = agreement.covers_from, agreement.covers_to
    too_early = first is not None and any(year < first for year in years)
    too_late = last is not None and any(year > last for year in years)
    if too_early or too_late:
        values = {"years": figure.years, "agreement": agreement, "covered": agreement.years}
        yield Finding("year_from", _("It is for %(years)s, but %(agreement)s covers %(covered)s.") % values)
