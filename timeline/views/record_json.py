"""A record with its parts and the sources that it cites as JSON, beside its page: `/rounds/<slug>.json`."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils.translation import gettext as _

from timeline import exports
from timeline.addresses import path_of
from timeline.models import Record
from timeline.views.conditions import stamp_of, while_unchanged
from timeline.views.cross_origin import readable_anywhere
from timeline.views.forms import Form, has_forms
from timeline.views.pages import FAMILIES
from timeline.views.records import Gone, Moved, find

JSON = "application/json; charset=utf-8"
PROBLEM = "application/problem+json; charset=utf-8"  # RFC 9457


def _copies_of(records: Sequence[Record], *, family: str) -> Iterator[Form]:
    for record, whole in zip(records, exports.wholes(records), strict=True):
        yield Form(as_text(_enveloped(family, record, whole)).encode(), JSON)


@has_forms(_copies_of)
@readable_anywhere
@while_unchanged
def record(request: HttpRequest, family: str, slug: str) -> HttpResponse:
    model = FAMILIES.get(family)
    if model is None or not model.url_name:
        raise Http404
    try:
        found: Record = find(model, slug)
    except Moved as moved:
        return HttpResponsePermanentRedirect(f"{moved.url.rstrip('/')}.json")
    except Gone as gone:
        return HttpResponse(as_text(gone_problem(gone.record)), status=410, content_type=PROBLEM)
    # Not in a static copy: each file would be another one after each change of any record.
    version = {} if getattr(request, "copied", False) else {"data_version": exports.version_words(*stamp_of(request))}
    return HttpResponse(as_text(_enveloped(family, found, exports.whole(found), version)), content_type=JSON)


def as_text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def gone_problem(record: Record) -> dict[str, Any]:
    at = record.withdrawn_at
    return {
        "type": "about:blank",
        "title": _("Withdrawn"),
        "status": 410,
        "detail": record.withdrawal_reason,
        "withdrawn_on": at.date().isoformat() if at else None,
        "code": record.code,
        "slug": record.slug,
    }


def _enveloped(
    family: str, record: Record, whole: exports.Row, version: dict[str, str] | None = None
) -> dict[str, Any]:
    return {
        "address": settings.SITE_URL + path_of("record-json", family, record.slug),
        "schema": settings.SITE_URL + path_of("download", "data-dictionary.json"),
        "licence": exports.LICENCE_URL,
        "licence_note": exports.QUOTATIONS,
        **(version or {}),
        "record": whole,
    }
