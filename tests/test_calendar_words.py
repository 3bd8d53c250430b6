import datetime as dt
from decimal import Decimal

import pytest
from babel.dates import format_date, format_interval
from babel.numbers import format_decimal
from edtf import parse_edtf
from hypothesis import given
from hypothesis import strategies as st

from timeline import calendar_words, dates

DAYS = st.dates(min_value=dt.date(1000, 1, 1))
ENGLISH = ("d MMMM y", "MMMM y", "d MMMM", "MMM y", "MMMM", "y")
KOREAN = ("y년 M월 d일", "y년 M월", "M월 d일", "M월", "y년")


@pytest.mark.parametrize(
    ("locale", "pattern"), [("en_GB", each) for each in ENGLISH] + [("ko", each) for each in KOREAN]
)
def test_a_day_reads_as_babel_writes_it(locale, pattern):
    days = [dt.date(2024, month, 2 * month) for month in range(1, 13)]

    words = [calendar_words.day_in_words(day, pattern) for day in days]

    assert words == [format_date(day, pattern, locale=locale) for day in days]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_weekdays_are_called_as_babel_calls_them(language):
    days = [dt.date(2024, 5, day) for day in range(20, 27)]

    names = [calendar_words.weekday(day, language) for day in days]

    assert names == [format_date(day, "EEEE", locale=language) for day in days]


@given(DAYS, st.integers(min_value=0, max_value=500), st.booleans())
def test_a_korean_span_reads_as_babel_writes_it(start, length, has_days):
    end = min(start, dt.date(9998, 1, 1)) + dt.timedelta(length)
    skeleton = "yMMMMd" if has_days else "yMMMM"

    words = calendar_words.korean_span(min(start, end), end, has_days=has_days)

    assert words == format_interval(min(start, end), end, skeleton, locale="ko")


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**15), max_value=10**15))
def test_a_number_is_grouped_as_babel_groups_it(number):
    assert calendar_words.grouped(number) == format_decimal(number.normalize(), "#,##0.####", locale="en")


def test_a_number_keeps_all_its_digits():
    assert calendar_words.grouped(Decimal("1234567.12345678901234")) == "1,234,567.12345678901234"


@given(DAYS, st.sampled_from([4, 7, 10]), st.sampled_from(["", "~", "?", "%"]))
def test_bounds_are_those_of_the_edtf_library(day, length, mark):
    text = day.isoformat()[:length] + mark

    date = dates.parse(text)

    parsed = parse_edtf(text)
    bounds = [dt.date(*bound[:3]) for bound in (parsed.lower_strict(), parsed.upper_strict())]
    assert [date.first_day, date.last_day] == bounds
