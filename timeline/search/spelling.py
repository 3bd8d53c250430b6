"""“Did you mean …?”: the query with the words that nothing has put right, by the words that the index holds.

Looked for among words that begin or end alike, so that the cost depends on neither the size of the data nor the query.
What is proposed has been asked of the index: a word that only hidden records have is never shown.
"""

from collections import Counter

from django.db.models import Q
from rapidfuzz.distance import DamerauLevenshtein
from rapidfuzz.process import extract

from timeline.models import SearchWord
from timeline.search import analysis, placing
from timeline.search.engines import engine
from timeline.search.expressions import all_of
from timeline.search.query import Query, parse, words_in

CANDIDATES = 3_000  # words that begin or end alike
MOST_WORDS = 4  # of a query that are looked at
MOST_ASKED = 5  # of what a word can mean
MOST_COUNTED = 100  # documents, to see which of two words is the usual one
SHORTEST = 4  # letters; any two short words are alike


def did_you_mean(query: Query) -> str:
    """Empty where there is nothing better."""
    better, words = query.text, list(dict.fromkeys(words_in(query.text)))[:MOST_WORDS]
    known = _counts(words, 1)
    for word in words:
        if not known[word] and parse(word).terms and (meant := _meant(word)):
            better = better.replace(word, meant)
    if better == query.text or (len(words) > 1 and not _counts([better], 1)[better]):
        return ""
    return better


def _counts(texts: list[str], most: int = MOST_COUNTED) -> Counter[str]:
    """In how many documents each is found, up to a bound, in one query."""
    asked = [[term.expression for term in parse(text).terms] for text in texts]
    everywhere = (placing.FIRST, placing.LAST)
    asking = [(number, all_of(words), everywhere) for number, words in enumerate(asked) if words]
    return Counter(texts[number] for number, _pk in engine().found_by_each(asking, most))


def _meant(word: str) -> str:
    plain = analysis.folded(word)
    if len(plain) < (2 if _is_hangul(plain) else SHORTEST):
        return ""
    letters = _letters(plain)
    most = 1 if len(letters) < 6 else 2
    known = {each: _letters(each) for each in _alike(plain) if abs(len(each) - len(plain)) <= most}
    best = extract(letters, known, scorer=DamerauLevenshtein.distance, score_cutoff=most, limit=MOST_ASKED)
    counts = _counts([each for _letters, _distance, each in best])
    ranked = sorted((distance, -counts[each], each) for _letters, distance, each in best if counts[each])
    meant = ranked[0][2] if ranked else ""
    return meant.capitalize() if word[:1].isupper() else meant


def _alike(word: str) -> list[str]:
    """Words that begin as it does, and words that end as it does."""
    length = 1 if _is_hangul(word) else 2
    alike = _between("word", word[:length]) | _between("backwards", word[::-1][:length])
    return list(SearchWord.objects.filter(alike).values_list("word", flat=True)[:CANDIDATES])


def _between(column: str, beginning: str) -> Q:
    return Q(**{f"{column}__gte": beginning, f"{column}__lt": f"{beginning}\U0010ffff"})


def _is_hangul(word: str) -> bool:
    return "가" <= word[:1] <= "힣"


def _letters(word: str) -> str:
    """Hangul letter by letter: 방위비 and 방위버 differ in one."""
    return analysis.decomposed(word)
