"""The timeline as pages of its own, for each year and each agreement: an edit moves no entry to another year's page."""

import datetime as dt
from typing import Final

from django.db.models import QuerySet
from django.shortcuts import render
from django.urls import resolve
from django.utils.translation import gettext as _

from timeline import chronology
from timeline.addresses import path_of
from timeline.chronology import Filter
from timeline.models import Agreement, Entry
from timeline.static_copy.links import Timetable
from timeline.static_copy.rendering import Answer, request_for

AGREEMENT: Final = "agreement"


def timetable() -> Timetable:
    years = Entry.objects.order_by("year").values_list("year", flat=True).distinct()
    slugs: dict[str, str] = {}
    for ordinal, slug in _agreements().values_list("ordinal", "slug"):
        slugs[str(ordinal)] = slugs[slug] = slug
    return Timetable(years=tuple(years), agreements=slugs)


def _agreements() -> QuerySet[Agreement]:
    return Agreement.objects.published().in_order()


def addresses(table: Timetable) -> list[str]:
    timeline = path_of("timeline")
    years = [f"{timeline}{year:04d}/" for year in table.years]
    return years + [f"{timeline}{AGREEMENT}/{slug}/" for slug in dict.fromkeys(table.agreements.values())]


def is_stream(address: str) -> bool:
    timeline = path_of("timeline")
    return address.startswith(timeline) and address != timeline


def page(address: str, table: Timetable, key: str) -> tuple[Answer, str]:
    """One page of the stream of a year or an agreement, and the key of the next; an empty key is the first page's."""
    kind, _slash, value = address.removeprefix(path_of("timeline")).strip("/").partition("/")
    if kind == AGREEMENT:
        agreement = _agreements().filter(slug=value).first()
        if agreement is None:
            return Answer(404, "text/html", b""), ""
        asked, heading, query = Filter.by(agreement), agreement.name, f"agreement={agreement.ordinal}"
        neighbours = ("", "")
    else:
        year = int(kind)
        asked, heading, query = _of_year(year), f"{year}", f"from={kind}&to={kind}"
        neighbours = _around(year, table)
    request = request_for(f"{path_of('timeline')}?{query}")
    request.resolver_match = resolve(request.path_info)
    found = chronology.page(asked, after=key)
    context = {
        "heading": heading,
        "page": found,
        "earlier": neighbours[0],
        "later": neighbours[1],
        "title": _("Timeline: %(what)s") % {"what": heading},
    }
    response = render(request, "timeline/static_copy/stream.html", context)
    return Answer(200, "text/html", response.content), found.next_key


def _of_year(year: int) -> Filter:
    return Filter(first=dt.date(year, 1, 1), last=dt.date(year, 12, 31))


def _around(year: int, table: Timetable) -> tuple[str, str]:
    at = table.years.index(year)
    timeline = path_of("timeline")
    earlier = f"{timeline}?from={table.years[at - 1]:04d}" if at else ""
    later = f"{timeline}?from={table.years[at + 1]:04d}" if at + 1 < len(table.years) else ""
    return earlier, later
