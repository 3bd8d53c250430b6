from decimal import Decimal

import pytest

from tests import make
from tests.views import reading

pytestmark = pytest.mark.django_db
ADDRESS = "/agreements/compare/"
QUERIES = 6


def cells(response, label):
    """The words of a row: its label and one cell for each agreement."""
    row = response.text.partition(f'<th scope="row">{label}</th>')[2].partition("</tr>")[0]
    return [reading.plain(cell) for cell in row.split("<td>")[1:]]


@pytest.mark.parametrize("count", [1, 3])
def test_the_comparison_asks_the_same_queries_whatever_hangs_on_the_agreements(
    client, django_assert_num_queries, count
):
    for _agreement in range(count + 1):
        agreement = make.agreement(covers_from=2021)
        make.stage(agreement, make.event(kind="signing", agreement=agreement))
        for _each in range(count):
            make.chief_negotiator(agreement)
            make.citation(make.figure(agreement=agreement))
            make.round(agreement=agreement)
            make.statement(agreement=agreement)
            make.gap(agreement=agreement)

    with django_assert_num_queries(QUERIES):
        assert client.get(ADDRESS).status_code == 200


def test_the_latest_two_are_set_side_by_side_unless_others_are_named(client):
    for ordinal in (9, 10, 11):
        make.agreement(ordinal=ordinal)

    titles = [
        reading.title(client.get(ADDRESS + query))
        for query in ("", "?a=sma-09&b=10", "?a=9", "?a=11", "?b=sma-09", "?a=&b=")
    ]

    assert [title.partition(" ·")[0].replace(" Special Measures Agreement", "") for title in titles] == [
        "10th and 11th compared",
        "9th and 10th compared",
        "9th and 11th compared",
        "11th and 10th compared",
        "11th and 9th compared",
        "10th and 11th compared",
    ]


def test_both_are_told_by_the_same_facts(client):
    make.agreement(ordinal=10, status="expired", covers_from=2019, covers_to=2019, term_years=1)
    agreement = make.agreement(
        ordinal=11,
        status="in_force",
        covers_from=2020,
        covers_to=2025,
        term_years=6,
        method="A fixed total.",
        talks_opened="2019-09-24",
        talks_concluded="2021-03-07",
    )
    make.stage(agreement, make.event(when="2021-04-08"))
    make.figure(agreement=agreement, year_from=2020, year_to=2020, growth_percent=Decimal("13.9"))
    cap = {"amount": None, "currency": "", "growth_percent": Decimal(5), "as_stated": "capped at 5 percent"}
    make.figure(agreement=agreement, measure="cap", **cap)
    make.chief_negotiator(agreement, official=make.official(name="Jeong Eun-bo", name_ko=""))
    make.round(agreement=agreement)
    make.gap(agreement=agreement)

    response = client.get(ADDRESS)

    assert {label: cells(response, label) for label in ("Covers", "Term", "Status", "Method", "Rounds")} == {
        "Covers": ["2019", "2020–2025"],
        "Term": ["1 year", "6 years"],
        "Status": ["expired", "in force"],
        "Method": ["not found", "A fixed total."],
        "Rounds": ["0", "1"],
    }
    assert {
        label: cells(response, label)[1] for label in ("Talks", "signed", "initialled", "expired", "Known gaps")
    } == {
        "Talks": "24 September 2019 – 7 March 2021 (about 17 months)",
        "signed": "8 April 2021",
        "initialled": "not found",
        "expired": "not reached yet",
        "Known gaps": "1",
    }
    assert cells(response, "Payment for the first year")[1] == "₩1.1833 trillion 1.1833 trillion won 0 sources"
    assert cells(response, "Growth of the first year, as stated") == ["not found", "+13.9 % 0 sources"]
    assert cells(response, "Ceiling on growth") == ["no figure is recorded", "+5 % capped at 5 percent 0 sources"]
    assert cells(response, "Chief negotiators, Republic of Korea")[1] == "Republic of Korea Jeong Eun-bo"


def test_rounds_are_counted_as_what_is_recorded_and_not_as_what_took_place(client):
    make.agreement()
    make.agreement()

    text = reading.words(client.get(ADDRESS))

    assert text.index("In this knowledge base") < text.index("Rounds 0 0")


@pytest.mark.parametrize("query", ["?a=sma-99", "?b=nonsense", "?a=13"])
def test_an_agreement_that_is_none_is_answered_with_a_sentence(client, query):
    make.agreement(ordinal=13, state="draft")

    response = client.get(ADDRESS + query)

    assert response.status_code == 400
    assert "There is no agreement “" in response.text


def test_the_same_agreement_twice_is_answered_with_a_sentence(client):
    for ordinal in (10, 11):
        make.agreement(ordinal=ordinal)

    response = client.get(ADDRESS + "?a=11&b=sma-11")

    assert "Choose two different ones." in response.text
    assert "<table" not in response.text


def test_one_agreement_alone_cannot_be_compared(client):
    make.agreement(ordinal=11)
    make.agreement(ordinal=12, state="draft")

    assert "There are not yet two published agreements to compare." in reading.words(client.get(ADDRESS + "?a=11"))


def test_nothing_unpublished_is_compared(client):
    for ordinal in (10, 11):
        agreement = make.agreement(ordinal=ordinal, covers_from=2021)
        make.stage(agreement, make.event(when="1999-09-09", agreement=agreement, state="draft"))
        make.figure(agreement=agreement, as_stated="Hidden amount", state="draft")
        make.chief_negotiator(agreement, official=make.official(name="Hidden negotiator", state="draft"))
        make.statement(agreement=agreement, state="draft")
        make.gap(agreement=agreement, state="withdrawn")
    make.agreement(ordinal=12, name="Hidden agreement", state="draft")

    response = client.get(ADDRESS)

    assert "Hidden" not in response.text
    assert "1999" not in response.text
    assert [cells(response, label) for label in ("Statements", "Events", "Known gaps")] == [["0", "0"]] * 3


def test_hostile_text_is_shown_as_text(client):
    for ordinal in (10, 11):
        make.agreement(ordinal=ordinal, name="<script>alert(1)</script>", method="<script>alert(1)</script>")

    assert "<script>alert" not in client.get(ADDRESS).text
