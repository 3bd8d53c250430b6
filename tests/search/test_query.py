import datetime as dt

import pytest

from timeline.search import analysis
from timeline.search.expressions import Has
from timeline.search.query import LONGEST, MOST_TERMS, parse


def words(asked):
    return [term.words for term in parse(asked).terms]


@pytest.mark.parametrize(
    ("asked", "terms"),
    [
        ("cost of troops", ["cost", "troops"]),
        ("cost sharing talks", ["cost sharing", "talks"]),
        ("협상에서 무급휴직했나", ["협상에서", "무급휴직했나"]),
        ("그 협상은 언제 열렸나요?", ["협상은"]),
        ("무급휴직은 언제 시작됐나", ["무급휴직은"]),
        ("When did Trump first demand it?", ["Trump", "demand"]),
        ("When did the first round begin?", ["first", "round"]),
        ("When did it start?", ["start?"]),
        ("when did 2만8500명이 leave", ["2만8500명이", "leave"]),
        ("2024년에 누가 대표였나", ["2024년에", "대표였나"]),
        ("그때 서울에서 무슨 일이 있었나", ["서울에서"]),
        ("is it in kind", ["kind"]),
        ('"cost sharing" talks', ["cost sharing", "talks"]),
        ("the cost of it", ["cost"]),
        ("11th SMA", ["11th", "SMA"]),
        ("May 2024 talks", ["May 2024", "talks"]),
        ("2024년 5월 협상", ["2024년 5월", "협상"]),
        ("$1.03 billion in 2021", ["$1.03 billion", "2021"]),
        ("How much did Seoul pay in 2021?", ["Seoul", "pay", "2021?"]),
        ("11차 협정은 언제 서명됐나", ["11차", "협정은", "서명됐나"]),
        ("who is it", ["who"]),
        ('"unfinished', ["unfinished"]),
        ("kind:nonsense", ["kind:nonsense"]),
        ("who:", []),
        ('- -- ""', []),
    ],
)
def test_a_query_is_read_as_its_terms(asked, terms):
    assert words(asked) == terms


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ("SMA란", "SMA"),
        ("SMA는", "SMA"),
        ("사드란", "사드"),
        ("청와대란", "청와대"),
        ("USFK의", "USFK"),
        ("Trump가", "Trump"),
        ("2019년에는", "2019"),
        ("2019년 11월부터", "2019년 11월"),
        ("50억 달러를", "50억 달러"),
        ("5%를", "5%"),
        ("11차는", "11차"),
        ("28,500명이", "28,500"),
    ],
)
def test_what_korean_hangs_on_a_word_is_no_part_of_it(asked, word):
    assert [term.expression for term in parse(asked).terms] == [term.expression for term in parse(word).terms]


@pytest.mark.parametrize("word", ["이란", "논란", "혼란", "대란", "대이란", "대혼란"])
def test_a_word_that_ends_as_a_particle_stays_whole(word):
    token = analysis.hangul(word) if len(word) == 2 else analysis.triple(word)

    assert [term.expression for term in parse(word).terms] == [Has((token,))]


@pytest.mark.parametrize("asked", ["뭔가요", "뭐죠", "누군지", "언제죠", "얼마였죠"])
def test_a_word_that_asks_is_no_term_and_makes_two_words_a_question(asked):
    query = parse(f"방위비분담금이 {asked}")

    assert ([term.words for term in query.terms], query.is_question) == (["방위비분담금이"], True)


@pytest.mark.parametrize(
    ("asked", "hints"),
    [
        ("2021년 인상률", ("figure",)),
        ("2014 agreement amount", ("figure",)),
        ("2024년 분담금 협정", ()),
        ("분담금", ()),
        ("2019 talks amount", ()),
        ("12차 협정은 언제까지인가", ("agreement",)),
        ("How many troops are there?", ()),
    ],
)
def test_what_is_asked_for_tells_the_kind_that_answers(asked, hints):
    assert parse(asked).hints == hints


@pytest.mark.parametrize(
    ("asked", "is_of_it_all"),
    [
        ("When did cost sharing begin?", True),
        ("When did Korea start paying for US troops?", True),
        ("Since when does Seoul pay for USFK?", True),
        ("How did burden sharing begin?", True),
        ("history of the SMA", True),
        ("방위비 분담금은 언제부터 냈나", True),
        ("방위비 분담의 역사", True),
        ("When did the furlough begin?", False),
        ("When did the 12th SMA talks begin?", False),
        ("history of furloughs", False),
        ("How much did cost sharing start with?", False),
        ("Who started the talks?", False),
        ("cost sharing", False),
        ("When did it begin?", False),
    ],
)
def test_when_all_of_it_began_is_told_from_when_a_part_of_it_did(asked, is_of_it_all):
    assert parse(asked).is_of_it_all == is_of_it_all


def test_a_word_with_a_minus_is_unwanted():
    query = parse("talks -trump -kind:statement")

    assert ([term.words for term in query.terms], [term.words for term in query.unwanted]) == (
        ["talks"],
        ["trump", "statement"],
    )


@pytest.mark.parametrize(
    ("asked", "first", "before"),
    [
        ("before:2020-03", None, dt.date(2020, 3, 1)),
        ("after:2019", dt.date(2020, 1, 1), None),
        ("on:2019-08", dt.date(2019, 8, 1), dt.date(2019, 9, 1)),
        ("after:2019-06 before:2020", dt.date(2019, 7, 1), dt.date(2020, 1, 1)),
        ("이후:2019년", None, None),
        ("before:2020-13", None, None),
        ("after:9999", None, None),
    ],
)
def test_dates_narrow_down(asked, first, before):
    query = parse(asked)

    assert (query.first, query.before) == (first, before)


def test_names_narrow_down():
    query = parse('who:trump who:"lee tae-woo" in:Seoul 장소:호놀룰루')

    assert (query.people, query.places) == (["trump", "lee tae-woo"], ["Seoul", "호놀룰루"])


def test_a_query_is_read_as_far_as_it_is_bounded():
    query = parse("word1 " * 50_000 + " ".join(f"x{number}" for number in range(50)))

    assert (len(query.text) <= LONGEST, len(query.terms) <= MOST_TERMS) == (True, True)
