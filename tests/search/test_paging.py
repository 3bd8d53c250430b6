"""More results than the candidates among which phrases are looked for."""

import datetime as dt

import pytest

from tests import make
from timeline import search
from timeline.search import Filters, planning, writing

pytestmark = [pytest.mark.both, pytest.mark.django_db]
FIRST_DAY = dt.date(2019, 1, 1)
COUNT, CANDIDATES = 60, 25


@pytest.fixture(autouse=True)
def written(monkeypatch):
    """Every third says the words one after the other, every fourth has them in its title."""
    monkeypatch.setattr(planning, "CANDIDATES", CANDIDATES)
    documents = []
    for number in range(COUNT):
        day = FIRST_DAY + dt.timedelta(days=number)
        title = "The trumpet was silver" if number % 4 == 0 else "A meeting"
        text = "A silver trumpet was played." if number % 3 == 0 else "A trumpet, not of silver."
        documents.append(make.document(slug=f"n{number:02}", day=day, title=title, text=text))
    writing.write(documents)


def numbers(filters, size=7, **options):
    found, after = [], ""
    while True:
        page = search.search("silver trumpet", filters, after, size, **options)
        found += [int(hit.slug[1:]) for hit in page.hits]
        after = page.next_key
        if not after:
            return found


def by_relevance():
    newest_first = range(COUNT - 1, -1, -1)
    titled = [number for number in newest_first if number % 4 == 0]
    phrased = [each for each in newest_first[:CANDIDATES] if each % 3 == 0 and each not in titled]
    return titled + phrased + [each for each in newest_first if each not in titled and each not in phrased]


@pytest.mark.parametrize("counted", [True, False])
@pytest.mark.parametrize("size", [7, 40, 100])
def test_every_result_stands_on_one_page_in_the_order_of_relevance(size, counted):
    assert numbers(Filters(), size, counted=counted) == by_relevance()


@pytest.mark.parametrize("counted", [True, False])
@pytest.mark.parametrize("size", [7, 40, 100])
def test_every_result_stands_on_one_page_in_the_order_of_date(size, counted):
    assert numbers(Filters(by_date=True), size, counted=counted) == list(range(COUNT - 1, -1, -1))


def test_what_is_not_counted_has_neither_total_nor_facets():
    results = search.search("silver trumpet", counted=False)

    assert (results.total, results.facets, results.at_least) == (None, {}, 20)
