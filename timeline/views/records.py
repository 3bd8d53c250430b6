"""Which record an address names, and what the pages of all kinds of record show beside it.

Everything here is fetched for all the records of a page at once, so that a page asks as often for one as for fifty.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, reduce, wraps
from operator import or_
from typing import Any, Generic, NoReturn, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timeline.corrections import with_last_correction
from timeline.enums import RelationKind, State
from timeline.models import (
    Agreement,
    Appointment,
    Citation,
    ConcernedRecord,
    Dated,
    Disagreement,
    Event,
    Figure,
    Official,
    Organization,
    Position,
    Record,
    Redirect,
    Relation,
    Round,
    Statement,
    Tombstone,
    Topic,
)
from timeline.models.columns import Shown
from timeline.models.hanging import may_have, with_hints
from timeline.views.kept import kept_by_what_it_reads
from timeline.views.link_headers import with_links
from timeline.views.links import Link, link_to

M = TypeVar("M", bound=Record)
SHOWN = 50  # of what hangs on a record; the timeline, filtered, has the rest
MOST_RENAMES = 20
CITED: set[type[Record]] = {Agreement, Event, Figure, Official, Organization, Round, Statement}


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


class Finder(Generic[M]):
    """Finds the published record of a slug, in one query; else raises `Moved`, `Gone` or `Http404`.

    Of drafts it says nothing.
    """

    def __init__(self, records: type[M] | QuerySet[M]) -> None:
        queryset: Any = records._default_manager.all() if isinstance(records, type) else records.all()
        self.model: type[M] = queryset.model

        def found(**asked: Any) -> Any:
            return with_hints(with_last_correction(queryset.published().filter(**asked)))

        self._of_slug: Shown[M] = Shown(self.model, lambda slug: found(slug=slug))
        self._of_slugs: Shown[M] = Shown(self.model, lambda slugs: found(slug__in=slugs))

    def __call__(self, slug: str) -> M:
        found = self._of_slug.first(slug)
        if found is None:
            refuse(self.model, slug)
        return found

    def several(self, slugs: Sequence[str]) -> dict[str, M]:
        """Those that are public, by slug. One query."""
        return {record.slug: record for record in self._of_slugs(slugs)}


def finder(records: type[M] | QuerySet[M]) -> Finder[M]:
    return Finder(records)


@cache
def _finder_of(model: type[Record]) -> Callable[[str], Any]:
    return finder(model)


def find(model: type[M], slug: str) -> M:
    """The published record of this kind and slug, as `finder` finds it."""
    found: M = _finder_of(model)(slug)
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
    """Makes a view of a record from a view that is given the record: it finds it, redirects, or answers 404 or 410.

    `view.read_ahead` reads for many pages at once what each begins with: the records of these slugs, by slug, with the
    citations of those that have any. Who asks for a page may give it one as `request.read_ahead`.
    """

    find_it = finder(records)

    def decorate(view: Callable[[HttpRequest, M], HttpResponse]) -> Callable[[HttpRequest, str], HttpResponse]:
        @require_safe
        @kept_by_what_it_reads
        @wraps(view)
        def page(request: HttpRequest, slug: str) -> HttpResponse:
            try:
                record = request.__dict__.pop("read_ahead", None) or find_it(slug)
            except Moved as moved:
                query = request.META.get("QUERY_STRING", "")
                return HttpResponsePermanentRedirect(f"{moved.url}?{query}" if query else moved.url)
            except Gone as gone:
                return gone_page(request, gone.record)
            request.__dict__["record"] = record  # for what every page of a record offers: see base.html
            return with_links(request, record, view(request, record))

        def read_ahead(slugs: Sequence[str]) -> dict[str, M]:
            found = find_it.several(slugs)
            if find_it.model in CITED:
                attach_citations(found.values())
                for record in found.values():
                    record.__dict__["cited_ahead"] = True
            return found

        page.read_ahead = read_ahead  # type: ignore[attr-defined]
        return page

    return decorate


def gone_page(request: HttpRequest, record: Record) -> HttpResponse:
    context = {
        "kind": record._meta.verbose_name,
        "kinds": record._meta.verbose_name_plural,
        "list_name": "" if isinstance(record, Dated) else f"{record._meta.model_name}-list",
        "reason": record.withdrawal_reason,
        "withdrawn_on": record.withdrawn_at.date().isoformat() if record.withdrawn_at else "",
    }
    return render(request, "410.html", context, status=410)


# --- what hangs on records -------------------------------------------------------------------------------------------


def attach_citations(records: Iterable[Model]) -> None:
    """Give each record or part, of whatever kind, its `public_citations`. One query for all of them."""
    targets: defaultdict[str, defaultdict[int, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for record in records:
        if record.__dict__.pop("cited_ahead", False):
            continue
        record.public_citations = []  # type: ignore[attr-defined]
        targets[str(record._meta.model_name)][record.pk].append(record)
    if not targets:
        return
    names = tuple(sorted(targets))
    for citation in _citations_of(names)(*(list(targets[name]) for name in names)):
        for name in names:
            for record in targets[name].get(getattr(citation, f"{name}_id"), []):
                record.public_citations.append(citation)


@cache
def _citations_of(names: tuple[str, ...]) -> Shown[Citation]:
    """Of targets of these kinds, each given as a list of ids."""

    def cited(*ids: Any) -> QuerySet[Citation]:
        return Citation.objects.published(names).filter(_any_of(names, ids)).with_source().in_order()

    return Shown(Citation, cited)


def _any_of(names: Sequence[str], ids: Sequence[Any]) -> Q:
    return reduce(or_, (Q(**{f"{name}__in": pks}) for name, pks in zip(names, ids, strict=True)))


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
        if may_have(record, ConcernedRecord):
            ids[str(record._meta.model_name)].append(record.pk)
    if not ids:
        return []
    names = tuple(sorted(ids))
    found: list[Any] = _disagreements_about(names)(*(ids[name] for name in names))
    known = {each.pk: each for each in found}
    for each in found:
        each.public_positions = []
    for position in POSITIONS(list(known)):
        known[position.disagreement_id].public_positions.append(position)
    return found


@cache
def _disagreements_about(names: tuple[str, ...]) -> Shown[Disagreement]:
    """About records of these kinds, each given as a list of ids."""

    def about(*ids: Any) -> QuerySet[Disagreement]:
        concerned = ConcernedRecord.objects.filter(_any_of(names, ids)).order_by().values("disagreement")
        return Disagreement.objects.published().filter(pk__in=concerned).in_order()[:SHOWN]

    return Shown(Disagreement, about)


POSITIONS: Shown[Position] = Shown(
    Position, lambda ids: Position.objects.filter(disagreement__in=ids).order_by("disagreement", "order", "code")
)


def positions_of(disagreements: Iterable[Any]) -> list[Position]:
    return [position for disagreement in disagreements for position in disagreement.public_positions]


def attach_posts(officials: Iterable[Official | None]) -> None:
    """What `role_on` reads, without posts at organizations that are not public. One query for all of them."""
    known: defaultdict[int, list[Any]] = defaultdict(list)
    for official in officials:
        if official is not None:
            official.posts = []  # type: ignore[attr-defined]
            known[official.pk].append(official)
    for post in POSTS_OF(list(known)):
        for official in known[post.official_id]:
            official.posts.append(post)


POSTS_OF: Shown[Appointment] = Shown(
    Appointment,
    lambda ids: Appointment.objects.published().filter(official__in=ids).select_related("organization").in_order(),
)


def attach_co_speakers(statements: Iterable[Statement]) -> None:
    """What `co_speakers.all()` then gives without a query. One query for all of them."""
    known = {statement.pk: statement for statement in statements}
    for statement in known.values():
        statement.__dict__["_prefetched_objects_cache"] = {"co_speakers": []}
    for pair in CO_SPEAKERS([pk for pk, each in known.items() if may_have(each, Statement.co_speakers.through)]):
        known[pair.statement_id]._prefetched_objects_cache["co_speakers"].append(pair.official)  # type: ignore[attr-defined]


CO_SPEAKERS: Shown[Any] = Shown(
    Statement.co_speakers.through,
    lambda ids: Statement.co_speakers.through._default_manager.filter(statement__in=ids).select_related("official"),
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
    for relation in _relations_of(type(record))(record.pk) if may_have(record, Relation) else ():
        outward = relation.origin == record
        if not outward and relation.origin in shown:
            continue
        link = link_to(relation.goal if outward else relation.origin)
        grouped[_relation_words(RelationKind(relation.kind), outward=outward)][link.url] = link
    return [Relations(words, list(links.values())) for words, links in grouped.items()]


@cache
def _relations_of(model: type[Record]) -> Shown[Relation]:
    def touching(pk: int) -> QuerySet[Relation]:
        return Relation.objects.published().touching(model, pk).with_records().in_order()[:SHOWN]

    return Shown(Relation, touching)


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
    kind: Any = type(record)
    return _topics_of(kind)(record.pk) if may_have(record, kind.topics.through) else []


@cache
def _topics_of(model: type[Dated]) -> Shown[Topic]:
    lookup = f"{model._meta.model_name}s"
    return Shown(Topic, lambda pk: Topic.objects.published().filter(**{lookup: pk}).in_order()[:SHOWN])
