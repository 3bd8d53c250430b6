"""What the records behind codes are called, whatever their kinds, in at most six queries."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db.models import F, Q, TextField, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from timeline.contents.kinds import RECORDS, is_record
from timeline.contents.pieces import Key, Piece, key_of
from timeline.models import (
    Agreement,
    Disagreement,
    Event,
    Figure,
    Gap,
    Official,
    Organization,
    Place,
    Record,
    Revision,
    Round,
    Source,
    Statement,
    Topic,
)

# Kinds that one column names are asked for together.
NAMED_BY: dict[type[Record], str] = {
    Place: "name",
    Organization: "name",
    Official: "name",
    Agreement: "name",
    Event: "title",
    Topic: "name",
    Disagreement: "question",
    Gap: "text",
}
NAMED_AFTER: dict[type[Record], tuple[str, ...]] = {
    Round: ("agreement",),
    Statement: ("speaker", "on_behalf_of"),
    Figure: (),
    Source: (),
}
KINDS: dict[str, type[Record]] = {str(kind._meta.model_name): kind for kind in RECORDS}


def kind_named(name: str) -> type[Record]:
    return KINDS[name]


@dataclass(frozen=True)
class Name:
    """`was_public`: readers have known it, though they may not see it now."""

    words: str
    url: str
    is_public: bool
    was_public: bool
    row: Record | None = None  # with no more than what names it


Names: TypeAlias = Mapping[Key, Name]


def look_up(keys: Iterable[Key], title: Callable[[Any], str] = str) -> dict[Key, Name]:
    """Records that are gone are named by their history."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for kind, code in keys:
        if kind in KINDS:
            wanted[kind].add(code)
    found = {}
    for row in (*_named_by_a_column(wanted), *_named_after_others(wanted)):
        url = row.get_absolute_url()
        name = Name(title(row), url, row.is_published, row.published_at is not None, row)
        found[key_of(type(row), row.code)] = name
    gone = {kind: left for kind, codes in wanted.items() if (left := {c for c in codes if (kind, c) not in found})}
    return found | _gone(gone)


def _named_by_a_column(wanted: Mapping[str, Collection[str]]) -> list[Record]:
    parts = [
        model._default_manager.filter(code__in=wanted[kind])
        .order_by()
        .annotate(kind_name=Value(kind), said=Cast(F(NAMED_BY[model]), TextField()))
        .values_list("kind_name", "pk", "code", "slug", "state", "published_at", "said")
        for kind, model in KINDS.items()
        if model in NAMED_BY and wanted.get(kind)
    ]
    if not parts:
        return []
    rows = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return [_row(KINDS[kind], *rest) for kind, *rest in rows]


def _row(model: type[Record], pk: int, code: str, slug: str, state: str, published_at: Any, said: str) -> Record:
    row = model(code=code, slug=slug, state=state, published_at=published_at, **{NAMED_BY[model]: said})
    row.pk = pk
    return row


def _named_after_others(wanted: Mapping[str, Collection[str]]) -> list[Record]:
    rows: list[Record] = []
    for model, related in NAMED_AFTER.items():
        if codes := wanted.get(str(model._meta.model_name)):
            queryset: Any = model._default_manager.filter(code__in=codes).order_by()
            queryset = queryset.select_related(*related) if related else queryset
            rows += queryset.defer("private_text", "note") if model is Source else queryset
    return rows


def _gone(wanted: Mapping[str, Collection[str]]) -> dict[Key, Name]:
    asked = Q()
    for kind, codes in wanted.items():
        asked |= Q(kind=kind, code__in=codes)
    if not asked:
        return {}
    told = Revision.objects.filter(asked).order_by("version").values_list("kind", "code", "slug")
    slugs = {(kind, code): slug for kind, code, slug in told}
    return {
        (kind, code): Name(_gone_words(kind, slugs.get((kind, code), code)), "", False, False)
        for kind, codes in wanted.items()
        for code in codes
    }


def _gone_words(kind: str, slug: str) -> str:
    return _("%(kind)s %(slug)s, which is deleted") % {"kind": KINDS[kind]._meta.verbose_name, "slug": slug}


def name_of(piece: Piece, names: Names) -> str:
    """What a record is called by what it says itself; it may be one that is no longer there."""
    kind: Any = piece.kind
    if not is_record(kind):
        return str(kind._meta.verbose_name)
    columns = {field.name: field for field in kind._meta.concrete_fields}
    row = kind(**{name: value for name, value in piece.values.items() if not columns.get(name, _Many).is_relation})
    for name in NAMED_AFTER.get(kind, ()):
        code = piece.values.get(name)
        related = columns[name].related_model
        named = names.get(key_of(related, code)) if code else None
        if named is not None:
            setattr(row, name, related(code=code, name=named.words))
        elif not columns[name].null:
            return piece.slug
    return str(row)


class _Many:
    """A field that is no column of the record: what many-to-many tables hold."""

    is_relation = True
