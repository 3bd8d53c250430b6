import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timeline.search import analysis, keys, snippets
from timeline.search.expressions import Has

# Seconds of the processor, on which coverage lies heavily; what is not linear takes minutes.
LONGEST_WAIT = 2.0 if sys.gettrace() is None else 10.0


def tokens(text):
    ready = analysis.normal(text)
    return {token.text for token in analysis.sequence(ready)} | analysis.beside(ready)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("negotiating", "negotiated"),
        ("Café", "cafe"),
        ("U.S.", "US"),
        ("Trump’s", "trump"),
        ("ＳＭＡ", "sma"),
        ("1,183.30", "1183.3"),
        ("paid", "pays"),
    ],
)
def test_two_ways_of_writing_are_one_token(text, same):
    assert tokens(text) == tokens(same)


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("Lee Tae-woo", "jtaewoo"),
        ("1.0389 trillion won", "a1038900000000"),
        ("1조 389억 원", "a1038900000000"),
        ("1조389억원", "a1038900000000"),
        ("분담금 5조", "a5000000000000"),
        ("9천602억원", "a960200000000"),
        ("2천80억 원", "a208000000000"),
        ("1억5천만달러", "a150000000"),
        ("2만8500명", "n28500"),
        ("2만 8천500여 명", "n28500"),
        ("28,500 troops", "n28500"),
        ("9천명", "n9000"),
        ("$1.03 billion", "a1030000000"),
        ("a 1.04-trillion-won deal", "a1040000000000"),
        ("13.9 percent", "r13p9"),
        ("13.9%", "r13p9"),
        ("13.9퍼센트", "r13p9"),
        ("the 11th SMA", "o11"),
        ("제11차 협정", "o11"),
        ("Eleventh", "o11"),
        ("May 2024", "d202405"),
        ("2024년 5월", "d202405"),
        ("21 May 2024", "d20240521"),
        ("May 21st, 2024", "d20240521"),
        ("2024-05-21", "d20240521"),
        ("2024년 5월 21일", "d20240521"),
        ("5월 21일", "y0521"),
    ],
)
def test_what_is_meant_is_a_token_of_its_own(text, token):
    assert token in tokens(text)


@pytest.mark.parametrize("text", ["2024-13-01", "31일", "of the", "", "1.5"])
def test_what_is_no_date_has_none(text):
    assert [token for token in tokens(text) if token[0] in "dy"] == []


def test_hangul_is_pairs_of_syllables_and_the_last_one():
    assert [token.text for token in analysis.sequence("분담금")] == [
        analysis.hangul("분담"),
        analysis.hangul("담금"),
        analysis.hangul("금"),
    ]


def test_a_token_knows_where_it_stands():
    text = analysis.normal("Mr. Café met 이태우")

    assert [text[token.start : token.end] for token in analysis.sequence(text)] == [
        "Mr",
        "Café",
        "met",
        "이태",
        "태우",
        "우",
    ]


@given(st.text(max_size=400))
def test_every_token_is_of_small_letters_and_digits(text):
    assert [
        token for token in tokens(text) if not (token.isascii() and token.isalnum() and token == token.lower())
    ] == []


PATTERNS = "1 1, 1. 1- - a- a. ab. e\u0301 \u0301 분- 분·분 가 日 2024-05- 2024. 1조 1억 1bn 1st 1차 제 $ may 1may ' a'"
HUNDRED_KILOBYTES = [
    (each + space) * (100_000 // len(each + space)) for each in PATTERNS.split(" ") for space in ("", " ")
]


@pytest.mark.deep(10)
@pytest.mark.parametrize("text", HUNDRED_KILOBYTES, ids=lambda text: ascii(text[:8]))
def test_no_text_takes_longer_than_its_length_says(text):
    begun = time.process_time()
    ready = analysis.normal(text)
    analysis.sequence(ready)
    analysis.beside(ready)
    keys.words(text)
    snippets.snippet(text, [Has(("d2024",)), Has(("wtrump",))])

    assert time.process_time() - begun < LONGEST_WAIT
