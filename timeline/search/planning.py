"""A query as what is asked of the engine: all that counts as found, and the tiers of relevance.

0  the record that is asked for: a person by name, who held a post in a year and then who may have, the chief
   negotiators of an agreement, an agreement by ordinal, by its years, by its term, as the longest or shortest, or as
   the current one, a round by number or as the last, a legal stage of an agreement; where it is asked when all of this
   began, the first agreement
1  of a question: all terms in a record that answers it best: a payment that was settled, with a year also the agreement
   that covers it; the beginning of something long
2  of a question: all terms in the title of a record of the kind that answers it
3  of a question: all terms in a record of the kind that answers it, of the year asked for; what it is about
4  all terms in the name of a person, a body, a place, a topic or an agreement
5  all terms in the title, or in the date
6  the same of a source
7  all terms in a record of the date that was named, or of the kind of event that is
8  the words one after the other, among the newest thousand that have them all
9  all terms
10 the dates, ordinals and amounts that were named, and all but one of the terms that are not said of everything here
14 with a date, the same with half of them, these in a title of our own
18 all of this but the date, in which readers err as well, the terms in a title of our own
22 the dates, ordinals and amounts, and half of the terms that are not said of everything here
26 with a date, all of this but the date
30 the dates, ordinals and amounts, and half of the terms
34 all terms but one
38 half of them
42 where nothing has half of them, fewer, down to a single one: the rarest first

From 10 to 38 they are of a question, and of what nothing or little has all terms of. Each but 14 and 18 is asked first
of the kind that answers the question, then, a number higher, of all kinds; two numbers higher, the same again where not
all of it has the rarest term that tells something. A date is that of the record: readers are surer of it than of words.
The titles of sources, statements and figures are somebody's words, and not our own.

Where nothing has all terms, 3 is what the query is about, and 4 to 8 ask for those not said of everything here. A term
that nothing has is left out, and those that have the rarest one come first.

A tier leaves out what a sooner one has. Within each, the newest comes first; among what answers a question about when
something began, the oldest.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

from django.db.models import Max, Min

from timeline.enums import EventKind
from timeline.models import Agreement, ChiefNegotiator, Official, Record, Round, SearchDocument
from timeline.search import described, documents, keys, meanings, placing
from timeline.search.documents import AGREEMENT, BEGINNING, KIND, PAYMENT, PAYMENT_WORDS, PERSON, PLACE, mark
from timeline.search.engines import engine
from timeline.search.engines.answers import Asked, Overview, Span
from timeline.search.expressions import But, Expression, Has, all_of, but, in_title, some_of
from timeline.search.query import Query, Term, expressions_of, expressions_of_one, parse

CANDIDATES: Final = 1_000  # the newest ones, among which phrases are looked for
EXACT_TO: Final = 2_000  # people are counted among so many of the newest
MOST_OF_ONE_NAME: Final = 12
MOST_LOOKED_AT: Final = 7  # terms of which some may be missing
FEW: Final = 5  # results, below which what has most of at least three terms follows them
EXACT, BEST, ANSWER_TITLED, ANSWERING, NAMED, TITLED, SOURCES, DATED, PHRASE, ALL_TERMS, MOST_TERMS = range(11)
QUOTING: Final = ("source", "statement", "figure")
TITLED_STEPS: Final = frozenset({1, 2})  # of those below
TIERS_OF_A_STEP: Final = 4
ALL_BUT_ONE: Final = MOST_TERMS + 6 * TIERS_OF_A_STEP
SOME_TERMS: Final = ALL_BUT_ONE + 2 * TIERS_OF_A_STEP
BEHIND_ALL: Final = SOME_TERMS + 2 * MOST_LOOKED_AT
RARE: Final = 100  # documents, up to which it is counted how rare a term is
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
    has_most: bool = True  # else at least one
    missing: tuple[Term, ...] = ()  # those that nothing has, where it does not have all


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
    exact += [limits.all_of([some_of(Has((keys.token(key),)) for key in asked.perhaps)])] if asked.perhaps else []
    exact += [limits.all_of([_first_agreement()])] if asked.is_of_it_all else []
    exact += [*_negotiators(asked, limits), *_last_round(asked, limits), *_by_length(asked, limits)]
    subject = _subject(asked, limits) if asked.is_question else []
    covering = _covering(asked, limits)
    base = limits.asked(some_of([limits.all_of(words), *exact, *subject, *covering]))
    overview = _overview(base, newest)
    if overview.newest:
        tiers = list(_tiers(asked, limits, exact, subject, covering, overview))
        is_little = len(overview.newest) < FEW and len(asked.terms) > 2
        tiers += _most(asked, limits, [*exact, *subject, *covering]) if asked.is_question or is_little else ()
        return Plan(base, sorted(tiers, key=lambda tier: tier[0])), overview
    counts = _counts(asked.terms, limits) if len(asked.terms) > 1 else {}
    known = [term for term in asked.terms if counts.get(term)]
    missing = tuple(term for term in asked.terms if term not in known)
    nearest = replace(asked, terms=known)
    for nearness in (_nearest, _some):
        if most := list(nearness(nearest, limits, counts)):
            base = limits.asked(some_of(_wanted(tier.expression) for number, tier in most if _is_whole(number)))
            overview = _overview(base, newest)
        if overview.newest:
            return Plan(base, most, has_all=False, has_most=nearness is _nearest, missing=missing), overview
    return Plan(base, most), overview


def _counts(terms: Sequence[Term], limits: _Limits) -> dict[Term, int]:
    """How many documents have each, up to a bound, in one query or two."""
    found = engine().counts([limits.asked(limits.all_of([term.expression])) for term in terms], RARE)
    return dict(zip(terms, found, strict=True))


def _is_whole(tier: int) -> bool:
    """Not a part of another: what has the rarest term, what is of the kind that answers a question."""
    return not MOST_TERMS <= tier < SOME_TERMS or (tier - MOST_TERMS) % TIERS_OF_A_STEP == TIERS_OF_A_STEP - 1


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
    asked: Query,
    limits: _Limits,
    exact: list[Expression],
    subject: list[Expression],
    covering: list[Expression],
    overview: Overview,
) -> Iterator[Tier]:
    sooner = list(exact)
    yield from ((EXACT, _in_order(asked, limits.asked(each))) for each in exact)
    if asked.terms:
        titled = limits.all_of([term.in_title for term in asked.terms])
        of_the_date = _of_the_date(asked.terms)
        for each in _best(asked):
            best = limits.all_of([*of_the_date, each])
            yield BEST, _in_order(asked, limits.asked(best, sooner))
            sooner.append(best)
        yield from ((BEST, limits.asked(each, sooner)) for each in covering)
        sooner += covering
        for tier, named in _titled(limits.asked(titled, sooner), kinds_of(asked.hints), _of_subject(asked)):
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
    if len(asked.terms) > 1 and (kinds := _kinds_named(asked.terms)):
        of_the_kind = all_of([everything, some_of(Has((mark(KIND, kind),)) for kind in kinds)])
        yield DATED, limits.asked(of_the_kind, sooner)
        sooner.append(of_the_kind)
    if asked.phrase is None:
        yield ALL_TERMS, limits.asked(everything, sooner)
    else:
        yield from _by_phrase(limits, everything, asked.phrase, sooner, overview)


def _titled(titled: Asked, answers: frozenset[str], subject: Sequence[Expression] = ()) -> Iterator[Tier]:
    """One match for all of them: they differ by kind alone, which an id says. The first round of the 12th SMA does not
    answer what is asked of the first SMA.
    """
    expression, (first, behind) = titled.expression, titled.span
    if answers:
        yield ANSWER_TITLED, Asked(all_of([expression, *subject]), titled.span, answers)
    if answers and subject:
        yield TITLED, Asked(but(expression, subject), titled.span, answers)
    without_a_date = (first, max(first, min(behind, placing.DATED_FROM)))
    yield NAMED, Asked(expression, without_a_date, WITHOUT_A_DATE - answers)
    yield TITLED, Asked(expression, titled.span, other_than=WITHOUT_A_DATE | {"source"} | answers)
    yield SOURCES, Asked(expression, titled.span, frozenset({"source"}))


def _of_the_date(terms: Sequence[Term]) -> list[Expression]:
    """All terms, in a record that is of the date and does not merely name it."""
    return [term.in_title if term.of_the_date else term.expression for term in terms]


def _of_subject(asked: Query) -> list[Expression]:
    """That a record is of the agreement that is asked about."""
    ordinals = {key.split()[1] for key in asked.subjects}
    return [Has((mark(AGREEMENT, ordinal),)) for ordinal in ordinals]


def _first_agreement() -> Expression:
    """It, and that it was signed and came into force: what all began with."""
    itself = Has((keys.token(keys.agreement_key(1)),))
    kinds = some_of(Has((mark(KIND, kind),)) for kind in (EventKind.SIGNING, EventKind.ENTRY_INTO_FORCE))
    return some_of([itself, all_of([Has((mark(AGREEMENT, "1"),)), kinds])])


def _negotiators(asked: Query, limits: _Limits) -> list[Expression]:
    if asked.negotiators is None:
        return []
    named = ChiefNegotiator.objects.published().filter(agreement__ordinal=asked.negotiators.ordinal)
    if asked.negotiators.side:
        named = named.filter(side=asked.negotiators.side)
    people = [Has((mark(PERSON, code),)) for code in named.values_list("official__code", flat=True)]
    return [limits.all_of([Has((mark(KIND, "official"),)), some_of(people)])] if people else []


def _last_round(asked: Query, limits: _Limits) -> list[Expression]:
    if asked.last_round_of is None:
        return []
    held = Round.objects.published().filter(agreement__isnull=False)
    held = held.filter(agreement__ordinal=asked.last_round_of) if asked.last_round_of else held
    last = held.order_by("-agreement__ordinal", "-number").values_list("agreement__ordinal", "number").first()
    return [limits.all_of([Has((keys.token(keys.round_key(*last)),))])] if last else []


def _by_length(asked: Query, limits: _Limits) -> list[Expression]:
    if asked.longest is None:
        return []
    of_all = Max("term_years") if asked.longest else Min("term_years")
    years = Agreement.objects.published().aggregate(years=of_all)["years"]
    return [limits.all_of([Has((keys.token(described.lasting(years)),))])] if years else []


def _kinds_named(terms: Sequence[Term]) -> list[str]:
    """Kinds of events that a word of the query stands for: ratification, 서명; rounds."""
    words = {term.expression for term in terms}
    named = [kind for kind in EventKind.values if words & expressions_of_one(documents.WORDS_FOR.get(kind, ""))]
    return [*named, *(["round"] if words & expressions_of_one("round") else [])]


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


def _covering(asked: Query, limits: _Limits) -> list[Expression]:
    """The agreement that covers the year of which is asked what was paid: it says so where no figure does."""
    dates = [term for term in asked.terms if term.of_the_date]
    known = expressions_of(f"{meanings.EVERYWHERE}, {PAYMENT_WORDS}")
    if "figure" not in asked.hints or not dates:
        return []
    if any(term.expression not in known for term in asked.terms if term not in dates):
        return []
    return [limits.all_of([Has((mark(KIND, "agreement"),)), *(term.in_title for term in dates)])]


def _nearest(asked: Query, limits: _Limits, counts: Mapping[Term, int]) -> Iterator[Tier]:
    """Where nothing has all terms: what the query is about, what has all that is not said of everything here, most."""
    sooner = _subject(asked, limits)
    yield from ((ANSWERING, limits.asked(each)) for each in sooner)
    telling = _telling(asked.terms)
    if telling and len(telling) < len(counts):
        titled = limits.all_of([term.in_title for term in telling])
        yield from _titled(limits.asked(titled, sooner), frozenset())
        told = limits.all_of([term.expression for term in telling])
        yield PHRASE, limits.asked(told, [*sooner, titled])
        sooner += [titled, told]
    yield from _most(asked, limits, sooner, counts)


def _some(asked: Query, limits: _Limits, counts: Mapping[Term, int]) -> Iterator[Tier]:
    """Where nothing has even half of the terms: as many of them as there are together, at last a single one."""
    rarest = _rarest_first(_looked_at(asked.terms), counts)
    telling = _telling(rarest)
    asking = [some_of(_together(rarest, count)) for count in range(len(rarest) // 2, 1, -1)]
    asking += [term.expression for term in telling]
    sooner: list[Expression] = []
    for number, expression in enumerate(asking, SOME_TERMS):
        wanted = limits.all_of([expression])
        yield number, limits.asked(wanted, sooner)
        sooner.append(wanted)


def _rarest_first(terms: Sequence[Term], counts: Mapping[Term, int]) -> list[Term]:
    return sorted(terms, key=lambda term: counts[term])


def _together(terms: Sequence[Term], count: int) -> Iterator[Expression]:
    return (all_of(term.expression for term in each) for each in combinations(terms, count))


def _telling(terms: Sequence[Term]) -> Sequence[Term]:
    """Those not said of everything here; all, where there is no other."""
    return [term for term in terms if term.expression not in expressions_of(meanings.EVERYWHERE)] or terms


def _most(
    asked: Query, limits: _Limits, found: Sequence[Expression] = (), counts: Mapping[Term, int] | None = None
) -> Iterator[Tier]:
    sooner = [limits.all_of([term.expression for term in asked.terms]), *found]
    for step, some in _lacking(asked.terms, counts or {}):
        wanted = limits.all_of([some])
        tier = MOST_TERMS + step
        if step // TIERS_OF_A_STEP in TITLED_STEPS:
            yield tier, limits.asked(wanted, sooner)
        else:
            answering = [all_of([wanted, _hinted(asked)])] if asked.hints else []
            yield from ((tier, _in_order(asked, limits.asked(each, sooner))) for each in answering)
            yield tier + 1, limits.asked(wanted, [*sooner, *answering])
        sooner.append(wanted)


def _looked_at(terms: Sequence[Term]) -> list[Term]:
    """Of a long sentence the longest words, which tell most; what is sure before them."""
    return sorted(terms, key=lambda term: (term.sure is None, -len(term.words)))[:MOST_LOOKED_AT]


def _lacking(terms: Sequence[Term], counts: Mapping[Term, int]) -> Iterator[tuple[int, Expression]]:
    """Tiers, from 0 on, and what they ask for."""
    looked_at = _looked_at(terms)
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
    quoting = [Has((mark(KIND, kind),)) for kind in QUOTING]
    known: set[Expression] = set()
    for step, (kept, among, count) in enumerate(steps):
        left = min(count - len(kept), len(among))
        for part, some in _parted(among, left, counts) if left > 0 else ():
            wanted = but(in_title(some), quoting) if step in TITLED_STEPS else some
            if (found := all_of([*kept, wanted])) not in known:
                yield TIERS_OF_A_STEP * step + 2 * part, found
            known.add(found)


def _parted(among: Sequence[Term], count: int, counts: Mapping[Term, int]) -> Iterator[tuple[int, Expression]]:
    """So many of the terms: first with the rarest of those that tell something, where it is known how rare they are."""
    if counts and count < len(among):
        rarest = _rarest_first(_telling(among), counts)[0]
        others = [term for term in among if term is not rarest]
        yield 0, all_of([rarest.expression, some_of(_together(others, count - 1))])
    yield 1, some_of(_together(among, count))
