from decimal import Decimal

import pytest

from tests import make
from tests.views import reading
from tests.views.parts import links_under, words_under
from timeline import charts, index

pytestmark = pytest.mark.django_db
LIST_QUERIES = 4
QUERIES = 12


@index.refreshed_at_once
def full_agreement(count: int = 1):
    """An agreement with everything on it that the page shows, `count` times each."""
    earlier = make.agreement(covers_from=2021)
    make.stage(earlier, make.event(kind="signing"))
    make.citation(make.figure(agreement=earlier))
    agreement = make.agreement(text_source=make.source(), covers_from=2021)
    make.agreement()
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
        said = make.statement(agreement=agreement, speaker=make.official())
        make.citation(said)
        make.relation(make.statement(agreement=agreement), make.statement(agreement=agreement), kind="answers")
    return agreement


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_an_agreement_asks_the_same_queries_whatever_hangs_on_it(client, django_assert_num_queries, count):
    agreement = full_agreement(count)

    with django_assert_num_queries(QUERIES):
        assert client.get(agreement.get_absolute_url()).status_code == 200


def test_the_stages_stand_in_legal_order_reached_or_not_found(client):
    agreement = make.agreement(status="in_force")
    for stage, when in (("in_force", "2021-09-01"), ("signed", "2021-04-08"), ("concluded", "2021-03-07")):
        make.stage(agreement, make.event(when=when), stage=stage)

    response = client.get(agreement.get_absolute_url())

    assert words_under(response, "Legal stages").startswith(
        "concluded 7 March 2021 0 sources initialled not found approved by the cabinet not found "
        "signed 8 April 2021 0 sources approved by the National Assembly not found "
        "in force 1 September 2021 0 sources expired not reached yet"
    )


def test_of_an_agreement_under_negotiation_only_what_a_later_stage_needs_was_not_found(client):
    agreement = make.agreement(status="under_negotiation")
    make.stage(agreement, make.event(when="2025-01-02"), stage="cabinet_approved")

    words = words_under(client.get(agreement.get_absolute_url()), "Legal stages")

    assert (words.count("not found"), words.count("not reached yet")) == (2, 4)


def test_each_stage_leads_to_its_event_and_to_its_sources(client):
    agreement = make.agreement()
    signing = make.event(kind="signing")
    source = make.source()
    for _each in range(2):
        make.citation(signing, source=source)
    stage = make.stage(agreement, signing)

    response = client.get(agreement.get_absolute_url())

    event = signing.get_absolute_url()
    assert links_under(response, "Legal stages") == [f"#stage-{stage.code}", event, f"{event}#record_sources"]
    assert "signed 9 August 2019 1 source approved" in words_under(response, "Legal stages")


def test_signatories_and_place_come_from_the_signing(client):
    agreement = make.agreement()
    signing = make.event(kind="signing", place=make.place(name="Seoul"))
    make.stage(agreement, signing, stage="signed")
    make.participant(signing, official=make.official(name="Choi Jong-kun", name_ko="최종건"), is_signatory=True)
    make.participant(signing, official=make.official(name="A guest"))

    response = client.get(agreement.get_absolute_url())

    assert words_under(response, "Signed by") == "Republic of Korea Choi Jong-kun 최종건 minister"
    assert words_under(response, "Signed") == "9 August 2019 Seoul 서울"


def test_the_talks_are_a_strip_of_rounds_with_places_and_long_pauses(client):
    agreement = make.agreement()
    make.round(agreement=agreement, number=1, when="2020-03-17/2020-03-19", place=make.place(name="Los Angeles"))
    make.round(agreement=agreement, number=2, when="2021-02-05", venue="Video conference")
    make.round(agreement=agreement, number=3, when="2021-03-05/2021-03-07", status="cut_short")

    assert words_under(client.get(agreement.get_absolute_url()), "The talks").startswith(
        "Round 1 17–19 March 2020 Los Angeles Round 2 5 February 2021 Video conference 11 months later "
        "Round 3 5–7 March 2021 no place known cut short"
    )


def test_talks_known_by_the_month_lasted_neither_the_longest_nor_the_shortest_time(client):
    agreement = make.agreement(talks_opened="1993-04", talks_concluded="1993-11")

    assert "about 7 months April 1993 – November 1993" in reading.words(client.get(agreement.get_absolute_url()))


def test_the_chief_negotiators_face_each_other(client):
    agreement = make.agreement()
    make.chief_negotiator(agreement, official=make.official(name="Lee Tae-woo", name_ko=""), note="from round 2")

    assert words_under(client.get(agreement.get_absolute_url()), "Chief negotiators") == (
        "Republic of Korea Republic of Korea Lee Tae-woo from round 2 United States not found"
    )


def test_the_payment_at_a_glance_is_the_one_that_most_sources_carry(client):
    agreement = make.agreement(covers_from=2021)
    make.citation(make.figure(agreement=agreement, as_stated="about a trillion", stated_on="2021-03-01"))
    carried = make.figure(agreement=agreement, growth_percent=Decimal("13.9"), as_stated="1조 1833억원")
    for _each in range(2):
        make.citation(carried)

    response = client.get(agreement.get_absolute_url())

    assert words_under(response, "Payment for the first year") == "₩1.1833 trillion 1조 1833억원 2 sources"
    assert words_under(response, "Growth of the first year") == "+13.9 % as stated"


def test_figures_are_grouped_as_the_bargaining_went_each_group_by_day(client):
    agreement = make.agreement()
    agreed = make.figure(agreement=agreement, stance="agreed")
    dollars = {"agreement": agreement, "stance": "demanded", "amount": Decimal(5_000_000_000), "currency": "USD"}
    later, earlier = (make.figure(**dollars, stated_on=day) for day in ("2020-05-07", "2019-11-15"))

    response = client.get(agreement.get_absolute_url())

    shown = [link for link in links_under(response, "Demanded, offered, agreed") if "#" not in link]
    assert shown == [each.get_absolute_url() for each in (earlier, later, agreed)]


def test_a_figure_stands_with_its_growth_and_the_dollars_that_its_source_gives(client):
    agreement = make.agreement()
    make.figure(agreement=agreement, growth_percent=Decimal("13.9"), usd_equivalent=Decimal(1_030_000_000))

    assert words_under(client.get(agreement.get_absolute_url()), "Demanded, offered, agreed").endswith(
        "agreed 1 10 March 2021 Republic of Korea KR ₩1.1833 trillion +13.9 % US$1.03 billion 2021 "
        "1.1833 trillion won 0 sources"
    )


def test_the_money_stands_year_by_year_won_and_dollars_apart(client):
    agreement = make.agreement(covers_from=2021, covers_to=2023)
    won = {"agreement": agreement, "year_from": 2021, "year_to": 2021}
    make.figure(**won, usd_equivalent=Decimal(1_030_000_000), growth_percent=Decimal("13.9"))
    make.figure(**won, as_stated="the same amount in other words")
    make.figure(**won, stance="paid", amount=Decimal(1_000_000_000), currency="USD")
    rate = {"measure": "rate", "stance": "reported", "amount": None, "currency": "", "growth_percent": Decimal("4.4")}
    make.figure(agreement=agreement, year_from=2022, year_to=2022, **rate)
    make.figure(agreement=agreement, year_from=2023, year_to=2023, stance="demanded")

    assert words_under(client.get(agreement.get_absolute_url()), "The money, year by year").endswith(
        "2021 agreed ₩1.1833 trillion 0 sources US$1.03 billion as equivalent 0 sources +13.9 % "
        "paid — US$1 billion 0 sources — "
        "2022 no agreed or paid amount found +4.4 % reported 2023 no agreed or paid amount found —"
    )


@pytest.mark.parametrize("stance", ["demanded", "offered"])
def test_a_rate_that_was_only_asked_for_is_no_growth_of_the_payment(client, stance):
    agreement = make.agreement(covers_from=2021, covers_to=2021)
    rate = {"measure": "rate", "amount": None, "currency": "", "growth_percent": Decimal(50)}
    make.figure(agreement=agreement, stance=stance, year_from=2021, year_to=2021, **rate)

    assert words_under(client.get(agreement.get_absolute_url()), "The money, year by year").endswith(
        "2021 no agreed or paid amount found —"
    )


def test_a_payment_for_several_years_grew_in_the_first_of_them_alone(client):
    agreement = make.agreement(covers_from=2005, covers_to=2006)
    span = {"measure": "per_year", "year_from": 2005, "year_to": 2006, "growth_percent": Decimal("-8.9")}
    make.figure(agreement=agreement, **span)

    assert words_under(client.get(agreement.get_absolute_url()), "The money, year by year").endswith(
        "2005 agreed ₩1.1833 trillion 0 sources — −8.9 % 2006 agreed ₩1.1833 trillion 0 sources — —"
    )


def test_the_ladder_is_drawn_above_its_figures_once_its_picture_is_kept(client, settings, tmp_path):
    settings.DRAWINGS_DIR = tmp_path
    agreement = make.agreement()
    for stance in ("demanded", "agreed"):
        make.figure(agreement=agreement, stance=stance)
    before = client.get(agreement.get_absolute_url()).text
    folder = tmp_path / charts.ladder(agreement).panels[0].chart.folder_name
    folder.mkdir()
    for name in ("wide", "narrow"):
        (folder / f"{name}.svg").write_text(f"<svg><title>{name}</title></svg>")

    after = client.get(agreement.get_absolute_url()).text

    assert ["<title>wide</title>" in text for text in (before, after)] == [False, True]
    assert f"/{agreement.slug}/" in after.partition("<title>narrow</title>")[2]


def test_more_than_eighty_figures_lead_on_to_their_list(client):
    agreement = make.agreement()
    for _each in range(81):
        make.figure(agreement=agreement)

    links = links_under(client.get(agreement.get_absolute_url()), "Demanded, offered, agreed")

    assert len([link for link in links if "#" not in link]) == 81
    assert links[-1] == f"/figures/?agreement={agreement.slug}"


def test_statements_that_answer_one_another_read_as_an_exchange(client):
    agreement = make.agreement()
    tweet = make.statement(
        agreement=agreement, speaker=make.official(name="Donald Trump", country="US"), attribution=""
    )
    denial = make.statement(agreement=agreement, when="2019-08-08", text="The talks have yet to begin.")
    make.relation(denial, tweet, kind="answers")

    response = client.get(agreement.get_absolute_url())

    assert [each for each in reading.ids(response) if each.startswith("turn-")] == [
        f"turn-{tweet.slug}",
        f"turn-{denial.slug}",
    ]
    assert links_under(response, "An exchange").count(f"#turn-{tweet.slug}") == 1
    assert "The talks have yet to begin." not in words_under(response, "The statements that mattered")


def test_the_long_words_that_are_answered_are_cut_by_the_sign_that_headlines_have(client):
    agreement = make.agreement()
    said = make.statement(agreement=agreement, text="South Korea has agreed to pay substantially more money.")
    make.relation(make.statement(agreement=agreement, when="2019-08-08"), said, kind="answers")

    words = words_under(client.get(agreement.get_absolute_url()), "An exchange")

    assert "South Korea has agreed to pay substantially…”" in words


def test_the_statements_shown_are_those_that_most_sources_carry_one_of_each_occasion(client):
    agreement = make.agreement()
    occasion = make.event(agreement=agreement)
    said = [make.statement(agreement=agreement, text=f"Words number {number}.") for number in range(10)]
    make.citation(said[9])
    for number in (7, 8):
        said[number].made_at_event = occasion
        said[number].save()
    make.citation(said[8])

    words = words_under(client.get(agreement.get_absolute_url()), "The statements that mattered")

    shown = [number for number in range(10) if f"Words number {number}." in words]
    assert shown == [0, 1, 2, 3, 4, 5, 8, 9]


def test_the_ten_latest_entries_stand_on_the_page_and_the_rest_on_the_timeline(client):
    agreement = make.agreement(ordinal=11)
    events = [make.event(agreement=agreement, when=f"2020-01-{day:02}") for day in range(1, 13)]
    make.event()

    links = links_under(client.get(agreement.get_absolute_url()), "What was said and done last")

    timeline = "/timeline/?agreement=11"
    assert links == [*(each.get_absolute_url() for each in events[:1:-1]), timeline, f"{timeline}#take_along"]


def test_what_changed_stands_beside_the_agreement_before(client):
    make.agreement(ordinal=9, covers_from=2014, covers_to=2018)
    make.agreement(ordinal=10, name="Hidden agreement", state="draft")
    agreement = make.agreement(ordinal=11, covers_from=2020, covers_to=2025, term_years=6)

    response = client.get(agreement.get_absolute_url())

    changed = "What changed against the 9th Special Measures Agreement"
    assert "Covers 2014–2018 2020–2025 Term not found 6 years" in words_under(response, changed)
    assert links_under(response, changed)[-1] == "/agreements/compare/?a=sma-09&b=sma-11"


def test_disagreements_stand_in_brief_and_lead_to_their_sources(client):
    agreement = make.agreement()
    question = make.disagreement(make.figure(agreement=agreement), question="How much was it?", followed="150 million")
    make.citation(make.position(question, reports="150 million"))
    make.position(question, reports="180 million", order=1)

    response = client.get(agreement.get_absolute_url())

    assert words_under(response, "What sources disagree on") == (
        "How much was it? 150 million 1 source 180 million 0 sources We follow: 150 million"
    )
    assert links_under(response, "What sources disagree on") == [question.get_absolute_url()]


def test_dates_in_dispute_are_written_as_all_dates(client):
    agreement = make.agreement()
    question = make.disagreement(agreement, question="On which days?", followed="2018-03-07/2018-03-09")
    make.position(question, reports="2018-03-08/2018-03-10, Korean days")
    make.position(question, reports="at once on 2018-02-30, or 2018-03-01", order=1)

    response = client.get(agreement.get_absolute_url())

    assert words_under(response, "What sources disagree on") == (
        "On which days? 8–10 March 2018 , Korean days 0 sources at once on 2018-02-30, or 1 March 2018 0 sources "
        "We follow: 7–9 March 2018"
    )


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
        total.get_absolute_url(),
        f"{total.get_absolute_url()}#record_sources",
        signing.get_absolute_url(),
        later.get_absolute_url(),
        "/agreements/compare/",
    ]
    assert "Hidden" not in response.text


def test_a_sum_that_two_figures_state_stands_in_the_list_once_by_the_one_that_more_sources_carry(client):
    agreement = make.agreement(ordinal=11, covers_from=2020)
    _once, carried = (make.figure(agreement=agreement, year_from=2020, year_to=2020) for _each in range(2))
    make.citation(carried)

    response = client.get("/agreements/")

    assert [link for link in reading.links(response) if "/figures/" in link and "#" not in link] == [
        carried.get_absolute_url()
    ]


def test_hostile_text_is_shown_as_text(client):
    hostile = "<script>alert(1)</script>"
    agreement = make.agreement(name=hostile, method=hostile, summary=hostile, note=hostile)

    pages = [client.get(address).text for address in (agreement.get_absolute_url(), "/agreements/")]

    assert ["<script>alert" in page for page in pages] == [False, False]
