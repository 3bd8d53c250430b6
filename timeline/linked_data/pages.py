"""The structured data of whole pages: what a page is about, where it stands in the site, and what it lists."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from timeline.addresses import path_of
from timeline.index import title_of
from timeline.linked_data.naming import Node, address, given, identity
from timeline.linked_data.pictures import card
from timeline.models import Agreement, Figure, Official, Organization, Place, Record, Source, Topic

CONTEXT = "https://schema.org"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
ON_THE_TIMELINE = ("timeline", gettext_lazy("Timeline"))
LISTS: Mapping[type[Record], tuple[str, Any]] = {
    Agreement: ("agreement-list", gettext_lazy("Agreements")),
    Figure: ("figure-list", gettext_lazy("Figures")),
    Official: ("official-list", gettext_lazy("Officials")),
    Organization: ("organization-list", gettext_lazy("Organizations")),
    Place: ("place-list", gettext_lazy("Places")),
    Source: ("source-list", gettext_lazy("Sources")),
    Topic: ("topic-list", gettext_lazy("Topics")),
}


class Entry(NamedTuple):
    """What a list has: an address and what stands there."""

    url: str  # within the site
    name: str


@dataclass(frozen=True)
class Distribution:
    """One file of the data set."""

    url: str
    media_type: str
    name: str
    size: int | None = None  # in bytes
    sha256: str = ""


def graph(*nodes: Node) -> Node:
    return {"@context": CONTEXT, "@graph": list(nodes)}


# --- the page of a record --------------------------------------------------------------------------------------------


def record_page(record: Record, node: Node, entries: Iterable[Entry] | None = None) -> Node:
    """`node` says what the record is (see records.py); a page that mainly lists says what it lists."""
    picture = card(record)
    image = {"@type": "ImageObject", "url": picture.url, "width": picture.width, "height": picture.height}
    page = _page(address(record), title_of(record), _page_type(record), _trail(*_lists(record), _here(record)))
    listed = {"about": {"@id": identity(record)}, "mainEntity": _list(entries)} if entries is not None else {}
    page |= {"mainEntity": {"@id": identity(record)}} | listed
    page |= given(
        {
            "datePublished": _moment(record.published_at),
            "dateModified": _moment(getattr(record, "corrected_at", None) or record.published_at),
            "primaryImageOfPage": image,
        }
    )
    return graph(page, node | {"image": picture.url} if "url" in node and not isinstance(record, Source) else node)


def _page_type(record: Record) -> str:
    if isinstance(record, Official):
        return "ProfilePage"
    return "CollectionPage" if isinstance(record, Topic) else "WebPage"


def _page(url: str, name: str, kind: str, trail: Node) -> Node:
    return {
        "@type": kind,
        "@id": url,
        "url": url,
        "name": name,
        "inLanguage": get_language() or "en",
        "isPartOf": {"@type": "WebSite", "@id": _site_id(), "name": _("SMA Timeline"), "url": _site_url()},
        "breadcrumb": trail,
    }


def _moment(moment: dt.datetime | None) -> str | None:
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds") if moment else None


def _here(record: Record) -> Entry:
    return Entry(record.get_absolute_url(), title_of(record))


def _lists(record: Record) -> list[Entry]:
    """The list in which a record of its kind stands; rounds, events and statements stand on the timeline."""
    name, label = LISTS.get(type(record), ON_THE_TIMELINE)
    return [Entry(path_of(name), str(label))]


def _trail(*steps: Entry) -> Node:
    """From the overview to here."""
    way = [Entry(path_of("overview"), _("SMA Timeline")), *steps]
    return {"@type": "BreadcrumbList", "itemListElement": [_step(at, each) for at, each in enumerate(way, 1)]}


def _step(position: int, entry: Entry) -> Node:
    return {"@type": "ListItem", "position": position, "name": entry.name, "item": settings.SITE_URL + entry.url}


# --- lists -----------------------------------------------------------------------------------------------------------


def entries_of(records: Iterable[Record]) -> list[Entry]:
    """For records whose title needs nothing more than what was fetched with them."""
    return [_here(record) for record in records]


def entries_of_cards(cards: Iterable[Any]) -> list[Entry]:
    return [Entry(card.url, card.title) for card in cards]


def list_page(url: str, name: str, entries: Sequence[Entry]) -> Node:
    """`url`: the canonical address of this page of the list; `name`: of the list."""
    trail = _trail(Entry(url.removeprefix(settings.SITE_URL).partition("?")[0], name))
    return graph(_page(url, name, "CollectionPage", trail) | {"mainEntity": _list(entries)})


def _list(entries: Iterable[Entry] | None) -> Node:
    items = [
        {"@type": "ListItem", "position": at, "url": settings.SITE_URL + each.url, "name": each.name}
        for at, each in enumerate(entries or (), 1)
    ]
    return {"@type": "ItemList", "numberOfItems": len(items), "itemListElement": items}


# --- the site and its data -------------------------------------------------------------------------------------------


def _site_url() -> str:
    return settings.SITE_URL + path_of("overview")


def _site_id() -> str:
    return f"{_site_url()}#website"


def overview(distributions: Iterable[Distribution] = ()) -> Node:
    """What the site is, how it is searched, and which data it holds."""
    site = {
        "@type": "WebSite",
        "@id": _site_id(),
        "url": _site_url(),
        "name": _("SMA Timeline"),
        "inLanguage": get_language() or "en",
        "potentialAction": {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": f"{settings.SITE_URL}{path_of('search')}?q={{search_term_string}}",
            },
            "query-input": "required name=search_term_string",
        },
    }
    return graph(site, dataset(distributions))


def data_page(url: str, name: str, distributions: Iterable[Distribution], **known: Any) -> Node:
    """The page from which the data set is taken; `known`: see `dataset`."""
    trail = _trail(Entry(url.removeprefix(settings.SITE_URL), name))
    data = dataset(distributions, **known)
    return graph(_page(url, name, "WebPage", trail) | {"mainEntity": {"@id": data["@id"]}}, data)


def dataset(
    distributions: Iterable[Distribution] = (), *, version: str = "", modified: dt.datetime | None = None
) -> Node:
    return given(
        {
            "@type": "Dataset",
            "@id": f"{_site_url()}#dataset",
            "url": settings.SITE_URL + path_of("downloads"),
            "name": _("SMA Timeline: the talks on sharing the cost of U.S. forces in Korea"),
            "description": _(
                "Rounds, statements, events, agreements and figures of the talks between Seoul and Washington on the "
                "Special Measures Agreements, each fact with its source and the source's exact words."
            ),
            "license": LICENCE,
            "isAccessibleForFree": True,
            "inLanguage": ["en", "ko"],
            "keywords": [_("Special Measures Agreement"), _("burden sharing"), _("U.S. Forces Korea")],
            "version": version,
            "dateModified": _moment(modified),
            "distribution": [_download(each) for each in distributions],
        }
    )


def _download(file: Distribution) -> Node:
    return given(
        {
            "@type": "DataDownload",
            "contentUrl": settings.SITE_URL + file.url,
            "encodingFormat": file.media_type,
            "name": file.name,
            "contentSize": "" if file.size is None else f"{file.size} B",
            "sha256": file.sha256,
        }
    )
