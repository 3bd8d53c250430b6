"""What all lists of records have in common: pages by key, an empty sentence, no drafts, escaped words, few queries."""

import re

import pytest
from django.urls import reverse

from tests import make
from tests.views.reading import link_to_page, links, words

pytestmark = pytest.mark.django_db

LISTS = {
    "official-list": lambda text, **values: make.official(name=text, **values),
    "organization-list": lambda text, **values: make.organization(name=text, **values),
    "place-list": lambda text, **values: make.place(name=text, **values),
    "topic-list": lambda text, **values: make.topic(name=text, **values),
    "figure-list": lambda text, **values: make.figure(as_stated=text, **values),
    "source-list": lambda text, **values: make.source(title=text, **values),
    "disagreement-list": lambda text, **values: make.disagreement(question=text, **values),
    "gap-list": lambda text, **values: make.gap(text=text, **values),
}
EMPTY = {
    "official-list": "No official stands here.",
    "organization-list": "No organization stands here.",
    "place-list": "No place stands here.",
    "topic-list": "No topic stands here.",
    "figure-list": "No figure fits.",
    "source-list": "No source fits.",
    "disagreement-list": "No disagreement stands here.",
    "gap-list": "No gap is recorded here.",
}
QUERIES = {
    "official-list": 2,
    "organization-list": 1,
    "place-list": 1,
    "topic-list": 2,
    "figure-list": 5,
    "source-list": 1,
    "disagreement-list": 5,
    "gap-list": 12,
}
every_list = pytest.mark.parametrize("name", LISTS)


def numbers(response):
    return re.findall(r"Record (\d+)", words(response))


@pytest.mark.deep(3)
@every_list
def test_page_two_continues_where_page_one_ended_and_leads_back(client, name):
    for number in range(53):
        LISTS[name](f"Record {number:03}", slug=f"record-{number:03}")
    address = reverse(name)

    first = client.get(address)
    second = client.get(address + link_to_page(first, "next"))
    back = client.get(address + link_to_page(second, "prev"))

    assert numbers(first) + numbers(second) == [f"{number:03}" for number in range(53)]
    assert numbers(back) == numbers(first)
    assert (link_to_page(first, "prev"), link_to_page(second, "next")) == (None, None)


@every_list
@pytest.mark.parametrize("query", ["?after=NOT%20A%20KEY", "?before=..", "?after=a&before=b", "?after=1.2.3.4.5.6"])
def test_a_page_key_that_is_none_gets_a_sentence_and_a_way_on(client, name, query):
    response = client.get(reverse(name) + query)

    assert response.status_code == 400
    assert "page" in words(response)
    assert any(link.partition("?")[0] == reverse(name) for link in links(response))


@every_list
def test_an_empty_list_says_so(client, name):
    assert EMPTY[name] in words(client.get(reverse(name)))


@every_list
@pytest.mark.parametrize("state", ["draft", "in_review", "withdrawn"])
def test_what_is_not_published_is_not_listed(client, name, state):
    LISTS[name]("Record 001", slug="record-001")
    LISTS[name]("Record 002", slug="record-002", state=state)

    assert numbers(client.get(reverse(name))) == ["001"]


@every_list
def test_hostile_words_are_shown_as_words(client, name):
    LISTS[name]("<script>alert(1)</script>")

    response = client.get(reverse(name))

    assert "<script>alert(1)</script>" not in response.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in response.text


def official_with_posts(slug):
    official = make.official(slug=slug)
    make.appointment(official, organization=make.organization())
    make.appointment(official, start="2025-01-20")


def topic_with_entries(slug):
    make.topic(make.event(), make.statement(speaker=make.official()), slug=slug)


def figure_with_all_that_it_points_at(slug):
    statement = make.statement(speaker=make.official(), on_behalf_of=make.organization())
    make.citation(make.figure(slug=slug, agreement=make.agreement(), arose_at_statement=statement))
    make.citation(make.figure(slug=f"{slug}-of-round", arose_at_round=make.round()))


def disagreement_with_positions_and_records(slug):
    statement = make.statement(speaker=make.official(), on_behalf_of=make.organization())
    disagreement = make.disagreement(statement, make.round(), make.figure(), slug=slug)
    make.citation(make.position(disagreement))


def gap_of_an_agreement_and_a_hole_of_each_kind(slug):
    agreement = make.agreement()
    make.gap(slug=slug, agreement=agreement)
    make.stage(agreement, make.event())
    make.citation(make.round(agreement=agreement, number=3))
    make.citation(make.statement(speaker=make.official(name_ko=""), is_translation=True))
    make.citation(make.figure(party=""))
    make.organization(name_ko="")
    make.source(url="")


FULL = {
    "official-list": official_with_posts,
    "organization-list": lambda slug: make.organization(slug=slug),
    "place-list": lambda slug: make.place(slug=slug),
    "topic-list": topic_with_entries,
    "figure-list": figure_with_all_that_it_points_at,
    "source-list": lambda slug: make.citation(make.event(), source=make.source(slug=slug)),
    "disagreement-list": disagreement_with_positions_and_records,
    "gap-list": gap_of_an_agreement_and_a_hole_of_each_kind,
}


@pytest.mark.deep(5)
@every_list
@pytest.mark.parametrize("count", [1, 7])
def test_a_list_asks_as_often_for_seven_as_for_one(client, django_assert_num_queries, name, count):
    for number in range(count):
        FULL[name](f"record-{number}")

    with django_assert_num_queries(QUERIES[name]):
        client.get(reverse(name))


@every_list
def test_a_list_can_be_read_and_nothing_else(client, name):
    response = client.options(reverse(name))

    assert response.status_code == 405
