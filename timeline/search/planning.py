"""A query as what is asked of the engine: all that counts as found, and the tiers of relevance.

0  the record that is asked for: a person by name, an agreement by ordinal, a round by number
1  of a question: all terms in a record that answers it best: a payment that was settled, the beginning of
   something long
2  of a question: all terms in the title of a record of the kind that answers it
3  of a question: all terms in a record of the kind that answers it, of the year asked for; what it is about
4  all terms in the name of a person, a body, a place, a topic or an agreement
5  all terms in the title, or in the date
6  the same of a source
7  all terms in a record of the date that was named
8  the words one after the other, among the newest thousand that have them all
9  all terms
10 the dates, ordinals and amounts that were named, and all but one of the terms that are not said of everything here
12 with a date, the same with half of them, these in a title of our own
14 all of this but the date, in which readers err as well, the terms in a title of our own
16 the dates, ordinals and amounts, and half of the terms that are not said of everything here
18 with a date, all of this but the date
20 the dates, ordinals and amounts, and half of the terms
22 all terms but one
24 half of them

From 10 on they are of a question, and of what nothing or little has all terms of. Each but 12 and 14 is asked first of
the kind that answers the question, then, a number higher, of all kinds. A date is that of the record: readers are surer
of it than of words. The titles of sources, statements and figures are somebody's words, and not our own.

Where nothing has all terms, 3 is what the query is about, and 4 to 8 ask for those not said of everything here.

A tier leaves out what a sooner one has. Within each, the newest comes first; among what answers a question about when
something began, the oldest.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations
from typing import Final

from timeline.enums import EventKind
from timeline.models import Official, Record, SearchDocument
from timeline.search import documents, keys, meanings, placing
from timeline.search.documents import AGREEMENT, BEGINNING, KIND, PAYMENT, PERSON, PLACE, mark
from timeline.search.engines import engine
from timeline.search.engines.answers import Asked, Overview, Span
from timeline.search.expressions import But, Expression, Has, all_of, but, in_title, some_of
from timeline.search.query import Query, Term, parse

CANDIDATES: Final = 1_000  # the newest ones, among which phrases are looked for
EXACT_TO: Final = 2_000  # people are counted among so many of the newest
MOST_OF_ONE_NAME: Final = 12
MOST_LOOKED_AT: Final = 7  # terms of which some may be missing
FEW: Final = 5  # results, below which what has most of at least three terms follows them
EXACT, BEST, ANSWER_TITLED, ANSWERING, NAMED, TITLED, SOURCES, DATED, PHRASE, ALL_TERMS, MOST_TERMS = range(11)
QUOTING: Final = ("source", "statement", "figure")
TITLED_STEPS: Final = frozenset({1, 2})  # of those below
ALL_BUT_ONE: Final = MOST_TERMS + 12
BEHIND_ALL: Final = ALL_BUT_ONE + 4
WITHOUT_A_DATE: Final = frozenset({"agreement", "official", "organization", "place", "topic"})
MODELS: Mapping[str, type[Record]] = {str(model._meta.model_name): model for model in documents.SEARCHED}
Tier = tuple[int, Asked]


@dataclass(frozen=True)
class Filters:
    """What a reader chose beside the words; values that do not exist find nothing."""

    kind: str = ""
    agreement: str = ""  # ordinal
    year: str = ""
    person: str = ""  # slug
    by_date: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.kind or self.agreement or self.year or self.person)


@dataclass(frozen=True)
class Plan:
    base: Asked  # all that counts as found
    tiers: Sequence[Tier]
    has_all: bool = True  # else what is found has most of the terms


@dataclass(frozen=True)
class _Limits:
    """What every result must be, the ids between which it lies, and what it must not have."""

    wanted: Sequence[Expression]
    unwanted: Sequence[Expression]
    span: Span

    def all_of(self, words: Sequence[Expression]) -> Expression:
        return all_of([*self.wanted, *words])

    def asked(self, wanted: Expression, sooner: Sequence[Expression] = ()) -> Asked:
        return Asked(but(wanted, [*self.unwanted, *sooner]), self.span)


def planned(asked: Query, filters: Filters, newest: int = 0) -> tuple[Plan, Overview]:
    """What is asked of the engine, and what it finds at large. With a number of newest ones nothing else is counted."""
    limits = _limits(asked, filters)
    words = [term.expression for term in asked.terms]
    exact = [limits.all_of([some_of(Has((key,)) for key in key_tokens(asked))])] if asked.keys else []
    subject = _subject(asked, limits) if asked.is_question else []
    base = limits.asked(some_of([limits.all_of(words), *exact, *subject]))
    overview = _overview(base, newest)
    if overview.newest:
        tiers = list(_tiers(asked, limits, exact, subject, overview))
        is_little = len(overview.newest) < FEW and len(asked.terms) > 2
        tiers += _most(asked, limits, [*exact, *subject]) if asked.is_question or is_little else ()
        return Plan(base, sorted(tiers, key=lambda tier: tier[0])), overview
    if most := list(_nearest(asked, limits)):
        # What is of the kind that answers a question is among what is of all kinds.
        whole = (tier.expression for number, tier in most if number < MOST_TERMS or number % 2)
        base = limits.asked(some_of(map(_wanted, whole)))
        overview = _overview(base, newest)
    return Plan(base, most, has_all=not overview.newest), overview


def _wanted(expression: Expression) -> Expression:
    """Of all tiers together nothing needs to be left out that a sooner one has."""
    return expression.wanted if isinstance(expression, But) else expression


def wanted(asked: Query) -> Asked:
    """What has all that a query says."""
    limits = _limits(asked, Filters())
    return limits.asked(limits.all_of([term.expression for term in asked.terms]))


def _overview(base: Asked, newest: int) -> Overview:
    if newest:
        ids = engine().newest(base, newest)
        return Overview([], [], [], ids, is_whole=len(ids) < newest)
    return engine().overview(base, CANDIDATES, EXACT_TO)


# --- limits ----------------------------------------------------------------------------------------------------------


def _limits(asked: Query, filters: Filters) -> _Limits:
    wanted = list(asked.narrowed)
    for sort, names in ((PERSON, asked.people), (PLACE, asked.places)):
        wanted += [_named(sort, name) for name in names[:3]]
    wanted += _chosen(filters)
    first, before = asked.first, asked.before
    if filters.year:
        first, before = _year(filters.year, first, before)
    start = placing.FIRST if first is None and before is None else placing.DATED_FROM
    start = max(start, placing.start_of(first)) if first else start
    end = placing.start_of(before) if before else placing.LAST
    return _Limits(wanted, [term.expression for term in asked.unwanted], (start, max(start, end)))


def _chosen(filters: Filters) -> Iterator[Expression]:
    if filters.kind:
        yield Has((mark(KIND, filters.kind[:40]) if mark("", filters.kind[:40]) else KIND,))
    if filters.agreement:
        yield Has((mark(AGREEMENT, filters.agreement[:10]),))
    if filters.person:
        code = Official.objects.published().filter(slug=filters.person[:100]).values_list("code", flat=True).first()
        yield Has((mark(PERSON, code or ""),))


def _year(value: str, first: dt.date | None, before: dt.date | None) -> tuple[dt.date, dt.date]:
    year = int(value) if re.fullmatch(r"\d{4}", value, re.ASCII) and 1 < int(value) < 9999 else 9998
    start, end = dt.date(year, 1, 1), dt.date(year + 1, 1, 1)
    return max(first or start, start), min(before or end, end)


def _named(sort: str, name: str) -> Expression:
    """Documents of those whose names have these words; where nobody's has, those that say the words themselves."""
    asked = parse(name)
    words = [term.expression for term in asked.terms]
    if not words:
        return Has((sort,))  # no token is as short: nobody
    kind = "official" if sort == PERSON else "place"
    named = some_of([in_title(all_of(words)), *(Has((key,)) for key in key_tokens(asked))])
    found = engine().newest(Asked(all_of([Has((mark(KIND, kind),)), named])), MOST_OF_ONE_NAME)
    records = SearchDocument.objects.filter(pk__in=found).values("record_id")
    codes = MODELS[kind]._default_manager.filter(pk__in=records).order_by("code").values_list("code", flat=True)
    tokens = [Has((mark(sort, code),)) for code in codes] if found else []
    return some_of(tokens) if tokens else all_of(words)


def key_tokens(asked: Query) -> list[str]:
    return [keys.token(key) for key in asked.keys]


# --- tiers -----------------------------------------------------------------------------------------------------------


def _tiers(
    asked: Query, limits: _Limits, exact: list[Expression], subject: list[Expression], overview: Overview
) -> Iterator[Tier]:
    sooner = list(exact)
    yield from ((EXACT, limits.asked(each)) for each in exact)
    if asked.terms:
        titled = limits.all_of([term.in_title for term in asked.terms])
        of_the_date = _of_the_date(asked.terms)
        for each in _best(asked):
            best = limits.all_of([*of_the_date, each])
            yield BEST, _in_order(asked, limits.asked(best, sooner))
            sooner.append(best)
        for tier, named in _titled(limits.asked(titled, sooner), kinds_of(asked.hints)):
            yield tier, _in_order(asked, named) if tier == ANSWER_TITLED else named
        sooner.append(titled)
        if asked.hints:
            answering = limits.all_of([*of_the_date, _hinted(asked)])
            yield ANSWERING, _in_order(asked, limits.asked(answering, sooner))
            sooner.append(answering)
    yield from ((ANSWERING, _in_order(asked, limits.asked(each, sooner))) for each in subject)
    sooner += subject
    if len(asked.terms) > 1 and any(term.of_the_date for term in asked.terms):
        dated = limits.all_of(of_the_date)
        yield DATED, limits.asked(dated, sooner)
        sooner.append(dated)
    everything = limits.all_of([term.expression for term in asked.terms])
    if asked.phrase is None:
        yield ALL_TERMS, limits.asked(everything, sooner)
    else:
        yield from _by_phrase(limits, everything, asked.phrase, sooner, overview)


def _titled(titled: Asked, answers: frozenset[str]) -> Iterator[Tier]:
    """One match for all of them: they differ by kind alone, which an id says."""
    expression, (first, behind) = titled.expression, titled.span
    if answers:
        yield ANSWER_TITLED, Asked(expression, titled.span, answers)
    without_a_date = (first, max(first, min(behind, placing.DATED_FROM)))
    yield NAMED, Asked(expression, without_a_date, WITHOUT_A_DATE - answers)
    yield TITLED, Asked(expression, titled.span, other_than=WITHOUT_A_DATE | {"source"} | answers)
    yield SOURCES, Asked(expression, titled.span, frozenset({"source"}))


def _of_the_date(terms: Sequence[Term]) -> list[Expression]:
    """All terms, in a record that is of the date and does not merely name it."""
    return [term.in_title if term.of_the_date else term.expression for term in terms]


def _best(asked: Query) -> list[Expression]:
    if "figure" in asked.hints:
        return [Has((PAYMENT,))]
    return [Has((BEGINNING,))] if asked.from_the_first else []


def _in_order(asked: Query, answering: Asked) -> Asked:
    """What answers a question about when something began, the oldest first."""
    return replace(answering, oldest_first=asked.from_the_first)


def _by_phrase(
    limits: _Limits, everything: Expression, phrase: Expression, sooner: list[Expression], overview: Overview
) -> Iterator[Tier]:
    """Beyond the newest thousand nobody looks whether the words stand one after the other."""
    phrased = all_of([everything, phrase])
    among = () if overview.is_whole else tuple(overview.newest)
    looked = limits.asked(phrased, sooner)
    yield PHRASE, Asked(looked.expression, looked.span, among=among)
    rest = limits.asked(everything, [*sooner, phrased])
    if not among:
        yield ALL_TERMS, rest
        return
    first, behind = limits.span
    yield ALL_TERMS, Asked(rest.expression, (among[-1], behind))
    yield ALL_TERMS, Asked(limits.asked(everything, sooner).expression, (first, among[-1]))


def kinds_of(hints: Sequence[str]) -> frozenset[str]:
    return frozenset(kind for hint in hints for kind in (EventKind.values if hint == "event" else (hint,)))


def _hinted(asked: Query) -> Expression:
    return some_of(Has((mark(KIND, kind),)) for kind in asked.hints)


def _subject(asked: Query, limits: _Limits) -> list[Expression]:
    tokens = [Has((keys.token(key),)) for key in asked.subjects]
    return [limits.all_of([some_of(tokens)])] if tokens else []


def _nearest(asked: Query, limits: _Limits) -> Iterator[Tier]:
    """Where nothing has all terms: what the query is about, what has all that is not said of everything here, most."""
    sooner = _subject(asked, limits)
    yield from ((ANSWERING, limits.asked(each)) for each in sooner)
    telling = _telling(asked.terms)
    if len(telling) < len(asked.terms):
        titled = limits.all_of([term.in_title for term in telling])
        yield from _titled(limits.asked(titled, sooner), frozenset())
        told = limits.all_of([term.expression for term in telling])
        yield PHRASE, limits.asked(told, [*sooner, titled])
        sooner += [titled, told]
    yield from _most(asked, limits, sooner)


def _telling(terms: Sequence[Term]) -> Sequence[Term]:
    """Those not said of everything here; all, where there is no other."""
    return [term for term in terms if term.expression not in _said_of_everything()] or terms


@cache
def _said_of_everything() -> frozenset[Expression]:
    return frozenset(term.expression for words in meanings.EVERYWHERE.split(", ") for term in parse(words).terms)


def _most(asked: Query, limits: _Limits, found: Sequence[Expression] = ()) -> Iterator[Tier]:
    sooner = [limits.all_of([term.expression for term in asked.terms]), *found]
    for step, some in _lacking(asked.terms):
        wanted = limits.all_of([some])
        tier = MOST_TERMS + 2 * step
        if step in TITLED_STEPS:
            yield tier, limits.asked(wanted, sooner)
        else:
            answering = [all_of([wanted, _hinted(asked)])] if asked.hints else []
            yield from ((tier, _in_order(asked, limits.asked(each, sooner))) for each in answering)
            yield tier + 1, limits.asked(wanted, [*sooner, *answering])
        sooner.append(wanted)


def _lacking(terms: Sequence[Term]) -> Iterator[tuple[int, Expression]]:
    """Steps and what they ask for. Of a long sentence the longest words are looked at, which tell most."""
    looked_at = sorted(terms, key=lambda term: (term.sure is None, -len(term.words)))[:MOST_LOOKED_AT]
    sure = [term.sure for term in looked_at if term.sure is not None]
    undated = [term.sure for term in looked_at if term.sure is not None and term.of_the_date is None]
    others = looked_at[len(sure) :]
    but_one = len(looked_at) - 1
    half = min(but_one, (len(looked_at) + 1) // 2)
    is_dated = len(undated) < len(sure)
    all_undated, half_dated = (but_one, half) if is_dated else (0, 0)
    steps: Sequence[tuple[Sequence[Expression], Sequence[Term], int]] = (
        (sure, _telling(others), but_one), (sure, _telling(others), half_dated),
        (undated, _telling(others), all_undated), (sure, _telling(others), half),
        (undated, _telling(others), all_undated), (sure, others, half),
        ([], looked_at, but_one), ([], looked_at, half),
    )  # fmt: skip
    known: set[Expression] = set()
    for step, (kept, among, count) in enumerate(steps):
        left = min(count - len(kept), len(among))
        if left > 0:
            some = some_of(all_of(term.expression for term in each) for each in combinations(among, left))
            if step in TITLED_STEPS:
                some = but(in_title(some), [Has((mark(KIND, kind),)) for kind in QUOTING])
            if (found := all_of([*kept, some])) not in known:
                yield step, found
            known.add(found)
