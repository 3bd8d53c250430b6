"""Days and numbers in words, in English and Korean, as Babel writes them (a test compares).

Babel takes 7 MB of a worker and fifty microseconds for each date, for two lists of twelve words.
"""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
SHORT_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec")
WEEKDAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "ko": ("월요일", "화요일", "수요일", "목요일", "금요일", "토요일", "일요일"),
}
PLACES: dict[str, Callable[[dt.date], str]] = {
    "y": lambda day: str(day.year),
    "M": lambda day: str(day.month),
    "MMM": lambda day: SHORT_MONTHS[day.month - 1],
    "MMMM": lambda day: MONTHS[day.month - 1],
    "d": lambda day: str(day.day),
}
PLACE = re.compile(r"y|M+|d")


def day_in_words(day: dt.date, pattern: str) -> str:
    """The pattern in Unicode's letters: `d MMMM y`, `y년 M월 d일`."""
    return PLACE.sub(lambda place: PLACES[place[0]](day), pattern)


def weekday(day: dt.date, language: str) -> str:
    return WEEKDAYS["ko" if language.startswith("ko") else "en"][day.weekday()]


def korean_span(start: dt.date, end: dt.date, *, has_days: bool) -> str:
    """2024년 5월 21일~23일; what both ends have in common is said once."""
    whole = "y년 M월 d일" if has_days else "y년 M월"
    first = day_in_words(start, whole)
    if start.year != end.year:
        return f"{first} ~ {day_in_words(end, whole)}"
    if start.month != end.month:
        return f"{first} ~ {day_in_words(end, whole.removeprefix('y년 '))}"
    return f"{first}~{end.day}일" if has_days and start.day != end.day else first


def grouped(number: Decimal | int) -> str:
    """All its digits, in threes, without trailing zeros."""
    return f"{Decimal(number).normalize():,f}"
