"""What the card of each kind of record says."""

import json
from dataclasses import asdict
from decimal import Decimal

import pytest

from tests import make
from tests.admin.records import MAKERS, RECORDS
from tests.test_nothing_leaks import HIDDEN, SECRET, hang_on, hidden
from timeline import index
from timeline.pictures import facts
from timeline.pictures.facts import BOTH, NUMBER, WORDS, Card, Voice

pytestmark = pytest.mark.django_db


def card_of(record):
    return facts.cards([record])[record.pk]


def test_a_round_shows_its_heads_its_days_and_its_place():
    agreement = make.agreement(ordinal=12, name="12th Special Measures Agreement")
    made = make.round(agreement=agreement, number=2, place=make.place(), name_ko="제12차 협정 제2차 회의")
    make.delegate(made)
    make.delegate(made, official=make.official(name="Linda Specht", name_ko="", country="US"), side="US")
    make.delegate(made, official=make.official(name="Somebody Else"), is_head=False)

    assert card_of(made) == Card(
        kind="Round",
        headline="12th Special Measures Agreement talks, round 2",
        headline_ko="제12차 협정 제2차 회의",
        people=(Voice("Lee Tae-woo", "이태우", "KR"), Voice("Linda Specht", "", "US")),
        when="2024-05-21/2024-05-23",
        place="Seoul",
        agreement="12th Special Measures Agreement",
        sides=BOTH,
    )


def test_a_round_that_was_not_held_says_so():
    assert card_of(make.round(status="cancelled")).note == "Cancelled"


def test_an_event_shows_its_kind_its_title_in_both_languages_and_who_was_there():
    made = make.event(title_ko="장관 회담", when="2019-08~")
    make.participant(made)

    assert card_of(made) == Card(
        kind="Meeting",
        headline="Ministers meet in Seoul",
        headline_ko="장관 회담",
        people=(Voice("Lee Tae-woo", "이태우", "KR"),),
        when="2019-08~",
        sides=("KR",),
    )


def test_a_statement_shows_its_words_and_its_speaker_in_the_role_of_that_day():
    speaker = make.official()
    make.appointment(speaker, title="Foreign Minister", start="2019-01-01", end="2019-12-31")
    made = make.statement(speaker=speaker, attribution="", text="적정한 수준이어야 한다", is_translation=True)

    assert card_of(made) == Card(
        kind="Statement",
        headline="적정한 수준이어야 한다",
        form=WORDS,
        people=(Voice("Lee Tae-woo", "이태우", "KR", "Foreign Minister"),),
        note="in translation",
        when="2019-08-07",
        sides=("KR",),
    )


def test_a_statement_of_somebody_unnamed_shows_the_attribution_on_the_side_of_the_body():
    made = make.statement(attribution="a Seoul official", on_behalf_of=make.organization())

    assert card_of(made).people == (Voice("a Seoul official", side="KR"),)


def test_a_figure_shows_the_number_and_the_words_of_the_source():
    agreement = make.agreement(name="11th Special Measures Agreement")

    assert card_of(make.figure(agreement=agreement)) == Card(
        kind="Seoul · Agreed",
        headline="₩1.1833 trillion",
        form=NUMBER,
        note="total for the year · for 2021",
        quote="1.1833 trillion won",
        when="2021-03-10",
        agreement="11th Special Measures Agreement",
        sides=("KR",),
    )


def test_a_figure_without_a_number_shows_its_words():
    made = make.figure(amount=None, currency="", party="", as_stated="a fair share")

    assert (card_of(made).headline, card_of(made).form, card_of(made).quote) == ("a fair share", WORDS, "")


def test_an_agreement_shows_what_it_covers_and_when_it_was_signed():
    agreement = make.agreement(ordinal=12, name="12th Special Measures Agreement", status="in_force")
    make.stage(agreement, make.event(kind="signing", when="2024-11-04"))

    assert card_of(agreement) == Card(
        kind="Agreement",
        headline="12th Special Measures Agreement",
        headline_ko="제12차 한미 방위비분담특별협정",
        note="In force · covers 2026–2030",
        when="2024-11-04",
        when_words="signed %(date)s",
        sides=BOTH,
    )


def test_people_bodies_places_topics_and_sources_show_their_names_in_both_scripts():
    seoul = Voice("Republic of Korea", side="KR")
    ministry = Voice("Republic of Korea", side="KR", role="MOFA")
    sides = {"sides": ("KR",)}

    assert [
        card_of(each)
        for each in (
            make.official(summary="Led *the talks*."),
            make.organization(),
            make.place(),
            make.topic(description="Workers without pay."),
            make.source(title="한미 협상", language="ko", author="원다연", publisher="Edaily"),
            make.source(title="A briefing", title_is_descriptive=True, published_on=""),
        )
    ] == [
        Card("Official", "Lee Tae-woo", headline_ko="이태우", people=(seoul,), note="Led the talks.", **sides),
        Card("Ministry", "Ministry of Foreign Affairs", headline_ko="외교부", people=(ministry,), **sides),
        Card("City", "Seoul", headline_ko="서울"),
        Card("Topic", "Furlough", headline_ko="무급휴직", note="Workers without pay.", sides=BOTH),
        Card(
            "Source",
            "한미 협상",
            people=(Voice("Edaily", role="원다연"),),
            note="Korean",
            when="2024-05-24",
            place="News",
        ),
        Card("Source", "[A briefing]", people=(Voice("Yonhap"),), place="News"),
    ]


@pytest.mark.parametrize(("name", "queries"), [("statement", 1), ("round", 1), ("figure", 1), ("agreement", 2)])
@pytest.mark.parametrize("count", [1, 3])
def test_a_batch_of_cards_costs_as_much_as_one(django_assert_num_queries, name, queries, count):
    made = [getattr(make, name)() for _each in range(count)]
    for each in made if name == "figure" else ():
        each.agreement = make.agreement()
        each.save()
    for each in made if name == "agreement" else ():
        make.stage(each, make.event(kind="signing"))

    with django_assert_num_queries(queries):
        shown = facts.cards(made)

    assert set(shown) == {each.pk for each in made}


def test_a_number_is_told_from_its_digits():
    made = make.figure(amount=None, currency="", growth_percent=Decimal("13.9"), as_stated="13.9 percent")

    assert (card_of(made).headline, card_of(made).form) == ("+13.9 %", NUMBER)


@pytest.mark.deep(1)
@pytest.mark.parametrize("state", HIDDEN)
def test_no_card_shows_what_is_not_public(state):
    with index.suspended():
        public = [MAKERS[name]() for name in RECORDS]
        for name in RECORDS:
            hang_on(public, hidden(name, state))

    shown = [card for model in facts.MODELS for card in facts.cards(list(facts.public(model))).values()]

    assert len(shown) >= len(facts.MODELS)
    assert SECRET not in json.dumps([asdict(card) for card in shown]).lower()
