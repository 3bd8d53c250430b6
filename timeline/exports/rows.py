"""Public records and parts as plain rows, read in batches, so that a million cost no more memory than a thousand."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from django.conf import settings
from django.db.models import Q, QuerySet

from timeline.addresses import path_of
from timeline.contents.kinds import order_of
from timeline.exports.schema import ARCS, Field, Kind, kinds, name_of, plain
from timeline.models import Record, Source
from timeline.models.base import Identified, published
from timeline.models.columns import Shown
from timeline.models.hanging import may_have

Row: TypeAlias = dict[str, Any]  # by field, in the order of the kind's fields
BATCH = 500
MARK = "0"  # a slug that no record has: it is longer


def public(kind: Kind) -> QuerySet[Any]:
    """What readers may see of this kind; of parts those whose owner is public as well."""
    everything: Any = kind.model._default_manager.all()
    seen = everything.published() if hasattr(everything, "published") else everything
    for owner in kind.owners if kind.name not in {"citation", "relation"} else ():  # these ask for theirs themselves
        seen = seen.filter(published(owner))
    return seen  # type: ignore[no-any-return]


def rows(kind: Kind, only: Q | None = None, *, after: str = "", limit: int | None = None) -> Iterator[Row]:
    """By slug, parts by code; those behind `after`. A few queries for each batch, whatever hangs on the records."""
    wanted = public(kind) if only is None else public(kind).filter(only)
    wanted = wanted.order_by(kind.key)
    left = limit
    while left is None or left > 0:
        size = BATCH if left is None else min(BATCH, left)
        behind = wanted.filter(**{f"{kind.key}__gt": after}) if after else wanted
        batch = list(behind.values(*_read(kind))[:size])
        yield from rows_of(kind, batch)
        if len(batch) < size:
            return
        after = batch[-1][kind.key]
        left = None if left is None else left - len(batch)


def rows_of(kind: Kind, batch: Sequence[Mapping[str, Any]]) -> list[Row]:
    """The rows of what `values(*columns_of(kind))` gave, in its order. One query for each kind that they refer to."""
    if not batch:
        return []
    names = _names(kind, batch)
    joined = {field.name: _joined(kind, field, batch) for field in kind.fields if _is_many(kind, field)}
    address, steps = _addresses(kind, settings.SITE_URL), _steps(kind)
    return [_row(kind, steps, values, names, joined, address) for values in batch]


def columns_of(kind: Kind) -> list[str]:
    return _read(kind)


def row_of(record: Record) -> Row:
    """One record's own row; the record must be public."""
    kind = kinds()[name_of(type(record))]
    return rows_of(kind, list(public(kind).filter(pk=record.pk).values(*_read(kind))))[0]


def whole(record: Record) -> Row:
    """A public record, as it was read, with its public parts, theirs inside them, and what it cites.

    Some two dozen queries at most.
    """
    return wholes([record])[0]


def wholes(records: Sequence[Record]) -> list[Row]:
    """The same of several of one kind, in as many queries; in their order."""
    if not records:
        return []
    kind = kinds()[name_of(type(records[0]))]
    found = rows_of(kind, [_values(kind, record) for record in records])
    parts = _parts(
        kind,
        [record.pk for record in records],
        lambda part: [record.pk for record in records if may_have(record, part.model)],
    )
    for record, row in zip(records, found, strict=True):
        row.update(parts[record.pk])
    cited = [{citation["source"] for citation in _citations(row)} for row in found]
    sources = kinds()["source"]
    works = rows_of(sources, [_values(sources, each) for each in SOURCES(sorted(set().union(*cited)))])
    places = {work["slug"]: place for place, work in enumerate(works)}
    for row, slugs in zip(found, cited, strict=True):
        row["cited_sources"] = [works[place] for place in sorted(places[slug] for slug in slugs & places.keys())]
    return found


SOURCES: Shown[Source] = Shown(
    Source, lambda slugs: public(kinds()["source"]).filter(slug__in=slugs).order_by("slug").defer("private_text")
)


def _citations(row: Row) -> Iterator[Row]:
    for name, value in row.items():
        if name == "citations":
            yield from value
        elif isinstance(value, list):
            for part in value:
                if isinstance(part, dict):
                    yield from _citations(part)


@cache
def part_kinds(kind: Kind) -> dict[Kind, str]:
    """The parts that a kind can have, each with the column that points at it."""
    found = {}
    for part in kinds().values():
        for owner in part.owners:
            columns = ARCS.get(part.model, {}).get(owner, (owner,))
            for column in columns:
                if part.model._meta.get_field(column).related_model is kind.model:
                    found[part] = column
    return found


def _parts(
    kind: Kind, owners: Sequence[Any], may_own: Callable[[Kind], Sequence[Any]] | None = None
) -> dict[Any, dict[str, list[Row]]]:
    """By owner's key: its parts in their own order, as lists by plural name, with theirs. For all owners at once;
    `may_own` says which of them may have parts of a kind.
    """
    found: dict[Any, dict[str, list[Row]]] = {owner: {} for owner in owners}
    for part, column in part_kinds(kind).items():
        for owner in owners:
            found[owner][part.plural] = []
        for owner, row in _parts_of(part, column, may_own(part) if may_own else owners):
            found[owner][part.plural].append(row)
    return found


def _parts_of(part: Kind, column: str, owners: Sequence[Any]) -> list[tuple[Any, Row]]:
    instances = sorted(_owned(part, column)(owners), key=order_of)
    made = rows_of(part, [_values(part, each) for each in instances])
    theirs = _parts(part, [each.pk for each in instances]) if part_kinds(part) else {}
    for each, row in zip(instances, made, strict=True):
        row.update(theirs.get(each.pk, {}))
    return [(getattr(each, f"{column}_id"), row) for each, row in zip(instances, made, strict=True)]


@cache
def _owned(part: Kind, column: str) -> Shown[Any]:
    return Shown(part.model, lambda owners: public(part).filter(**{f"{column}__in": owners}))


# --- values


def _values(kind: Kind, instance: Any) -> dict[str, Any]:
    """What `values(*columns_of(kind))` would give of it."""
    return {name: getattr(instance, name) for name in _read(kind)}


@cache
def _read(kind: Kind) -> list[str]:
    """The columns to fetch: those of the fields, many-to-many ones aside, and the key."""
    columns = {"pk": None}
    for field in kind.fields:
        if not _is_many(kind, field):
            columns |= dict.fromkeys(kind.model._meta.get_field(each).attname for each in field.columns)  # type: ignore[union-attr]
    return list(columns)


def _is_many(kind: Kind, field: Field) -> bool:
    return len(field.columns) == 1 and bool(kind.model._meta.get_field(field.columns[0]).many_to_many)


@cache
def _targets(kind: Kind) -> list[tuple[str, type[Identified]]]:
    """Each column that refers to a record or part, with what it refers to."""
    columns: list[Any] = [
        kind.model._meta.get_field(column) for field in kind.fields if field.refers_to for column in field.columns
    ]
    return [(column.attname, column.related_model) for column in columns if not column.many_to_many]


def _names(kind: Kind, batch: Sequence[Mapping[str, Any]]) -> dict[type[Identified], dict[Any, str]]:
    """The slugs and codes behind the keys in these rows: only those of what is public."""
    wanted: defaultdict[type[Identified], set[Any]] = defaultdict(set)
    for column, model in _targets(kind):
        wanted[model].update(values[column] for values in batch)
    return {model: _public_names(model, ids - {None}) for model, ids in wanted.items()}


def _public_names(model: type[Identified], ids: set[Any]) -> dict[Any, str]:
    if not ids:
        return {}
    return dict(_keys_of(model)(sorted(ids)))


@cache
def _keys_of(model: type[Identified]) -> Shown[tuple[Any, str]]:
    kind = kinds()[name_of(model)]
    return Shown(model, lambda ids: public(kind).filter(pk__in=ids).order_by().values_list("pk", kind.key))


def _joined(kind: Kind, field: Field, batch: Sequence[Mapping[str, Any]]) -> dict[Any, list[str]]:
    column: Any = kind.model._meta.get_field(field.columns[0])
    near, far = column.m2m_column_name(), column.m2m_reverse_name()
    pairs = _pairs(column.remote_field.through, near, far)([values["pk"] for values in batch])
    names = _public_names(column.related_model, {other for _owner, other in pairs})
    found: defaultdict[Any, list[str]] = defaultdict(list)
    for owner, other in pairs:
        if other in names:
            found[owner].append(names[other])
    return {owner: sorted(each) for owner, each in found.items()}


@cache
def _pairs(through: Any, near: str, far: str) -> Shown[tuple[Any, Any]]:
    return Shown(
        through,
        lambda owners: through._default_manager.filter(**{f"{near}__in": owners}).order_by().values_list(near, far),
    )


@cache
def _addresses(kind: Kind, site: str) -> Callable[[str], str]:
    if not kind.is_record:
        return lambda slug: ""
    model: Any = kind.model
    pattern: str = site + model(slug=MARK).get_absolute_url()
    before, _mark, behind = pattern.partition(f"/{MARK}/")
    if behind or before != pattern:
        return lambda slug: f"{before}/{slug}/{behind}"
    return lambda slug: site + str(model(slug=slug).get_absolute_url())


@dataclass(frozen=True, slots=True)
class Step:
    """How one field of a row comes of the values that were fetched."""

    name: str
    columns: tuple[tuple[str, type[Identified]], ...] = ()  # of which one is filled, with what it refers to
    plain: str = ""  # the column whose value it is
    is_reference: bool = False
    is_many: bool = False


@cache
def _steps(kind: Kind) -> list[Step]:
    def step(field: Field) -> Step:
        columns: list[Any] = [kind.model._meta.get_field(name) for name in field.columns]
        if _is_many(kind, field):
            return Step(field.name, is_many=True)
        if field.refers_to or len(columns) > 1:
            pairs = tuple((column.attname, column.related_model) for column in columns)
            return Step(field.name, pairs, is_reference=bool(field.refers_to))
        return Step(field.name, plain=field.columns[0] if columns else "")

    return [step(field) for field in kind.fields]


def _row(
    kind: Kind,
    steps: Sequence[Step],
    values: Mapping[str, Any],
    names: Mapping[type[Identified], Mapping[Any, str]],
    joined: Mapping[str, Mapping[Any, list[str]]],
    address: Callable[[str], str],
) -> Row:
    row: Row = {}
    for step in steps:
        if step.plain:
            row[step.name] = plain(values[step.plain])
        elif step.columns:
            row[step.name] = _referred(step, values, names)
        elif step.is_many:
            row[step.name] = joined[step.name].get(values["pk"], [])
        else:
            row[step.name] = _made(kind, step.name, values, address)
    return row


def _referred(step: Step, values: Mapping[str, Any], names: Mapping[type[Identified], Mapping[Any, str]]) -> str | None:
    """The slug or code of what it refers to; of an arc, in a field of its own, the kind."""
    for column, model in step.columns:
        if values[column] is not None:
            return names[model].get(values[column]) if step.is_reference else name_of(model)
    return None


def _made(kind: Kind, name: str, values: Mapping[str, Any], address: Callable[[str], str]) -> str:
    match name:
        case "page_url":
            return address(values["slug"])
        case "permanent_url":
            return settings.SITE_URL + path_of("short-link", values["code"])
        case _:
            return kind.name
