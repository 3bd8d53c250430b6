import pytest
from django.http import QueryDict

from tests import make
from tests.api.asking import ask, codes, items, slugs
from timeline import chronology, index
from timeline.chronology import Filter

pytestmark = pytest.mark.django_db


@pytest.fixture
def talks():
    """Two of everything that the timeline can be filtered by."""
    made = {"agreement": make.agreement(), "official": make.official(country="US"), "organization": make.organization()}
    made |= {"place": make.place(), "source": make.source()}
    round = make.round(agreement=made["agreement"], place=made["place"], when="2019-08-01")
    make.delegate(round, official=made["official"], side="US")
    make.citation(round, source=made["source"])
    event = make.event(kind="call", when="2019-09-02", title="Furlough discussed")
    make.participant(event, organization=made["organization"])
    make.statement(speaker=made["official"], when="2020-01-03", agreement=made["agreement"])
    made["topic"] = make.topic(event)
    index.rebuild()
    return made


def cards(query):
    """Of the page of the timeline."""
    given = QueryDict(query)
    return slugs(chronology.page_from_query(Filter.from_query(given), given).cards)


def test_each_filter_leaves_what_the_page_of_the_timeline_shows(client, talks):
    queries = [f"{name}={record.slug}" for name, record in talks.items()]
    queries += ["kind=round", "kind=call&kind=statement", "country=US", "country=KR", "from=2019-09", "to=2019-08-15"]
    queries += ["from=2019&to=2019", "q=furlough", "order=newest", f"agreement={talks['agreement'].ordinal}"]

    found = {query: slugs(ask(client, "timeline", query).json()["items"]) for query in queries}

    assert found == {query: cards(query) for query in queries}
    assert all(found.values())
    assert all(slug in client.get(f"/timeline/?{query}").text for query, all_ in found.items() for slug in all_)


def test_figures_are_filtered_by_what_they_are(client):
    agreement = make.agreement()
    figure = make.figure(
        agreement=agreement, stance="demanded", party="US", currency="USD", year_from=2019, year_to=2020
    )
    other = make.figure(stance="agreed", party="KR", currency="KRW", measure="per_year", year_from=2021, year_to=None)

    for query in (f"agreement={agreement.slug}", "stance=demanded", "party=US", "measure=total", "currency=USD"):
        assert slugs(ask(client, "figures", query).json()["items"]) == [figure.slug], query
    years = {year: slugs(items(client, "figures", year=year)) for year in (2018, 2019, 2020, 2021, 2030)}
    assert years == {2018: [], 2019: [figure.slug], 2020: [figure.slug], 2021: [other.slug], 2030: [other.slug]}


def test_citations_are_filtered_by_source_and_by_target(client):
    round, source = make.round(), make.source()
    wanted = make.citation(round, source=source)
    make.citation(make.event())

    assert codes(items(client, "citations", source=source.slug)) == [wanted.code]
    assert codes(items(client, "citations", target=round.slug)) == [wanted.code]
    assert codes(items(client, "citations", target_type="round")) == [wanted.code]
    assert items(client, "citations", target_type="event", target=round.slug) == []


def test_relations_are_filtered_by_either_end(client):
    event, agreement = make.event(), make.agreement()
    relation = make.relation(event, agreement)

    assert codes(items(client, "relations", from_record=event.slug)) == [relation.code]
    assert codes(items(client, "relations", to_record=agreement.slug, to_type="agreement")) == [relation.code]
    assert items(client, "relations", to_type="round") == []


def test_dated_records_are_filtered_by_days_and_by_what_they_are(client):
    early, late = make.event(when="2019-08-07", kind="call"), make.event(when="2020-01", kind="visit")

    assert slugs(items(client, "events", to="2019")) == [early.slug]
    assert slugs(items(client, "events", **{"from": "2020-01-31"})) == [late.slug]
    assert slugs(items(client, "events", kind="call")) == [early.slug]


def test_lists_are_filtered_by_truth_and_by_records_they_name(client):
    speaker = make.official()
    said, _other = make.statement(is_translation=True, speaker=speaker), make.statement()

    assert slugs(items(client, "statements", is_translation="true")) == [said.slug]
    assert slugs(items(client, "statements", speaker=speaker.slug)) == [said.slug]


def test_topics_are_filtered_by_what_belongs_to_them(client):
    event = make.event()
    topic = make.topic(event)
    make.topic()

    assert slugs(items(client, "topics", events=event.slug)) == [topic.slug]


def test_a_record_that_is_not_public_is_no_value(client):
    draft = make.agreement(state="draft")

    for path in ("rounds", "timeline", "figures"):
        answer = ask(client, path, f"agreement={draft.slug}")
        assert answer.status_code == 400
        assert answer.json()["detail"] == f"There is no agreement “{draft.slug}” in this knowledge base."
