"""The public log of corrections: all of them, those of one record, and as a feed."""

import datetime as dt
import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timeline import corrections
from timeline.contents import RECORDS
from timeline.corrections import Correction
from timeline.enums import State
from timeline.index import title_of
from timeline.models import ContentVersion, Record
from timeline.views.conditions import while_unchanged
from timeline.views.paging import Column, Order, answers_bad_queries, code_value, number_value, shelf
from timeline.views.records import gone_page

PAGE_SIZE = 25
IN_THE_FEED = 50
SINCE = "2026"  # the year of the addresses by which feed readers know an entry: never changed
MOMENT = "%Y%m%dT%H%M%S%f"
KINDS: dict[str, type[Record]] = {str(kind._meta.model_name): kind for kind in RECORDS}
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def _moment(text: str) -> dt.datetime:
    return dt.datetime.strptime(text, MOMENT).replace(tzinfo=dt.UTC)


def _moment_words(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime(MOMENT)


def _kind(text: str) -> str:
    if text not in KINDS:
        raise ValueError(text)
    return text


NEWEST_FIRST: Order = (
    Column("at", _moment, descending=True, write=_moment_words),
    Column("kind", _kind),
    Column("code", code_value),
    Column("version", number_value, descending=True),
)


@require_safe
@answers_bad_queries
def listing(request: HttpRequest) -> HttpResponse:
    page = shelf(corrections.seen_before(corrections.newest()), NEWEST_FIRST, request.GET, size=PAGE_SIZE)
    context = {"page": page, "corrections": corrections.in_words(page.records), "record": None, "title": ""}
    return render(request, "timeline/corrections/list.html", context)


@require_safe
@answers_bad_queries
def of_record(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    record = _find(kind, code)
    if record.state == State.WITHDRAWN:
        return gone_page(request, record)
    page = shelf(corrections.seen_before(corrections.of(record)), NEWEST_FIRST, request.GET, size=PAGE_SIZE)
    context = {
        "page": page,
        "corrections": corrections.in_words(page.records),
        "record": record,
        "title": title_of(record),
    }
    return render(request, "timeline/corrections/list.html", context)


def _find(kind: str, code: str) -> Record:
    model = KINDS.get(kind)
    once_public = (State.PUBLISHED, State.WITHDRAWN)
    found = model._default_manager.filter(code=code, state__in=once_public).first() if model else None
    if found is None:
        raise Http404
    return found


# --- the feed


@require_safe
@while_unchanged
def feed(request: HttpRequest) -> HttpResponse:
    revisions = corrections.seen_before(corrections.newest())[:IN_THE_FEED]
    made = _atom(request, corrections.in_words(revisions))
    return HttpResponse(made.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def _atom(request: HttpRequest, found: list[Correction]) -> Any:
    made = _Feed(
        title=_("SMA Timeline: corrections"),
        link=settings.SITE_URL + reverse("corrections"),
        description=_("What changed after it was published."),
        language=get_language() or "en",
        feed_url=settings.SITE_URL + request.path,
        feed_guid=_tag("corrections"),
        author_name=_("SMA Timeline"),
    )
    for each in found:
        made.add_item(
            title=_in_xml(each.record.words),
            link=settings.SITE_URL + each.record.url,
            description=_in_xml(render_to_string("timeline/corrections/_changes.html", {"correction": each}, request)),
            unique_id=_tag(f"corrections/{each.revision.kind}/{each.revision.code}/{each.revision.version}"),
            pubdate=each.revision.at,
            updateddate=each.revision.at,
        )
    return made


class _Feed(Atom1Feed):
    """Empty, it was last changed when the content was: the time of asking would make it new for ever."""

    def latest_post_date(self) -> dt.datetime:
        if self.items:
            return super().latest_post_date()
        return ContentVersion.stamp()[1] or dt.datetime(int(SINCE), 1, 1, tzinfo=dt.UTC)


def _tag(name: str) -> str:
    """A name that stays when the record gets another address."""
    return f"tag:{urlsplit(settings.SITE_URL).hostname},{SINCE}:{name}"


def _in_xml(text: str) -> str:
    """Without the few signs that XML cannot hold."""
    return NOT_IN_XML.sub("\ufffd", text)
