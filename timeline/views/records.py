"""Which record an address names, and what the pages of all kinds of record show beside it.

Everything here is fetched for all the records of a page at once, so that a page asks as often for one as for fifty.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce, wraps
from operator import or_
from typing import Any, NoReturn, TypeVar

from django.db.models import Model, Prefetch, Q, QuerySet, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timeline.corrections import with_last_correction
from timeline.enums import RelationKind, State
from timeline.models import (
    Appointment,
    Citation,
    Dated,
    Disagreement,
    Official,
    Position,
    Record,
    Redirect,
    Relation,
    Tombstone,
    Topic,
)
from timeline.views.link_headers import with_links
from timeline.views.links import Link, link_to

M = TypeVar("M", bound=Record)
SHOWN = 50  # of what hangs on a record; the timeline, filtered, has the rest
MOST_RENAMES = 20


class Moved(Exception):
    """The record stands at another address."""

    def __init__(self, record: Record) -> None:
        super().__init__(record.slug)
        self.record = record
        self.url = record.get_absolute_url()


class Gone(Exception):
    """The record was public and has been withdrawn."""

    def __init__(self, record: Record) -> None:
        super().__init__(str(record._meta.verbose_name))
        self.record = record


def find(records: type[M] | QuerySet[M], slug: str) -> M:
    """The published record of this slug, in one query; else `Moved`, `Gone` or `Http404`. Of drafts it says nothing."""
    queryset: Any = records._default_manager.all() if isinstance(records, type) else records.all()
    found: M | None = with_last_correction(queryset.published().filter(slug=slug)).first()
    if found is None:
        refuse(queryset.model, slug)
    return found


def refuse(model: type[Record], slug: str) -> NoReturn:
    """Why no published record has this slug: `Moved`, to what is public, in one hop; `Gone`; or `Http404`."""
    small = slug.lower()
    record = once_public(model, small)
    # Also of one that was withdrawn: when it was merged into another record, its address leads there.
    if (record is None or not record.is_published) and (newest := _newest_slug(model, small)) != small:
        record = once_public(model, newest) or record
    if record is None:
        raise Http404
    raise Moved(record) if record.is_published else Gone(record)


def once_public(model: type[Record], slug: str) -> Record | None:
    """The record of this slug, published or withdrawn; where only its tombstone is left, what that says, not stored."""
    public = model._default_manager.filter(slug=slug, state__in=(State.PUBLISHED, State.WITHDRAWN))
    record: Record | None = public.first()
    if record is not None:
        return record
    tombstone = Tombstone.objects.filter(kind=model._meta.model_name, slug=slug).first()
    return tombstone.as_record(model) if tombstone else None


def _newest_slug(model: type[Record], slug: str) -> str:
    """Where renaming after renaming has led; the slug itself when it was never another's."""
    seen = {slug}
    for _step in range(MOST_RENAMES):
        renamed = Redirect.objects.filter(kind=model._meta.model_name, old_slug=slug).first()
        if renamed is None or renamed.new_slug in seen:
            break
        slug = renamed.new_slug
        seen.add(slug)
    return slug


def record_page(
    records: type[M] | QuerySet[M],
) -> Callable[[Callable[[HttpRequest, M], HttpResponse]], Callable[[HttpRequest, str], HttpResponse]]:
    """Makes a view of a record from a view that is given the record: it finds it, redirects, or answers 404 or 410."""

    def decorate(view: Callable[[HttpRequest, M], HttpResponse]) -> Callable[[HttpRequest, str], HttpResponse]:
        @require_safe
        @wraps(view)
        def page(request: HttpRequest, slug: str) -> HttpResponse:
            try:
                record = find(records, slug)
            except Moved as moved:
                query = request.META.get("QUERY_STRING", "")
                return HttpResponsePermanentRedirect(f"{moved.url}?{query}" if query else moved.url)
            except Gone as gone:
                return gone_page(request, gone.record)
            request.__dict__["record"] = record  # for what every page of a record offers: see base.html
            return with_links(request, record, view(request, record))

        return page

    return decorate


def gone_page(request: HttpRequest, record: Record) -> HttpResponse:
    context = {
        "kind": record._meta.verbose_name,
        "reason": record.withdrawal_reason,
        "withdrawn_on": record.withdrawn_at.date().isoformat() if record.withdrawn_at else "",
    }
    return render(request, "410.html", context, status=410)


# --- what hangs on records -------------------------------------------------------------------------------------------


def attach_citations(records: Iterable[Model]) -> None:
    """Give each record or part, of whatever kind, its `public_citations`. One query for all of them."""
    targets: defaultdict[str, defaultdict[int, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for record in records:
        record.public_citations = []  # type: ignore[attr-defined]
        targets[str(record._meta.model_name)][record.pk].append(record)
    if not targets:
        return
    supported = reduce(or_, (Q(**{f"{name}__in": list(rows)}) for name, rows in targets.items()))
    cited = Citation.objects.published(targets).filter(supported).with_source()
    for citation in cited.in_order():
        for name, rows in targets.items():
            for record in rows.get(getattr(citation, f"{name}_id"), []):
                record.public_citations.append(citation)


def numbered_citations(records: Iterable[Any]) -> list[Citation]:
    """The citations of a record and its parts as one list, each with the number at which it stands there.

    Reads what `attach_citations` attached.
    """
    citations = [citation for record in records for citation in record.public_citations]
    for number, citation in enumerate(citations, 1):
        citation.number = number
    return citations


def disagreements_about(records: Iterable[Record]) -> list[Any]:
    """The public ones that concern any of these, with their `public_positions`; these have no citations yet."""
    ids: defaultdict[str, list[int]] = defaultdict(list)
    for record in records:
        ids[str(record._meta.model_name)].append(record.pk)
    concerned = reduce(or_, (Q(**{f"concernedrecord__{name}__in": pks}) for name, pks in ids.items()))
    found = Disagreement.objects.published().filter(concerned).distinct().in_order()
    positions = Prefetch("positions", Position.objects.in_order(), to_attr="public_positions")
    return list(found.prefetch_related(positions)[:SHOWN])


def positions_of(disagreements: Iterable[Any]) -> list[Position]:
    return [position for disagreement in disagreements for position in disagreement.public_positions]


def attach_posts(officials: Iterable[Official | None]) -> None:
    """What `role_on` reads, without posts at organizations that are not public. One query for all of them."""
    posts = Appointment.objects.published().select_related("organization").in_order()
    prefetch_related_objects(
        [official for official in officials if official is not None],
        Prefetch("appointments", posts, to_attr="posts"),
    )


def role_words(official: Official, day: date, recorded: str = "") -> str:
    """The role recorded for the occasion, and the post held that day where it says something else."""
    held = official.role_on(day)
    if not recorded or recorded.casefold() in held.casefold():
        return held
    if not held or held.casefold() in recorded.casefold():
        return recorded
    return _("%(role)s; %(post)s") % {"role": recorded, "post": held}


@dataclass(frozen=True)
class Speaker:
    official: Official
    role: str  # empty: not known


@dataclass(frozen=True)
class Relations:
    words: str
    links: list[Link]


def relations_of(record: Record, shown: Sequence[Record] = ()) -> list[Relations]:
    """What the record is about, answers or follows from, and what is about it; only where both ends are public.

    What leads here from a record that is `shown` whole on the same page is left out.
    """
    grouped: defaultdict[str, dict[str, Link]] = defaultdict(dict)
    for relation in Relation.objects.published().touching(record).with_records().in_order()[:SHOWN]:
        outward = relation.origin == record
        if not outward and relation.origin in shown:
            continue
        link = link_to(relation.goal if outward else relation.origin)
        grouped[_relation_words(RelationKind(relation.kind), outward=outward)][link.url] = link
    return [Relations(words, list(links.values())) for words, links in grouped.items()]


def _relation_words(kind: RelationKind, *, outward: bool) -> str:
    match kind, outward:
        case RelationKind.ABOUT, True:
            return _("About")
        case RelationKind.ABOUT, False:
            return _("About this")
        case RelationKind.ANSWERS, True:
            return _("Answers")
        case RelationKind.ANSWERS, False:
            return _("Answered by")
        case RelationKind.FOLLOWS, True:
            return _("Follows from")
        case RelationKind.FOLLOWS, False:
            return _("Followed by")
        case _:
            return _("Related")


def topics_of(record: Dated) -> list[Topic]:
    return list(Topic.objects.published().filter(**{f"{record._meta.model_name}s": record}).in_order()[:SHOWN])
