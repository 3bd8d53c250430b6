import pytest

from tests import make
from timeline import search

pytestmark = [pytest.mark.both, pytest.mark.django_db]


def titles(text):
    return [each.title for each in search.suggest(text)]


@pytest.mark.parametrize("typed", ["lee", "tae-w", "Taewoo", "이태", "이태우", "lee tae-woo", "woo lee"])
def test_a_person_is_suggested_by_how_the_name_begins(typed):
    make.official()

    assert titles(typed) == ["Lee Tae-woo"]


@pytest.mark.parametrize("typed", ["이ㅌ", "이탱", "이태ㅇ", "이태웅"])
def test_a_person_is_suggested_while_a_syllable_is_being_put_together(typed):
    make.official(name="Lee Tae-woo", name_ko="이태우")

    assert titles(typed) == ["Lee Tae-woo"]


def test_of_two_consonants_at_the_end_of_a_syllable_the_last_may_begin_the_next():
    make.topic(name="The price of chicken", name_ko="달걀값")

    assert titles("닭") == ["The price of chicken"]


def test_records_with_a_name_come_before_events_and_the_newest_event_first():
    make.event(title="Specht arrives", when="2024-05-18")
    make.event(title="Specht leaves", when="2024-05-24")
    make.official(name="Linda Specht", name_ko="")

    assert titles("spech") == ["Linda Specht", "Specht leaves", "Specht arrives"]


def test_an_agreement_and_its_rounds_are_suggested():
    agreement = make.agreement(ordinal=12, name="12th Special Measures Agreement")
    make.round(agreement=agreement, number=2)

    assert titles("12th spec") == ["12th Special Measures Agreement", "12th Special Measures Agreement talks, round 2"]


def test_what_is_not_public_is_not_suggested():
    make.official(name="Linda Specht", state="draft")

    assert titles("specht") == []


@pytest.mark.parametrize("typed", ["", " ", "-", "x" * 100_000, "\x00", "who:"])
def test_nothing_is_suggested_for_nothing(typed):
    assert titles(typed) == []


@pytest.mark.parametrize("count", [1, 6])
def test_suggestions_cost_the_same_whatever_is_there(count, django_assert_max_num_queries):
    for number in range(count):
        make.official(name=f"Linda Specht {number}")

    with django_assert_max_num_queries(7):
        search.suggest("spech")


@pytest.mark.parametrize("typed", ["lee tae-woo r", "이태우 대"])
def test_a_last_word_of_which_one_letter_is_typed_takes_nothing_away(typed):
    make.official()

    assert titles(typed) == ["Lee Tae-woo"]
