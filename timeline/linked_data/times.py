"""Dates as schema.org has them, no more exactly than they are known.

A day, a month or a year is written as ISO 8601 has it. What ISO 8601 cannot say (around, probably, a span as one value)
is written as EDTF and typed so: a reader that does not know the type has no date rather than a wrong one.
"""

from timeline import dates
from timeline.dates import Moment
from timeline.linked_data.naming import Node

EDTF = "http://id.loc.gov/datatypes/edtf"
FORMS = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}


def _written(moment: Moment) -> str | Node:
    text = f"{moment.first:{FORMS[moment.precision]}}"
    return {"@type": EDTF, "@value": text + moment.mark} if moment.mark else text


def date(edtf: str) -> str | Node | None:
    """One value: a span whole."""
    if not edtf:
        return None
    parsed = dates.parse(edtf)
    return {"@type": EDTF, "@value": edtf} if parsed.is_span else _written(parsed.start)


def first(edtf: str) -> str | Node | None:
    return _written(dates.parse(edtf).start) if edtf else None


def last(edtf: str) -> str | Node | None:
    return _written(dates.parse(edtf).end) if edtf else None


def years(begin: int | None, end: int | None) -> str:
    """2026/2030, 2026/.. or 2026; empty where neither is known."""
    if begin is None and end is None:
        return ""
    return str(begin) if begin == end else f"{begin or '..'}/{end or '..'}"
