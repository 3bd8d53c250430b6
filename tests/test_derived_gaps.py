import pytest

from tests import make
from timeline.derived_gaps import derived_gaps

pytestmark = pytest.mark.django_db

ALL_BUT_SIGNED = "concluded, initialled, approved by the cabinet, approved by the National Assembly"


def found(name):
    finding = next(each for each in derived_gaps() if each.name == name)
    return finding.count, [(lacking.record, lacking.what) for lacking in finding.first]


def test_numbers_between_one_and_the_highest_round_of_an_agreement_are_missing():
    agreement, whole = make.agreement(ordinal=3), make.agreement(ordinal=4)
    for number in (2, 5):
        make.round(agreement=agreement, number=number)
    make.round(agreement=whole, number=1)

    assert found("missing-rounds") == (3, [(agreement, "round 1"), (agreement, "round 3"), (agreement, "round 4")])


def test_a_draft_round_is_missing_and_does_not_raise_the_highest_number():
    agreement = make.agreement()
    for number, state in ((1, "published"), (2, "draft"), (3, "published"), (9, "draft")):
        make.round(agreement=agreement, number=number, state=state)

    assert found("missing-rounds") == (1, [(agreement, "round 2")])


def test_a_huge_number_of_a_round_is_counted_and_cut():
    make.round(number=30_000)

    count, first = found("missing-rounds")

    assert (count, len(first), first[-1][1]) == (29_999, 50, "round 50")


@pytest.mark.parametrize(
    ("status", "missing"),
    [
        ("under_negotiation", None),
        ("concluded", "concluded"),
        ("in_force", f"{ALL_BUT_SIGNED}, in force"),
        ("expired", f"{ALL_BUT_SIGNED}, in force, expired"),
    ],
)
def test_an_agreement_lacks_the_stages_that_its_status_says_it_has_passed(status, missing):
    agreement = make.agreement(status=status)
    make.stage(agreement, make.event(), stage="signed")
    make.stage(agreement, make.event(state="draft"), stage="concluded")

    assert found("missing-stages") == ((1, [(agreement, missing)]) if missing else (0, []))


def test_a_record_rests_on_a_single_source_however_often_it_is_cited():
    once, twice = make.event(title="Once"), make.event(title="Twice")
    yonhap = make.source(publisher="Yonhap")
    make.citation(once, source=yonhap)
    make.citation(once, source=yonhap)
    make.citation(once, source=make.source(state="draft"))
    make.citation(twice, source=yonhap)
    make.citation(twice)

    assert found("single-sources") == (1, [(once, "Yonhap")])


def test_all_kinds_of_record_can_rest_on_a_single_source():
    records = [
        make.agreement(),
        make.round(),
        make.event(),
        make.statement(),
        make.figure(),
        make.official(),
        make.organization(),
    ]
    for record in records:
        make.citation(record, source=make.source(publisher="Yonhap"))
    make.citation(make.appointment(make.official()))
    make.citation(make.position(make.disagreement()))

    assert found("single-sources") == (7, [(record, "Yonhap") for record in records])


def test_what_has_no_korean_name_no_party_no_original_or_no_address_is_found():
    make.official(), make.organization(), make.figure(), make.statement(), make.source()
    official, organization = make.official(name_ko=""), make.organization(name_ko="")
    figure, source = make.figure(party=""), make.source(url="")
    translation = make.statement(is_translation=True)
    make.statement(is_translation=True, original_text="우리는", original_language="ko")

    assert found("no-korean-name-of-officials") == (1, [(official, "")])
    assert found("no-korean-name-of-organizations") == (1, [(organization, "")])
    assert found("figures-without-a-party") == (1, [(figure, "")])
    assert found("translations-without-the-original") == (1, [(translation, "")])
    assert found("sources-without-an-address") == (1, [(source, "")])


def test_more_than_fifty_are_counted_and_the_first_fifty_held():
    for number in range(53):
        make.source(url="", slug=f"source-{number:03}")

    count, first = found("sources-without-an-address")

    assert (count, [record.slug for record, _what in first]) == (53, [f"source-{number:03}" for number in range(50)])


@pytest.mark.parametrize("state", ["draft", "in_review", "withdrawn"])
def test_what_is_not_public_has_no_gaps(state):
    make.round(number=3, agreement=make.agreement(state=state))
    make.citation(make.event(state=state))
    make.statement(is_translation=True, state=state)
    for maker in (make.official, make.organization):
        maker(name_ko="", state=state)
    make.figure(party="", state=state)
    make.source(url="", state=state)

    assert [finding.count for finding in derived_gaps()] == [0] * 8
