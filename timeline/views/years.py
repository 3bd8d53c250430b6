"""How many public entries of the timeline a record has in each year, drawn as bars."""

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, QuerySet
from django.db.models.functions import Substr
from django.urls import reverse

from timeline.chronology import FACETS
from timeline.models import EntryLink, Record
from timeline.models.base import kept_with_it
from timeline.models.prepared import Prepared

MOST_LABELS: Final = 8
STEPS: Final = (1, 2, 5, 10, 20, 50)
LOWEST: Final = 4.0  # per cent of the height: one entry beside a thousand must still be seen


@dataclass(frozen=True)
class YearBar:
    """In per cent of the drawing."""

    year: int
    count: int
    url: str
    x: str
    middle: str
    width: str
    top: str
    height: str
    is_labelled: bool  # the year stands below it


@dataclass(frozen=True)
class Years:
    bars: list[YearBar]  # every year from the first to the last, those without entries too
    total: int

    @property
    def busiest(self) -> YearBar:
        return max(self.bars, key=lambda bar: bar.count)

    @property
    def counted(self) -> list[YearBar]:
        return [bar for bar in self.bars if bar.count]


def _counts(facet: str, target: int) -> QuerySet[Any]:
    """Read from the keys of an index, which begin with the day: that takes a tenth of looking at the entries."""
    links = EntryLink.objects.filter(facet=facet, target_id=target).order_by()
    counted = links.annotate(year=Substr("sort_key", 1, len("2024"))).values("year").annotate(count=Count("*"))
    return counted.values_list("year", "count")


COUNTS: Prepared[tuple[str, int]] = Prepared(EntryLink, _counts)


@kept_with_it
def years_of(record: Record) -> Years | None:
    """None where the record has no entry. One query, whatever the number of entries."""
    name, facet = next((name, facet) for name, (facet, model) in FACETS.items() if isinstance(record, model))
    counts = {int(year): count for year, count in COUNTS(facet, record.pk)}
    if not counts:
        return None
    years, most = range(min(counts), max(counts) + 1), max(counts.values())
    step = next((step for step in STEPS if len(years) / step <= MOST_LABELS), len(years))
    address = f"{reverse('timeline')}?{name}={record.slug}"
    column = 100 / len(years)
    return Years(
        [_bar(place, year, counts.get(year, 0), most, column, step, address) for place, year in enumerate(years)],
        sum(counts.values()),
    )


def _bar(place: int, year: int, count: int, most: int, column: float, step: int, address: str) -> YearBar:
    height = max(100 * count / most, LOWEST) if count else 0.0
    width = min(column * 0.72, 8.0)
    middle = (place + 0.5) * column
    return YearBar(
        year=year,
        count=count,
        url=f"{address}&from={year}&to={year}",
        x=_number(middle - width / 2),
        middle=_number(middle),
        width=_number(width),
        top=_number(100 - height),
        height=_number(height),
        is_labelled=year % step == 0,
    )


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
