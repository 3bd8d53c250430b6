"""An item as CSL-JSON, which citation managers and pandoc read."""

from typing import Any

from timeline import dates
from timeline.citing.items import Item
from timeline.dates import Moment

OPTIONAL = ("language", "abstract", "note")


def csl_json(item: Item) -> dict[str, Any]:
    """Every name is `literal`: which part of it is the family's we seldom know, and programs turn Korean ones round.

    Without `accessed`: that is the day on which the reader saw it, and not that on which we wrote the file.
    """
    made: dict[str, Any] = {"id": item.key, "type": item.type, "title": title_words(item)}
    if item.authors:
        made["author"] = [{"literal": name} for name in item.authors]
    if item.container:
        made["publisher" if item.type == "report" else "container-title"] = item.container
    if item.issued:
        made["issued"] = _date(item.issued)
    if item.url:
        made["URL"] = item.url
    return made | {name: value for name in OPTIONAL if (value := getattr(item, name))}


def title_words(item: Item) -> str:
    """A title that only describes the work stands in brackets, as the styles ask."""
    return f"[{item.title}]" if item.title_is_descriptive else item.title


def _date(edtf: str) -> dict[str, Any]:
    date = dates.parse(edtf)
    ends = [date.start, date.end] if date.is_span else [date.start]
    made: dict[str, Any] = {"date-parts": [_parts(end) for end in ends]}
    if any(end.mark for end in ends):
        made["circa"] = True
    return made


def _parts(moment: Moment) -> list[int]:
    day = moment.first
    return [day.year, day.month, day.day][: {"year": 1, "month": 2, "day": 3}[moment.precision]]
