"""Dates as exact as they are known. A `PartialDate` is what one EDTF string (ISO 8601-2) says: a day, a month, a year
or a span of them, each sure, approximate (`~`), uncertain (`?`) or both (`%`).
"""

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from timeline.calendar_words import day_in_words, korean_span, weekday

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
        first, last = _bounds(int(match["year"]), int(match["month"] or 0), int(match["day"] or 0))
    except ValueError as error:
        raise DateError(_("“%(text)s” is not a day of the calendar.") % {"text": whole}) from error
    precision = "day" if match["day"] else "month" if match["month"] else "year"
    return Moment(first, last, precision, match["mark"] or "")


def _bounds(year: int, month: int, day: int) -> tuple[dt.date, dt.date]:
    """The first and the last day of what is given; 0 for what is not."""
    if day:
        return (only := dt.date(year, month, day)), only
    first, last = dt.date(year, month or 1, 1), month or 12
    return first, dt.date(year, last, calendar.monthrange(year, last)[1])


def without_spaces(text: str) -> str:
    """As a date is kept: people put spaces around the slash of a span, spreadsheets and pages at its ends."""
    return "".join(text.split())


def parse(text: str) -> PartialDate:
    """The date that an EDTF string names; `DateError` for anything else. Repeated strings cost a look-up."""
    if not isinstance(text, str) or len(text) > LONGEST:
        raise DateError(_("A date is one of %(forms)s.") % {"forms": FORMS})
    return _parse(text)


@lru_cache(maxsize=4_096)
def _parse(text: str) -> PartialDate:
    first, slash, second = text.partition("/")
    if slash and (second in {"..", ""} or first in {"..", ""}):
        raise DateError(_("“%(text)s” has an open end. Give both ends, or one date.") % {"text": text})
    start = _moment(first, text)
    end = _moment(second, text) if slash else start
    if end.last < start.first:
        raise DateError(_("“%(text)s” ends before it begins.") % {"text": text})
    return PartialDate(text, start, end)


def written_in() -> str:
    """Which of the two ways to write a date is that of the page: `en`, days before months, or `ko`."""
    return _written_in(get_language() or "en")


def _written_in(language: str) -> str:
    return "ko" if language.startswith("ko") else "en"


def _moment_words(moment: Moment, locale: str) -> str:
    pattern = {
        "en": {"day": "d MMMM y", "month": "MMMM y", "year": "y"},
        "ko": {"day": "y년 M월 d일", "month": "y년 M월", "year": "y년"},
    }[locale][moment.precision]
    return _marked(day_in_words(moment.first, pattern), moment.mark)


def _marked(words: str, mark: str) -> str:
    if mark == "~":
        return _("around %(date)s") % {"date": words}
    if mark == "?":
        return _("probably %(date)s") % {"date": words}
    if mark == "%":
        return _("possibly around %(date)s") % {"date": words}
    return words


@lru_cache(maxsize=2_048)
def _display(edtf: str, language: str) -> str:
    date, locale = parse(edtf), _written_in(language)
    start, end = date.start, date.end
    if not date.is_span:
        return _moment_words(start, locale)
    in_one_month = (start.first.year, start.first.month) == (end.first.year, end.first.month)
    is_whole = not start.mark and (in_one_month or not end.mark)  # else one end alone is unsure
    if start.precision == end.precision and is_whole and start.precision in {"day", "month"}:
        whole = _span_words(start.first, end.first, locale, has_days=start.precision == "day")
        return _marked(whole, end.mark) if end.mark else whole
    if start.precision == end.precision == "year" and not start.mark and not end.mark:
        return f"{_moment_words(start, locale)}–{_moment_words(end, locale)}"
    return f"{_moment_words(start, locale)} – {_moment_words(end, locale)}"


def _span_words(start: dt.date, end: dt.date, locale: str, *, has_days: bool) -> str:
    if locale == "ko":
        return korean_span(start, end, has_days=has_days)
    if not has_days:
        return _months_words(start, end)
    if start == end:
        return day_in_words(start, "d MMMM y")
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{day_in_words(end, 'd MMMM y')}"
    first = "d MMMM" if start.year == end.year else "d MMMM y"
    return f"{day_in_words(start, first)} – {day_in_words(end, 'd MMMM y')}"


def _months_words(start: dt.date, end: dt.date) -> str:
    last = day_in_words(end, "MMMM y")
    if (start.year, start.month) == (end.year, end.month):
        return last
    return f"{day_in_words(start, 'MMMM' if start.year == end.year else 'MMMM y')} – {last}"


@lru_cache(maxsize=2_048)
def _display_within_year(edtf: str, language: str) -> str:
    date, locale = parse(edtf), _written_in(language)
    start, end = date.start, date.end
    if start.first.year != end.last.year or "year" in {start.precision, end.precision}:
        return _display(edtf, language)
    if start.precision == end.precision == "day" and not start.mark and start.first.month == end.first.month:
        pattern = "M월 d일" if locale == "ko" else "d MMMM"
        last = day_in_words(end.first, pattern)
        if start.first == end.first:
            return _marked(last, end.mark)
        of_month = f"{start.first.month}월 {start.first.day}일~{end.first.day}일"
        return _marked(of_month if locale == "ko" else f"{start.first.day}–{last}", end.mark)
    first, last = (_moment_without_year(each, locale) for each in (start, end))
    return f"{first} – {last}" if date.is_span else first


def _moment_without_year(moment: Moment, locale: str) -> str:
    patterns = {"en": {"day": "d MMMM", "month": "MMMM"}, "ko": {"day": "M월 d일", "month": "M월"}}
    pattern = patterns[locale][moment.precision]
    return _marked(day_in_words(moment.first, pattern), moment.mark)


@lru_cache(maxsize=2_048)
def _weekday(edtf: str, language: str) -> str:
    date = parse(edtf)
    return weekday(date.first_day, language) if date.is_exact_day else ""
