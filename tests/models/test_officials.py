import datetime as dt

import pytest

from tests import make
from timeline.models import Appointment, Official

pytestmark = [pytest.mark.both, pytest.mark.django_db]


def test_a_post_is_held_from_its_start_to_its_end():
    official = make.official()
    make.appointment(official, title="Minister", start="2018-09-21", end="2020-09-18")

    days = [dt.date(2018, 9, 20), dt.date(2018, 9, 21), dt.date(2020, 9, 18), dt.date(2020, 9, 19)]

    assert [official.role_on(day) for day in days] == ["", "Minister", "Minister", ""]


def test_a_post_without_an_end_is_held_until_the_next_at_the_same_organization():
    official, ministry = make.official(), make.organization()
    make.appointment(official, title="Director", organization=ministry, start="2017-01-01")
    make.appointment(official, title="Minister", organization=ministry, start="2019-06-01")

    days = [dt.date(2019, 5, 31), dt.date(2019, 6, 1), dt.date(2030, 1, 1)]

    assert [official.role_on(day) for day in days] == ["Director", "Minister", "Minister"]


def test_a_post_without_an_end_is_not_ended_by_one_elsewhere():
    official = make.official()
    make.appointment(official, title="Director", organization=make.organization(), start="2017-01-01")
    make.appointment(official, title="Envoy", organization=make.organization(), start="2019-06-01")

    assert official.role_on(dt.date(2019, 6, 1)) == "Director, Envoy"


def test_an_attested_post_is_held_between_the_first_and_the_last_day_on_which_it_is_seen():
    official = make.official()
    make.appointment(official, title="Spokesperson", start="", attested=["2019-11-04", "2019-08"])

    days = [dt.date(2019, 7, 31), dt.date(2019, 8, 1), dt.date(2019, 10, 1), dt.date(2019, 11, 4), dt.date(2019, 11, 5)]

    assert [bool(official.role_on(day)) for day in days] == [False, True, True, True, False]


def test_a_post_known_by_its_end_alone_is_held_from_the_day_on_which_it_is_seen():
    official = make.official()
    make.appointment(official, title="Ambassador", start="", end="2021-01-20", attested=["2018-07-07"])

    days = [dt.date(2018, 7, 6), dt.date(2018, 7, 7), dt.date(2021, 1, 20), dt.date(2021, 1, 21)]

    assert [bool(official.role_on(day)) for day in days] == [False, True, True, False]


def test_a_role_on_a_day_outside_every_post_is_unknown():
    assert make.official().role_on(dt.date(2019, 8, 7)) == ""


def test_fetched_posts_answer_without_a_query(django_assert_num_queries):
    make.appointment(make.official(), title="Minister", start="2018-09-21")
    official = Official.objects.with_appointments().get()

    with django_assert_num_queries(0):
        assert official.role_on(dt.date(2019, 1, 1)) == "Minister"


def test_posts_are_in_the_order_of_their_first_known_day():
    official = make.official()
    later = make.appointment(official, start="2020")
    seen = make.appointment(official, start="", attested=["2019-05", "2018-05"])
    unknown = make.appointment(official, start="")

    assert list(official.appointments.in_order()) == [unknown, seen, later]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"start": "2018-09-21", "end": "2020-09"}, "21 September 2018 – September 2020"),
        ({"start": "2018-09-21"}, "from 21 September 2018, end not recorded"),
        ({"start": "", "end": "2020"}, "until 2020"),
        ({"start": "", "attested": ["2019-11-04", "2019-08"]}, "seen in the post: August 2019; 4 November 2019"),
        ({"start": ""}, "dates unknown"),
    ],
)
def test_when_a_post_was_held_is_said_as_far_as_it_is_known(values, words):
    assert make.appointment(make.official(), **values).held_words() == words


def test_a_post_at_a_hidden_organization_is_hidden():
    official = make.official()
    shown = make.appointment(official, title="Shown", organization=make.organization())
    make.appointment(official, title="Hidden", organization=make.organization(state="draft"))

    fetched = Official.objects.with_appointments().get()
    day = dt.date(2024, 5, 1)

    assert list(Appointment.objects.published()) == [shown]
    assert [official.role_on(day), fetched.role_on(day)] == ["Shown", "Shown"]
