"""The deepest and the busiest pages: what hangs on them is paged, so they ask no more queries than an empty one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import make
from timeline.models import Entry

pytestmark = pytest.mark.django_db
MOST = 12


def asked(client, address):
    client.get(address)  # fills what is kept until the content changes
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert response.status_code == 200
    return len(queries)


@pytest.mark.parametrize(
    ("maker", "count", "queries"),
    [("official", 500, 7), ("organization", 500, 6), ("topic", 2_000, 3)],
)
def test_a_page_on_which_much_hangs_asks_what_a_page_with_little_asks(client, maker, count, queries):
    busy, quiet = getattr(make, maker)(), getattr(make, maker)()
    make.entries(count, busy)
    make.entries(60, quiet)
    key = Entry.objects.in_order().filter(links__target_id=busy.pk).values_list("sort_key", flat=True)[count // 2]

    assert [asked(client, each.get_absolute_url()) for each in (quiet, busy)] == [queries, queries]
    assert asked(client, f"{busy.get_absolute_url()}?after={key}") <= MOST


def test_a_year_with_two_hundred_entries_is_read_in_pages(client):
    make.entries(200, days=200)

    assert asked(client, "/timeline/?from=1991&to=1991") <= 10
    assert client.get("/timeline/?from=1991&to=1991").content.count(b'<article class="entry') == 50
