import datetime as dt

import pytest

from tests import make
from timeline.models import Event

pytestmark = [pytest.mark.both, pytest.mark.django_db]


@pytest.mark.parametrize(
    ("first", "last", "whens"),
    [
        (dt.date(2019, 8, 31), dt.date(2019, 8, 31), ["2019", "2019-08"]),
        (dt.date(2019, 9, 1), None, ["2019", "2019-09-01"]),
        (None, dt.date(2019, 1, 1), ["2019"]),
        (None, None, ["2019", "2019-08", "2019-09-01"]),
    ],
)
def test_between_two_days_stands_what_can_have_been_on_one_of_them(first, last, whens):
    for when in ("2019", "2019-08", "2019-09-01"):
        make.event(when=when)

    assert [event.when for event in Event.objects.between(first, last).in_order()] == whens


def test_what_is_for_an_agreement_is_for_no_other():
    sma = make.agreement()
    event = make.event(agreement=sma)
    make.event(agreement=make.agreement())

    assert list(Event.objects.for_agreement(sma)) == [event]


def test_citations_come_with_their_sources_in_one_query_and_without_hidden_ones(django_assert_num_queries):
    event = make.event()
    shown = make.citation(event)
    make.citation(event, source=make.source(state="draft"))

    with django_assert_num_queries(2):
        (fetched,) = Event.objects.with_citations()
        sources = [citation.source for citation in fetched.public_citations]

    assert sources == [shown.source]
