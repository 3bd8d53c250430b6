"""The timeline: everything, in order, filterable; all of its state is in the address."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from timeline import chronology
from timeline.enums import EntryKind, Side
from timeline.models import Agreement, ContentVersion, Entry, EntryLink, Official, Organization, Place, Topic


@dataclass(frozen=True)
class Option:
    value: str
    label: str


def timeline(request: HttpRequest) -> HttpResponse:
    try:
        asked = chronology.Filter.from_query(request.GET)
        page = chronology.page_from_query(asked, request.GET)
    except chronology.BadQuery as error:
        return bad_query(request, error)
    choices = _choices(ContentVersion.current(), get_language() or "en")
    context = {
        "filter": asked,
        "page": page,
        "choices": choices,
        "years": _years(request.GET, choices["year"]),
        "turned": _turned(request.GET, page.newest),
    }
    return render(request, "timeline/chronology/timeline.html", context)


def bad_query(request: HttpRequest, error: chronology.BadQuery) -> HttpResponse:
    """What is wrong in the address, and the way back to the same page without that one name."""
    query = request.GET.copy()
    query.pop(error.parameter, None)
    back = f"{request.path}?{query.urlencode()}" if query else request.path
    return render(request, "400.html", {"problem": error.sentence, "back_url": back}, status=400)


def _turned(query: QueryDict, newest: bool) -> str:
    """The same filter in the other order, from its first page."""
    return _address(query, {} if newest else {"order": "newest"}, "order")


def _years(query: QueryDict, options: list[Option]) -> list[Option]:
    """The same filter from each year on, oldest first."""
    return [Option(_address(query, {"from": each.value}, "order", "from", "to"), each.label) for each in options]


def _address(query: QueryDict, added: dict[str, str], *dropped: str) -> str:
    """The first page of the same filter, with some names dropped and others added."""
    changed = query.copy()
    for name in ("after", "before", *dropped):
        changed.pop(name, None)
    for name, value in added.items():
        changed[name] = value
    return f"{reverse('timeline')}?{changed.urlencode()}" if changed else reverse("timeline")


@lru_cache(maxsize=4)
def _choices(version: int, language: str) -> dict[str, list[Option]]:
    """What each field of the form offers: only what leads to an entry. Kept until something public changes."""
    years = Entry.objects.order_by("year").values_list("year", flat=True).distinct()
    kinds = set(Entry.objects.order_by().values_list("kind", flat=True).distinct())
    return {
        "agreement": [Option(str(each.ordinal), each.name) for each in Agreement.objects.published().in_order()],
        "kind": [Option(kind.value, str(kind.label)) for kind in EntryKind if kind.value in kinds],
        "country": [Option(side.value, str(side.label)) for side in Side],
        "official": _linked("official", Official),
        "organization": _linked("organization", Organization),
        "topic": _linked("topic", Topic),
        "place": _linked("place", Place),
        "year": [Option(str(year), str(year)) for year in years],
    }


def _linked(name: str, model: Any) -> list[Option]:
    facet, _model = chronology.FACETS[name]
    targets = EntryLink.objects.filter(facet=facet).values("target_id")
    rows = model.objects.published().filter(pk__in=targets).in_order()
    return [Option(each.slug, _by_family_name(each) if isinstance(each, Official) else each.name) for each in rows]


def _by_family_name(official: Official) -> str:
    """“Trump, Donald J.”: the list is in the order of family names."""
    if not official.family_name:
        return official.name
    given = " ".join(part for part in (official.given_name, official.suffix) if part)
    return (
        _("%(family)s, %(given)s") % {"family": official.family_name, "given": given} if given else official.family_name
    )
