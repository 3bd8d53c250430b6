import pytest

from tests import make
from timeline import search
from timeline.search import described, keys
from timeline.search.described import Negotiators

pytestmark = [pytest.mark.both, pytest.mark.django_db]


def fits(agreement, asked):
    return bool(set(described.of_agreement(agreement)) & set(described.of_query(asked)))


@pytest.mark.parametrize(
    "asked",
    [
        "five-year agreement", "5 year SMA deal", "the 5-year cost-sharing deal", "5년 협정",
        "5년짜리 방위비분담특별협정", "Which SMA was for five years?", "협정 유효기간 5년", "multi-year agreement",
        "다년도 협정", "SMA 2014-2018", "from 2014 to 2018 agreement", "2014~2018년 협정",
    ],
)  # fmt: skip
def test_an_agreement_is_described_by_its_years(asked):
    assert fits(make.agreement(covers_from=2014, covers_to=2018, term_years=5), asked)


@pytest.mark.parametrize(
    "asked",
    [
        "four-year agreement",
        "single-year agreement",
        "2014-2019 협정",
        "5 years",
        "5년 협상",
        "five-year plan",
        "협정",
        "2014-2018",
    ],
)
def test_not_by_other_years_or_without_an_agreement(asked):
    assert not fits(make.agreement(covers_from=2014, covers_to=2018, term_years=5), asked)


def test_an_agreement_without_years_is_described_by_none():
    assert described.of_agreement(make.agreement(covers_from=None, covers_to=None, term_years=None)) == ()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("chief negotiator of the 12th SMA", Negotiators(12, "")),
        ("Who was the US chief negotiator for the 11th SMA?", Negotiators(11, "US")),
        ("Korea's top negotiator for the 10th agreement", Negotiators(10, "KR")),
        ("who led the 9th SMA talks for South Korea", Negotiators(9, "KR")),
        ("12th SMA chief negotiators", Negotiators(12, "")),
        ("11차 협상 한국 수석대표", Negotiators(11, "KR")),
        ("한국측 10차 협정 협상대표는 누구인가", Negotiators(10, "KR")),
        ("chief negotiator", None),
        ("chief negotiator of the 12th SMA in Honolulu", None),
        ("11차 협상 대표단", None),
    ],
)
def test_whose_chief_negotiators_are_asked_for(asked, found):
    assert described.negotiators(asked) == found


def negotiated(**of_agreement):
    """An agreement with a negotiator of each side, as the search has them."""
    agreement = make.agreement(ordinal=12, **of_agreement)
    people = [make.official(name=name, family_name=name) for name in ("Ahn", "Betts")]
    for side, official in zip(("KR", "US"), people, strict=True):
        make.chief_negotiator(agreement, official=official, side=side)
    return people


def test_they_come_first():
    korean, american = negotiated()

    both, one = (
        [hit.slug for hit in search.search(asked).hits if hit.kind == "official"]
        for asked in ("chief negotiator of the 12th SMA", "US chief negotiator of the 12th SMA")
    )

    assert (set(both), one) == ({korean.slug, american.slug}, [american.slug])


def test_who_negotiated_an_agreement_that_is_not_public_is_not_told():
    negotiated(state="draft")

    assert search.search("chief negotiator of the 12th SMA").hits == ()


def test_who_is_not_public_is_not_told():
    make.chief_negotiator(make.agreement(ordinal=12), official=make.official(state="draft"), side="KR")

    hits = search.search("Korean chief negotiator of the 12th SMA").hits

    assert [hit.slug for hit in hits if hit.kind == "official"] == []


def test_they_cost_one_query(django_assert_max_num_queries):
    negotiated()

    with django_assert_max_num_queries(11):
        assert search.search("who was the US chief negotiator for the 12th SMA").hits


def test_the_key_of_an_agreement_is_none_of_its_ordinal():
    assert keys.agreement_key(5) not in described.of_query("five-year agreement")


@pytest.mark.parametrize(
    ("asked", "ordinal"),
    [
        ("last round of the 9th agreement", 9), ("11th SMA, final round", 11), ("12차 마지막 회의는 언제였나", 12),
        ("When was the latest round of talks?", 0), ("최근 회의", 0), ("last round in Seoul", None), ("마지막", None),
    ],
)  # fmt: skip
def test_of_which_agreement_the_last_round_is_asked_for(asked, ordinal):
    assert described.last_round(asked) == ordinal


@pytest.mark.parametrize(("asked", "number"), [("last round of the 9th SMA", 2), ("latest round", 1), ("최근 회의", 1)])
def test_the_last_round_comes_first(asked, number):
    nine, ten = make.agreement(ordinal=9), make.agreement(ordinal=10)
    for agreement, each in ((nine, 1), (nine, 2), (ten, 1)):
        make.round(agreement=agreement, number=each)
    make.round(agreement=nine, number=3, state="draft")

    assert search.search(asked).hits[0].slug == f"sma-{'09' if number == 2 else '10'}-round-{number}"


@pytest.mark.parametrize(
    ("asked", "is_longest"),
    [
        ("longest SMA", True), ("which agreement had the longest term?", True), ("가장 긴 협정", True),
        ("최장 기간 방위비 분담 협정", True), ("the shortest cost-sharing deal", False), ("가장 짧은 협정", False),
        ("longest gap", None), ("agreement", None),
    ],
)  # fmt: skip
def test_whether_the_longest_or_the_shortest_agreement_is_asked_for(asked, is_longest):
    assert described.longest(asked) == is_longest


def test_the_longest_agreement_comes_first_and_the_shortest():
    for ordinal, years in ((10, 1), (11, 6), (12, 5)):
        make.agreement(ordinal=ordinal, term_years=years)

    found = [search.search(asked).hits[0].slug for asked in ("longest agreement", "shortest agreement")]

    assert found == ["sma-11", "sma-10"]


def test_a_stage_of_which_no_event_tells_is_answered_by_the_agreement():
    make.agreement(ordinal=12)

    assert [hit.slug for hit in search.search("when does the 12th expire").hits] == ["sma-12"]


@pytest.mark.parametrize("asked", ["last round of the 99th SMA", "longest agreement", "zebra last round"])
def test_where_there_is_none_it_costs_no_more(asked, django_assert_max_num_queries):
    make.event(title="The last round of the talks in May")

    with django_assert_max_num_queries(11):
        search.search(asked)
