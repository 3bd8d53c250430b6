"""What of each kind of record and part is handed out: its fields, each with type, unit, description and an example.

Made from the models, so that a new field is described everywhere at once: in the API, the data dictionary, the files.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import models
from django.utils.functional import Promise

from timeline.contents.kinds import OWNERS, RECORDS, fields_of, is_ours, is_record
from timeline.contents.kinds import Field as Column
from timeline.contents.kinds import Kind as Model
from timeline.exports.descriptions import DESCRIPTIONS, OF_KINDS, UNITS
from timeline.exports.examples import EXAMPLES
from timeline.models import Citation, ConcernedRecord, Relation
from timeline.models.base import Record
from timeline.models.citations import TARGETS
from timeline.models.disagreements import CONCERNED
from timeline.models.fields import EdtfField, ProseField
from timeline.models.relations import GOALS, ORIGINS

# Of an editor's concern, or the same in every row that is public.
NOT_HANDED_OUT = {"state", "withdrawn_at", "withdrawal_reason", "acknowledged"}
# Columns that one field of a row stands for: which kind, and which of them.
ARCS: dict[type[models.Model], dict[str, tuple[str, ...]]] = {
    Citation: {"target": TARGETS},
    Relation: {"from_record": ORIGINS, "to_record": GOALS},
    ConcernedRecord: {"record": CONCERNED},
}
TYPES: "dict[type[models.Field[Any, Any]], str]" = {
    models.BooleanField: "boolean",
    models.DecimalField: "number",
    models.IntegerField: "integer",  # small and positive ones as well
    models.DateTimeField: "datetime",
    models.DateField: "date",
    models.JSONField: "array",
    models.ManyToManyField: "array",
}


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One value of a row.

    `type` is string, integer, number (a decimal, as text: no digit is lost), boolean, date, datetime or array (of
    strings); `format` narrows a string down: edtf, uri, slug, code, markdown.
    """

    name: str
    type: str
    description: str
    example: Any
    format: str = ""
    unit: str = ""
    choices: tuple[tuple[str, Any], ...] = ()
    refers_to: tuple[str, ...] = ()  # the kinds whose slug or code it holds
    is_required: bool = False  # never null
    max_length: int | None = None
    columns: tuple[str, ...] = ()  # of the table; none where it is made from others


@dataclass(frozen=True, slots=True, eq=False)  # one of each: compared and hashed as itself
class Kind:
    """One table of the data set."""

    name: str
    plural: str  # as in the addresses and the files
    model: Model
    fields: tuple[Field, ...]
    owners: tuple[str, ...]  # the fields that say whose part it is; none for a record

    @property
    def is_record(self) -> bool:
        return is_record(self.model)

    @property
    def key(self) -> str:
        """The field by which others refer to it, and by which rows are ordered."""
        return "slug" if self.is_record else "code"

    @property
    def label(self) -> str | Promise:
        return self.model._meta.verbose_name or self.name

    @property
    def description(self) -> str:
        return OF_KINDS[self.name]

    def field(self, name: str) -> Field:
        return next(each for each in self.fields if each.name == name)


def name_of(model: type[models.Model]) -> str:
    return NAMES.get(str(model._meta.model_name), str(model._meta.model_name))


NAMES = {"chiefnegotiator": "chief_negotiator", "concernedrecord": "concerned_record"}


@cache
def kinds() -> dict[str, Kind]:
    """By name: the records, each after those it refers to, then the parts."""
    return {kind.name: kind for kind in map(_kind, (*RECORDS, *OWNERS))}


def _kind(model: Model) -> Kind:
    name = name_of(model)
    arcs = {column: arc for arc, columns in ARCS.get(model, {}).items() for column in columns}
    owners = tuple(dict.fromkeys(arcs.get(owner, owner) for owner in OWNERS.get(model, ())))  # type: ignore[arg-type]
    return Kind(name, f"{name}s", model, tuple(_fields(model, name)), owners)


def _fields(model: Model, name: str) -> Iterator[Field]:
    yield Field("type", "string", DESCRIPTIONS["type"], name, choices=((name, name),), is_required=True)
    columns = fields_of(model)
    yield _field(name, columns["code"])
    if is_record(model):
        yield _field(name, columns["slug"])
        yield _made(name, "page_url", format="uri", is_required=True)
        yield _made(name, "permanent_url", format="uri", is_required=True)
    arcs = ARCS.get(model, {})
    in_arcs = {column for each in arcs.values() for column in each}
    for arc, names in arcs.items():
        yield from _arc(name, model, arc, names)
    for column in columns.values():
        if column.name not in {"code", "slug", "updated_at", "published_at", *in_arcs, *NOT_HANDED_OUT}:
            yield _field(name, column)
            yield from _bounds(name, model, column)
    yield from (_field(name, _column(model, each)) for each in _computed(model))
    if is_record(model):
        yield from (_field(name, _column(model, each)) for each in ("version", "published_at", "updated_at"))


def _computed(model: Model) -> tuple[str, ...]:
    kept = ("converted_amount", "conversion_rate", "conversion_day")
    return kept if any(column.name in kept for column in model._meta.concrete_fields) else ()


def _bounds(kind: str, model: Model, column: Column) -> Iterator[Field]:
    """The first and last possible day behind a date, where the table has them."""
    if isinstance(column, EdtfField):
        yield from (_field(kind, _column(model, each)) for each in (column.first, column.last) if each)


def _column(model: Model, name: str) -> Any:
    return model._meta.get_field(name)


def _arc(kind: str, model: Model, name: str, columns: tuple[str, ...]) -> Iterator[Field]:
    targets = tuple(name_of(_column(model, column).related_model) for column in columns)
    kind_field = f"{name.removesuffix('_record')}_type"
    choices = tuple((each, each) for each in targets)
    yield _made(kind, kind_field, is_required=True, choices=choices, columns=columns)
    yield _made(kind, name, is_required=True, refers_to=targets, columns=columns)


def _made(kind: str, name: str, **values: Any) -> Field:
    return Field(name, "string", _description(kind, name), _example(kind, name), **values)


def _description(kind: str, name: str) -> str:
    return DESCRIPTIONS.get(f"{kind}.{name}") or DESCRIPTIONS[name]


def _example(kind: str, name: str) -> Any:
    return EXAMPLES[f"{kind}.{name}"] if f"{kind}.{name}" in EXAMPLES else EXAMPLES[name]


def _field(kind: str, column: Any) -> Field:
    many = bool(column.many_to_many)
    target = name_of(column.related_model) if column.is_relation and is_ours(column) else ""
    kind_of_value = next((name for field, name in TYPES.items() if isinstance(column, field)), "string")
    return Field(
        column.name,
        "string" if target and not many else kind_of_value,
        DESCRIPTIONS.get(f"{kind}.{column.name}") or DESCRIPTIONS.get(column.name) or str(column.help_text),
        _example(kind, column.name),
        format=_format(column),
        unit=UNITS.get(f"{kind}.{column.name}", UNITS.get(column.name, "")),
        choices=tuple(column.choices or ()),
        refers_to=(target,) if target else (),
        is_required=_is_required(column),
        max_length=None if target else column.max_length,
        columns=(column.name,),
    )


def _is_required(column: Any) -> bool:
    """Of a text that may be empty the row says null, and so it does of a record that is not public.

    A part is public only with what it points at.
    """
    if column.name in {"published_at", "updated_at"}:
        return True
    if column.is_relation and not column.many_to_many and is_record(column.model):
        return False
    if column.many_to_many or isinstance(column, models.JSONField | models.BooleanField):
        return True
    return not column.null and not column.blank


def _format(column: Any) -> str:
    if isinstance(column, EdtfField):
        return "edtf"
    if isinstance(column, ProseField):
        return "markdown"
    formats = {"url": "uri", "archived_url": "uri", "code": "code", "slug": "slug"}
    return formats.get(column.name, "")


def plain(value: Any) -> Any:
    """As it stands in a row: text, number, boolean, list or None."""
    match value:
        case None | "":
            return None
        case dt.datetime():
            return value.astimezone(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        case dt.date():
            return value.isoformat()
        case _ if hasattr(value, "as_tuple"):
            return format(value.normalize(), "f")
    return value


def has_page(kind: Kind) -> bool:
    """Disagreements and gaps stand in lists."""
    return issubclass(kind.model, Record) and bool(kind.model.url_name)
