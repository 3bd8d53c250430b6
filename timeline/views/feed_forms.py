"""What feed readers are told, in their three forms: Atom, RSS 2.0 and JSON Feed 1.1.

An item is known by a name that it keeps when its address changes, and is as new as its last correction, never as new
as the moment of asking.
"""

import datetime as dt
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import StringIO
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, rfc3339_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator

from timeline.models import ContentVersion

SINCE: Final = "2026"  # the year of the addresses by which feed readers know an entry: never changed
LICENCE: Final = "CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)"
KEPT_PIECES: Final = 1_024
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Category:
    scheme: str  # kind, agreement or topic
    term: str
    label: str


@dataclass(frozen=True)
class Item:
    name: str  # within the site, for ever
    title: str
    url: str
    html: str
    published: dt.datetime
    updated: dt.datetime
    summary: str = ""  # plain text
    when: str = ""  # of what happened, in EDTF
    categories: tuple[Category, ...] = ()


@dataclass(frozen=True)
class Feed:
    name: str  # within the site, for ever
    title: str
    description: str
    page_url: str
    feed_url: str
    items: Sequence[Item]
    first_url: str = ""  # the newest page of it
    next_url: str = ""  # the page of those before

    @property
    def updated(self) -> dt.datetime:
        """Empty, it was last changed when the content was: the time of asking would make it new for ever."""
        if self.items:
            return max(item.updated for item in self.items)
        return ContentVersion.stamp()[1] or dt.datetime(int(SINCE), 1, 1, tzinfo=dt.UTC)

    @property
    def pages(self) -> list[tuple[str, str]]:
        """How the pages of a feed lead to one another (RFC 5005)."""
        return [(rel, url) for rel, url in (("first", self.first_url), ("next", self.next_url)) if url]


def tag(name: str) -> str:
    """A name that stays when the record gets another address (RFC 4151)."""
    return f"tag:{_host(settings.SITE_URL)},{SINCE}:{name}"


@lru_cache(maxsize=4)
def _host(site: str) -> str:
    return urlsplit(site).hostname or ""


def in_xml(text: str) -> str:
    """Without the few signs that XML cannot hold."""
    return NOT_IN_XML.sub("\ufffd", text)


def _language() -> str:
    return get_language() or "en"


def _filled(form: str, feed: Feed) -> str:
    made, language = FORMS[form](**_given(feed)), _language()
    made.shown = feed
    made.pieces = [_piece(form, item, tag(item.name), language) for item in feed.items]
    return str(made.writeString("utf-8"))


@lru_cache(maxsize=KEPT_PIECES)
def _piece(form: str, item: Item, name: str, language: str) -> str:
    """One item of a feed as XML, kept by all that it says."""
    alone = FORMS[form](title="", link="", description="")
    alone.add_item(
        title=in_xml(item.title),
        link=item.url,
        description=in_xml(item.html),
        unique_id=name,
        unique_id_is_permalink=False,
        pubdate=item.published,
        updateddate=item.updated,
        shown=item,
    )
    written = StringIO()
    super(_InPieces, alone).write_items(SimplerXMLGenerator(written, "utf-8", short_empty_elements=True))
    return written.getvalue()


def _given(feed: Feed) -> dict[str, Any]:
    return {
        "title": in_xml(feed.title),
        "link": feed.page_url,
        "description": in_xml(feed.description),
        "language": _language(),
        "feed_url": feed.feed_url,
        "feed_guid": tag(feed.name),
        "author_name": _("SMA Timeline"),
        "feed_copyright": LICENCE,
    }


class _InPieces:
    """A feed of Django's, of items that are written already."""

    shown: Feed
    pieces: list[str]

    def latest_post_date(self) -> dt.datetime:
        return self.shown.updated

    def write_items(self, handler: Any) -> None:
        for piece in self.pieces:
            handler.ignorableWhitespace(piece)  # which writes it as it is


def atom(feed: Feed) -> str:
    return _filled("atom", feed)


class _Atom(_InPieces, Atom1Feed):
    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        for rel, url in self.shown.pages:
            handler.addQuickElement("link", "", {"rel": rel, "href": url})

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        """The text whole, as content; the summary is a plain line of it."""
        shown: Item = item["shown"]
        super().add_item_elements(handler, item | {"description": None})
        if shown.summary:
            handler.addQuickElement("summary", in_xml(shown.summary))
        handler.addQuickElement("content", item["description"], {"type": "html"})
        for each in shown.categories:
            told = {"term": each.term, "scheme": tag(each.scheme), "label": in_xml(each.label)}
            handler.addQuickElement("category", "", told)


def rss(feed: Feed) -> str:
    return _filled("rss", feed)


class _Rss(_InPieces, Rss201rev2Feed):
    def rss_attributes(self) -> dict[str, str]:
        return super().rss_attributes() | {"xml:lang": _language()}

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        for rel, url in self.shown.pages:
            handler.addQuickElement("atom:link", "", {"rel": rel, "href": url})

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        """RSS has no word of its own for a correction, so Atom's is borrowed."""
        super().add_item_elements(handler, item)
        shown: Item = item["shown"]
        handler.addQuickElement("atom:updated", rfc3339_date(shown.updated))
        for each in shown.categories:
            handler.addQuickElement("category", in_xml(each.label), {"domain": tag(each.scheme)})


FORMS: Final[dict[str, Any]] = {"atom": _Atom, "rss": _Rss}


def json_feed(feed: Feed) -> str:
    told = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.description,
        "home_page_url": feed.page_url,
        "feed_url": feed.feed_url,
        "language": _language(),
        "authors": [{"name": _("SMA Timeline"), "url": settings.SITE_URL + "/"}],
        "items": [_json_item(item) for item in feed.items],
    }
    if feed.next_url:
        told["next_url"] = feed.next_url
    return json.dumps(told, ensure_ascii=False)


def _json_item(item: Item) -> dict[str, Any]:
    return {
        "id": tag(item.name),
        "url": item.url,
        "title": item.title,
        "summary": item.summary,
        "content_html": item.html,
        "date_published": rfc3339_date(item.published),
        "date_modified": rfc3339_date(item.updated),
        "tags": [each.label for each in item.categories],
        "_sma": {"about": settings.SITE_URL + "/about/", "when": item.when},
    }
