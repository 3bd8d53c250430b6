"""The documentation of the API, made of its OpenAPI document: pages of this site, without scripts from elsewhere."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import condition, require_safe

from timeline import exports
from timeline.api.description import PROBLEM_SCHEMA, document, example_of, example_row, words_of
from timeline.api.door import door
from timeline.api.names import PREFIX
from timeline.api.operations import Operation, operations
from timeline.api.parameters import MOST_AT_ONCE
from timeline.api.reading import names_of_parts
from timeline.exports import Field, Kind


@lru_cache(maxsize=2)
def _written(site: str) -> tuple[bytes, str]:
    content = json.dumps(document(), ensure_ascii=False, indent=1).encode()
    return content, quote_etag(hashlib.sha256(content).hexdigest()[:32])


def _etag(request: HttpRequest, *args: Any, **kwargs: Any) -> str:
    return _written(settings.SITE_URL)[1]


def _openapi(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_written(settings.SITE_URL)[0], content_type="application/json")


_while_same: Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]] = condition(etag_func=_etag)
openapi = door(_openapi, {}, condition=_while_same)


# --- pages -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Section:
    """What one page of the documentation is about: a kind of record or part, or what spans them."""

    name: str
    title: str
    operations: tuple[Operation, ...]
    kind: Kind | None  # whose fields are listed

    @property
    def description(self) -> str:
        return self.operations[0].description

    @property
    def parts(self) -> list[str]:
        return names_of_parts(self.kind) if self.kind else []


@dataclass(frozen=True)
class Call:
    """One operation with an example of how it is asked and what it answers."""

    operation: Operation
    address: str
    curl: str
    answer: str


TITLES = {
    "timeline": gettext_lazy("The timeline"),
    "changes": gettext_lazy("Changes"),
    "codes": gettext_lazy("By code"),
}


def sections() -> dict[str, Section]:
    made: dict[str, Section] = {}
    for name in dict.fromkeys(each.section for each in operations()):
        of = tuple(each for each in operations() if each.section == name)
        kind = of[0].kinds[0] if len(of[0].kinds) == 1 else None
        title = str(kind.model._meta.verbose_name_plural) if kind else str(TITLES[name])
        made[name] = Section(name, title[:1].upper() + title[1:], of, kind)
    return made


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    context = {
        "sections": sections().values(),
        "root": f"{settings.SITE_URL}/{PREFIX}",
        "licence": exports.LICENCE_TITLE,
        "most": MOST_AT_ONCE,
        "first_call": f"curl '{settings.SITE_URL}/{PREFIX}/timeline?agreement=sma-12&kind=round&limit=10'",
        "problem": _indented(PROBLEM_SCHEMA["examples"][0]),
    }
    return render(request, "timeline/api/index.html", context)


@require_safe
def section(request: HttpRequest, section: str) -> HttpResponse:
    found = sections().get(section)
    if found is None:
        raise Http404
    order = [None, *sections().values(), None]
    place = order.index(found)
    context = {
        "section": found,
        "calls": [_call(each) for each in found.operations],
        "titles": {name: each.title for name, each in sections().items()},
        "before": order[place - 1],
        "behind": order[place + 1],
        "field_words": words_of,
        "type_words": _type_words,
        "example_words": _example_words,
    }
    return render(request, "timeline/api/section.html", context)


def _call(operation: Operation) -> Call:
    row = example_row(operation.kinds[0])
    path = operation.path.format(slug=row.get("slug", ""), code=row["code"])
    query = "?limit=1" if operation.is_list else ""
    whole = f"curl '{settings.SITE_URL}/{PREFIX}/{path}{query}'"
    return Call(operation, f"/{PREFIX}/{operation.path}", whole, _indented(example_of(operation)))


def _indented(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2)


def _example_words(example: Any) -> str:
    return example if isinstance(example, str) else json.dumps(example, ensure_ascii=False)


def _type_words(field: Field) -> str:
    words = {
        "number": _("decimal, as text"),
        "array": _("list of texts"),
        "boolean": _("true or false"),
        "integer": _("whole number"),
        "datetime": _("moment"),
        "date": _("day"),
        "edtf": _("date in EDTF"),
        "uri": _("address"),
        "slug": _("slug"),
        "code": _("code"),
        "markdown": _("text in Markdown"),
    }
    if field.type == "string" and field.refers_to:
        return _("slug or code")
    return words.get(field.format if field.type == "string" else field.type, _("text"))
