"""Years from one to another, as they are written: from 1991 to 2019, 2019년부터 2021년까지, since 2019, 2000년 이전."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from django.utils import timezone

LONGEST: Final = 100  # years
EARLIEST: Final = 1945  # where only the end is named
YEARS_TO_COME: Final = 10  # where only the beginning is: an agreement covers years that have not begun
_YEAR = r"(?:19|20)\d\d"
_FIRST, _LAST = rf"(?P<first>{_YEAR})(?:년도?)?", rf"(?P<last>{_YEAR})(?![\d-])(?:년도?)?"
_HUNG = r"(?:\s*(?:까지|사이|동안|간(?![가-힣])))?"
_SPANS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\bbetween\s+{_FIRST}\s+and\s+{_LAST}",
        rf"(?:\b(?:from|during|in)\s+)?(?<![\d.,/$₩€-]){_FIRST}\s*(?:[-–—~]|\bto\b|\bthrough\b|\b(?:un)?till?\b|부터|에서)\s*{_LAST}{_HUNG}",
        rf"\b(?P<open>since|after|before)\s+(?P<year>{_YEAR})(?![\d-])",
        rf"(?<![\d.,/$₩€-])(?P<year>{_YEAR})년?\s*(?P<open>이후|이래|부터|이전)",
    )
]  # fmt: skip


class Years(NamedTuple):
    first: int
    last: int
    start: int  # where it stands in the text
    end: int


def spans(text: str) -> list[Years]:
    """In the order of the text, none within another; none that ends before it begins."""
    found = [each for each in _all(text) if 0 <= each.last - each.first <= LONGEST]
    return sorted(found, key=lambda each: each.start)


def _all(text: str) -> Iterator[Years]:
    taken = 0
    for pattern in _SPANS:
        for match in pattern.finditer(text):
            if not taken >> match.start() & 1:
                taken |= (1 << match.end()) - (1 << match.start())
                yield Years(*_years(match.groupdict()), match.start(), match.end())


def _years(named: dict[str, str | None]) -> tuple[int, int]:
    if (year := named.get("year")) is None:
        return int(named["first"] or 0), int(named["last"] or 0)
    latest = timezone.now().year + YEARS_TO_COME
    match (named["open"] or "").casefold():
        case "before" | "이전":
            return EARLIEST, int(year) - 1
        case "after":
            return int(year) + 1, latest
        case _:
            return int(year), latest
