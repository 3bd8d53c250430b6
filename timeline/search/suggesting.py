"""What a reader may be about to type: people, bodies, places, topics and agreements, then rounds and events."""

import re
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse

from timeline.models import SearchText, SearchWord
from timeline.search import analysis, keys, placing
from timeline.search.documents import KIND, mark
from timeline.search.engines import engine
from timeline.search.expressions import Expression, Has, all_of, in_title, some_of
from timeline.search.query import Query, parse
from timeline.search.searching import MODELS, WITHOUT_A_DATE

MOST: Final = 8
_HAS_LETTERS = re.compile(r"[^\W\d_]+(?:[-'’\u2010\u2011][^\W\d_]*)*")
MOST_NAMED: Final = 5  # so that events have a place among them
LONGEST: Final = 60  # characters that are read
MOST_COMPLETIONS: Final = 40
SHORTEST: Final = 2  # letters; of Hangul one syllable


@dataclass(frozen=True)
class Suggestion:
    kind: str
    record_type: str
    title: str
    title_ko: str
    when: str
    url: str


def suggest(text: str) -> list[Suggestion]:
    """At most eight, in three queries."""
    begun = analysis.normal(text[:LONGEST]).rstrip()
    asked = parse(begun)
    words = _words(asked, begun)
    if not words:
        return []
    titled = all_of(in_title(word) for word in words)
    exact = [Has((token,)) for token in _key_tokens(asked)]
    named = all_of([_of_kinds(*WITHOUT_A_DATE), some_of([titled, *exact])])
    dated = all_of([_of_kinds("round", "event"), some_of([titled, *exact])])
    everywhere = (placing.FIRST, placing.LAST)
    found = engine().found_by_each([(0, named, everywhere), (1, dated, everywhere)], MOST)
    first = [pk for number, pk in found if number == 0][:MOST_NAMED]
    return _shown([*first, *(pk for number, pk in found if number == 1)][:MOST])


def _of_kinds(*kinds: str) -> Expression:
    return some_of(Has((mark(KIND, kind),)) for kind in kinds)


def _key_tokens(asked: Query) -> list[str]:
    return [keys.token(key) for key in asked.keys]


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
    rows: Any = SearchText.objects.filter(pk__in=found).select_related("document").defer("text")
    shown = {
        row.pk: Suggestion(
            kind=row.document.kind,
            record_type=row.document.record_type,
            title=row.title,
            title_ko=row.title_ko,
            when=row.when,
            url=reverse(MODELS[row.document.record_type].url_name, args=[row.slug]),
        )
        for row in rows
    }
    return [shown[pk] for pk in found if pk in shown]
