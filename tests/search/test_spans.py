import datetime as dt

import pytest

from timeline.search.spans import spans

IN_TEN_YEARS = dt.datetime.now(dt.UTC).year + 10


def years(text):
    return [(each.first, each.last) for each in spans(text)]


@pytest.mark.parametrize(
    "text",
    [
        "from 2014 to 2018", "between 2014 and 2018", "2014-2018", "2014–2018", "2014 ~ 2018년", "2014 through 2018",
        "2014 until 2018", "2014년부터 2018년까지", "2014년에서 2018년 사이", "2014 TO 2018 talks", "2014년도-2018년도",
    ],
)  # fmt: skip
def test_years_from_one_to_another(text):
    assert years(text) == [(2014, 2018)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("talks since 2019", [(2019, IN_TEN_YEARS)]),
        ("talks after 2019", [(2020, IN_TEN_YEARS)]),
        ("before 2000", [(1945, 1999)]),
        ("2019년 이후", [(2019, IN_TEN_YEARS)]),
        ("2019년부터", [(2019, IN_TEN_YEARS)]),
        ("2000년 이전 협정", [(1945, 1999)]),
    ],
)
def test_years_of_which_the_beginning_or_the_end_is_named(text, found):
    assert years(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "2019", "2019 and 2020", "2020 to 2019", "2019-12", "2019-12-03", "since 2019-05", "2019-2020-03",
        "12-2019-2021", "1 to 2019", "since May 2019", "$2019 to 2021", "2019.2020", "20192020-2021", "1900-2099",
        "before 1900", "",
    ],
)  # fmt: skip
def test_other_years_are_no_span(text):
    assert years(text) == []


def test_several_stand_in_the_order_of_the_text():
    found = spans("since 2021, 2014-2018 and from 1991 to 1993")

    assert [(each.first, each.last) for each in found][1:] == [(2014, 2018), (1991, 1993)]
    assert [each.start for each in found] == [0, 12, 26]
