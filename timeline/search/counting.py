"""What a reader can narrow the results down by, with how many each would leave."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from timeline.models import Agreement, Official
from timeline.search.engines.answers import Overview
from timeline.search.planning import EXACT_TO

MOST_PEOPLE: Final = 12


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    count: int
    is_exact: bool = True  # else of the newest results alone


Facets: TypeAlias = Mapping[str, Sequence[Choice]]


def facets(overview: Overview) -> Facets:
    kinds: Counter[str] = Counter()
    agreements: Counter[int] = Counter()
    for kind, agreement, count in overview.labels:
        kinds[kind] += count
        agreements[agreement] += count
    by_count = sorted(((kind, count) for kind, count in kinds.items() if kind), key=lambda each: (-each[1], each[0]))
    return {
        "kind": tuple(Choice(kind, kind, count) for kind, count in by_count),
        "agreement": _agreements(agreements),
        "year": tuple(
            Choice(f"{year:04d}", f"{year:04d}", count) for year, count in sorted(overview.years, reverse=True) if year
        ),
        "person": _people(overview),
    }


def _agreements(counts: Counter[int]) -> tuple[Choice, ...]:
    if not set(counts) - {0}:
        return ()
    named = Agreement.objects.published().filter(ordinal__in=counts).values_list("ordinal", "name")
    return tuple(Choice(str(ordinal), name, counts[ordinal]) for ordinal, name in sorted(named))


def _people(overview: Overview) -> tuple[Choice, ...]:
    if not overview.people:
        return ()
    best = sorted(overview.people, key=lambda each: (-each[1], each[0]))[: 2 * MOST_PEOPLE]
    public = Official.objects.published().filter(pk__in=[pk for pk, _count in best])
    named = {pk: (slug, name) for pk, slug, name in public.values_list("pk", "slug", "name")}
    choices = [Choice(*named[pk], count, overview.total <= EXACT_TO) for pk, count in best if pk in named]
    return tuple(sorted(choices, key=lambda choice: (-choice.count, choice.value))[:MOST_PEOPLE])
