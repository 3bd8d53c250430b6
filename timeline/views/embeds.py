"""Records in the pages of other sites: the card in its frame, and oEmbed, by which sites find it (oembed.com).

The cards are the only pages that may be framed, by anybody (`sma_site/security_headers.py`): they ask for nothing and
know of no session.
"""

from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

from django.conf import settings
from django.db.models import QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.template import loader
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timeline.linked_data import Card, card, card_of, frame
from timeline.linked_data.embedding import USUAL, WIDEST
from timeline.models import Event, Figure, Record, Round, Statement
from timeline.views.conditions import while_unchanged
from timeline.views.cross_origin import readable_anywhere
from timeline.views.feed_forms import NOT_IN_XML
from timeline.views.forms import Form, each, has_forms
from timeline.views.pages import FAMILIES, of_code
from timeline.views.records import CITED, Gone, Moved, attach_citations, attach_co_speakers, finder

MODELS: dict[str, type[Record]] = {str(model._meta.model_name): model for model in FAMILIES.values() if model.url_name}
# What a card names beside the record itself.
NAMED: dict[type[Record], QuerySet[Any]] = {
    Round: Round.objects.select_related("agreement", "place"),
    Event: Event.objects.select_related("agreement", "place"),
    Statement: Statement.objects.select_related("speaker", "on_behalf_of"),
    Figure: Figure.objects.all(),
}
MOST_PIXELS = 10_000
XML = "text/xml; charset=utf-8"


# --- the card --------------------------------------------------------------------------------------------------------


def form_of(record: Record, **words: str) -> Form:
    """Reads what the page of the record fetches with it."""
    return _shown(card_of(record))


@has_forms(each(form_of))
@require_safe
@while_unchanged
def embed(request: HttpRequest, model: str, slug: str) -> HttpResponse:
    if model not in MODELS:
        raise Http404
    try:
        shown = _card(MODELS[model], slug)
    except Moved as moved:
        name = moved.record._meta.model_name
        return HttpResponsePermanentRedirect(reverse("embed", args=[name, moved.record.slug]))
    except Gone as gone:
        return render(
            request,
            "timeline/embeds/gone.html",
            {"kind": gone.record._meta.verbose_name, **_told(gone.record)},
            status=410,
        )
    return HttpResponse(_shown(shown).content)


def _shown(shown: Card) -> Form:
    context = {"card": shown, "language": get_language() or "en"}
    return Form(loader.render_to_string("timeline/embeds/card.html", context).encode(), "text/html; charset=utf-8")


def _card(model: type[Record], slug: str) -> Card:
    """In three queries: the record, who spoke with the speaker, and the citations."""
    record = _find(model)(slug)
    if isinstance(record, Statement):
        attach_co_speakers([record])
    if type(record) in CITED:
        attach_citations([record])
    return card_of(record)


@cache
def _find(model: type[Record]) -> Callable[[str], Record]:
    return finder(NAMED.get(model, model._default_manager.all()))


def _told(record: Record) -> dict[str, str]:
    day = record.withdrawn_at.date().isoformat() if record.withdrawn_at else ""
    return {"reason": record.withdrawal_reason, "withdrawn_on": day}


# --- oEmbed ----------------------------------------------------------------------------------------------------------


class _Refused(Exception):
    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


@readable_anywhere
@while_unchanged
def oembed(request: HttpRequest) -> HttpResponse:
    """Of a page's address, a short link or a card's own address: how to show the record."""
    try:
        write = _writer(request.GET.get("format", "json"))
        bounds = {name: _pixels(request.GET.get(name), name) for name in ("maxwidth", "maxheight")}
        shown = _card_at(request.GET.get("url", ""))
    except _Refused as refused:
        plain = "text/plain; charset=utf-8"
        return HttpResponse(refused.sentence, status=refused.status, content_type=plain)
    except Gone as gone:
        return write({"error": _("This record was withdrawn."), **_told(gone.record)}, 410)
    return write(_answer(shown, bounds["maxwidth"], bounds["maxheight"]), 200)


Writer = Callable[[dict[str, Any], int], HttpResponse]


def _writer(form: str) -> Writer:
    if form not in {"json", "xml"}:
        raise _Refused(501, _("The format can be json or xml."))
    return _as_json if form == "json" else _as_xml


def _as_json(answer: dict[str, Any], status: int) -> HttpResponse:
    options = {"ensure_ascii": False}
    return JsonResponse(answer, status=status, json_dumps_params=options)


def _as_xml(answer: dict[str, Any], status: int) -> HttpResponse:
    root = ElementTree.Element("oembed")
    for name, value in answer.items():
        ElementTree.SubElement(root, name).text = NOT_IN_XML.sub("\ufffd", str(value))
    text = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return HttpResponse(text, status=status, content_type=XML)


def _pixels(value: str | None, name: str) -> int | None:
    if value is None:
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= 5 and 1 <= int(value) <= MOST_PIXELS):
        sentence = _("%(name)s must be a number of pixels from 1 to %(most)s.")
        raise _Refused(400, sentence % {"name": name, "most": MOST_PIXELS})
    return int(value)


def _card_at(url: str) -> Card:
    """What is shown there; `Gone` when it was withdrawn."""
    if not url:
        raise _Refused(400, _("Give the address of a page as url."))
    try:
        model, slug = _named_by(_match(url))
        try:
            return _card(model, slug)
        except Moved as moved:
            return _card(type(moved.record), moved.record.slug)
    except (Http404, Moved):
        raise _Refused(404, _("Nothing that can be embedded is published at this address."))


def _match(url: str) -> ResolverMatch:
    """Only on this site. With the slash at the end that people leave out."""
    try:
        parts, site = urlsplit(url), urlsplit(settings.SITE_URL)
        ours = parts.scheme in {"http", "https"} and parts.netloc.lower() == site.netloc.lower()
        path = parts.path if parts.path.endswith("/") else f"{parts.path}/"
        if ours and "\x00" not in path:
            return resolve(path)
    except (ValueError, Resolver404):
        pass
    raise Http404


def _named_by(match: ResolverMatch) -> tuple[type[Record], str]:
    name, words = match.url_name or "", match.kwargs
    if name == "short-link":
        model, slug, _state = of_code(words["code"])
        kind = str(model._meta.model_name)
    elif name == "embed" or name.endswith("-detail"):
        kind, slug = words.get("model") or name.removesuffix("-detail"), words["slug"]
    else:
        raise Http404
    if kind not in MODELS:
        raise Http404
    return MODELS[kind], slug


def _answer(shown: Card, most_wide: int | None, most_high: int | None) -> dict[str, Any]:
    width = min(most_wide or USUAL, WIDEST)
    height = min(shown.height(width), most_high or MOST_PIXELS)
    answer = {
        "version": "1.0",
        "type": "rich",
        "title": shown.title,
        "provider_name": _("SMA Timeline"),
        "provider_url": settings.SITE_URL + reverse("overview"),
        "url": shown.page_url,
        "html": frame(shown, width, height),
        "width": width,
        "height": height,
    }
    picture = card(shown.record)
    if picture.width <= (most_wide or picture.width) and picture.height <= (most_high or picture.height):
        answer |= {"thumbnail_url": picture.url}
        answer |= {"thumbnail_width": picture.width, "thumbnail_height": picture.height}
    return answer
