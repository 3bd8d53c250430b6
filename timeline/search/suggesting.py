"""What a reader may be about to type: people, bodies, places, topics and agreements, then rounds and events."""

import re
from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from timeline.models import SearchDocument, SearchWord
from timeline.search import analysis, placing
from timeline.search.engines import engine
from timeline.search.engines.answers import Asked
from timeline.search.expressions import Expression, Has, all_of, in_title, some_of
from timeline.search.planning import MODELS, WITHOUT_A_DATE, key_tokens, kinds_of
from timeline.search.query import Query, parse

MOST: Final = 8
_HAS_LETTERS = re.compile(r"[^\W\d_]+(?:[-'’\u2010\u2011][^\W\d_]*)*")
MOST_NAMED: Final = 5  # so that events have a place among them
LONGEST: Final = 60  # characters that are read
MOST_COMPLETIONS: Final = 40
SUGGESTED: Final = (
    ((placing.FIRST, placing.DATED_FROM), WITHOUT_A_DATE),
    ((placing.DATED_FROM, placing.LAST), kinds_of(("round", "event"))),
)
SHORTEST: Final = 2  # letters; of Hangul one syllable
FINALS: Final = 28  # consonants that a syllable of Hangul can end with, none included
FIRST_OF_TWO: Final = {3: 1, 5: 4, 6: 4, 9: 8, 10: 8, 11: 8, 12: 8, 13: 8, 14: 8, 15: 8, 18: 17}  # as ㄺ: ㄹ and ㄱ


@dataclass(frozen=True)
class Suggestion:
    kind: str
    record_type: str
    title: str
    title_ko: str
    when: str
    url: str


def suggest(text: str) -> list[Suggestion]:
    """At most eight, in three queries (PostgreSQL: seven); twice as many where nothing has the last word."""
    begun = analysis.normal(text[:LONGEST]).rstrip()
    return _suggest(begun) or (_suggest(before) if (before := _before(begun)) else [])


def _before(begun: str) -> str:
    """Without a last word of which only a letter or a syllable is typed, else without the last letter of Hangul."""
    words = begun.split()
    return " ".join(words[:-1]) if len(words) > 1 and len(words[-1]) == 1 else _before_the_last_letter(begun)


def _before_the_last_letter(begun: str) -> str:
    """이탱 and 이태ㅇ are what the keyboard gives on the way to 이태우: without what may begin the next syllable."""
    last = begun[-1:]
    if "ㄱ" <= last <= "ㅎ":
        return begun[:-1]
    final = (ord(last) - ord("가")) % FINALS if "가" <= last <= "힣" else 0
    return f"{begun[:-1]}{chr(ord(last) - final + FIRST_OF_TWO.get(final, 0))}" if final else ""


def _suggest(begun: str) -> list[Suggestion]:
    asked = parse(begun)
    words = _words(asked, begun)
    if not words:
        return []
    titled = all_of(in_title(word) for word in words)
    wanted = some_of([titled, *(Has((token,)) for token in key_tokens(asked))])
    named, dated = (Asked(wanted, span, kinds) for span, kinds in SUGGESTED)
    first, then = engine().newest_lists([named, dated], MOST)
    return _shown([*first[:MOST_NAMED], *then][:MOST])


def _words(asked: Query, begun: str) -> list[Expression]:
    """The terms, of which the last may not be finished."""
    words = [term.expression for term in asked.terms]
    word = begun.split()[-1].strip('"') if begun else ""
    if not words or asked.terms[-1].words != word or not _HAS_LETTERS.fullmatch(word) or "가" <= word[0] <= "힣":
        return words
    return [*words[:-1], some_of([words[-1], *_completions(analysis.folded(word))])]


def _completions(word: str) -> list[Expression]:
    if len(word) < SHORTEST:
        return []
    alike = SearchWord.objects.filter(word__gte=word, word__lt=f"{word}\U0010ffff").values_list("word", flat=True)
    tokens = dict.fromkeys(filter(None, map(analysis.word_token, alike[:MOST_COMPLETIONS])))
    return [Has((form,)) for token in tokens for form in (token, f"j{token[1:]}")]


def _shown(found: list[int]) -> list[Suggestion]:
    rows = SearchDocument.objects.defer("text").in_bulk(found)
    return [_suggestion(rows[pk]) for pk in found if pk in rows and rows[pk].record_type in MODELS]


def _suggestion(row: SearchDocument) -> Suggestion:
    return Suggestion(
        kind=placing.kind_of(row.pk),
        record_type=row.record_type,
        title=row.title,
        title_ko=row.title_ko,
        when=row.when,
        url=reverse(MODELS[row.record_type].url_name, args=[row.slug]),
    )
