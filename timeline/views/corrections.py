"""The public log of corrections: all of them, those of one record, and as a feed."""

import datetime as dt

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timeline import corrections
from timeline.contents import RECORDS
from timeline.corrections import Correction
from timeline.enums import State
from timeline.index import title_of
from timeline.models import Record, Tombstone
from timeline.views.conditions import while_unchanged
from timeline.views.feed_forms import Feed, Item, atom
from timeline.views.paging import Column, Order, answers_bad_queries, code_value, number_value, shelf
from timeline.views.records import Gone, Moved, gone_page, refuse

PAGE_SIZE = 25
IN_THE_FEED = 50
MOMENT = "%Y%m%dT%H%M%S%f"
KINDS: dict[str, type[Record]] = {str(kind._meta.model_name): kind for kind in RECORDS}


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
    try:
        record = _find(kind, code)
    except Moved as moved:
        return HttpResponsePermanentRedirect(reverse("corrections-of", args=[kind, moved.record.code]))
    except Gone as gone:
        return gone_page(request, gone.record)
    page = shelf(corrections.seen_before(corrections.of(record)), NEWEST_FIRST, request.GET, size=PAGE_SIZE)
    context = {
        "page": page,
        "corrections": corrections.in_words(page.records),
        "record": record,
        "title": title_of(record),
    }
    return render(request, "timeline/corrections/list.html", context)


def _find(kind: str, code: str) -> Record:
    """The public record of this code; else `Moved`, to that with which it was merged, `Gone` or `Http404`."""
    model = KINDS.get(kind)
    if model is None:
        raise Http404
    found: Record | None = model._default_manager.filter(
        code=code, state__in=(State.PUBLISHED, State.WITHDRAWN)
    ).first()
    if found is None or not found.is_published:
        left = found or Tombstone.objects.filter(kind=kind, code=code).first()
        refuse(model, left.slug if left is not None else "")
    return found


# --- the feed


@require_safe
@while_unchanged
def feed(request: HttpRequest) -> HttpResponse:
    revisions = corrections.seen_before(corrections.newest())[:IN_THE_FEED]
    made = Feed(
        name="corrections",
        title=_("SMA Timeline: corrections"),
        description=_("What changed after it was published."),
        page_url=settings.SITE_URL + reverse("corrections"),
        feed_url=settings.SITE_URL + request.path,
        items=[_item(request, each) for each in corrections.in_words(revisions)],
    )
    return HttpResponse(atom(made), content_type="application/atom+xml; charset=utf-8")


def _item(request: HttpRequest, each: Correction) -> Item:
    return Item(
        name=f"corrections/{each.revision.kind}/{each.revision.code}/{each.revision.version}",
        title=each.record.words,
        url=settings.SITE_URL + each.record.url,
        html=render_to_string("timeline/corrections/_changes.html", {"correction": each}, request),
        published=each.revision.at,
        updated=each.revision.at,
    )
