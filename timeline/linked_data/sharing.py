"""What other sites and programs are offered of a record's page: Open Graph, Twitter cards, its other forms."""

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from timeline.addresses import path_of
from timeline.linked_data.naming import address
from timeline.linked_data.pictures import Picture, card, plain
from timeline.models import Agreement, Official, Organization, Place, Record, Source, Topic

LOCALES = {"en": "en_US", "ko": "ko_KR"}
KOREAN_TEXTS = ("name_ko", "title_ko", "outcome_ko", "summary_ko")
# By which parameter of the timeline's query string what belongs to a record is asked for.
FOLLOWED: dict[type[Record], str] = {
    Official: "official",
    Organization: "organization",
    Place: "place",
    Source: "source",
    Topic: "topic",
}


class Alternate(NamedTuple):
    """Another form of the page, for `<link rel="alternate">`."""

    media_type: str
    url: str
    title: str


def locale() -> str:
    return LOCALES[(get_language() or "en")[:2]]


def properties(record: Record | None) -> list[tuple[str, str]]:
    """Open Graph and Twitter of a record's page or of another one, without title and description: the page has them."""
    if record is None:
        return [("og:type", "website"), ("og:locale", locale()), *_pictured(plain())]
    return [*_properties(record), *_pictured(card(record))]


def _properties(record: Record) -> Iterator[tuple[str, str]]:
    yield "og:type", "profile" if isinstance(record, Official) else "article"
    yield "og:locale", locale()
    if has_korean(record) and locale() != LOCALES["ko"]:
        yield "og:locale:alternate", LOCALES["ko"]
    if isinstance(record, Official):
        yield from (pair for pair in _names(record) if pair[1])
    else:
        yield from _times(record)


def _pictured(picture: Picture) -> Iterator[tuple[str, str]]:
    yield "og:image", picture.url
    yield "og:image:type", "image/png"
    yield "og:image:width", str(picture.width)
    yield "og:image:height", str(picture.height)
    yield "og:image:alt", picture.alt
    yield "twitter:card", "summary_large_image"
    yield "twitter:image:alt", picture.alt


def _names(official: Official) -> Iterator[tuple[str, str]]:
    yield "profile:first_name", official.given_name
    yield "profile:last_name", official.family_name


def _times(record: Record) -> Iterator[tuple[str, str]]:
    if record.published_at:
        yield "article:published_time", record.published_at.isoformat(timespec="seconds")
    if corrected := getattr(record, "corrected_at", None):
        yield "article:modified_time", corrected.isoformat(timespec="seconds")


def has_korean(record: Record) -> bool:
    """Whether some of the page can be read in Korean."""
    written = any(getattr(record, name, "") for name in KOREAN_TEXTS)
    return written or "ko" in {getattr(record, "language", ""), getattr(record, "original_language", "")}


def alternates(record: Record) -> list[Alternate]:
    return [*_own_forms(record), *_feeds(record), *embeddings(record)]


def other_forms(record: Record) -> list[Alternate]:
    """What the page itself links to."""
    return [*_own_forms(record), Alternate("image/png", card(record).url, _("picture")), *_feeds(record)]


def _own_forms(record: Record) -> Iterator[Alternate]:
    yield Alternate("application/json", f"{address(record).rstrip('/')}.json", _("JSON"))


def _feeds(record: Record) -> Iterator[Alternate]:
    """What belongs to the record, as it comes."""
    if isinstance(record, Agreement):
        query = urlencode({"agreement": record.ordinal})
    elif name := FOLLOWED.get(type(record)):
        query = urlencode({name: record.slug})
    else:
        return
    yield Alternate(
        "application/atom+xml",
        f"{settings.SITE_URL}{path_of('timeline-feed-atom')}?{query}",
        _("Atom feed of its entries"),
    )
    yield Alternate("text/calendar", f"{settings.SITE_URL}{path_of('calendar')}?{query}", _("calendar of its entries"))


def embeddings(record: Record) -> Iterator[Alternate]:
    """Where a site that is given the page's address asks how to show it: see oembed.com."""
    for media_type, name in (("application/json+oembed", "json"), ("text/xml+oembed", "xml")):
        query = urlencode({"url": address(record), "format": name})
        yield Alternate(media_type, f"{settings.SITE_URL}{path_of('oembed')}?{query}", _("For embedding"))
