import pytest

from tests import make
from timeline import search
from timeline.search import posts
from timeline.search.planning import EXACT

pytestmark = [pytest.mark.both, pytest.mark.django_db]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("USFK commander 2020", {"commander US"}),
        ("2020년 주한미군사령관", {"commander US"}),
        ("who was the U.S. ambassador to South Korea in 2020?", {"ambassador US"}),
        ("2020년 주한 미국대사는 누구인가요", {"ambassador US"}),
        ("defense minister 2020 South Korea", {"defense KR"}),
        ("2020년 미 국방장관", {"defense US"}),
        ("2020년 국방장관", {"defense KR", "defense US"}),
        ("외교부 장관 2020", {"foreign KR"}),
        ("Secretary of State in 2020", {"state US"}),
        ("한국측 수석대표 2020", {"negotiator KR"}),
        ("burden-sharing ambassador 2020", {"negotiator KR", "negotiator US"}),
        ("president of South Korea in 2020", {"president KR"}),
        ("2020년 대통령 권한대행", {"acting president KR", "acting president US"}),
    ],
)
def test_a_post_and_a_year_ask_for_who_held_it(asked, found):
    assert set(posts.of_query(asked)[0]) == {f"post {each} 2020" for each in found}


@pytest.mark.parametrize(
    "asked",
    ["USFK commander", "2020", "president 2017-2020", "2020 대사관", "defense minister talks 2020", "$2020 대사"],
)
def test_less_or_more_than_that_asks_for_nobody(asked):
    assert posts.of_query(asked) == ((), ())


def in_years(years, asked="U.S. defense secretary in {}"):
    found = {year: search.search(asked.format(year)).hits for year in years}
    return [year for year, hits in found.items() if [hit.kind for hit in hits if hit.tier == EXACT]]


@pytest.mark.parametrize(
    ("held", "years"),
    [
        ({"start": "2018-09", "end": "2020-09-18"}, [2018, 2019, 2020]),
        ({"start": "", "attested": ["2018-02", "2020-04"]}, [2018, 2019, 2020]),
        ({"start": "", "end": "2019-05"}, [2019]),
        ({"start": "2018-09", "attested": ["2019-04"]}, [2018, 2019, 2020, 2021, 2022]),
        ({"start": ""}, []),
    ],
)
def test_whoever_held_a_post_is_found_by_its_years(held, years):
    make.appointment(make.official(country="US"), title="Secretary of Defense", **held)

    assert in_years(range(2016, 2025)) == years


def test_who_is_known_to_have_held_it_comes_before_who_may_have():
    for name, held in (("Ahn", {"start": "2018-02"}), ("Betts", {"start": "", "attested": ["2020-04"]})):
        make.appointment(make.official(name=name, country="US"), title="Secretary of Defense", **held)

    assert [hit.title for hit in search.search("defense secretary 2020").hits] == ["Betts", "Ahn"]


@pytest.mark.parametrize("title", ["Nominee for Secretary of Defense", "Deputy Secretary of Defense", "Secretary"])
def test_another_post_is_none(title):
    make.appointment(make.official(country="US"), title=title, start="2018-09", end="2020-09-18")

    assert in_years([2019]) == []


def test_who_is_not_public_is_not_told():
    make.appointment(make.official(country="US", state="draft"), title="Secretary of Defense", start="2019-07-23")

    assert search.search("defense secretary 2019").hits == ()
