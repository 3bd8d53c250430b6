"""The timeline: everything, in order, filterable; all of its state is in the address."""

import datetime as dt
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timeline import chronology, dates, facets, linked_data
from timeline.chronology import FACETS, PAGES, Filter, Page
from timeline.enums import EntryKind, Side
from timeline.models import Agreement, ContentVersion, Entry, EntryLink, Official, Organization, Place, Source, Topic
from timeline.stream import Html, Stream, stream
from timeline.views.bands import bands
from timeline.views.in_place import asks_for_a_part, kept_apart
from timeline.views.subscribing import subscription

ALWAYS_LISTED = {"agreement", "country"}  # short and in an order of their own: what would leave nothing is greyed out
MOST_CHIPS = 4  # of one name
KEPT_AROUND = 64  # filters
LEVEL = 2  # of the headings of years


@require_safe
@kept_apart
def timeline(request: HttpRequest) -> HttpResponse:
    """The whole page; for htmx the part of it that changes."""
    in_place = asks_for_a_part(request)
    tidy = _tidied(request.GET)
    if tidy != request.GET and not in_place:
        return HttpResponseRedirect(_address(tidy))
    try:
        asked = Filter.from_query(tidy)
        page = chronology.page_from_query(asked, tidy)
    except chronology.BadQuery as error:
        return _problem(request, error) if in_place else bad_query(request, error)
    shown = stream(page.rows, LEVEL)
    context = _context(request, tidy, asked, page, shown)
    if not in_place:
        context |= {"structured_text": _structured(request, shown), "in_bytes": True}
        return render(request, "timeline/chronology/timeline.html", context)
    response = render(request, "timeline/chronology/_view.html", context)
    response["HX-Push-Url"] = _address(tidy)
    return response


def _structured(request: HttpRequest, shown: Stream) -> Html:
    address = linked_data.canonical(request)

    def made() -> str:
        entries = linked_data.entries_of_cards(shown.cards)
        return linked_data.as_json(linked_data.list_page(address, _("Timeline"), entries))

    return shown.said((address, settings.SITE_URL), made)


def _context(request: HttpRequest, query: QueryDict, asked: Filter, page: Page, shown: Stream) -> dict[str, Any]:
    stamp = ContentVersion.stamp()
    copied = getattr(request, "copied", False)
    first_page = urlencode([(name, value) for name, value in _pairs(query) if name not in PAGES])
    return {
        "page": page,
        "around": _around((stamp, settings.SITE_URL, get_language() or "en"), first_page, asked, page.newest, copied),
        "bands": bands(stamp, asked.agreements, *_in_view(asked, page, shown)),
    }


@dataclass(frozen=True)
class Around:
    """What stands around the entries, the same on each page of one filter: HTML of our own templates."""

    side: Html
    bar: Html
    subscribing: Html
    alternates: Html


@lru_cache(maxsize=KEPT_AROUND)
def _around(where: tuple[facets.Stamp, str, str], query: str, asked: Filter, newest: bool, copied: bool) -> Around:
    """Made when it is first shown, and kept until something public changes. `query` asks for the first page."""
    stamp, _site, language = where
    first_page = QueryDict(query)
    counts, listed = facets.counts(stamp, asked), _listed(stamp, language)
    context = {
        "language": language,
        "copied": copied,
        "filter": asked,
        "newest": newest,
        "total": counts.total,
        "total_words": facets.count_words(counts.total),
        "fields": {name: _field(name, listed[name], asked, counts) for name in listed},
        "chips": _chips(first_page, asked, listed, stamp),
        "years": _years(first_page, newest, stamp, counts),
        "turned": _address(_changed(first_page, {} if newest else {"order": "newest"}, "order")),
        "search_url": _search_address(asked, newest, listed) if asked.words else "",
        "subscription": subscription(asked),
    }
    templates = ("chronology/_side", "chronology/_bar", "shared/_subscribe", "chronology/_alternates")
    return Around(*(Html(render_to_string(f"timeline/{name}.html", context).encode()) for name in templates))


def bad_query(request: HttpRequest, error: chronology.BadQuery) -> HttpResponse:
    """What is wrong in the address, and the way back to the same page without that one name."""
    query = request.GET.copy()
    query.pop(error.parameter, None)
    back = f"{request.path}?{query.urlencode()}" if query else request.path
    return render(request, "400.html", {"problem": error.sentence, "back_url": back}, status=400)


def _problem(request: HttpRequest, error: chronology.BadQuery) -> HttpResponse:
    """The sentence alone, shown above the entries; the form stays as it was filled in, and so does the address."""
    response = render(request, "timeline/chronology/_problem.html", {"problem": error.sentence}, status=400)
    response["HX-Retarget"], response["HX-Reswap"], response["HX-Push-Url"] = "#timeline_problem", "innerHTML", "false"
    return response


# --- addresses -------------------------------------------------------------------------------------------------------


def _tidied(query: QueryDict) -> QueryDict:
    """Without what an untouched field of the form adds."""
    if all(value.strip() for _name, values in query.lists() for value in values):
        return query
    tidy = query.copy()
    for name, values in query.lists():
        tidy.setlist(name, [value for value in values if value.strip()])
        if not tidy.getlist(name):
            del tidy[name]
    return tidy


def _pairs(query: QueryDict) -> list[tuple[str, str]]:
    return [(name, value) for name, values in query.lists() for value in values]


def _changed(query: QueryDict, added: dict[str, str], *dropped: str) -> QueryDict:
    """The first page of the same filter, with some names dropped and others added."""
    changed = query.copy()
    for name in (*PAGES, *dropped):
        changed.pop(name, None)
    for name, value in added.items():
        changed[name] = value
    return changed


def _address(query: QueryDict) -> str:
    return f"{reverse('timeline')}?{query.urlencode()}" if query else reverse("timeline")


def _search_address(asked: Filter, newest: bool, listed: "dict[str, list[Value]]") -> str:
    """The same words asked of everything there is, with the filters that the search knows, one value of each."""
    given = {name: asked.chosen(name)[0] for name in ("kind", "agreement", "official") if len(asked.chosen(name)) == 1}
    ordinals = {form: each.value for each in listed["agreement"] for form in (each.value, each.slug)}
    first, last = asked.chosen("from")[-1:], asked.chosen("to")[-1:]
    pairs = {
        "q": " ".join(asked.chosen("q")),
        "kind": given.get("kind", ""),
        "agreement": ordinals.get(given.get("agreement", ""), ""),
        "person": given.get("official", ""),
        "year": first[0] if first == last and first and len(first[0]) == len("2019") else "",
        "order": "date" if newest else "",
    }
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in pairs.items() if value})
    return f"{reverse('search')}?{query.urlencode()}"


# --- what the form offers --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Value:
    """What can be asked for by one name, whether or not it would leave anything."""

    key: Hashable  # what it is counted by: an id, a kind, a side
    value: str  # in the address
    label: str
    slug: str = ""  # another form of the value


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    count: str
    is_chosen: bool
    is_empty: bool


@dataclass(frozen=True)
class Field:
    options: list[Option]
    kept: list[str]  # chosen values that the list cannot show, as it shows one


@lru_cache(maxsize=4)
def _listed(stamp: facets.Stamp, language: str) -> dict[str, list[Value]]:
    """What each field of the form can offer: only what leads to an entry. Kept until something public changes."""
    kinds = set(Entry.objects.order_by().values_list("kind", flat=True).distinct())
    agreements = Agreement.objects.published().in_order()
    return {
        "agreement": [Value(each.pk, str(each.ordinal), each.name, each.slug) for each in agreements],
        "kind": [Value(kind.value, kind.value, str(kind.label)) for kind in EntryKind if kind.value in kinds],
        "country": [Value(side.value, side.value, str(side.label)) for side in Side],
        "official": _linked("official", Official),
        "organization": _linked("organization", Organization),
        "topic": _linked("topic", Topic),
        "place": _linked("place", Place),
    }


def _linked(name: str, model: Any) -> list[Value]:
    links = EntryLink.objects.filter(facet=FACETS[name][0], target_id=OuterRef("pk"))  # one is enough
    rows = model.objects.published().filter(Exists(links)).in_order()
    return [
        Value(each.pk, each.slug, _by_family_name(each) if isinstance(each, Official) else each.name) for each in rows
    ]


def _by_family_name(official: Official) -> str:
    """“Trump, Donald J.”: the list is in the order of family names."""
    given = " ".join(part for part in (official.given_name, official.suffix) if part)
    if not official.family_name or not given:
        return official.family_name or official.name
    return _("%(family)s, %(given)s") % {"family": official.family_name, "given": given}


def _field(name: str, values: list[Value], asked: Filter, counts: facets.Counts) -> Field:
    asked_for = set(asked.chosen(name))
    chosen = [value for value in values if value.value in asked_for or value.slug in asked_for]
    last = chosen[-1] if chosen else None
    shown = {last.value, last.slug} if last else set()
    options = []
    for value in values:
        count = counts.of(name, value.key)
        if count or value is last or name in ALWAYS_LISTED:
            options.append(Option(value.value, value.label, facets.count_words(count), value is last, count == 0))
    return Field(options, [value for value in asked.chosen(name) if value not in shown])


# --- what is chosen --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Chip:
    name: str
    label: str
    url: str  # the same without it


def _chips(query: QueryDict, asked: Filter, listed: dict[str, list[Value]], stamp: facets.Stamp) -> list[Chip]:
    chips = []
    for name in chronology.FILTERS:
        values = asked.chosen(name)
        if len(values) > MOST_CHIPS or name in {"from", "to", "q"}:
            if values:
                chips.append(Chip(_name_words(name), _whole_words(name, values), _address(_changed(query, {}, name))))
            continue
        labels = _labels(name, values, listed, stamp)
        for value in values:
            rest = _changed(query, {})
            rest.setlist(name, [other for other in query.getlist(name) if other.strip() != value])
            chips.append(Chip(_name_words(name), labels.get(value, value), _address(rest)))
    return chips


def _name_words(name: str) -> str:
    return {
        "agreement": _("Agreement"),
        "kind": _("Kind"),
        "country": _("Side"),
        "official": _("Official"),
        "organization": _("Organization"),
        "place": _("Place"),
        "topic": _("Topic"),
        "source": _("Source"),
        "from": _("From"),
        "to": _("To"),
        "q": _("Words"),
    }[name]


def _whole_words(name: str, values: tuple[str, ...]) -> str:
    if name in {"from", "to"}:
        return str(dates.parse(values[-1]))
    return f"“{' '.join(values)}”" if name == "q" else _("%(count)s chosen") % {"count": len(values)}


def _labels(name: str, values: Iterable[str], listed: dict[str, list[Value]], stamp: facets.Stamp) -> dict[str, str]:
    if name == "source":
        return {value: _source_label(stamp, value) for value in values}
    return {form: each.label for each in listed[name] for form in (each.value, each.slug) if form}


@lru_cache(maxsize=256)
def _source_label(stamp: facets.Stamp, slug: str) -> str:
    source = Source.objects.published().only("publisher", "title").get(slug=slug)
    return f"{source.publisher}, {source.title}"


# --- years -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Year:
    label: str
    url: str  # the page on which its entries begin; empty without any


def _years(query: QueryDict, newest: bool, stamp: facets.Stamp, counts: facets.Counts) -> list[Year]:
    """Every year with an entry; those that the filter leaves something of are linked."""
    stem = _address(_changed(query, {}))
    stem += "&" if "?" in stem else "?"
    return [
        Year(f"{year:04d}", f"{stem}after={_key_of(year, newest)}" if year in counts.years else "")
        for year in _all_years(stamp)
    ]


@lru_cache(maxsize=4)
def _all_years(stamp: facets.Stamp) -> list[int]:
    return list(Entry.objects.order_by("year").values_list("year", flat=True).distinct())


def _key_of(year: int, newest: bool) -> str:
    """A page key before every entry of the year, or behind them all where the newest come first."""
    return f"{min(year + 1, 9999):04d}-01-01.00000.-" if newest else f"{year:04d}-01-01.00000.-"


# --- what is in view -------------------------------------------------------------------------------------------------


def _in_view(asked: Filter, page: Page, shown: Stream) -> tuple[dt.date | None, dt.date | None]:
    """The range asked for, else the days of the entries shown; None where whole talks are looked at instead:

    those of the agreement asked for, and the last ones on the first page of everything.
    """
    if asked.first or asked.last:
        return asked.first, asked.last
    whole = not page.previous_key and (asked.agreements or not asked.narrows)
    return (None, None) if whole or not shown.cards else (shown.first_day, shown.last_day)
