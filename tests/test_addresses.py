"""Addresses are those of the table, whichever was asked for first."""

import pytest
from django.urls import NoReverseMatch, reverse

from timeline import addresses
from timeline.addresses import path_of

NAMED = [("round-detail",), ("record-json", "rounds"), ("embed", "event"), ("corrections-of", "event")]
LAST = ["j", "event", "rounds", "sma-12-round-2", "22222222"]


@pytest.fixture(autouse=True)
def forgotten():
    path_of.cache_clear()
    addresses._around.clear()


@pytest.mark.parametrize("first", LAST)
@pytest.mark.parametrize("named", NAMED)
def test_an_address_is_that_of_the_table(named, first):
    wanted = [first, *LAST]

    assert [path_of(*named, last) for last in wanted] == [reverse(named[0], args=[*named[1:], last]) for last in wanted]


def test_of_the_table_each_kind_of_address_is_asked_once():
    for last in LAST:
        path_of("round-detail", last)

    assert addresses._around == {("round-detail",): ("/rounds/", "/")}


def test_what_is_neither_slug_nor_code_is_looked_up():
    assert path_of("download", "events.csv") == reverse("download", args=["events.csv"])
    with pytest.raises(NoReverseMatch):
        path_of("round-detail", "no slug")
