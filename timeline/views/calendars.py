"""The rounds and the legal stages of the agreements as a calendar that people subscribe to (RFC 5545, RFC 7986).

A day is a day and a span a span. What is known to its month alone stands on all days of the month, and says so; what is
known to its year alone would cover the calendar for a year, and is left to the timeline.
"""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import TextField
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from timeline import chronology, dates
from timeline.chronology import Filter, asked_for
from timeline.dates import PartialDate
from timeline.enums import EntryKind, RoundStatus, Side
from timeline.index import Card
from timeline.models import Event, Place, Round, Stage
from timeline.views.asked import for_programs, query_of
from timeline.views.conditions import while_unchanged
from timeline.views.subscribing import filter_words

if TYPE_CHECKING:  # at run time not before a calendar is asked for: it is 4 MB of a worker
    from icalendar import Calendar
    from icalendar import Event as CalendarEvent

BATCH: Final = 200
ASK_AGAIN: Final = dt.timedelta(days=1)
STATUS: Final = {RoundStatus.SCHEDULED.value: "TENTATIVE", RoundStatus.CANCELLED.value: "CANCELLED"}
END: Final = b"END:VCALENDAR\r\n"


@for_programs
@while_unchanged
def calendar(request: HttpRequest) -> HttpResponseBase:
    """Whole, as a calendar's program forgets what it no longer finds in it; written as it is read."""
    asked = asked_for(request.GET)
    written = _written(asked, settings.SITE_URL + request.path + query_of(asked))
    return StreamingHttpResponse(written, content_type="text/calendar; charset=utf-8")


def _written(asked: Filter, url: str) -> Iterator[bytes]:
    yield _head(asked, url).to_ical().removesuffix(END)
    for occasion in _occasions(asked):
        yield _event(occasion).to_ical()
    yield END


def _head(asked: Filter, url: str) -> "Calendar":
    from icalendar import Calendar, vText

    words = filter_words(asked)
    name = _("SMA talks: %(filter)s") % {"filter": words} if words else _("SMA talks")
    told = _(
        "Rounds of the talks on the cost of U.S. forces in Korea, and the legal stages of the agreements. "
        "What is known to its month alone stands on all its days; what is known to its year alone is not in here."
    )
    head = Calendar()
    for key, value in {
        "prodid": "-//SMA Timeline//Calendar//EN",
        "version": "2.0",
        "calscale": "GREGORIAN",
        "name": vText(name),  # as the next one and the description, no property that the library knows as text
        "x-wr-calname": vText(name),
        "description": told,
        "x-wr-caldesc": vText(told),
        "x-published-ttl": "P1D",
    }.items():
        head.add(key, value)
    head.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    head.add("source", url, parameters={"VALUE": "URI"})
    return head


# --- what stands in it -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Occasion:
    record: Any  # its code, version and when it changed
    card: Card
    date: PartialDate
    place: Place | None


def _occasions(asked: Filter) -> Iterator[Occasion]:
    """Rounds, then stages, each in order; in batches found by key: three queries each."""
    matching = chronology.matching(asked, one_by_one=True)
    stages = Stage.objects.published().values("event")
    for model, entries in (
        (Round, matching.filter(kind=EntryKind.ROUND)),
        (Event, matching.filter(record_type="event", record_id__in=stages)),
    ):
        columns = ("sort_key", "record_id", Cast("card__content", TextField()))
        rows = entries.order_by("sort_key").values_list(*columns)
        batch = list(rows[:BATCH])
        while batch:
            yield from _of_batch(model, {record_id: json.loads(content) for _key, record_id, content in batch})
            batch = list(rows.filter(sort_key__gt=batch[-1][0])[:BATCH]) if len(batch) == BATCH else []


def _of_batch(model: type[Round] | type[Event], cards: dict[int, Card]) -> Iterator[Occasion]:
    records: Any = model.objects.published().only("code", "version", "published_at", "updated_at").in_bulk(list(cards))
    slugs = {place["slug"] for card in cards.values() for place in card["places"][:1]}
    places = {place.slug: place for place in Place.objects.published().filter(slug__in=slugs)}
    for record_id, card in cards.items():
        date = dates.parse(card["when"])
        if record_id in records and "year" not in {date.start.precision, date.end.precision}:
            place = places.get(card["places"][0]["slug"]) if card["places"] else None
            yield Occasion(records[record_id], card, date, place)


# --- how it is told --------------------------------------------------------------------------------------------------


def _event(occasion: Occasion) -> "CalendarEvent":
    from icalendar import Event as CalendarEvent

    record, card = occasion.record, occasion.card
    changed = max(record.published_at, record.updated_at)
    made = CalendarEvent()
    for key, value in {
        "uid": f"{record.code}@{urlsplit(settings.SITE_URL).hostname}",
        "dtstamp": changed,
        "created": record.published_at,
        "last-modified": changed,
        "sequence": record.version,
        "dtstart": occasion.date.first_day,
        "dtend": occasion.date.last_day + dt.timedelta(days=1),  # the first day on which it is over
        "summary": _summary(occasion),
        "status": STATUS.get(card["status"], "CONFIRMED"),
        "transp": "TRANSPARENT",  # nobody who subscribes is busy
        "description": _description(occasion),
        "url": settings.SITE_URL + card["url"],
        "categories": _categories(card),
        "location": ", ".join(part for part in (card["venue"], *(each["name"] for each in card["places"])) if part),
    }.items():
        if value:
            made.add(key, value)
    if occasion.place and occasion.place.latitude is not None and occasion.place.longitude is not None:
        made.add("geo", (float(occasion.place.latitude), float(occasion.place.longitude)))
    return made


def _is_to_the_day(date: PartialDate) -> bool:
    """Both ends known as days, and surely."""
    return all(end.precision == "day" and not end.mark for end in (date.start, date.end))


def _summary(occasion: Occasion) -> str:
    """With the date in words where the days in the calendar say more than is known."""
    if _is_to_the_day(occasion.date):
        return occasion.card["title"]
    return _("%(title)s (%(date)s)") % {"title": occasion.card["title"], "date": occasion.date}


def _categories(card: Card) -> list[str]:
    kind = str(EntryKind(card["kind"]).label)
    return [kind, card["agreement"]["name"]] if card["agreement"] else [kind]


def _description(occasion: Occasion) -> str:
    card = occasion.card
    parts = [str(occasion.date), card["date_note"]]
    if card["status"] and card["status"] != RoundStatus.HELD:
        parts[0] = f"{parts[0]} ({RoundStatus(card['status']).label})"
    parts += [unescape(strip_tags(card["summary_html"])).strip()]
    parts += [_delegation(card, side) for side in Side]
    parts += [settings.SITE_URL + card["url"]]
    return "\n\n".join(part for part in parts if part)


def _delegation(card: Card, side: Side) -> str:
    """“Republic of Korea: Lee Tae-woo 이태우 (chief delegate, head), …”"""
    present: list[Any] = [party for party in (*card["people"], *card["bodies"]) if party["side"] == side]
    present.sort(key=lambda party: not party["is_head"])
    return f"{side.label}: {', '.join(map(_party, present))}" if present else ""


def _party(party: Any) -> str:
    name = " ".join(part for part in (party["name"], party.get("name_ko", "")) if part)
    notes = [party["role"], _("head of delegation") if party["is_head"] else ""]
    told = ", ".join(note for note in notes if note)
    return f"{name} ({told})" if told else name
