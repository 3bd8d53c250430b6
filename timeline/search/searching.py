"""Answers a query: by relevance, in the tiers of its plan, or all by date alone; a page at a time, by key."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from django.urls import reverse

from timeline.models import SearchDocument
from timeline.search import placing, planning, snippets
from timeline.search.counting import Facets, facets
from timeline.search.engines import engine
from timeline.search.engines.answers import Asked, Overview
from timeline.search.expressions import Expression
from timeline.search.planning import (
    ALL_BUT_ONE,
    ALL_TERMS,
    BEHIND_ALL,
    EXACT,
    MODELS,
    MOST_TERMS,
    PHRASE,
    Filters,
    Plan,
    planned,
)
from timeline.search.query import Query, parse

PAGE_SIZE: Final = 20
NO_FILTERS: Final = Filters()
# Tiers that are asked for in one query; the next ones only where these do not fill the page.
STEPS: Final = (
    range(EXACT, PHRASE),
    range(PHRASE, ALL_TERMS),
    range(ALL_TERMS, MOST_TERMS),
    range(MOST_TERMS, ALL_BUT_ONE),
    range(ALL_BUT_ONE, BEHIND_ALL),
)
STEPS_OF_MOST: Final = (range(EXACT, ALL_TERMS), *STEPS[3:])  # where nothing has all terms
SHOWN: Final = ("pk", "record_type", "slug", "title", "title_ko", "when", "sort_key", "text")
KEY = re.compile(r"(\d|[1-4]\d|5[0-5])\.(\d{4}-\d{2}-\d{2}\.\d{5}\.[a-z0-9-]{1,100}\.[a-z]{1,12})")


@dataclass(frozen=True)
class Hit:
    record_type: str
    kind: str
    slug: str
    title: str
    title_ko: str
    when: str
    tier: int
    sort_key: str
    text: str
    asked: tuple[Expression, ...]

    @property
    def is_near(self) -> bool:
        """Whether it has most of the terms, and not all."""
        return self.tier >= MOST_TERMS

    @property
    def url(self) -> str:
        model = MODELS[self.record_type]
        if model.url_name:
            return reverse(model.url_name, args=[self.slug])
        return f"{reverse(f'{self.record_type}-list')}?at={self.slug}#{self.slug}"

    @cached_property
    def snippet(self) -> tuple[snippets.Run, ...]:
        return snippets.snippet(self.text, self.asked)

    @cached_property
    def title_runs(self) -> tuple[snippets.Run, ...]:
        return snippets.marked(self.title, self.asked)

    @cached_property
    def title_ko_runs(self) -> tuple[snippets.Run, ...]:
        return snippets.marked(self.title_ko, self.asked)


@dataclass(frozen=True)
class Results:
    query: Query
    filters: Filters
    hits: Sequence[Hit] = ()
    total: int | None = 0  # None: not counted
    facets: Facets = field(default_factory=dict)
    next_key: str = ""
    has_all: bool = True  # else these are those with most of the terms
    has_most: bool = True  # else those with at least one
    missing: Sequence[str] = ()  # words that no record has, where these have not all

    @property
    def at_least(self) -> int:
        return len(self.hits) if self.total is None else self.total


def search(
    query: str | Query, filters: Filters = NO_FILTERS, page: str = "", size: int = PAGE_SIZE, *, counted: bool = True
) -> Results:
    """The page that follows a key. At most eleven queries, whatever is typed.

    By date and not counted, the engine reads as much as is shown, and the cost does not depend on how much is found.
    """
    asked = parse(query) if isinstance(query, str) else query
    if asked.is_empty and filters.is_empty:
        return Results(asked, filters)
    plan, overview = planned(asked, filters, 0 if counted else _needed(filters, page, size))
    found, more = _page(plan, overview, filters.by_date, page, size)
    hits = _hits(found, asked)
    return Results(
        query=asked,
        filters=filters,
        hits=hits,
        total=overview.total if counted else None,
        facets=facets(overview) if counted else {},
        next_key=f"{hits[-1].tier}.{hits[-1].sort_key}" if more and hits else "",
        has_all=plan.has_all,
        has_most=plan.has_most,
        missing=[term.words.strip("?!.,…") for term in plan.missing] if asked.is_plain and filters.is_empty else (),
    )


def _needed(filters: Filters, page: str, size: int) -> int:
    """How many of the newest: by date those of the first page; of a later one only whether anything is found."""
    if not filters.by_date:
        return planning.CANDIDATES
    return 1 if page else size + 1


def _page(plan: Plan, overview: Overview, by_date: bool, key: str, size: int) -> tuple[list[tuple[int, int]], bool]:
    """Pairs of tier and id, and whether more follow."""
    from_the_first = {tier for tier, asked in plan.tiers if asked.oldest_first and not by_date}
    tier_of_key, edge = _after(key, from_the_first)
    if by_date:
        ids = _newest(plan, overview, edge, size + 1)
        return [(ALL_TERMS, pk) for pk in ids[:size]], len(ids) > size
    found: list[tuple[int, int]] = []
    for step in STEPS if plan.has_all else STEPS_OF_MOST:
        known = {pk for _tier, pk in found}
        if ALL_TERMS in step and not key and _is_enough(overview, size + 1 + len(known)):
            found += _rest(plan, overview, known, size + 1)
        else:
            found += _of_step(plan, step, tier_of_key, edge, size + 1)
        if len(found) > size:
            break
    return found[:size], len(found) > size


def _of_step(plan: Plan, step: range, tier_of_key: int, edge: int, most: int) -> list[tuple[int, int]]:
    asking = [
        (tier, _cut(asked, edge) if tier == tier_of_key else asked)
        for tier, asked in plan.tiers
        if tier in step and tier >= tier_of_key
    ]
    found = engine().newest_of_each([asked for _tier, asked in asking], most)
    in_order = sorted(found, key=lambda pair: (asking[pair[0]][0], asking[pair[0]][1].rank(pair[1])))
    return [(asking[place][0], pk) for place, pk in in_order]


def _is_enough(overview: Overview, most: int) -> bool:
    return overview.is_whole or len(overview.newest) >= most


def _rest(plan: Plan, overview: Overview, known: set[int], most: int) -> list[tuple[int, int]]:
    """On the first page all of the sooner tiers is known: the rest is the newest of what is found at large."""
    if not any(tier == ALL_TERMS for tier, _asked in plan.tiers):
        return []
    return [(ALL_TERMS, pk) for pk in overview.newest[: most + len(known)] if pk not in known][:most]


def _newest(plan: Plan, overview: Overview, below: int, most: int) -> list[int]:
    ids = [pk for pk in overview.newest if pk < below][:most]
    if len(ids) == most or overview.is_whole:
        return ids
    return engine().newest(_cut(plan.base, below), most)


def _cut(asked: Asked, edge: int) -> Asked:
    first, behind = asked.span
    if asked.oldest_first:
        return replace(asked, span=(min(max(first, edge), behind), behind))
    return replace(asked, span=(first, max(first, min(behind, edge))))


def _after(key: str, from_the_first: Collection[int]) -> tuple[int, int]:
    """The tier in which a page begins, and the id below which, or from which on where the oldest come first; the
    beginning for what is no key.
    """
    match = KEY.fullmatch(key)
    if match is None:
        return -1, placing.LAST
    tier = int(match[1])
    if tier in from_the_first:
        later = SearchDocument.objects.filter(sort_key__gt=match[2]).order_by("sort_key")
        following = later.values_list("pk", flat=True).first()
        return tier, placing.LAST if following is None else following
    sooner = SearchDocument.objects.filter(sort_key__lt=match[2]).order_by("-sort_key")
    last = sooner.values_list("pk", flat=True).first()
    return tier, (last + 1 if last is not None else placing.FIRST)


def _hits(found: Sequence[tuple[int, int]], asked: Query) -> tuple[Hit, ...]:
    if not found:
        return ()
    rows = SearchDocument.objects.filter(pk__in=[pk for _tier, pk in found]).values(*SHOWN)
    shown = {row.pop("pk"): row for row in rows if row["record_type"] in MODELS}  # newer code may have written others
    marked = (*(term.expression for term in asked.terms), *([asked.phrase] if asked.phrase else []))
    return tuple(
        Hit(**shown[pk], kind=placing.kind_of(pk), tier=tier, asked=marked) for tier, pk in found if pk in shown
    )
