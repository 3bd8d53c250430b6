"""A citation as a file for a citation manager: of each record BibTeX, RIS and CSL-JSON."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timeline import citing
from timeline.citing import Sheet
from timeline.models import Record, Statement
from timeline.views.conditions import while_unchanged
from timeline.views.forms import Form, each, has_forms
from timeline.views.link_headers import BIBTEX, CSL_JSON, RIS
from timeline.views.pages import FAMILIES
from timeline.views.records import Gone, Moved, attach_co_speakers, finder


@dataclass(frozen=True)
class Style:
    content_type: str
    ending: str  # of the file's name
    write: Callable[[Sheet], str]
    gone: Callable[[str], str]  # that the record is withdrawn, in the same form


def _gone_bibtex(words: str) -> str:
    return f"% {words}\n"  # what stands outside an entry is a comment


def _gone_ris(words: str) -> str:
    return f"TY  - GEN\r\nN1  - {words}\r\nER  - \r\n"


def _gone_json(words: str) -> str:
    return json.dumps({"error": words}, ensure_ascii=False) + "\n"


FORMS = {
    "bib": Style(f"{BIBTEX}; charset=utf-8", "bib", lambda sheet: sheet.bibtex, _gone_bibtex),
    "ris": Style(f"{RIS}; charset=utf-8", "ris", lambda sheet: sheet.ris, _gone_ris),
    "json": Style(CSL_JSON, "csl.json", lambda sheet: sheet.csl_json, _gone_json),
}


def form_of(record: Record, *, form: str, **words: str) -> Form:
    """Reads what the page of the record fetches with it."""
    return Form(FORMS[form].write(citing.sheet_of(record)).encode(), FORMS[form].content_type)


@has_forms(each(form_of))
@require_safe
@while_unchanged
def file(request: HttpRequest, family: str, slug: str, form: str) -> HttpResponse:
    model = FAMILIES.get(family)
    if model is None or not model.url_name or form not in FORMS:
        raise Http404
    made = FORMS[form]
    try:
        record = _find(model)(slug)
    except Moved as moved:
        return HttpResponsePermanentRedirect(f"{moved.url}cite.{form}")
    except Gone as gone:
        words = _gone_words(gone.record)
        return HttpResponse(made.gone(words), status=410, content_type=_type_when_gone(made))
    written = form_of(record, form=form)
    headers = {"Content-Disposition": f'attachment; filename="{record.slug}.{made.ending}"'}
    return HttpResponse(written.content, content_type=written.content_type, headers=headers)


@cache
def _find(model: type[Record]) -> Callable[[str], Record]:
    """With what a citation names beside the record itself."""
    found = finder(citing.with_what_is_cited(model._default_manager.all()))
    if not issubclass(model, Statement):
        return found

    def statement(slug: str) -> Record:
        record = found(slug)
        attach_co_speakers([record])  # type: ignore[list-item]
        return record

    return statement


def _type_when_gone(style: Style) -> str:
    """What says why is JSON, but no list of works."""
    return "application/json" if style.content_type == CSL_JSON else style.content_type


def _gone_words(record: Record) -> str:
    day = record.withdrawn_at.date().isoformat() if record.withdrawn_at else ""
    values = {"day": day, "reason": citing.one_line(record.withdrawal_reason)}
    return _("Withdrawn on %(day)s: %(reason)s") % values
