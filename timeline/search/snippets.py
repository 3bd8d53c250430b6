"""The sentence in which the words that were asked for stand, those words marked. Plain runs: templates escape them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from timeline.search import analysis, meanings
from timeline.search.expressions import But, Expression, Has

LONGEST = 240  # characters of a snippet
TOUCHING = frozenset({"", " ", *analysis.HYPHENS})
TYPED = "odarym"  # what tokens begin with that stand for words of many forms
_END = re.compile(r"[.!?…][”\"')]?(?=\s)|\n|\Z")
# Behind these a sentence goes on: U.S. Forces, Feb. 10, John R. Bolton.
_SHORTENED = re.compile(
    r"\b(?:[A-Za-z]|[A-Z](?:\.[A-Za-z])+|a\.m|p\.m|Mr|Mrs|Ms|Dr|Gen|Lt|Col|Maj|Sen|Rep|Gov|Amb|St|Jr|Sr|vs"
    r"|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec)\.\Z"
)
_NUMBER = re.compile(r"\b[Nn]o\.\Z")  # of a treaty or a bill, where digits follow
LONGEST_SHORTENED = 8


@dataclass(frozen=True, slots=True)
class Run:
    text: str
    is_marked: bool


@dataclass(frozen=True, slots=True)
class _Place:
    start: int
    end: int


def snippet(text: str, asked: Sequence[Expression]) -> tuple[Run, ...]:
    """Of the sentence with most of the words; of the first one where none has any."""
    ready = analysis.normal(text)
    sentences = list(_sentences(ready))
    if not sentences:
        return ()
    best, best_places, best_count = sentences[0], list[_Place](), 0
    leaves = list(_leaves(asked))
    for sentence in sentences:
        places = _places(sentence, leaves)
        count = len({sentence[place.start : place.end].casefold() for place in places})
        if count > best_count:
            best, best_places, best_count = sentence, places, count
    return tuple(_runs(*_cut(best, best_places)))


def _sentences(text: str) -> Iterator[str]:
    start = 0
    for end in _END.finditer(text):
        last = text[max(start, end.end() - LONGEST_SHORTENED) : end.end()]
        if _SHORTENED.search(last) or (_NUMBER.search(last) and text[end.end() : end.end() + 2].strip().isdigit()):
            continue
        if sentence := text[start : end.end()].strip():
            yield sentence
        start = end.end()


def marked(text: str, asked: Sequence[Expression]) -> tuple[Run, ...]:
    ready = analysis.normal(text)
    return tuple(_runs(ready, _places(ready, list(_leaves(asked)))))


def _places(text: str, leaves: Sequence[Has]) -> list[_Place]:
    tokens = analysis.sequence(text)
    found: list[_Place] = []
    if any(has.tokens[0][0] in TYPED for has in leaves):
        wanted = {has.tokens[0] for has in leaves}
        typed = [*analysis.typed(text), *analysis.days_without_a_year(text), *meanings.among(tokens)]
        found += [_Place(each.start, each.end) for each in typed if each.text in wanted]
    for has in leaves:
        if has.tokens[0][0] == "i":
            found += _phrase(tokens, Has(analysis.pairs_of(has.tokens[0])))
        found += _joined(text, tokens, has) if has.tokens[0][0] in "jb" else _phrase(tokens, has)
    return _united(text, found)


def _leaves(asked: Iterable[Expression]) -> Iterator[Has]:
    for each in asked:
        if isinstance(each, Has):
            yield each
        elif not isinstance(each, But):
            yield from _leaves(each.parts)


def _phrase(tokens: Sequence[analysis.Token], has: Has) -> Iterator[_Place]:
    wanted = has.tokens
    *firm, last = wanted
    for start in range(len(tokens) - len(wanted) + 1):
        here = tokens[start : start + len(wanted)]
        text = here[-1].text
        if [each.text for each in here[:-1]] == firm and (text.startswith(last) if has.begins else text == last):
            end = here[-1].start + 1 if has.begins and last[0] == "h" else here[-1].end
            yield _Place(here[0].start, end)


def _joined(text: str, tokens: Sequence[analysis.Token], has: Has) -> Iterator[_Place]:
    """Two words with a hyphen between them that were asked for as one, or two syllables with a space between them."""
    wanted = has.tokens[0]
    if wanted[0] == "j" and not any(hyphen in text for hyphen in analysis.HYPHENS):
        return
    for one, other in pairwise(tokens):
        between = text[one.end : other.start]
        if between.isspace() and analysis.joint(text[one.end - 1] + text[other.start]) == wanted:
            yield _Place(one.end - 1, other.start + 1)
        elif between in analysis.HYPHENS:
            token = analysis.word_token(text[one.start : one.end] + text[other.start : other.end])
            if f"j{token[1:]}" == wanted:
                yield _Place(one.start, other.end)


def _united(text: str, places: Iterable[_Place]) -> list[_Place]:
    """In order; those that touch, or have a space or a hyphen between them, as one."""
    found: list[_Place] = []
    for place in sorted(places, key=lambda each: (each.start, each.end)):
        if found and text[found[-1].end : place.start] in TOUCHING:
            found[-1] = _Place(found[-1].start, max(found[-1].end, place.end))
        else:
            found.append(place)
    return found


def _cut(sentence: str, places: list[_Place]) -> tuple[str, list[_Place]]:
    """A long sentence around the first word that was found."""
    if len(sentence) <= LONGEST:
        return sentence, places
    first = places[0].start if places else 0
    start = max(0, min(first - LONGEST // 3, len(sentence) - LONGEST))
    start = sentence.find(" ", start - 1) + 1 if start else 0
    end = sentence.rfind(" ", start, start + LONGEST) if start + LONGEST < len(sentence) else len(sentence)
    end = end if end > start else start + LONGEST
    lead, trail = ("… " if start else ""), (" …" if end < len(sentence) else "")
    shift = len(lead) - start
    kept = [_Place(each.start + shift, each.end + shift) for each in places if start <= each.start and each.end <= end]
    return lead + sentence[start:end] + trail, kept


def _runs(text: str, places: Sequence[_Place]) -> Iterator[Run]:
    at = 0
    for place in places:
        if place.start > at:
            yield Run(text[at : place.start], False)
        yield Run(text[place.start : place.end], True)
        at = place.end
    if at < len(text):
        yield Run(text[at:], False)
