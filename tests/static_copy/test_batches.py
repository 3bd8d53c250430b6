"""The answers at many addresses are those at each of them, and cost less."""

from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import make
from timeline import index
from timeline.static_copy import batches
from timeline.static_copy.batches import answers
from timeline.static_copy.links import NEXT
from timeline.static_copy.making import followed
from timeline.static_copy.rendering import answer

pytestmark = pytest.mark.django_db
FORMS = ("", "card.png", "cite.bib", "cite.ris", "cite.json")


def addresses_of(*records):
    """The page, and then the other forms, as a copy asks for them."""
    return [
        address
        for record in records
        for page in [record.get_absolute_url()]
        for address in (
            *(f"{page}{form}" for form in FORMS),
            f"{page.rstrip('/')}.json",
            f"/embed/{record._meta.model_name}/{record.slug}/",
            f"/e/{record.code}/",
        )
    ]


def cited(record):
    make.citation(record)
    make.citation(record, supports="when", quote="from Tuesday through Thursday")
    return record


def some_of_everything():
    agreement = make.agreement(ordinal=12)
    rounds = [cited(make.round(agreement=agreement, number=number)) for number in (1, 2)]
    said = make.statement(made_at_round=rounds[0], speaker=make.official(), agreement=agreement)
    make.delegate(rounds[0], official=said.speaker)
    events = [cited(make.event(summary="They *met*.", agreement=agreement)) for _time in range(3)]
    return [agreement, *rounds, cited(said), *events, cited(make.figure(arose_at_round=rounds[1])), make.source()]


@pytest.mark.parametrize("most", [8_000_000, 1])
def test_each_address_is_answered_as_it_is_alone(monkeypatch, most):
    monkeypatch.setattr(batches, "MOST_WAITING", most)
    asked = addresses_of(*some_of_everything())

    found = list(answers(asked))

    assert [address for address, _answer in found] == asked
    for address, said in found:
        alone = answer(address)
        assert (said.status, said.leads_to, said.content) == (alone.status, alone.leads_to, alone.content), address


def test_what_is_no_page_of_a_public_record_is_answered_as_it_is_alone():
    event, draft = make.event(), make.event(state="draft")
    gone = make.event(state="withdrawn", withdrawal_reason="It was another day.")
    make.agreement(ordinal=11), make.agreement(ordinal=12)
    asked = [each.get_absolute_url() for each in (event, draft, gone)]
    asked += ["/events/never/", "/agreements/compare/", "/timeline/", "/events/a b/"]

    assert [(each.status, address) for address, each in answers(asked)] == [
        (status, address) for status, address in zip((200, 404, 410, 404, 200, 200, 404), asked, strict=True)
    ]


def cost(records):
    asked = addresses_of(*records)
    list(answers(asked))  # what is made once for a process
    with CaptureQueriesContext(connection) as queries:
        list(answers(asked))
    return len(queries)


def test_many_records_are_asked_for_as_often_as_one():
    agreement, place = make.agreement(ordinal=12), make.place()
    events = [cited(make.event(agreement=agreement, place=place)) for _time in range(6)]

    assert cost(events) == cost(events[:1])


def test_the_pages_of_a_list_are_those_that_the_site_has():
    place = make.place()
    for number in range(120):
        make.event(slug=f"event-{number}", place=place, when=f"2019-{number % 12 + 1:02}-01")
    index.rebuild()
    address = place.get_absolute_url()

    pages = [each.content for each in followed(address)]
    keys = [unescape(each[1].decode()) for each in map(NEXT.search, pages) if each]

    assert len(pages) == 3
    assert pages == [answer(each).content for each in (address, *(f"{address}?{key}" for key in keys))]
