"""Any filter of the timeline in the form that TimelineJS reads, for those who show it on pages of their own."""

import json
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from timeline import chronology, dates
from timeline.chronology import STREAM, Filter, Page, asked_for
from timeline.dates import Moment
from timeline.index import Card
from timeline.index.composing import DATED
from timeline.views.asked import for_programs, query_of
from timeline.views.conditions import while_unchanged
from timeline.views.subscribing import filter_words

MOST_SLIDES: Final = 300  # what TimelineJS draws without making its reader wait
KEPT_SLIDES: Final = 2 * MOST_SLIDES
FORM: Final = "timeline/feeds/_slide.html"


@for_programs
@while_unchanged
def timelinejs(request: HttpRequest) -> HttpResponse:
    """A page of the timeline, of 300 entries; the pages before and behind it stand in its `Link` header."""
    asked = asked_for(request.GET, *STREAM)
    page = chronology.page_from_query(asked, request.GET, size=MOST_SLIDES)
    address = settings.SITE_URL + request.path
    leading = {"next": _leading(address, page.next_query, page.next_key)}
    leading |= {"prev": _leading(address, page.previous_query, page.previous_key)}
    told = {"title": _title(asked, leading["next"]), "events": _slides(page)}
    response = HttpResponse(json.dumps(told, ensure_ascii=False), content_type="application/json; charset=utf-8")
    if links := ", ".join(f'<{url}>; rel="{rel}"' for rel, url in leading.items() if url):
        response["Link"] = links
    return response


def _leading(address: str, query: str, key: str) -> str:
    return address + query if key else ""


def _title(asked: Filter, next_url: str) -> dict[str, Any]:
    words = filter_words(asked)
    told = _("Who said what, demanded, offered and agreed in the talks on the cost of U.S. forces in Korea.")
    timeline = settings.SITE_URL + "/timeline/" + query_of(asked)
    text = format_html('<p>{}</p><p><a href="{}">{}</a></p>', told, timeline, _("The timeline with all its sources"))
    if next_url:
        rest = _("At most %(most)s entries are shown at once: more follow.") % {"most": MOST_SLIDES}
        text += format_html('<p>{} <a href="{}">{}</a></p>', rest, next_url, _("The next ones, as data"))
    headline = _("SMA Timeline: %(filter)s") % {"filter": words} if words else _("SMA Timeline")
    return {"text": {"headline": format_html("{}", headline), "text": text}, "unique_id": "title"}


def _slides(page: Page) -> list[dict[str, Any]]:
    found = {key: content for key, _digest, content in chronology.CARDS([key for key, _digest in page.rows])}
    contents = [found[key] for key, _digest in page.rows if key in found]
    cards: list[Card] = [json.loads(content) for content in contents]
    codes: dict[tuple[str, str], str] = {}
    for model in DATED:
        name = str(model._meta.model_name)
        slugs = [card["slug"] for card in cards if card["record_type"] == name]
        if slugs:
            pairs = model.objects.published().filter(slug__in=slugs).values_list("slug", "code")
            codes |= {(name, slug): code for slug, code in pairs}
    keyed = [
        (codes.get((card["record_type"], card["slug"])), content) for card, content in zip(cards, contents, strict=True)
    ]
    language = get_language() or "en"
    return [_slide(content, code, settings.SITE_URL, language) for code, content in keyed if code]


@lru_cache(maxsize=KEPT_SLIDES)
def _slide(content: str, code: str, site: str, language: str) -> dict[str, Any]:
    """Dates as exact as they are known: TimelineJS takes years and months as they are.

    Kept by all that it says: of a page that is asked for again, nearly all slides are as they were.
    """
    card: Card = json.loads(content)
    date = dates.parse(card["when"])
    text = render_to_string(FORM, {"card": card, "site": site})
    made: dict[str, Any] = {
        "unique_id": code,
        "start_date": _day(date.start),
        "display_date": str(date),
        "text": {"headline": _headline(card), "text": text},
        "group": _group(card),
    }
    if date.is_span:
        made["end_date"] = _day(date.end)
    if card["words"]:
        made["media"] = _quotation(card)
    return made


def _day(moment: Moment) -> dict[str, int]:
    parts = {"year": moment.first.year, "month": moment.first.month, "day": moment.first.day}
    known = {"year": 1, "month": 2, "day": 3}[moment.precision]
    return dict(list(parts.items())[:known])


def _headline(card: Card) -> str:
    return format_html('<a href="{}">{}</a>', settings.SITE_URL + card["url"], card["title"])


def _group(card: Card) -> str:
    """A row each. More of them, such as one for each of two dozen kinds, would leave none of them room."""
    return {"round": _("Rounds"), "statement": _("Statements"), "event": _("Events")}[card["record_type"]]


def _quotation(card: Card) -> dict[str, str]:
    """Whole, as the headline has its opening words alone."""
    speakers = ", ".join([person["name"] for person in card["people"]] or [card["attribution"]])
    form = '<blockquote lang="{}">{}<cite>{}</cite></blockquote>'
    return {
        "url": format_html(form, card["language"], card["words"], speakers),
        "link": settings.SITE_URL + card["url"],
    }
