"""The timeline as a feed, whole or through any filter: what was published or corrected last."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from timeline import dates
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
        items=[_item(new, settings.SITE_URL, get_language() or "en") for new in page.entries],
        first_url=address + query_of(asked),
        next_url=address + query_of(asked, before=page.next_key) if page.next_key else "",
    )


@lru_cache(maxsize=KEPT_ITEMS)
def _item(new: New, site: str, language: str) -> Item:
    """Kept by all that it says: most of what a feed has, it had the last time."""
    change, card = new.change, new.card
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
