import datetime as dt

import pytest

from tests import make
from timeline import band
from timeline.band import Line, Scale

pytestmark = [pytest.mark.both, pytest.mark.django_db]
TODAY = dt.date(2026, 1, 1)


def president(title, side, *posts):
    official = make.official(name=title, family_name=title[:4], country=side)
    for start, end in posts:
        make.appointment(official, title=title, start=start, end=end)
    return official


@pytest.fixture
def seoul():
    """A president removed, one who acted from the suspension on, and the next one."""
    make.round(agreement=make.agreement(ordinal=10, covers_from=2014, covers_to=2019), when="2018-03-07")
    president("President of the Republic of Korea", "KR", ("2013-02-25", "2017-03-10"))
    president("Acting President", "KR", ("2016-12-09", "2017-05-10"))
    president("President of the Republic of Korea", "KR", ("2017-06-10", "2022-05-09"))


def row(drawing, name):
    return next(row for row in drawing.rows if row.name == name)


def whole(scale=Scale.FINE):
    return band.drawn(band.facts(TODAY), Line(dt.date(2013, 1, 1), dt.date(2022, 12, 31), 860), scale)


def edges(marks):
    return [(mark.x, round(mark.x + mark.width, 2)) for mark in marks]


def test_a_gap_in_government_is_drawn_as_a_gap(seoul):
    line = Line(dt.date(2013, 1, 1), dt.date(2022, 12, 31), 860)
    presidents = [mark for mark in row(whole(), "seoul").marks if mark.style == "president"]

    assert edges(presidents) == [
        (line.at(dt.date(2013, 2, 25)), line.at(dt.date(2017, 3, 11))),
        (line.at(dt.date(2017, 6, 10)), line.at(dt.date(2022, 5, 10))),
    ]


def test_who_acts_for_a_suspended_president_stands_below(seoul):
    (first, _second, acting) = row(whole(), "seoul").marks

    assert acting.style == "acting"
    assert first.x < acting.x < first.x + first.width
    assert acting.y >= first.y + first.height


def test_a_post_without_an_end_lasts_until_today_and_no_longer():
    president("President of the United States (second term)", "US", ("2025-01-20", ""))

    (post,) = band.facts(TODAY).governments["US"]

    assert (post.first, post.last) == (dt.date(2025, 1, 20), TODAY)


@pytest.mark.parametrize("title", ["Vice President", "Presidential candidate", "Minister of National Defense"])
def test_other_posts_do_not_govern(title):
    president(title, "US", ("2025-01-20", ""))

    assert band.facts(TODAY).governments == {"KR": [], "US": []}


def test_what_is_hidden_is_nowhere_in_the_band():
    hidden = {"state": "draft", "name": "Secret"}
    make.round(agreement=make.agreement(**hidden))
    shown = make.round(place=make.place(**hidden), agreement=make.agreement(name="Shown"))
    make.round(agreement=shown.agreement, state="draft", when="1999-01-01")
    make.appointment(make.official(country="KR", **hidden), title="Acting President", start="2016-12-09")
    make.stage(shown.agreement, make.event(state="draft", title="Secret"))
    make.statement(state="draft", when="1999-01-01")

    facts = band.facts(TODAY)

    assert "Secret" not in str(facts)
    assert ([each.url for each in facts.rounds], facts.stages, facts.statements) == (
        [shown.get_absolute_url()],
        [],
        {},
    )


def test_statements_are_counted_in_the_month_in_which_they_were_made():
    for when in ("2019-08-07", "2019-08", "2019-08-30/2019-09-02", "2019-09-01", "2019"):
        make.statement(when=when)

    assert band.facts(TODAY).statements == {dt.date(2019, 8, 1): 3, dt.date(2019, 9, 1): 1}


def test_rounds_that_would_overlap_stand_in_lanes_of_their_own():
    agreement = make.agreement(covers_from=2014, covers_to=2018)
    for day in ("2018-03-07", "2018-03-20", "2018-09-01"):
        make.round(agreement=agreement, when=day)

    first, second, third = row(whole(Scale.CLOSE), "rounds").marks

    assert first.y == third.y < second.y


@pytest.mark.parametrize(("country", "y"), [("KR", 0), ("US", 10), ("JP", 4)])
def test_a_tick_says_by_its_side_of_the_line_where_the_round_was(country, y):
    make.round(place=make.place(country=country), when="2018-03-07")
    drawing = whole()

    (tick,) = row(drawing, "ticks").marks

    assert tick.y - row(drawing, "ticks").y == y


def test_talks_reach_from_their_opening_to_their_conclusion():
    agreement = make.agreement(talks_opened="2018-03-07", talks_concluded="2019-02-10")
    make.round(agreement=agreement, when="2018-06-26")

    (talks,) = band.facts(TODAY).talks

    assert (talks.first, talks.last) == (dt.date(2018, 3, 7), dt.date(2019, 2, 10))


def test_talks_without_a_recorded_round_are_not_said_to_have_had_none():
    make.agreement(name="1st Special Measures Agreement", talks_opened="1990-11", talks_concluded="1991-01-25")

    (talks,) = band.facts(TODAY).talks

    words = "1st Special Measures Agreement talks: no round is recorded, November 1990 – 25 January 1991"
    assert talks.title == words


def test_the_closer_look_is_at_the_last_talks_and_what_followed():
    make.agreement(ordinal=10, talks_opened="2018-03-07", talks_concluded="2019-02-10")
    last = make.agreement(ordinal=11, talks_opened="2019-09-24", talks_concluded="2021-03-07")
    make.stage(last, make.event(when="2021-09-01"), stage="in_force")
    make.stage(last, make.event(when="2025-12-31"), stage="expired")

    facts = band.facts(TODAY)

    assert band.view(facts, (), None, None) == (dt.date(2019, 9, 1), dt.date(2021, 9, 30))


def test_the_closer_look_is_at_the_talks_on_the_agreement_asked_for():
    first = make.agreement(ordinal=10, talks_opened="2018-03-07", talks_concluded="2019-02-10")
    make.agreement(ordinal=11, talks_opened="2019-09-24", talks_concluded="2021-03-07")

    facts = band.facts(TODAY)

    assert band.view(facts, (first.pk,), None, None) == (dt.date(2018, 3, 1), dt.date(2019, 2, 28))


def test_a_short_range_is_looked_at_with_months_around_it_and_a_long_one_not_at_all():
    make.agreement(covers_from=1991, covers_to=2030)

    facts = band.facts(TODAY)

    assert band.view(facts, (), dt.date(2019, 8, 1), dt.date(2019, 8, 31)) == (
        dt.date(2019, 5, 1),
        dt.date(2019, 11, 30),
    )
    assert band.view(facts, (), dt.date(1991, 1, 1), None) is None


@pytest.mark.parametrize(
    ("first", "last"), [(dt.date(2019, 8, 1), dt.date(2026, 1, 31)), (dt.date(2027, 1, 1), dt.date(2030, 12, 31))]
)
def test_an_open_range_is_looked_at_up_to_today_and_one_to_come_up_to_its_end(first, last):
    make.agreement(covers_from=1991, covers_to=2030)

    assert band.view(band.facts(TODAY), (), first, None) == (first, last)


@pytest.mark.parametrize("when", ["0001-01-01", "9999-12-31", "0001/9999"])
def test_the_ends_of_the_calendar_can_be_drawn(when):
    make.round(when=when)
    facts = band.facts(TODAY)

    band.overview(facts)
    view = band.view(facts, (), dt.date.min, dt.date(1, 2, 1))

    assert view is None or band.closer(facts, *view)


def test_without_anything_public_there_is_no_band():
    assert band.facts(TODAY).is_empty
    assert band.view(band.facts(TODAY), (), None, None) is None


@pytest.mark.parametrize("size", [10, 10_000])
def test_the_facts_of_the_band_cost_five_queries(size, seoul, django_assert_num_queries):
    make.entries(size)

    with django_assert_num_queries(5):
        band.facts(TODAY)


@pytest.mark.parametrize("width", [288, 860])
@pytest.mark.parametrize("months", range(2, 60))
def test_no_label_of_the_grid_reaches_into_another_or_out_of_the_drawing(months, width):
    last = dt.date(2024 + (months - 1) // 12, (months - 1) % 12 + 1, 28)
    line = Line(dt.date(2024, 1, 1), last, width, left=6)
    grid = [each for each in band.drawn(band.facts(TODAY), line, Scale.CLOSE).grid if each.label]

    widths = [len(each.label) * band.LETTER for each in grid]
    begins = [
        line.pixels(each.x) - (wide if each.anchor == "end" else 0) for each, wide in zip(grid, widths, strict=True)
    ]
    ends = [begin + wide for begin, wide in zip(begins, widths, strict=True)]

    assert [begin for end, begin in zip([0.0, *ends], [*begins, width], strict=True) if begin < end] == []
