import pytest

from tests import make
from timeline.views.years import years_of

pytestmark = pytest.mark.django_db


def test_every_year_from_the_first_to_the_last_is_counted_those_without_entries_too():
    topic = make.topic(make.event(when="2019-03-01"), make.event(when="2019-08-09"), make.statement(when="2021-01-02"))
    make.event(when="2020-01-01")

    years = years_of(topic)

    assert [(bar.year, bar.count, bar.height) for bar in years.bars] == [
        (2019, 2, "100"),
        (2020, 0, "0"),
        (2021, 1, "50"),
    ]
    assert (years.total, years.busiest.year) == (3, 2019)


def test_drafts_are_not_counted():
    topic = make.topic(make.event(when="2019-03-01"), make.event(when="2019-08-09", state="draft"))

    assert years_of(topic).total == 1


def test_a_record_without_entries_has_no_years():
    assert years_of(make.topic(make.event(state="draft"))) is None


def test_one_entry_beside_a_hundred_is_still_seen():
    topic = make.topic(make.event(when="2018"), *(make.event(when="2019") for _each in range(100)))

    assert [bar.height for bar in years_of(topic).bars] == ["4", "100"]


def test_each_year_leads_to_its_entries_on_the_timeline(client):
    topic = make.topic(
        make.event(when="2019-03-01", title="Of that year"), make.event(when="2020-08-09", title="Later")
    )

    response = client.get(years_of(topic).bars[0].url)

    assert ("Of that year" in response.text, "Later" in response.text) == (True, False)


@pytest.mark.parametrize(("count", "labels"), [(8, 8), (9, 5), (36, 7)])
def test_at_most_eight_years_are_labelled(count, labels):
    topic = make.topic(make.event(when="1991"), make.event(when=str(1991 + count - 1)))

    years = years_of(topic)

    assert sum(bar.is_labelled for bar in years.bars) in {labels, labels - 1}


def test_counting_takes_one_query(django_assert_num_queries):
    topic = make.topic(*(make.event(when=f"2019-{month:02}") for month in range(1, 13)))

    with django_assert_num_queries(1):
        years_of(topic)
