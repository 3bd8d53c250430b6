from decimal import Decimal

import pytest

from tests import make
from tests.views import reading
from tests.views.parts import links_under, words_under

pytestmark = pytest.mark.django_db
LIST_QUERIES = 4
QUERIES = 11
QUERIES_OF_A_LATER_PAGE = 12


def full_agreement(count: int = 1):
    """An agreement with everything on it that the page shows, `count` times each."""
    agreement = make.agreement(text_source=make.source())
    make.citation(agreement)
    signing = make.event(kind="signing", agreement=agreement, place=make.place())
    make.stage(agreement, signing)
    for _each in range(count):
        make.participant(signing, is_signatory=True)
        make.chief_negotiator(agreement)
        make.citation(make.round(agreement=agreement, place=make.place()))
        make.citation(make.figure(agreement=agreement))
        make.citation(make.position(make.disagreement(agreement)))
        make.gap(agreement=agreement)
        make.statement(agreement=agreement)
    return agreement


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_an_agreement_asks_the_same_queries_whatever_hangs_on_it(client, django_assert_num_queries, count):
    agreement = full_agreement(count)

    with django_assert_num_queries(QUERIES):
        assert client.get(agreement.get_absolute_url()).status_code == 200


def test_a_later_page_of_its_stream_asks_one_query_more(client, django_assert_num_queries):
    agreement = full_agreement()
    for day in range(1, 29):
        make.statement(agreement=agreement, when=f"2020-01-{day:02}")
        make.statement(agreement=agreement, when=f"2020-02-{day:02}")
    first = client.get(agreement.get_absolute_url())

    with django_assert_num_queries(QUERIES_OF_A_LATER_PAGE):
        second = client.get(agreement.get_absolute_url() + reading.link_to_page(first, "next"))

    assert ("1 January 2020" in first.text, "1 January 2020" in second.text) == (True, False)
    assert ("28 February 2020" in first.text, "28 February 2020" in second.text) == (False, True)


def test_the_stages_stand_in_legal_order_each_with_the_date_of_its_event(client):
    agreement = make.agreement()
    for stage, when in (("in_force", "2021-09-01"), ("signed", "2021-04-08"), ("concluded", "2021-03-07")):
        make.stage(agreement, make.event(when=when), stage=stage)

    response = client.get(agreement.get_absolute_url())

    assert words_under(response, "Legal stages").startswith(
        "concluded 7 March 2021 0 sources signed 8 April 2021 0 sources in force 1 September 2021 0 sources"
    )


def test_signatories_and_place_come_from_the_signing(client):
    agreement = make.agreement()
    signing = make.event(kind="signing", place=make.place(name="Seoul"))
    make.stage(agreement, signing, stage="signed")
    make.participant(signing, official=make.official(name="Choi Jong-kun", name_ko="최종건"), is_signatory=True)
    make.participant(signing, official=make.official(name="A guest"))

    response = client.get(agreement.get_absolute_url())

    assert words_under(response, "Signed by") == "Republic of Korea Choi Jong-kun 최종건 minister"
    assert words_under(response, "Signed in") == "Seoul 서울"


def test_figures_are_grouped_as_the_bargaining_went(client):
    agreement = make.agreement()
    agreed = make.figure(agreement=agreement, stance="agreed")
    demanded = make.figure(agreement=agreement, stance="demanded", amount=Decimal(5_000_000_000), currency="USD")

    response = client.get(agreement.get_absolute_url())

    shown = [link for link in links_under(response, "The money") if "#" not in link]
    assert shown == [demanded.get_absolute_url(), agreed.get_absolute_url()]


def test_a_figure_stands_with_its_growth_and_the_dollars_that_its_source_gives(client):
    agreement = make.agreement()
    make.figure(agreement=agreement, growth_percent=Decimal("13.9"), usd_equivalent=Decimal(1_030_000_000))

    assert words_under(client.get(agreement.get_absolute_url()), "The money").endswith(
        "total for the year, 2021 · +13.9 % · US$1.03 billion, as the source gives it · stated 10 March 2021"
    )


def test_more_than_two_hundred_figures_lead_on_to_their_list(client):
    agreement = make.agreement()
    for _each in range(201):
        make.figure(agreement=agreement)

    response = client.get(agreement.get_absolute_url())

    assert len([link for link in links_under(response, "agreed") if "#" not in link]) == 201
    assert links_under(response, "agreed")[-1] == f"/figures/?agreement={agreement.slug}"


def test_nothing_unpublished_around_an_agreement_is_on_its_page(client):
    agreement = make.agreement(text_source=make.source(title="Hidden text", state="draft"))
    signing = make.event(kind="signing", place=make.place(name="Hidden place", state="draft"))
    make.stage(agreement, signing, stage="signed")
    make.stage(agreement, make.event(title="Hidden stage", state="draft"), stage="initialled")
    make.participant(signing, official=make.official(name="Hidden signatory", state="draft"), is_signatory=True)
    make.chief_negotiator(agreement, official=make.official(name="Hidden negotiator", state="draft"))
    make.round(agreement=agreement, outcome="Hidden outcome", state="draft")
    make.figure(agreement=agreement, as_stated="Hidden amount", state="draft")
    make.citation(agreement, source=make.source(title="Hidden source", state="draft"))
    make.disagreement(agreement, question="Hidden question", state="draft")
    make.gap(agreement=agreement, text="Hidden gap", state="draft")
    make.statement(agreement=agreement, text="Hidden words", state="draft")

    assert "Hidden" not in client.get(agreement.get_absolute_url()).text


def test_a_page_key_that_is_none_is_answered_with_a_sentence(client):
    response = client.get(make.agreement().get_absolute_url() + "?after=nonsense")

    assert response.status_code == 400
    assert "“nonsense” is no page of this list." in response.text


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_queries_for_every_number_of_agreements(client, django_assert_num_queries, count):
    for _each in range(count):
        agreement = make.agreement(covers_from=2021)
        make.stage(agreement, make.event(kind="signing"))
        make.citation(make.figure(agreement=agreement, year_from=2021, year_to=2021))

    with django_assert_num_queries(LIST_QUERIES):
        response = client.get("/agreements/")

    assert response.text.count("<tr>") == count + 1


def test_the_list_shows_the_published_ones_in_order_with_signing_and_first_year(client):
    later = make.agreement(ordinal=12, covers_from=2026)
    earlier = make.agreement(ordinal=11, covers_from=2020)
    make.agreement(ordinal=13, name="Hidden agreement", state="draft")
    signing = make.event(kind="signing", when="2021-04-08")
    make.stage(earlier, signing, stage="signed")
    total = make.figure(agreement=earlier, year_from=2020, year_to=2020)
    make.figure(agreement=earlier, year_from=2021, year_to=2021)
    make.figure(agreement=earlier, year_from=2020, year_to=2020, state="draft")

    response = client.get("/agreements/")

    assert reading.links(response) == [
        earlier.get_absolute_url(),
        signing.get_absolute_url(),
        total.get_absolute_url(),
        f"{total.get_absolute_url()}#record_sources",
        later.get_absolute_url(),
    ]
    assert "Hidden" not in response.text


def test_hostile_text_is_shown_as_text(client):
    hostile = "<script>alert(1)</script>"
    agreement = make.agreement(name=hostile, method=hostile, summary=hostile, note=hostile)

    pages = [client.get(address).text for address in (agreement.get_absolute_url(), "/agreements/")]

    assert ["<script>alert" in page for page in pages] == [False, False]
