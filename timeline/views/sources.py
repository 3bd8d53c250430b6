"""The works that are cited, and everything that rests on each."""

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timeline import linked_data
from timeline.enums import Language, SourceKind
from timeline.models import Agreement, Citation, Record, Source
from timeline.models.columns import Shown
from timeline.views.links import Link, link_to
from timeline.views.listed import list_data
from timeline.views.paging import (
    PAGE_SIZE,
    Column,
    Order,
    Shelf,
    answers_bad_queries,
    choice,
    code_value,
    day_value,
    first_shelf,
    is_first,
    number_value,
    shelf,
    slug_value,
)
from timeline.views.records import record_page

NEWEST_FIRST: Order = (
    Column("published_first_day", day_value, descending=True, nulls="last"),
    Column("slug", slug_value),
)
# The way from a citation to the record on whose page it stands, in the order in which the page of a source shows them.
TO_RECORD = (
    ("agreement",),
    ("round",),
    ("event",),
    ("statement",),
    ("figure",),
    ("official", "appointment__official"),
    ("organization",),
    ("position__disagreement",),
)
BY_RECORD: Order = (
    Column("record_kind", number_value),
    Column("record_slug", slug_value),
    Column("order", number_value),
    Column("code", code_value),
)


@require_safe
@answers_bad_queries
def listing(request: HttpRequest) -> HttpResponse:
    sources = Source.objects.published().newest_first().defer("private_text", "note")
    kind = choice(request.GET, "kind", SourceKind.values)
    language = choice(request.GET, "language", Language.values)
    founding = choice(request.GET, "founding", ["1"])
    if kind:
        sources = sources.filter(kind=kind)
    if language:
        sources = sources.filter(language=language)
    if founding:
        sources = sources.filter(founding_article=True)
    page = shelf(sources, NEWEST_FIRST, request.GET)
    context = {
        "structured": list_data(request, _("Sources"), page.records),
        "page": page,
        "kinds": SourceKind.choices,
        "languages": Language.choices,
        "chosen": {"kind": kind, "language": language, "founding": founding},
    }
    return render(request, "timeline/sources/list.html", context)


@dataclass(frozen=True)
class Supported:
    """A record that rests on the source, and the places in the source that support it."""

    record: Link
    citations: list[Citation]


@record_page(Source)
@answers_bad_queries
def detail(request: HttpRequest, source: Source) -> HttpResponse:
    if is_first(request.GET):
        page = first_shelf(FIRST(source.pk), BY_RECORD, request.GET)
    else:
        page = shelf(_citations(source.pk), BY_RECORD, request.GET)
    context = {
        "structured": linked_data.record_page(source, linked_data.of_source(source)),
        "source": source,
        "page": page,
        "supported": _grouped(page.records),
        "tallies": _tallies(source, page),
        "texts": TEXTS(source.pk),
    }
    return render(request, "timeline/sources/detail.html", context)


def _citations(source: int) -> QuerySet[Citation]:
    """In the order of the records that they support, with those records."""
    ranked = [(rank, path) for rank, paths in enumerate(TO_RECORD) for path in paths]
    kinds = (When(Q(**{f"{path}__isnull": False}), then=Value(rank)) for rank, path in ranked)
    slugs = Coalesce(*(F(f"{path}__slug") for _rank, path in ranked))
    return (
        Citation.objects.published()
        .filter(source=source)
        .annotate(record_kind=Case(*kinds, output_field=IntegerField()), record_slug=slugs)
        .select_related(*(path for _rank, path in ranked))
        .select_related("round__agreement", "statement__speaker", "statement__on_behalf_of")
        .order_by("record_kind", "record_slug", "order", "code")
    )


FIRST: Shown[Citation] = Shown(Citation, lambda source: _citations(source)[: PAGE_SIZE + 1])
TEXTS: Shown[Agreement] = Shown(
    Agreement, lambda source: Agreement.objects.published().filter(text_source=source).in_order()
)


def _counted(source: int) -> QuerySet[Any]:
    """How many records of each rank rest on it."""
    ranked: QuerySet[Any] = _citations(source).order_by()
    counted = ranked.values("record_kind").annotate(records=Count("record_slug", distinct=True))
    return counted.values_list("record_kind", "records")  # type: ignore[no-any-return]


COUNTED: Shown[tuple[int, int]] = Shown(Citation, _counted)


@dataclass(frozen=True)
class Tally:
    """How many records of one kind rest on the source."""

    count: int
    kind: str


def _tallies(source: Source, page: Shelf[Citation]) -> list[Tally]:
    """In the order in which the page shows them. One query, where not all of them stand on this page."""
    if page.previous_key or page.next_key:
        by_rank = dict(COUNTED(source.pk))
    else:
        here: Any = page.records
        by_rank = Counter(rank for rank, _slug in {(each.record_kind, each.record_slug) for each in here})
    return [
        Tally(by_rank[rank], str(names.verbose_name if by_rank[rank] == 1 else names.verbose_name_plural))
        for rank, paths in enumerate(TO_RECORD)
        if rank in by_rank
        for names in [_model(paths[0])._meta]
    ]


def _model(path: str) -> type[Record]:
    """The kind of record to which a way from a citation leads."""
    model: Any = Citation
    for step in path.split("__"):
        model = model._meta.get_field(step).related_model
    record: type[Record] = model
    return record


def _grouped(citations: list[Citation]) -> list[Supported]:
    def record(citation: Citation) -> Record:
        return citation.record

    return [Supported(link_to(each), list(group)) for each, group in groupby(citations, key=record)]
