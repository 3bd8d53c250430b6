"""Tables as CSV that no spreadsheet takes for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings

from timeline.models import Figure
from timeline.spreadsheets import guarded

COLUMNS = (
    "figure",
    "stance",
    "party",
    "measure",
    "year_from",
    "year_to",
    "amount",
    "currency",
    "growth_percent",
    "growth_percent_to",
    "usd_equivalent_as_stated",
    "as_stated",
    "stated_on",
    "address",
)


def figure_cells(figure: Figure) -> list[Any]:
    return [
        figure.slug,
        figure.stance,
        figure.party,
        figure.measure,
        figure.year_from,
        figure.year_to,
        figure.amount,
        figure.currency,
        figure.growth_percent,
        figure.growth_percent_to,
        figure.usd_equivalent,
        figure.as_stated,
        figure.stated_on,
        settings.SITE_URL + figure.get_absolute_url(),
    ]


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """With a byte-order mark where there is more than ASCII: without it Excel garbles Hangul."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([cell(value) for value in row] for row in rows)
    text = out.getvalue()
    return text if text.isascii() else f"\ufeff{text}"


def cell(value: Any) -> str:
    """A number is written plainly; text that a spreadsheet would run gets an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return guarded(value) if isinstance(value, str) else str(value)
