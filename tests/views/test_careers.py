import pytest

from tests import make
from timeline.models import Appointment
from timeline.views.careers import strip

pytestmark = pytest.mark.django_db


def drawn(**values):
    """The bars of one post, as (kind, from, to) in per cent of the strip."""
    return drawn_first(make.official(), values)


def drawn_first(official, *posts):
    for values in posts:
        make.appointment(official, **({"start": ""} | values))
    held = strip(list(Appointment.objects.in_order()))
    return [(bar.kind, round(float(bar.x)), round(float(bar.end))) for bar in held.held[0].bars]


def test_a_post_with_both_ends_is_drawn_from_the_first_day_to_the_last():
    assert drawn(start="2019-01-01", end="2019-12-31") == [("held", 0, 100)]


def test_the_strip_has_whole_years_and_a_label_for_each_of_a_few():
    official = make.official()
    make.appointment(official, start="2018-06-30", end="2021-02-01")

    years = strip(list(Appointment.objects.all())).years

    assert [year.label for year in years] == ["2018", "2019", "2020", "2021"]
    assert [year.x for year in years] == ["0", "24.98", "49.97", "75.02"]


def test_a_month_in_which_a_post_began_is_pale():
    assert drawn(start="2019-07", end="2019-12-31") == [("possible", 50, 58), ("held", 58, 100)]


def test_an_unknown_end_is_left_open_and_reaches_a_year_beyond_what_is_known():
    assert drawn(start="2019-01-01") == [("held", 0, 1), ("open", 0, 100)]


def test_a_post_without_an_end_is_held_until_the_next_at_the_same_organization():
    ministry = make.organization()

    first = {"start": "2019-01-01", "organization": ministry}
    bars = drawn_first(make.official(), first, {"start": "2020-01-01", "end": "2020-12-31", "organization": ministry})

    assert bars == [("held", 0, 50)]


def test_a_colleagues_post_at_the_same_organization_ends_nothing():
    ministry = make.organization()
    make.appointment(make.official(), start="2020-01-01", end="2020-12-31", organization=ministry)

    assert drawn(start="2019-01-01", organization=ministry)[-1] == ("open", 0, 100)


def test_an_unknown_beginning_is_left_open():
    assert drawn(end="2019-12-31", attested=["2019-07-01"])[0] == ("open", 44, 50)


def test_days_that_show_a_person_in_the_post_are_ticks_with_a_line_between_them():
    official = make.official()
    make.appointment(official, start="", attested=["2019-01-01", "2019-07"])

    held = strip(list(Appointment.objects.all())).held[0]

    assert [bar.kind for bar in held.bars] == ["between", "open"]
    assert [(tick.x, tick.end) for tick in held.ticks] == [("0", "0.6"), ("24.76", "29")]


def test_a_post_of_which_no_day_is_known_is_listed_and_not_drawn():
    make.appointment(make.official(), start="")

    career = strip(list(Appointment.objects.all()))

    assert (len(career.held), career.held[0].is_drawn, career.years) == (1, False, [])


@pytest.mark.parametrize("attested", [["0001"], ["9999"], ["0001", "9999"]])
def test_the_first_and_the_last_year_of_the_calendar_are_drawn(attested):
    make.appointment(make.official(), start="", attested=attested)

    assert strip(list(Appointment.objects.all())).held[0].is_drawn
