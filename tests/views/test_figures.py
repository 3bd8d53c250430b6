from decimal import Decimal

import pytest

from tests import make
from tests.views.reading import ids, links, words
from timeline.views import figures

pytestmark = pytest.mark.django_db


def shown(client, query):
    text = words(client.get(f"/figures/{query}"))
    return [name for name in ("alpha", "beta", "gamma") if name in text]


def test_links_lead_past_the_charts_to_the_list_of_figures(client):
    make.figure()

    anchors = [
        each for each in links(client.get("/figures/")) if each.startswith("#contribution") or each == "#figure_list"
    ]

    assert anchors == ["#contribution_krw", "#figure_list"]


def test_no_sound_amount_outside_the_agreement_is_called_a_misprint(client):
    figure = make.figure(measure="other")

    text = words(client.get(figure.get_absolute_url()))

    assert ("not a payment under the agreement" in text, "misprint" in text) == (True, False)


def test_a_row_says_who_how_much_in_which_words_when_and_says_who(client):
    agreement = make.agreement(name="11th Special Measures Agreement")
    event = make.event(title="Terms announced")
    years = {"year_from": 1998, "year_to": 1998, "stated_on": "1998-03-10"}  # the European Central Bank has no rate yet
    figure = make.figure(
        agreement=agreement, arose_at_event=event, growth_percent=Decimal("13.9"), as_stated="1조1833억원", **years
    )
    make.citation(figure)
    make.citation(figure)

    response = client.get("/figures/")

    assert words(response).endswith(
        "1998 agreed Republic of Korea total for the year ₩1.1833 trillion +13.9 % 1조1833억원 10 March 1998 "
        "11th Special Measures Agreement Terms announced 2 sources"
    )
    assert '<q class="as-stated" lang="ko">1조1833억원</q>' in response.text
    assert {
        agreement.get_absolute_url(),
        event.get_absolute_url(),
        f"{figure.get_absolute_url()}#record_sources",
    } <= set(links(response))


def test_a_source_quoted_twice_is_one_source_of_a_figure(client):
    figure, once = make.figure(), make.source()
    for cited in (once, once):
        make.citation(figure, source=cited)

    assert words(client.get("/figures/")).endswith(" 1 source")


def test_won_and_dollar_stay_what_the_source_gives(client):
    make.figure(amount=Decimal(1_183_300_000_000), usd_equivalent=Decimal(1_030_000_000), stated_on="1998-03-10")

    text = words(client.get("/figures/"))

    assert "US$1.03 billion, as the source gives it" in text
    assert "our conversion" not in text


def test_a_conversion_is_rounded_and_says_rate_day_and_whose_rates(client):
    figure = make.figure(amount=Decimal(1_170_000_000_000), stated_on="2020-04-09")
    sentence = (
        "about US$961 million: our conversion at ₩1,216.978 for a dollar, "
        "European Central Bank reference rates of 9 April 2020"
    )

    assert sentence in words(client.get("/figures/"))
    assert sentence in words(client.get(figure.get_absolute_url()))


@pytest.mark.parametrize(("year", "is_converted"), [(1991, False), (2003, False), (2004, True), (2006, True)])
def test_a_payment_of_years_long_past_is_not_converted_at_the_rate_of_the_day_on_which_it_was_told(
    client, year, is_converted
):
    figure = make.figure(amount=Decimal(107_300_000_000), stated_on="2005-04-26", year_from=year, year_to=year)

    texts = [words(client.get(address)) for address in ("/figures/", figure.get_absolute_url())]

    assert ["our conversion" in text for text in texts] == [is_converted] * 2


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["alpha", "beta", "gamma"]),
        ("?agreement=12", ["alpha"]),
        ("?agreement=sma-12", ["alpha"]),
        ("?stance=demanded", ["beta"]),
        ("?party=US", ["beta"]),
        ("?currency=USD", ["beta"]),
        ("?measure=rate", ["gamma"]),
        ("?year=2026", ["alpha", "gamma"]),
        ("?year=2019", ["beta"]),
        ("?year=2040", ["gamma"]),
        ("?stance=demanded&year=2026", []),
        ("?stance=&year=&unknown=1", ["alpha", "beta", "gamma"]),
    ],
)
def test_filters_narrow_the_list(client, query, names):
    make.figure(as_stated="alpha", agreement=make.agreement(ordinal=12), year_from=2026, year_to=2026)
    demand = {"stance": "demanded", "party": "US", "currency": "USD", "amount": Decimal(5_000_000_000)}
    make.figure(as_stated="beta", year_from=2019, year_to=2020, **demand)
    make.figure(as_stated="gamma", measure="rate", year_from=2026, year_to=None, amount=None, currency="")

    assert shown(client, query) == names


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("stance=begged", "There is no stance “begged” in this list."),
        ("party=INT", "There is no party “INT” in this list."),
        ("currency=EUR", "There is no currency “EUR” in this list."),
        ("measure=heap", "There is no measure “heap” in this list."),
        ("year=two", "“two” is no year: write four digits, such as 2021."),
        ("agreement=99", "There is no agreement “99” in this knowledge base."),
    ],
)
def test_a_filter_value_that_does_not_exist_gets_a_sentence_and_a_way_on(client, query, sentence):
    response = client.get(f"/figures/?{query}")

    assert response.status_code == 400
    assert sentence in words(response)
    assert "/figures/" in links(response)


def test_the_agreement_of_a_draft_is_no_filter(client):
    make.agreement(ordinal=13, state="draft")

    assert client.get("/figures/?agreement=13").status_code == 400


def test_the_page_shows_everything_with_its_citations(client):
    agreement, event = make.agreement(name="11th Special Measures Agreement"), make.event(title="Terms announced")
    figure = make.figure(
        agreement=agreement, arose_at_event=event, usd_equivalent=Decimal(1_030_000_000), note="Rounded by *some*."
    )
    make.relation(make.event(title="Minister explains the terms"), figure)
    citation = make.citation(figure, quote="Seoul is to pay 1.1833 trillion won", locator="p. 2")
    make.citation(
        make.position(make.disagreement(figure, question="How much in dollars?")), quote="US$1.03 billion this year"
    )
    make.figure(agreement=agreement, as_stated="a neighbour")
    make.figure(agreement=agreement, as_stated="another year", year_from=2022, year_to=2022)

    response = client.get(figure.get_absolute_url())
    text = words(response)

    for part in (
        "Agreed ₩1.1833 trillion 2021",
        "Stated 10 March 2021",
        "Amount ₩1.1833 trillion (South Korean won)",
        "In dollars, as the source gives it US$1.03 billion",
        "Agreement 11th Special Measures Agreement Arose at Terms announced",
        "Rounded by some .",
        "About this event Minister explains the terms",
        "How much in dollars?",
        "US$1.03 billion this year",
        "a neighbour",
        "Seoul is to pay 1.1833 trillion won p. 2",
    ):
        assert part in text
    assert "another year" not in text
    assert citation.fragment in ids(response)


def test_a_figure_without_amount_year_or_agreement_still_has_a_page(client):
    values = {"amount": None, "currency": "", "year_from": None, "year_to": None, "party": "", "measure": "rate"}
    figure = make.figure(
        growth_percent=Decimal(8), growth_percent_to=Decimal(10), as_stated="8 to 10 percent", **values
    )

    assert "+8 % – +10 %" in words(client.get(figure.get_absolute_url()))


def test_a_long_row_of_neighbours_is_cut_and_leads_to_the_list(client, monkeypatch):
    monkeypatch.setattr(figures, "MOST_NEIGHBOURS", 1)
    agreement = make.agreement(ordinal=11)
    made = [make.figure(agreement=agreement) for _each in range(3)]

    assert "/figures/?agreement=11" in links(client.get(made[0].get_absolute_url()))


def test_nothing_of_a_draft_stands_on_page_or_list(client):
    hidden = {"state": "draft"}
    agreement = make.agreement(name="Secret agreement", **hidden)
    statement = make.statement(
        speaker=make.official(name="Secret speaker", **hidden), text="Shown words.", attribution=""
    )
    shown = make.figure(agreement=agreement, arose_at_statement=statement, as_stated="shown figure")
    make.figure(agreement=agreement, as_stated="secret figure", **hidden)
    make.figure(arose_at_event=make.event(title="Secret event", **hidden))
    make.citation(shown, source=make.source(publisher="Secret paper", **hidden))
    make.relation(make.event(title="Secret relation", **hidden), shown)
    make.disagreement(shown, question="Secret question?", **hidden)

    text = words(client.get("/figures/")) + words(client.get(shown.get_absolute_url()))

    assert "Shown words." in text
    assert "ecret" not in text


def test_hostile_words_are_shown_as_words(client):
    figure = make.figure(as_stated="<b>five</b> billion", note="<script>x</script>")

    html = client.get(figure.get_absolute_url()).text

    assert ("<b>five" in html, "<script>x" in html) == (False, False)


@pytest.mark.parametrize("count", [1, 6])
def test_the_page_asks_as_often_for_six_of_everything_as_for_one(client, django_assert_num_queries, count):
    agreement = make.agreement()
    statement = make.statement(speaker=make.official(), on_behalf_of=make.organization())
    figure = make.figure(agreement=agreement, arose_at_statement=statement)
    for _each in range(count):
        make.citation(figure)
        make.citation(make.figure(agreement=agreement))
        make.relation(make.statement(speaker=make.official()), figure)
        make.relation(make.event(), figure)
        make.citation(make.position(make.disagreement(figure)))

    with django_assert_num_queries(6):
        client.get(figure.get_absolute_url())
