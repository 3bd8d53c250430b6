"""Changes in words: the names of fields as forms give them, and values as people read them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from timeline import dates
from timeline.calendar_words import grouped
from timeline.contents.comparing import Change, Conflict
from timeline.contents.kinds import OWNERS, Kind, fields_of, is_ours, is_record, target_of
from timeline.contents.names import Names, look_up
from timeline.contents.pieces import Key, key_of
from timeline.models.citations import TARGETS, Citation
from timeline.models.fields import EdtfField, validate_days

YEARS = {"covers_from", "covers_to", "year_from", "year_to"}  # numbers that are written without a comma


@dataclass(frozen=True)
class Described:
    """One difference: whose, which field, and both values. `is_part` when a whole part came or went."""

    label: str
    before: str
    after: str
    is_part: bool
    change: Change


@dataclass(frozen=True)
class Choice:
    name: str
    label: str
    base: str
    mine: str
    theirs: str


def described(changes: Iterable[Change]) -> list[Described]:
    """In the order given. A query for each kind of record that the changes name."""
    changes = list(changes)
    names = names_of(changes)
    return [
        Described(
            _label(change.kind, change.field),
            _value(change.kind, change.field, change.before, names),
            _value(change.kind, change.field, change.after, names),
            not change.field,
            change,
        )
        for change in changes
    ]


def conflicts_in_words(conflicts: Iterable[Conflict]) -> list[Choice]:
    conflicts = list(conflicts)
    pairs = [
        Change(each.kind, each.code, each.field, one, other)
        for each in conflicts
        for one, other in ((each.base, each.mine), (each.theirs, None))
    ]
    names = names_of(pairs)
    return [
        Choice(
            each.name,
            _label(each.kind, each.field),
            *(_value(each.kind, each.field, value, names) for value in (each.base, each.mine, each.theirs)),
        )
        for each in conflicts
    ]


def names_of(changes: Iterable[Change]) -> Names:
    """What each record is called that a value points at. Six queries at most."""
    return look_up(key for change in changes for key in _pointed_at(change))


def _pointed_at(change: Change) -> Iterable[Key]:
    for value in (change.before, change.after):
        for name, each in ({change.field: value} if change.field else (value or {})).items():
            yield from keys_in(change.kind, name, each)


def keys_in(kind: Kind, field: str, value: Any) -> list[Key]:
    """The records to which the value of a field points."""
    column: Any = fields_of(kind, private=True).get(field)
    if column is None or not column.is_relation or not is_ours(column) or not value:
        return []
    return [key_of(target_of(column), code) for code in (value if isinstance(value, list) else [value])]


def _label(kind: Kind, field: str) -> str:
    what = capfirst(str(kind._meta.verbose_name))
    if not field:
        return what
    name = field_words(kind, field)
    return capfirst(name) if is_record(kind) else _("%(part)s: %(field)s") % {"part": what, "field": name}


def field_words(kind: Kind, field: str) -> str:
    column: Any = fields_of(kind, private=True).get(field)
    return str(column.verbose_name) if column is not None else field.replace("_", " ")


def _value(kind: Kind, field: str, value: Any, names: Names) -> str:
    if field:
        return value_in_words(kind, field, value, names)
    owners = set(OWNERS.get(kind, ()))  # type: ignore[arg-type]
    said = (
        value_in_words(kind, name, each, names)
        for name, each in (value or {}).items()
        if name not in {"code", "order"} | owners
    )
    return " · ".join(words for words in said if words)


def value_in_words(kind: Kind, field: str, value: Any, names: Names) -> str:
    column: Any = fields_of(kind, private=True).get(field)
    if column is None:
        return ""
    if value is None and not column.many_to_many and column.has_default():
        value = column.get_default()  # what contents leave out
    if value is None or value == "" or value == []:
        return ""
    if keys := keys_in(kind, field, value):
        return ", ".join(words for key in keys if (words := names[key].words if key in names else key[1]))
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if kind is Citation and field == "supports":
        return _supported(value)
    return _plain(column, value)


def _supported(name: str) -> str:
    """The label of the field on whichever record has it."""
    for target in TARGETS:
        model: Any = Citation._meta.get_field(target).related_model
        try:
            return str(model._meta.get_field(name).verbose_name)
        except (FieldDoesNotExist, AttributeError):
            continue
    return name


def items_in_words(column: Any, values: list[Any]) -> list[str]:
    return [_day(str(each)) if validate_days in column.validators else str(each) for each in values]


def _plain(column: Any, value: Any) -> str:
    match value:
        case bool():
            return _("yes") if value else _("no")
        case list():
            return "; ".join(items_in_words(column, value))
        case Decimal() | int():
            return str(value) if column.name in YEARS else grouped(value)
        case dt.datetime():
            return date_format(timezone.localtime(value), "DATETIME_FORMAT")
        case dt.date():
            return date_format(value)
    return _day(str(value)) if isinstance(column, EdtfField) else str(value)


def _day(text: str) -> str:
    try:
        return str(dates.parse(text))
    except dates.DateError:  # from a time with other rules
        return text
