"""Answers a query: tiers of relevance, the newest first within each, or all by date alone; a page at a time, by key.

0  the record that is asked for: a person by name, an agreement by ordinal, a round by number
1  of a question: all terms in the title of a record of the kind that answers it
2  of a question: all terms in a record of the kind that answers it, of the year asked for
3  all terms in the name of a person, a body, a place, a topic or an agreement
4  all terms in the title, or in the date
5  the same of a source
6  the words one after the other, among the newest thousand that have them all
7  all terms
8 to 11  all terms but one, then but two: of a question, and of what nothing has all terms of
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations
from typing import Any, Final

from django.urls import reverse

from timeline.models import Agreement, Official, Record, SearchDocument, SearchText
from timeline.search import documents, keys, placing, snippets
from timeline.search.documents import AGREEMENT, KIND, PERSON, PLACE, mark
from timeline.search.engines import engine
from timeline.search.engines.answers import Overview, Span
from timeline.search.expressions import Expression, Has, all_of, but, in_title, some_of
from timeline.search.query import Query, parse

PAGE_SIZE: Final = 20
CANDIDATES: Final = 1_000  # the newest ones, among which phrases are looked for
EXACT_TO: Final = 10_000  # people are counted among so many of the newest
MOST_PEOPLE: Final = 12  # of one name, and listed beside the results
MOST_MISSING: Final = 2
EXACT, ANSWER_TITLED, ANSWERING, NAMED, TITLED, SOURCES, PHRASE, ALL_TERMS, MOST_TERMS = range(9)
# Tiers that are asked for in one query; the next ones only where these do not fill the page.
STEPS: Final = (
    range(EXACT, PHRASE),
    range(PHRASE, ALL_TERMS),
    range(ALL_TERMS, MOST_TERMS),
    range(MOST_TERMS, MOST_TERMS + 2 * MOST_MISSING),
)
WITHOUT_A_DATE: Final = ("agreement", "official", "organization", "place", "topic")
KEY = re.compile(r"(\d|1[01])\.(\d{4}-\d{2}-\d{2}\.\d{5}\.[a-z0-9-]{1,100}\.[a-z]{1,12})")
MODELS: Mapping[str, type[Record]] = {str(model._meta.model_name): model for model in documents.SEARCHED}


@dataclass(frozen=True)
class Filters:
    """What a reader chose beside the words; values that do not exist find nothing."""

    kind: str = ""
    agreement: str = ""  # ordinal
    year: str = ""
    person: str = ""  # slug
    by_date: bool = False


@dataclass(frozen=True)
class Hit:
    record_type: str
    kind: str
    slug: str
    url: str
    title: str
    title_ko: str
    when: str
    tier: int
    text: str
    asked: tuple[Expression, ...]

    @cached_property
    def snippet(self) -> tuple[snippets.Run, ...]:
        return snippets.snippet(self.text, self.asked)

    @cached_property
    def title_runs(self) -> tuple[snippets.Run, ...]:
        return snippets.marked(self.title, self.asked)


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    count: int
    is_exact: bool = True


@dataclass(frozen=True)
class Results:
    query: Query
    filters: Filters
    hits: tuple[Hit, ...] = ()
    total: int = 0
    facets: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict)
    next_key: str = ""
    has_all: bool = True  # else these are those with most of the terms


@dataclass(frozen=True)
class Plan:
    """What is asked of the engine."""

    base: Expression  # all that counts as found
    tiers: tuple[tuple[int, Expression], ...]
    span: Span


def search(query: str | Query, filters: Filters = Filters(), page: str = "", size: int = PAGE_SIZE) -> Results:
    """The page that follows a key. At most ten queries, whatever is typed."""
    asked = parse(query) if isinstance(query, str) else query
    if asked.is_empty and not any((filters.kind, filters.agreement, filters.year, filters.person)):
        return Results(asked, filters)
    plan, overview, has_all = planned(asked, filters)
    if not overview.counts:
        return Results(asked, filters, has_all=has_all)
    found, more = _page(plan, overview, filters.by_date, page, size)
    shown = _shown(found, asked)
    next_key = f"{found[-1][0]}.{shown[found[-1][1]][1]}" if more and found and found[-1][1] in shown else ""
    return Results(
        query=asked,
        filters=filters,
        hits=tuple(shown[pk][0] for _tier, pk in found if pk in shown),
        total=overview.total,
        facets=_facets(overview),
        next_key=next_key,
        has_all=has_all,
    )


def planned(asked: Query, filters: Filters) -> tuple[Plan, Overview, bool]:
    """What is asked of the engine, what that finds at large, and whether it has all terms."""
    limits, span = _limits(asked, filters)
    plan = _plan(asked, limits, span)
    overview = _overview(plan)
    if asked.is_question and overview.counts:
        return replace(plan, tiers=(*plan.tiers, *_most(asked, limits))), overview, True
    if overview.counts or not (most := _most(asked, limits)):
        return plan, overview, True
    plan = Plan(some_of(expression for _tier, expression in most), tuple(most), span)
    overview = _overview(plan)
    return plan, overview, not overview.counts


def _overview(plan: Plan) -> Overview:
    return engine().overview(plan.base, plan.span, EXACT_TO, CANDIDATES)


# --- what is asked ---------------------------------------------------------------------------------------------------


def _limits(asked: Query, filters: Filters) -> tuple[list[Expression], Span]:
    """What every result must be, and the ids between which it lies."""
    limits = list(asked.narrowed)
    for sort, names in ((PERSON, asked.people), (PLACE, asked.places)):
        limits += [_named(sort, name) for name in names[:3]]
    if filters.kind:
        limits.append(Has((mark(KIND, filters.kind[:40]) if mark("", filters.kind[:40]) else "k",)))
    if filters.agreement:
        limits.append(Has((mark(AGREEMENT, filters.agreement[:10]),)))
    if filters.person:
        code = Official.objects.published().filter(slug=filters.person[:100]).values_list("code", flat=True).first()
        limits.append(Has((mark(PERSON, code or ""),)))
    first, before = asked.first, asked.before
    if filters.year:
        first, before = _year(filters.year, first, before)
    start = placing.FIRST if first is None and before is None else placing.DATED_FROM
    start = max(start, placing.start_of(first)) if first else start
    end = placing.start_of(before) if before else placing.LAST
    return limits, (start, max(start, end))


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
    named = some_of([in_title(all_of(words)), *(Has((key,)) for key in _key_tokens(asked))])
    found = engine().found(all_of([Has((mark(KIND, kind),)), named]), (placing.FIRST, placing.LAST), MOST_PEOPLE)
    records = SearchDocument.objects.filter(pk__in=found).values("record_id")
    codes = MODELS[kind]._default_manager.filter(pk__in=records).order_by("code").values_list("code", flat=True)
    tokens = [Has((mark(sort, code),)) for code in codes] if found else []
    return some_of(tokens) if tokens else all_of(words)


def _key_tokens(asked: Query) -> list[str]:
    return [keys.token(key) for key in asked.keys]


def _plan(asked: Query, limits: list[Expression], span: Span) -> Plan:
    words = [term.expression for term in asked.terms]
    everything = all_of([*limits, *words])
    unwanted = [term.expression for term in asked.unwanted]
    exact = [all_of([*limits, some_of(Has((key,)) for key in _key_tokens(asked))])] if asked.keys else []
    base = but(some_of([everything, *exact]), unwanted)
    tiers: list[tuple[int, Expression]] = []
    sooner: list[Expression] = [*unwanted]
    for tier, expression in _tiers(asked, limits, words, everything, exact):
        tiers.append((tier, but(expression, sooner)))
        sooner.append(expression)
    return Plan(base, tuple(tiers), span)


def _tiers(
    asked: Query, limits: list[Expression], words: list[Expression], everything: Expression, exact: list[Expression]
) -> Iterator[tuple[int, Expression]]:
    yield from ((EXACT, each) for each in exact)
    titled = all_of([*limits, *(term.in_title for term in asked.terms)])
    if asked.hints and words:
        yield ANSWER_TITLED, all_of([titled, _hinted(asked)])
        yield (
            ANSWERING,
            all_of([*limits, *(term.of_the_date or term.expression for term in asked.terms), _hinted(asked)]),
        )
    if words:
        yield NAMED, all_of([titled, some_of(Has((mark(KIND, kind),)) for kind in WITHOUT_A_DATE)])
        yield TITLED, but(titled, [Has((mark(KIND, "source"),))])
        yield SOURCES, titled
    if asked.phrase is not None:
        yield PHRASE, all_of([*limits, *words, asked.phrase])
    yield ALL_TERMS, everything


def _hinted(asked: Query) -> Expression:
    return some_of(Has((mark(KIND, kind),)) for kind in asked.hints)


def _most(asked: Query, limits: list[Expression]) -> list[tuple[int, Expression]]:
    """All terms but one, then all but two, as long as half of them are left."""
    words = [term.expression for term in asked.terms]
    unwanted = [term.expression for term in asked.unwanted]
    sooner = [all_of([*limits, *words])]
    tiers: list[tuple[int, Expression]] = []
    for missing in range(1, MOST_MISSING + 1):
        left = len(words) - missing
        if left < max(1, len(words) // 2):
            break
        some = some_of(all_of([*limits, *kept]) for kept in combinations(words, left))
        if asked.hints:
            answering = all_of([some, _hinted(asked)])
            tiers.append((MOST_TERMS + 2 * (missing - 1), but(answering, [*unwanted, *sooner])))
            sooner.append(answering)
        tiers.append((MOST_TERMS + 2 * (missing - 1) + 1, but(some, [*unwanted, *sooner])))
        sooner.append(some)
    return tiers


# --- what is found ---------------------------------------------------------------------------------------------------


def _page(plan: Plan, overview: Overview, by_date: bool, key: str, size: int) -> tuple[list[tuple[int, int]], bool]:
    """Pairs of tier and id, and whether more follow."""
    tier_of_key, below = _after(key)
    if by_date:
        ids = _newest(plan, overview, below, size + 1)
        return [(ALL_TERMS, pk) for pk in ids[:size]], len(ids) > size
    found: list[tuple[int, int]] = []
    for step in STEPS:
        if ALL_TERMS in step and not key:
            found += _rest(plan, overview, {pk for _tier, pk in found}, size + 1)
        else:
            found += _of_step(plan, overview, step, tier_of_key, below, size + 1)
        if len(found) > size:
            break
    return found[:size], len(found) > size


def _of_step(
    plan: Plan, overview: Overview, step: range, tier_of_key: int, below: int, most: int
) -> list[tuple[int, int]]:
    asking = [
        (tier, expression, _cut(_span(plan, tier, overview), below if tier == tier_of_key else placing.LAST))
        for tier, expression in plan.tiers
        if tier in step and tier >= tier_of_key
    ]
    return engine().found_by_each(asking, most)


def _rest(plan: Plan, overview: Overview, known: set[int], most: int) -> list[tuple[int, int]]:
    """On the first page all of the sooner tiers is known: the rest is the newest of what is found at large."""
    if not any(tier == ALL_TERMS for tier, _expression in plan.tiers):
        return []
    return [(ALL_TERMS, pk) for pk in overview.newest[: most + len(known)] if pk not in known][:most]


def _newest(plan: Plan, overview: Overview, below: int, most: int) -> list[int]:
    ids = [pk for pk in overview.newest if pk < below][:most]
    if len(ids) == most or overview.total <= CANDIDATES:
        return ids
    return engine().found(plan.base, _cut(plan.span, below), most)


def _span(plan: Plan, tier: int, overview: Overview) -> Span:
    """Phrases are looked for among the newest candidates alone."""
    if tier != PHRASE or overview.total <= CANDIDATES:
        return plan.span
    return overview.newest[-1], plan.span[1]


def _cut(span: Span, below: int) -> Span:
    return span[0], max(span[0], min(span[1], below))


def _after(key: str) -> tuple[int, int]:
    """The tier in which a page begins, and the id below which; the beginning for what is no key."""
    match = KEY.fullmatch(key)
    if match is None:
        return -1, placing.LAST
    last = (
        SearchDocument.objects.filter(sort_key__lt=match[2]).order_by("-sort_key").values_list("pk", flat=True).first()
    )
    return int(match[1]), (last + 1 if last is not None else placing.FIRST)


def _shown(found: list[tuple[int, int]], asked: Query) -> dict[int, tuple[Hit, str]]:
    """By id: the hit, and its sort key."""
    tiers = {pk: tier for tier, pk in found}
    rows: Any = SearchText.objects.filter(pk__in=tiers).select_related("document")
    marked = (*(term.expression for term in asked.terms), *([asked.phrase] if asked.phrase else []))
    shown = {}
    for row in rows:
        url = reverse(MODELS[row.document.record_type].url_name, args=[row.slug])
        hit = Hit(
            record_type=row.document.record_type,
            kind=row.document.kind,
            slug=row.slug,
            url=url,
            title=row.title,
            title_ko=row.title_ko,
            when=row.when,
            tier=tiers[row.pk],
            text=row.text,
            asked=marked,
        )
        shown[row.pk] = (hit, row.document.sort_key)
    return shown


# --- counts ----------------------------------------------------------------------------------------------------------


def _facets(overview: Overview) -> dict[str, tuple[Choice, ...]]:
    kinds: Counter[str] = Counter()
    years: Counter[int] = Counter()
    agreements: Counter[int] = Counter()
    for kind, year, agreement, count in overview.counts:
        kinds[kind] += count
        years[year] += count
        if agreement is not None:
            agreements[agreement] += count
    named = Agreement.objects.published().filter(pk__in=agreements).in_order().values_list("pk", "ordinal", "name")
    by_count = sorted(kinds.items(), key=lambda each: (-each[1], each[0]))
    return {
        "kind": tuple(Choice(kind, kind, count) for kind, count in by_count),
        "agreement": tuple(Choice(str(ordinal), name, agreements[pk]) for pk, ordinal, name in named),
        "year": tuple(
            Choice(f"{year:04d}", f"{year:04d}", years[year]) for year in sorted(years, reverse=True) if year
        ),
        "person": _people(overview),
    }


def _people(overview: Overview) -> tuple[Choice, ...]:
    best = sorted(overview.people, key=lambda each: (-each[1], each[0]))[: 2 * MOST_PEOPLE]
    public = Official.objects.published().filter(pk__in=[pk for pk, _count in best])
    named = {pk: (slug, name) for pk, slug, name in public.values_list("pk", "slug", "name")}
    choices = [Choice(*named[pk], count, overview.total <= EXACT_TO) for pk, count in best if pk in named]
    return tuple(sorted(choices, key=lambda choice: (-choice.count, choice.value))[:MOST_PEOPLE])
