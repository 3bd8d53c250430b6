import pytest

from timeline.search import analysis, meanings
from timeline.search.query import parse


def found(text):
    ready = analysis.normal(text)
    return [(each.text, ready[each.start : each.end]) for each in meanings.longest(analysis.sequence(ready))]


def asked(text):
    return [(term.words, term.expression.tokens[0]) for term in parse(text).terms if hasattr(term.expression, "tokens")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("half of them were furloughed", "furloughed"),
        ("unpaid leave of employees", "unpaid leave"),
        ("무급휴직자 지원법", "무급휴직"),
        ("무급 휴직", "무급 휴직"),
    ],
)
def test_a_term_of_the_field_is_one_token_in_whatever_words(text, words):
    assert ("mfurlough", words) in found(text)


def test_of_two_that_overlap_the_longer_one_is_taken():
    assert found("the ratification bill") == [("mnationalassemblyconsent", "ratification bill")]


@pytest.mark.parametrize("text", ["in kind", "a kind of deal", "won", "", "휴직"])
def test_a_part_of_a_term_is_none(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("무급휴직했나", [("무급휴직했나", "mfurlough")]),
        ("관세는 왜", [("관세는", "mtariff")]),
        ("제안을 거부했나", [("제안을", "moffer"), ("거부했나", "mrejection")]),
        ("대표단 방한", [("대표단", "mdelegation"), ("방한", "mvisit")]),
        ("unpaid leave 2020-04", [("unpaid leave", "mfurlough"), ("2020-04", "d202004")]),
        ('"unpaid leave"', [("unpaid leave", "wunpaid")]),
        ("머니 머신이라고", [("머니 머신이라고", "mmoneymachine")]),
        ("협정 공백기간", [("협정 공백기간", "mgapwithoutagreement")]),
        ("제5조", [("제5조", "msofaarticlefive")]),
        ("전국관세청", []),
    ],
)
def test_a_query_asks_for_the_meaning_of_a_word_that_stands_alone(text, terms):
    assert asked(text) == terms


def test_every_term_has_a_token_that_an_engine_takes():
    tokens = {form[1] for forms in meanings._forms().values() for form in forms}

    assert [token for token in tokens if not (token.isascii() and token.isalnum() and token == token.lower())] == []
