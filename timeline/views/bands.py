"""The overview band as HTML, drawn once for each content version, language and day, and kept in the process."""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language

from timeline import band
from timeline.enums import StageKind
from timeline.stream import Html

MARKER = "[window]"  # what was drawn is parted there, so that the band need not be drawn anew for each closer look

Months = tuple[dt.date, dt.date]


@dataclass(frozen=True)
class Overview:
    """All years, up to where the closer look is marked and behind that; empty where there is nothing to show."""

    before: Html
    behind: Html
    line: band.Line | None


@dataclass(frozen=True)
class Bands:
    """HTML of our own templates, which escape what they show."""

    overview: Overview
    window: Html
    closer: Html


def bands(stamp: band.Stamp, agreements: tuple[int, ...], first: dt.date | None, last: dt.date | None) -> Bands:
    """All years, and a closer look at the months from `first` to `last`; when both are None, at the talks on the
    agreements, or the last talks. There is no closer look where it would show nothing new.
    """
    language, today = _language(), timezone.now().date()
    overview = _overview(stamp, language, today)
    months = _months(stamp, language, today, agreements, first, last)
    if not months or not overview.line:
        return Bands(overview, Html(), Html())
    return Bands(overview, _window(overview.line, months), _closer(stamp, language, today, *months))


def overview_band(stamp: band.Stamp) -> Html:
    """All years alone, for other pages."""
    overview = _overview(stamp, _language(), timezone.now().date())
    return Html(overview.before + overview.behind)


def _language() -> str:
    return get_language() or "en"


@lru_cache(maxsize=256)
def _months(
    stamp: band.Stamp,
    language: str,
    today: dt.date,
    agreements: tuple[int, ...],
    first: dt.date | None,
    last: dt.date | None,
) -> Months | None:
    return band.view(band.kept_facts(stamp, language, today), agreements, first, last)


@lru_cache(maxsize=256)
def _window(line: band.Line, months: Months) -> Html:
    x, width = line.span(band.Dated(*months, "", ""))
    drawn = '<rect class="band__window" x="{}%" y="0" width="{}%" height="100%"/>'
    return Html(drawn.format(x, max(width, 0.4)).encode())


@lru_cache(maxsize=4)
def _overview(stamp: band.Stamp, language: str, today: dt.date) -> Overview:
    facts = band.kept_facts(stamp, language, today)
    if facts.is_empty:
        return Overview(Html(), Html(), None)
    drawn = band.overview(facts)
    context = {"band": drawn, "stages": StageKind.choices, "marker": MARKER}
    html = render_to_string("timeline/chronology/_overview_band.html", context)
    before, _marker, behind = html.partition(MARKER)
    return Overview(Html(before.encode()), Html(behind.encode()), drawn.line)


@lru_cache(maxsize=64)
def _closer(stamp: band.Stamp, language: str, today: dt.date, first: dt.date, last: dt.date) -> Html:
    context = {"band": band.closer(band.kept_facts(stamp, language, today), first, last)}
    return Html(render_to_string("timeline/chronology/_closer_band.html", context).encode())
