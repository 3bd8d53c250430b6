"""The overview band as HTML, drawn once for each content version, language and day, and kept in the process."""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language

from timeline import band
from timeline.enums import StageKind

MARKER = "[window]"  # replaced in what was drawn, so that the band need not be drawn anew for each closer look

Months = tuple[dt.date, dt.date]


@dataclass(frozen=True)
class Bands:
    """Safe HTML of our own templates; empty where there is nothing to show."""

    overview: str
    closer: str


def bands(stamp: band.Stamp, agreements: tuple[int, ...], first: dt.date | None, last: dt.date | None) -> Bands:
    """All years, and a closer look at the months from `first` to `last`; when both are None, at the talks on the
    agreements, or the last talks. There is no closer look where it would show nothing new.
    """
    language, today = _language(), timezone.now().date()
    months = band.view(band.kept_facts(stamp, language, today), agreements, first, last)
    html, line = _overview(stamp, language, today)
    if not months or not line:
        return Bands(html.replace(MARKER, ""), "")
    return Bands(html.replace(MARKER, _window(line, months), 1), _closer(stamp, language, today, *months))


def overview_band(stamp: band.Stamp) -> str:
    """All years alone, for other pages."""
    html, _line = _overview(stamp, _language(), timezone.now().date())
    return html.replace(MARKER, "")


def _language() -> str:
    return get_language() or "en"


def _window(line: band.Line, months: Months) -> str:
    x, width = line.span(band.Dated(*months, "", ""))
    return f'<rect class="band__window" x="{x}%" y="0" width="{max(width, 0.4)}%" height="100%"/>'


@lru_cache(maxsize=4)
def _overview(stamp: band.Stamp, language: str, today: dt.date) -> tuple[str, band.Line | None]:
    facts = band.kept_facts(stamp, language, today)
    if facts.is_empty:
        return "", None
    drawn = band.overview(facts)
    context = {"band": drawn, "stages": StageKind.choices, "marker": MARKER}
    return render_to_string("timeline/chronology/_overview_band.html", context), drawn.line


@lru_cache(maxsize=64)
def _closer(stamp: band.Stamp, language: str, today: dt.date, first: dt.date, last: dt.date) -> str:
    context = {"band": band.closer(band.kept_facts(stamp, language, today), first, last)}
    return render_to_string("timeline/chronology/_closer_band.html", context)
