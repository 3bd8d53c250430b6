import pytest

from tests import make
from timeline.enums import EventKind
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


@pytest.mark.parametrize("asked", ["이태우대표", "이태우 협상대표", "이태우씨"])
def test_a_title_may_be_written_onto_a_name(asked):
    assert names(make.official(), asked)


@pytest.mark.parametrize("asked", ["트럼프", "트럼프 대통령", "트럼프대통령"])
def test_of_a_name_of_several_words_in_hangul_the_last_is_that_of_the_family(asked):
    official = make.official(name="Donald J. Trump", family_name="Trump", name_ko="도널드 트럼프")

    assert names(official, asked)


@pytest.mark.parametrize("word", ["국방장관", "대표", "씨", "Trump대통령", "이표"])
def test_a_title_alone_is_written_onto_no_name(word):
    assert keys.untitled(word) == (word, "")


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


@pytest.mark.parametrize(
    ("asked", "kind", "ordinal"),
    [
        ("12차 협정 발효일", "entry_into_force", 12),
        ("제10차 한미 방위비분담금 특별협정 국회 비준 동의", "ratification", 10),
        ("11차 특별협정 가서명", "initialling", 11),
        ("signing date of the 11th agreement", "signing", 11),
        ("date of entry into force 10th SMA", "entry_into_force", 10),
        ("SMA 9 expiry", "expiry", 9),
        ("the 12th SMA cabinet approval", "cabinet_approval", 12),
        ("When was the 11th signed?", "signing", 11),
        ("when does the 12th SMA expire", "expiry", 12),
        ("12차 협정은 언제 발효됐나요", "entry_into_force", 12),
        ("제6차 협정 발효일은 언제인가", "entry_into_force", 6),
    ],
)
def test_a_legal_stage_is_named_by_its_agreement_and_what_it_is_called(asked, kind, ordinal):
    assert keys.stage_key(ordinal, kind) in keys.of_query(asked)


@pytest.mark.parametrize(
    "asked", ["current agreement", "the current cost-sharing deal", "현행 협정", "지금 방위비 분담 협정"]
)
def test_the_agreement_in_force_is_named_as_the_current_one(asked):
    assert keys.CURRENT_AGREEMENT in keys.of_query(asked)


@pytest.mark.parametrize(
    "asked", ["signing", "12차 협정 서명 반대", "current", "지금 협상", "when did the 12th SMA talks end"]
)
def test_less_or_more_than_that_names_no_stage_and_no_agreement_in_force(asked):
    found = keys.of_query(asked)

    assert [key for key in found if key.split()[0] in EventKind.values or key == keys.CURRENT_AGREEMENT] == []
