"""Statements word for word, and the same words entered twice."""

import re
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline.models import Dated, Event, Statement
from timeline.rules.parts import public_citations_of
from timeline.rules.registry import ERROR, NOTICE, Finding, Found, FoundAcross, rule, rule_across

SENTENCE_END = re.compile(r"(?<=[.!?…])(?<![A-Z]\.)[\"'”’)]*\s+")  # not behind U.S.
WORD = re.compile(r"\w+", re.UNICODE)
SHORTEST_EVIDENCE = 3  # words of a quotation that may stand for the sentence in which they are found


def words_of(text: str) -> str:
    """The words alone, each between spaces, so that a passage is found whatever marks stand between."""
    return f" {' '.join(WORD.findall(text.casefold()))} "


@rule(
    "words-not-quoted",
    NOTICE,
    Statement,
    mend=gettext_lazy("Add a citation that quotes these words, or correct the text of the statement."),
)
def words_not_quoted(statement: Statement) -> Found:
    """A sentence of the statement that none of its citations quotes, in whole or in part."""
    quotes = [words_of(citation.quote) for citation in public_citations_of(statement)]
    if not quotes:
        return  # that there is no citation at all is an error of its own
    passages = [words_of(part) for citation in public_citations_of(statement) for part in _spoken(citation.quote)]
    for sentence in SENTENCE_END.split(statement.text):
        words = words_of(sentence)
        if (
            words.strip()
            and not any(words in quote for quote in quotes)
            and not any(part in words for part in passages)
        ):
            yield Finding("text", _("No citation quotes “%(sentence)s”.") % {"sentence": sentence})


def _spoken(quote: str) -> list[str]:
    """The passages of a quotation between quotation marks and ends of sentences that are long enough to count."""
    parts = re.split(r"[“”\"]|…|\.\.\.|(?<=[.!?])\s", quote)
    return [part for part in parts if len(WORD.findall(part)) >= SHORTEST_EVIDENCE]


@rule(
    "translation-without-original",
    NOTICE,
    Statement,
    mend=gettext_lazy("Add the original words when you find them."),
)
def translation_without_original(statement: Statement) -> Found:
    if statement.is_translation and not statement.original_text:
        yield Finding("original_text", _("It is a translation, and the original words are not known."))


def _on_the_same_day(record: Dated) -> QuerySet[Dated]:
    same_day: QuerySet[Dated] = type(record)._default_manager.filter(first_day=record.first_day)
    return same_day


@rule_across(
    "same-words-on-the-same-day",
    ERROR,
    Statement,
    Event,
    mend=gettext_lazy("It was entered twice: merge the two."),
    near=_on_the_same_day,
)
def same_words_on_the_same_day(records: Iterable[Statement | Event]) -> FoundAcross:
    """Words said by two people at once are acknowledged on the record."""
    alike: dict[tuple[object, str], list[Statement | Event]] = defaultdict(list)
    for record in records:
        text = record.text if isinstance(record, Statement) else record.title
        alike[record.first_day, words_of(text)].append(record)
    for same in alike.values():
        for record in same if len(same) > 1 else ():
            others = ", ".join(sorted(other.slug for other in same if other.pk != record.pk))
            field = "text" if isinstance(record, Statement) else "title"
            yield record, Finding(field, _("The same words stand on the same day in %(others)s.") % {"others": others})
