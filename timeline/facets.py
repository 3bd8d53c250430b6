"""How many entries each value of each filter would leave under the other filters.

Values of one name are alternatives, so a name's own values are left out where its counts are made. A handful of grouped
queries whatever the size, kept until something public changes.
"""

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from django.db.models import Count

from timeline import chronology
from timeline.chronology import FACETS, SIDE_COLUMNS, Filter
from timeline.models import EntryLink

EXACT_TO: Final = 10_000
COUNTED_FACETS: Final = ("official", "organization", "topic", "place")
COLUMNS: Final = ("agreement", "kind", "country")
KEPT: Final = 256  # filters

Stamp = tuple[int, Any]  # ContentVersion.stamp()


@dataclass(frozen=True)
class Counts:
    total: int
    by: Mapping[str, Mapping[Hashable, int]]  # name of the filter: kind, side, or id of the record: entries
    years: frozenset[int]  # in which one of the entries begins

    def of(self, name: str, key: Hashable) -> int:
        return self.by[name].get(key, 0)


def count_words(count: int) -> str:
    return f"{count:,}" if count <= EXACT_TO else f"{EXACT_TO:,}+"


def counts(stamp: Stamp, filter: Filter) -> Counts:
    return _counts(stamp, replace(filter, pairs=()))  # two ways of writing the same filter are counted once


@lru_cache(maxsize=KEPT)
def _counts(stamp: Stamp, filter: Filter) -> Counts:
    longest = chronology.longest_days() if filter.first is not None else 1
    total, by_columns, years = _by_columns(filter, longest)
    if not filter.words:
        years = set(chronology.matching(filter, longest).values_list("year", flat=True).distinct())
    return Counts(total, {**by_columns, **_by_links(filter, longest)}, frozenset(years))


def _by_columns(filter: Filter, longest: int) -> tuple[int, dict[str, Counter[Hashable]], set[int]]:
    """One query: the entries under the other filters, by agreement, kind and sides at once.

    With words by year as well, for texts that are read through twice cost more than the rows. Without, an index has all
    but the year.
    """
    rows = chronology.matching(filter.without(*COLUMNS), longest)
    sides = SIDE_COLUMNS.items()
    columns = ("agreement", "kind", *SIDE_COLUMNS.values(), *(("year",) if filter.words else ()))
    total, years = 0, set[int]()
    found: dict[str, Counter[Hashable]] = {name: Counter() for name in COLUMNS}
    for agreement, kind, *more, count in rows.values_list(*columns).annotate(count=Count("*")):
        here = [side.value for (side, _column), takes_part in zip(sides, more, strict=False) if takes_part]
        fits = {
            "agreement": not filter.agreements or agreement in filter.agreements,
            "kind": not filter.kinds or kind in filter.kinds,
            "country": not filter.countries or not set(here).isdisjoint(filter.countries),
        }
        if all(fits.values()):
            total += count
            years.update(more[len(sides) :])
        for name, keys in (("agreement", [agreement]), ("kind", [kind]), ("country", here)):
            if all(fit for other, fit in fits.items() if other != name):
                found[name].update(dict.fromkeys(keys, count))
    return total, found, years


def _by_links(filter: Filter, longest: int) -> dict[str, Counter[Hashable]]:
    """One query for the facets by which nothing is filtered, and one for each of the others."""
    filtered = {facet for facet, _targets in filter.facets}
    free = [name for name in COUNTED_FACETS if FACETS[name][0] not in filtered]
    found = _linked(free, filter, longest) if free else {}
    for name in COUNTED_FACETS:
        if name not in free:
            found |= _linked([name], filter.without(name), longest)
    return found


def _linked(names: list[str], filter: Filter, longest: int) -> dict[str, Counter[Hashable]]:
    by_facet = {FACETS[name][0].value: name for name in names}
    links = EntryLink.objects.filter(facet__in=by_facet)
    if filter.narrows:
        links = links.filter(entry__in=chronology.matching(filter, longest).values("pk"))
    found: dict[str, Counter[Hashable]] = {name: Counter() for name in names}
    for facet, target, count in links.order_by().values_list("facet", "target_id").annotate(count=Count("*")):
        found[by_facet[facet]][target] = count
    return found
