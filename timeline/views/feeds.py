"""The timeline as a feed, whole or through any filter: what was published or corrected last."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from timeline import chronology, dates
from timeline.chronology import Filter, asked_for
from timeline.enums import EntryKind
from timeline.index import Card
from timeline.views.asked import for_programs, query_of
from timeline.views.conditions import while_unchanged
from timeline.views.feed_forms import Category, Feed, Item, atom, json_feed, rss
from timeline.views.newest import New, TopicName, newest
from timeline.views.subscribing import filter_words

KEPT_ITEMS: Final = 512
FORMS: dict[str, tuple[Callable[[Feed], str], str]] = {
    "atom": (atom, "application/atom+xml"),
    "rss": (rss, "application/rss+xml"),
    "json": (json_feed, "application/feed+json"),
}


@for_programs
@while_unchanged
def timeline(request: HttpRequest, form: str) -> HttpResponse:
    """The 50 newest; those before them by `before`, as the feed itself says."""
    asked = asked_for(request.GET, "before")
    write, content_type = FORMS[form]
    made = write(_feed(request, asked, request.GET.get("before", "")))
    return HttpResponse(made, content_type=f"{content_type}; charset=utf-8")


def _feed(request: HttpRequest, asked: Filter, before: str) -> Feed:
    page = newest(asked, before)
    address, words = settings.SITE_URL + request.path, filter_words(asked)
    return Feed(
        name=f"timeline{query_of(asked)}",
        title=_("SMA Timeline: %(filter)s") % {"filter": words} if words else _("SMA Timeline"),
        description=_("Rounds, statements and events of the cost-sharing talks, as they are entered or corrected."),
        page_url=settings.SITE_URL + reverse("timeline") + query_of(asked),
        feed_url=address + (query_of(asked, before=before) if before else query_of(asked)),
        items=_items(page.entries),
        first_url=address + query_of(asked),
        next_url=address + query_of(asked, before=page.next_key) if page.next_key else "",
    )


def _items(entries: Sequence[New]) -> list[Item]:
    """Those that are not kept are made of their cards, which takes one query."""
    where = settings.SITE_URL, get_language() or "en"
    items = [KEPT.get((new, *where)) for new in entries]
    cards = chronology.cards_of([new.sort_key for new, item in zip(entries, items, strict=True) if item is None])
    for place, new in enumerate(entries):
        if items[place] is None and new.sort_key in cards:
            digest, card = cards[new.sort_key]
            items[place] = made = _item(new, card, *where)
            KEPT.keep((replace(new, digest=digest), *where), made)
    return [item for item in items if item is not None]


class KeptItems:
    """The last items, by all that they say: most of what a feed has, it had the last time."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._items: OrderedDict[tuple[New, str, str], Item] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[New, str, str]) -> Item | None:
        with self._lock:
            if (found := self._items.get(key)) is not None:
                self._items.move_to_end(key)
        return found

    def keep(self, key: tuple[New, str, str], item: Item) -> None:
        with self._lock:
            self._items[key] = item
            while len(self._items) > self.most:
                self._items.popitem(last=False)


KEPT: Final = KeptItems(KEPT_ITEMS)


def _item(new: New, card: Card, site: str, language: str) -> Item:
    change = new.change
    return Item(
        name=f"{change.record_type}/{change.code}",
        title=card["title"],
        url=site + card["url"],
        html=_html(card, site, language),
        published=change.published_at,
        updated=max(change.published_at, change.updated_at),
        summary=_line(card),
        when=card["when"],
        categories=tuple(_categories(card, new.topics)),
    )


def _html(card: Card, site: str, language: str) -> str:
    """With whole addresses: where it is read, nothing says where it is from."""
    return render_to_string("timeline/feeds/_entry.html", {"card": card, "site": site, "language": language})


def _line(card: Card) -> str:
    """What it is, and when it happened: feed readers show when it was entered."""
    parts = [kind_words(card), str(dates.parse(card["when"])), *(place["name"] for place in card["places"])]
    return " · ".join(parts)


def kind_words(card: Card) -> str:
    return str(EntryKind(card["kind"]).label)


def _categories(card: Card, topics: Iterable[TopicName]) -> list[Category]:
    found = [Category("kind", card["kind"], kind_words(card))]
    if agreement := card["agreement"]:
        found.append(Category("agreement", agreement["slug"], agreement["name"]))
    return found + [Category("topic", topic.slug, topic.name) for topic in topics]
