"""Our SQLite is Django's: statements and their values come to the database as Django writes them."""

import pytest
from django.db import connection

from sma_site.sqlite.base import LONGEST_KEPT

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has a driver that takes %s as it is"),
]
LONG = "".ljust(LONGEST_KEPT)  # white space means nothing in SQL


def asked(sql, values):
    with connection.cursor() as cursor:
        return cursor.execute(sql, values).fetchone()


@pytest.mark.parametrize("more", ["", LONG])
def test_values_stand_in_the_places_of_their_signs_each_time(more):
    sql = f"SELECT %s, '%%', %s{more}"

    assert [asked(sql, values) for values in (("a", 1), ("b", 2))] == [("a", "%", 1), ("b", "%", 2)]


@pytest.mark.parametrize("more", ["", LONG])
def test_values_may_have_names(more):
    assert asked(f"SELECT %(second)s, %(first)s{more}", {"first": 1, "second": 2}) == (2, 1)
