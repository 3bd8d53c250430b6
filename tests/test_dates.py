import datetime as dt

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from timeline import dates


@pytest.mark.parametrize(
    ("edtf", "words"),
    [
        ("2024-05-21", "21 May 2024"),
        ("2024-05", "May 2024"),
        ("1991", "1991"),
        ("2013-07~", "around July 2013"),
        ("1990-11-16~", "around 16 November 1990"),
        ("2019-02-10?", "probably 10 February 2019"),
        ("2001%", "possibly around 2001"),
        ("2024-05-21/2024-05-23", "21–23 May 2024"),
        ("2024-04-30/2024-05-02", "30 April – 2 May 2024"),
        ("2018-12-31/2019-01-02", "31 December 2018 – 2 January 2019"),
        ("2024-05-21/2024-05-21", "21 May 2024"),
        ("2019-03/2019-05", "March – May 2019"),
        ("2019-03/2019-03", "March 2019"),
        ("1991/1993", "1991–1993"),
        ("2004-11-01/2004-11-02~", "around 1–2 November 2004"),
        ("2023-12-31/2024-01-02~", "31 December 2023 – around 2 January 2024"),
        ("2019-03/2019-05?", "March 2019 – probably May 2019"),
        ("2019-03/2019-05-02", "March 2019 – 2 May 2019"),
    ],
)
def test_a_date_is_shown_as_exactly_as_it_is_known(edtf, words):
    assert str(dates.parse(edtf)) == words


@pytest.mark.parametrize(
    ("edtf", "words"),
    [("2024-05-21", "2024년 5월 21일"), ("2024-05", "2024년 5월"), ("1991", "1991년")],
)
def test_a_date_is_shown_in_korean(edtf, words):
    with translation.override("ko"):
        assert str(dates.parse(edtf)) == words


@pytest.mark.parametrize(
    ("edtf", "first", "last"),
    [
        ("2024-05-21", dt.date(2024, 5, 21), dt.date(2024, 5, 21)),
        ("2024-02", dt.date(2024, 2, 1), dt.date(2024, 2, 29)),
        ("1991", dt.date(1991, 1, 1), dt.date(1991, 12, 31)),
        ("2013-07~", dt.date(2013, 7, 1), dt.date(2013, 7, 31)),
        ("2019-02-10?", dt.date(2019, 2, 10), dt.date(2019, 2, 10)),
        ("2024-05-21/2024-05-23", dt.date(2024, 5, 21), dt.date(2024, 5, 23)),
        ("2018-09~/2018-10", dt.date(2018, 9, 1), dt.date(2018, 10, 31)),
    ],
)
def test_bounds_are_strict(edtf, first, last):
    date = dates.parse(edtf)

    assert (date.first_day, date.last_day) == (first, last)


@pytest.mark.parametrize(
    ("edtf", "machine"),
    [("2024-05-21", "2024-05-21"), ("2013-07~", "2013-07"), ("1991", "1991"), ("2024-05-21/2024-05-23", "2024-05-21")],
)
def test_a_machine_reads_no_more_than_is_known(edtf, machine):
    assert dates.parse(edtf).machine == machine


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2019-02-30", "“2019-02-30” is not a day of the calendar."),
        ("2019-13", "“2019-13” is not a day of the calendar."),
        ("0000-01-01", "“0000-01-01” is not a day of the calendar."),
        ("2019-01-01/..", "“2019-01-01/..” has an open end. Give both ends, or one date."),
        ("2019-02-01/2019-01-01", "“2019-02-01/2019-01-01” ends before it begins."),
        ("soon", f"“soon” is not a date in a form that we keep: {dates.FORMS}."),
        ("199X", f"“199X” is not a date in a form that we keep: {dates.FORMS}."),
        ("", f"“” is not a date in a form that we keep: {dates.FORMS}."),
        ("2019-02-10\x00", f"“2019-02-10\x00” is not a date in a form that we keep: {dates.FORMS}."),
        ("٢٠٢٤-05-21", f"“٢٠٢٤-05-21” is not a date in a form that we keep: {dates.FORMS}."),
        ("2" * 100_000, f"A date is one of {dates.FORMS}."),
    ],
)
def test_what_is_no_date_is_refused_with_a_sentence(text, sentence):
    with pytest.raises(dates.DateError) as refusal:
        dates.parse(text)

    assert str(refusal.value) == sentence


@given(st.dates())
def test_the_fast_path_for_plain_days_equals_the_parser(day):
    fast = dates.parse(day.isoformat())
    slow = dates._moment(day.isoformat(), day.isoformat())

    assert (fast.start, fast.end) == (slow, slow)


@given(st.text(max_size=30) | st.from_regex(r"\A[0-9]{1,4}(-[0-9]{1,2}){0,2}[~?%]?(/[0-9]{4}(-[0-9]{2})?)?\Z"))
def test_any_text_is_a_date_or_a_sentence(text):
    problem = ""
    try:
        date = dates.parse(text)
        problem = "" if date.first_day <= date.last_day else "It ends before it begins"
    except dates.DateError as refusal:
        problem = "" if str(refusal).endswith(".") else "It is no sentence"

    assert problem == ""


@pytest.mark.parametrize(
    ("edtf", "english", "korean"),
    [
        ("2019-08-07", "7 August", "8월 7일"),
        ("2019-08", "August", "8월"),
        ("2019", "2019", "2019년"),
        ("2024-05-21/2024-05-23", "21–23 May", "5월 21일~23일"),
        ("2019-07-30/2019-08-01", "30 July – 1 August", "7월 30일 – 8월 1일"),
        ("2014-01-09/2014-01-11~", "around 9–11 January", "around 1월 9일~11일"),
        ("2013-07~", "around July", "around 7월"),
        ("2018-12-30/2019-01-02", "30 December 2018 – 2 January 2019", "2018년 12월 30일 ~ 2019년 1월 2일"),
    ],
)
def test_under_its_year_a_date_is_shown_without_it(edtf, english, korean):
    assert dates.parse(edtf).without_year == english
    with translation.override("ko"):
        assert dates.parse(edtf).without_year == korean


@pytest.mark.parametrize(
    ("edtf", "weekday"),
    [("2019-08-07", "Wednesday"), ("2019-08-07?", ""), ("2019-08", ""), ("2019-08-07/2019-08-08", "")],
)
def test_an_exact_day_alone_has_a_weekday(edtf, weekday):
    assert dates.parse(edtf).weekday == weekday
