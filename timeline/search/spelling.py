"""“Did you mean …?”: the query with the words that nothing has put right, by the words that the index holds.

Looked for among words that begin or end alike, names before all others, so that the cost depends on neither the size of
the data nor the query. What is proposed has been asked of the index: a word that only hidden records have is never
shown.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from django.db.models import Q
from django.db.models.functions import Length

from timeline.models import SearchWord
from timeline.search import analysis, keyboard
from timeline.search.engines import engine
from timeline.search.engines.answers import Asked
from timeline.search.expressions import all_of
from timeline.search.planning import wanted
from timeline.search.query import NAMED, Query, Typed, parse, words_in

CANDIDATES = 2_000  # words that begin or end alike
MOST_WORDS = 4  # of a query that are looked at
MOST_ASKED = 5  # of what a word, and of what a query can mean
MOST_COUNTED = 100  # documents, to see which of two words is the usual one
SHORTEST, SHORTEST_HALF = 4, 3  # letters; any two short words are alike
# Different letters of one sound, for words that are known by ear alone: furlow, Betz.
_SOUNDS = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("ough|ow|eau|oe", "o"), ("ph", "f"), ("gh", ""), ("ck|c(?![hei])|q", "k"), ("tz|z|c(?=[ei])", "s"),
        ("ee|ea|ie|ei|y", "i"), ("oo|ou", "u"), (r"(.)\1", r"\1"),
    )
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Change:
    start: int
    end: int
    words: str


def did_you_mean(query: Query, *, is_found: bool = False) -> str:
    """Empty where there is nothing better. Where something is found, who: and in: name what there is."""
    words = list(islice(words_in(query.text), MOST_WORDS))
    known = _counts([word.text for word in words], 1)
    asked = " ".join(term.words for term in query.terms)
    strange = [word for word in words if (word.sort and not is_found) or (not known[word.text] and word.text in asked)]
    meant = [(word, [_Change(word.start, word.end, each) for each in _meanings(word)]) for word in strange]
    changes = [found for _word, found in meant if found]
    texts = _variants(query.text, changes) if changes else []
    texts += [_changed(query.text, [each]) for each in _spaced(query.text, words)]
    found = _first_found([text for text in dict.fromkeys(texts) if text != query.text][:MOST_ASKED])
    is_sure = len(strange) < len(words)  # some word is right as it stands
    return found or (_with_names(query.text, [each[0] for each in changes]) if is_sure else "")


def _variants(text: str, changes: Sequence[Sequence[_Change]]) -> list[str]:
    """Each word by its likeliest meaning, then one of them by another."""
    likeliest = [found[0] for found in changes]
    texts = [_changed(text, likeliest)]
    for place, found in enumerate(changes):
        texts += [_changed(text, [*likeliest[:place], other, *likeliest[place + 1 :]]) for other in found[1:]]
    return texts


def _with_names(text: str, changes: Sequence[_Change]) -> str:
    """Where nothing has all words whatever they mean: the names among them put right."""
    words = [analysis.folded(change.words) for change in changes]
    names = set(SearchWord.objects.filter(is_name=True, word__in=words).values_list("word", flat=True)) if words else ()
    right = [change for change, word in zip(changes, words, strict=True) if word in names]
    return _changed(text, right) if right else ""


def _changed(text: str, changes: Sequence[_Change]) -> str:
    for change in sorted(changes, key=lambda each: -each.start):
        text = text[: change.start] + change.words + text[change.end :]
    return text


def _first_found(texts: Sequence[str]) -> str:
    asked = [wanted(parse(text)) for text in texts]
    return next((text for text, found in zip(texts, engine().newest_lists(asked, 1), strict=True) if found), "")


def _counts(texts: Sequence[str], most: int = MOST_COUNTED) -> Counter[str]:
    """In how many documents each is found, up to a bound, in one query."""
    asked = [(text, [term.expression for term in parse(text).terms]) for text in dict.fromkeys(texts)]
    asking = [(text, Asked(all_of(words))) for text, words in asked if words]
    found = engine().newest_lists([each for _text, each in asking], most)
    counts = Counter({text: len(ids) for (text, _each), ids in zip(asking, found, strict=True)})
    return counts + Counter({text: 1 for text, words in asked if not words})  # what carries nothing is not misspelt


# --- letters ---------------------------------------------------------------------------------------------------------


def _meanings(word: Typed) -> list[str]:
    """What one word can mean, the likeliest first."""
    plain = analysis.folded(word.text)
    if len(plain) < (2 if _is_hangul(plain) else SHORTEST):
        return []
    best = _best(plain, names_alone=word.sort in NAMED)
    hangul = keyboard.as_hangul(plain)
    counts = _counts([*best, hangul])
    ranked = [hangul] * bool(counts[hangul] and hangul)
    ranked += sorted(filter(counts.__getitem__, best), key=lambda each: (*best[each], -counts[each], each))
    return [each.capitalize() if word.text[:1].isupper() else each for each in ranked]


def _best(plain: str, *, names_alone: bool) -> dict[str, tuple[int, bool, int]]:
    """By word: in how many letters it differs, whether it is no name, and how unlikely the slip is."""
    # 2 MB of a worker, which most searches do without: only words that nothing has come here.
    from rapidfuzz.distance import DamerauLevenshtein
    from rapidfuzz.process import extract

    known = _alike(plain, is_name=True) | ({} if names_alone else _alike(plain, is_name=False))
    letters, most = _letters(plain), _most(plain)
    spelled = {each: _letters(each) for each in known}
    near = extract(letters, spelled, scorer=DamerauLevenshtein.distance, score_cutoff=most, limit=None)
    found = {each: int(distance) for _letters, distance, each in near}
    sound = _sound(plain)
    found |= {each: min(found.get(each, 1), 1) for each in known if each != plain and _sound(each) == sound}
    ranks = {
        each: (distance, not known[each], _unlikeliness(letters, spelled[each]))
        for each, distance in found.items()
        if each != plain or names_alone
    }
    return dict(sorted(ranks.items(), key=lambda pair: (pair[1], pair[0]))[:MOST_ASKED])


def _most(plain: str) -> int:
    return 1 if len(_letters(plain)) < (9 if _is_hangul(plain) else 6) else 2


def _unlikeliness(typed: str, meant: str) -> int:
    """A letter left out, or two that changed places, are likelier than another letter."""
    return 0 if len(meant) == len(typed) + 1 or sorted(meant) == sorted(typed) else 1


def _alike(word: str, *, is_name: bool) -> dict[str, bool]:
    """Words that begin as it does, and words that end as it does: of names, of which there are few, more of them."""
    length = 1 if _is_hangul(word) else 2 if is_name or len(word) < 6 else max(3, len(word) // 3)
    alike = _between("word", word[:length]) | _between("backwards", word[::-1][:length])
    near = SearchWord.objects.filter(alike, is_name=is_name).annotate(length=Length("word"))
    near = near.filter(length__gte=len(word) - 2, length__lte=len(word) + 2)
    return dict.fromkeys(near.values_list("word", flat=True)[:CANDIDATES], is_name)


def _between(column: str, beginning: str) -> Q:
    return Q(**{f"{column}__gte": beginning, f"{column}__lt": f"{beginning}\U0010ffff"})


def _is_hangul(word: str) -> bool:
    return "가" <= word[:1] <= "힣"


def _letters(word: str) -> str:
    """Hangul letter by letter: 방위비 and 방위버 differ in one."""
    return analysis.decomposed(word)


def _sound(word: str) -> str:
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    return word


# --- spaces ----------------------------------------------------------------------------------------------------------


def _spaced(text: str, words: Sequence[Typed]) -> list[_Change]:
    """Two words with the space between them left out, or one with a space in it."""
    halves = {word: list(_halves(analysis.folded(word.text))) for word in words if word.text.isalpha()}
    joined = {
        (one, other): analysis.folded(one.text + other.text)
        for one, other in pairwise(words)
        if text[one.end : other.start] == " "
    }
    asked = {half for pairs in halves.values() for pair in pairs for half in pair} | set(joined.values())
    known = set(SearchWord.objects.filter(word__in=asked).values_list("word", flat=True)) if asked else set()
    found = [
        _Change(word.start, word.end, " ".join(pair))
        for word, pairs in halves.items()
        for pair in sorted(pairs, key=lambda pair: -min(map(len, pair)))
        if known.issuperset(pair)
    ]
    found += [_Change(one.start, other.end, whole) for (one, other), whole in joined.items() if whole in known]
    return found


def _halves(word: str) -> Iterator[tuple[str, str]]:
    for place in range(SHORTEST_HALF, len(word) - SHORTEST_HALF + 1):
        yield word[:place], word[place:]
