"""Dates as exact as they are known. A `PartialDate` is what one EDTF string (ISO 8601-2) says: a day, a month, a year
or a span of them, each sure, approximate (`~`), uncertain (`?`) or both (`%`).
"""

import datetime as dt
import re
import warnings
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from babel.dates import format_date, format_interval
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

with warnings.catch_warnings():
    # `edtf` is imported for its parser only; importing it warns about the Django field that we do not use.
    warnings.simplefilter("ignore")
    from edtf import parse_edtf
    from edtf.parser.edtf_exceptions import EDTFParseException

PLAIN = re.compile(r"(?P<year>[0-9]{4})(-(?P<month>[0-9]{2})(-(?P<day>[0-9]{2}))?)?(?P<mark>[~?%])?")
LONGEST = 60
FORMS = gettext_lazy("2024-05-21, 2024-05, 2024, 2024-05-21/2024-05-23, and ~ (about) or ? (uncertain) behind a date")


class DateError(ValueError):
    """What was typed is no date that we can hold. The message is a sentence for the person who typed it."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One end of a `PartialDate`: a day, a month or a year, with its mark."""

    first: dt.date
    last: dt.date
    precision: str  # "day", "month" or "year"
    mark: str  # "", "~", "?" or "%"


@dataclass(frozen=True, slots=True)
class PartialDate:
    edtf: str
    start: Moment
    end: Moment

    @property
    def first_day(self) -> dt.date:
        """The first day that it can be, by strict bounds: `2013-07~` begins on 1 July."""
        return self.start.first

    @property
    def last_day(self) -> dt.date:
        return self.end.last

    @property
    def is_span(self) -> bool:
        return self.start is not self.end

    @property
    def is_exact_day(self) -> bool:
        return not self.is_span and self.start.precision == "day" and not self.start.mark

    @property
    def day_count(self) -> int:
        return (self.last_day - self.first_day).days + 1

    @property
    def machine(self) -> str:
        """For `<time datetime>`: HTML knows days, months and years, no spans and no marks; of a span, its first end."""
        day = self.start.first
        return {"day": day.isoformat(), "month": f"{day:%Y-%m}", "year": f"{day:%Y}"}[self.start.precision]

    def __str__(self) -> str:
        return _display(self.edtf, get_language() or "en")

    @property
    def without_year(self) -> str:
        """For rows that stand under their year: “7 August”, “21–23 May”. Dates over two years keep both."""
        return _display_within_year(self.edtf, get_language() or "en")

    @property
    def weekday(self) -> str:
        """“Wednesday”, of an exact day alone."""
        return _weekday(self.edtf, get_language() or "en")


def _moment(text: str, whole: str) -> Moment:
    match = PLAIN.fullmatch(text)
    if match is None:
        raise DateError(
            _("“%(text)s” is not a date in a form that we keep: %(forms)s.") % {"text": whole, "forms": FORMS}
        )
    try:
        if match["day"] and not match["mark"]:  # nine in ten; the parser takes milliseconds for each
            first = last = dt.date.fromisoformat(text)
        else:
            parsed: Any = parse_edtf(text)
            first, last = (dt.date(*bound[:3]) for bound in (parsed.lower_strict(), parsed.upper_strict()))
    except (EDTFParseException, ValueError, TypeError) as error:
        raise DateError(_("“%(text)s” is not a day of the calendar.") % {"text": whole}) from error
    precision = "day" if match["day"] else "month" if match["month"] else "year"
    return Moment(first, last, precision, match["mark"] or "")


def parse(text: str) -> PartialDate:
    """The date that an EDTF string names; `DateError` for anything else. Repeated strings cost a look-up."""
    if not isinstance(text, str) or len(text) > LONGEST:
        raise DateError(_("A date is one of %(forms)s.") % {"forms": FORMS})
    return _parse(text)


@lru_cache(maxsize=20_000)
def _parse(text: str) -> PartialDate:
    first, slash, second = text.partition("/")
    if slash and (second in {"..", ""} or first in {"..", ""}):
        raise DateError(_("“%(text)s” has an open end. Give both ends, or one date.") % {"text": text})
    start = _moment(first, text)
    end = _moment(second, text) if slash else start
    if end.last < start.first:
        raise DateError(_("“%(text)s” ends before it begins.") % {"text": text})
    return PartialDate(text, start, end)


def babel_locale() -> str:
    return _babel_locale(get_language() or "en")


def _babel_locale(language: str) -> str:
    """Days before months, as people of this field write them; Korean in its own order."""
    return "ko" if language.startswith("ko") else "en_GB"


def _moment_words(moment: Moment, locale: str) -> str:
    pattern = {
        "en_GB": {"day": "d MMMM y", "month": "MMMM y", "year": "y"},
        "ko": {"day": "y년 M월 d일", "month": "y년 M월", "year": "y년"},
    }[locale][moment.precision]
    return _marked(str(format_date(moment.first, pattern, locale=locale)), moment.mark)


def _marked(words: str, mark: str) -> str:
    if mark == "~":
        return _("around %(date)s") % {"date": words}
    if mark == "?":
        return _("probably %(date)s") % {"date": words}
    if mark == "%":
        return _("possibly around %(date)s") % {"date": words}
    return words


@lru_cache(maxsize=20_000)
def _display(edtf: str, language: str) -> str:
    date, locale = parse(edtf), _babel_locale(language)
    start, end = date.start, date.end
    if not date.is_span:
        return _moment_words(start, locale)
    if start.precision == end.precision and not start.mark and start.precision in {"day", "month"}:
        skeleton = "yMMMMd" if start.precision == "day" else "yMMMM"
        whole = _span_words(start.first, end.first, skeleton, locale)
        return _marked(whole, end.mark) if end.mark else whole
    if start.precision == end.precision == "year" and not start.mark and not end.mark:
        return f"{_moment_words(start, locale)}–{_moment_words(end, locale)}"
    return f"{_moment_words(start, locale)} – {_moment_words(end, locale)}"


def _span_words(start: dt.date, end: dt.date, skeleton: str, locale: str) -> str:
    if locale == "ko" or skeleton == "yMMMM":
        return str(format_interval(start, end, skeleton, locale=locale)).replace("\u2009", " ").replace("\u202f", " ")
    # babel abbreviates months in its English spans ("30 Apr"); we write them out everywhere
    if start == end:
        return str(format_date(start, "d MMMM y", locale=locale))
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{format_date(end, 'd MMMM y', locale=locale)}"
    first = "d MMMM" if start.year == end.year else "d MMMM y"
    return f"{format_date(start, first, locale=locale)} – {format_date(end, 'd MMMM y', locale=locale)}"


@lru_cache(maxsize=20_000)
def _display_within_year(edtf: str, language: str) -> str:
    date, locale = parse(edtf), _babel_locale(language)
    start, end = date.start, date.end
    if start.first.year != end.last.year or "year" in {start.precision, end.precision}:
        return _display(edtf, language)
    if start.precision == end.precision == "day" and not start.mark and start.first.month == end.first.month:
        pattern = "M월 d일" if locale == "ko" else "d MMMM"
        last = str(format_date(end.first, pattern, locale=locale))
        if start.first == end.first:
            return _marked(last, end.mark)
        of_month = f"{start.first.month}월 {start.first.day}일~{end.first.day}일"
        return _marked(of_month if locale == "ko" else f"{start.first.day}–{last}", end.mark)
    first, last = (_moment_without_year(each, locale) for each in (start, end))
    return f"{first} – {last}" if date.is_span else first


def _moment_without_year(moment: Moment, locale: str) -> str:
    patterns = {"en_GB": {"day": "d MMMM", "month": "MMMM"}, "ko": {"day": "M월 d일", "month": "M월"}}
    pattern = patterns[locale][moment.precision]
    return _marked(str(format_date(moment.first, pattern, locale=locale)), moment.mark)


@lru_cache(maxsize=20_000)
def _weekday(edtf: str, language: str) -> str:
    date = parse(edtf)
    return str(format_date(date.first_day, "EEEE", locale=_babel_locale(language))) if date.is_exact_day else ""
