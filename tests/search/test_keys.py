import pytest

from tests import make
from timeline.search import keys

pytestmark = [pytest.mark.both, pytest.mark.django_db]


def names(official, asked):
    """Whether the query is the name of this person."""
    return bool(set(keys.of_official(official)) & set(keys.of_query(asked)))


@pytest.mark.parametrize(
    "asked",
    [
        "James DeHart", "De Hart", "dehart, james", "Jim DeHart", "Ambassador DeHart", "jamesdehart", "드하트 대표",
        "제임스 드하트", "James P. DeHart",
    ],
)  # fmt: skip
def test_a_person_is_named_in_many_ways(asked):
    official = make.official(
        name="James P. DeHart", family_name="DeHart", name_ko="드하트", aliases=["James DeHart", "제임스 드하트"]
    )

    assert names(official, asked)


@pytest.mark.parametrize("asked", ["James", "DeHart talks", "대표", "Ambassador", "", "the DeHart round"])
def test_less_or_more_than_a_name_names_nobody(asked):
    official = make.official(name="James P. DeHart", family_name="DeHart", name_ko="드하트", aliases=["James DeHart"])

    assert not names(official, asked)


def test_a_place_with_a_title_is_no_place():
    assert not set(keys.of_names(["미국"])) & set(keys.of_query("미국 국방장관"))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("Where was the first round of the 12th SMA held?", (keys.round_key(12, 1),)),
        ("11차 협정은 몇 년짜리인가?", (keys.agreement_key(11),)),
        ("What does SMA 9 say?", (keys.agreement_key(9),)),
        ("Is the 11th SMA longer than the 12th SMA?", ()),
        ("What happened on the first day?", ()),
        ("Is the 11th defense cost-sharing deal longer?", (keys.agreement_key(11),)),
        ("바이든 정부 첫 협상은 언제였나", ()),
    ],
)
def test_a_sentence_is_about_one_round_or_one_agreement(asked, found):
    assert keys.of_subject(asked) == found


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ("11th cost-sharing deal", keys.agreement_key(11)),
        ("the first defense burden sharing agreement", keys.agreement_key(1)),
        ("첫 방위비 분담 협정", keys.agreement_key(1)),
        ("최초의 한미 방위비분담협정", keys.agreement_key(1)),
        ("11차 첫 회의", keys.round_key(11, 1)),
        ("12th cost-sharing talks, round 2", keys.round_key(12, 2)),
    ],
)
def test_an_agreement_is_named_by_what_the_press_calls_it(asked, key):
    assert key in keys.of_query(asked)
