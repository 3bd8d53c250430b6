"""What points at a record: keys and memberships of every model, and the values in which two records differ."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models

from timeline.contents import fields_of
from timeline.models import Entry, Record

DERIVED = {Entry}  # made anew from the records
NEVER_TAKEN = {"slug", "acknowledged", "aliases"}  # other names are added, whatever is chosen


@dataclass(frozen=True, slots=True)
class Reference:
    """So many rows of one kind that point at a record by one key or membership."""

    model: type[models.Model]
    field: str
    count: int


@cache
def keys_to(model: type[models.Model]) -> tuple[Any, ...]:
    """Each foreign key of any model that points at this one, those without a name for the way back included."""
    return tuple(
        field
        for other in apps.get_models()
        if other not in DERIVED
        for field in other._meta.concrete_fields
        if field.is_relation and field.related_model is model
    )


@cache
def memberships_of(model: type[models.Model]) -> tuple[Any, ...]:
    """Each many-to-many field at one of whose ends this model stands."""
    return tuple(
        field
        for other in apps.get_models()
        for field in other._meta.many_to_many
        if model in {field.model, field.related_model}
    )


def others_in(field: Any, record: Record) -> models.QuerySet[Any]:
    """What is at the other end of a many-to-many field."""
    through = field.remote_field.through
    own, other, model = _ends(field, type(record))
    ids = through._default_manager.filter(**{own: record.pk}).values(other)
    found: models.QuerySet[Any] = model._default_manager.filter(pk__in=ids).order_by("code")
    return found


def _ends(field: Any, model: type[models.Model]) -> tuple[str, str, Any]:
    near, far = field.m2m_field_name(), field.m2m_reverse_field_name()
    return (near, far, field.related_model) if field.model is model else (far, near, field.model)


def manager_of(field: Any, record: Record, other: Any) -> tuple[Any, Any]:
    """The manager that says who belongs to whom, and the member: always asked of the record that has the field."""
    owner, member = (record, other) if field.model is type(record) else (other, record)
    return getattr(owner, field.name), member


def references_to(record: Record) -> Iterator[Reference]:
    """What would move. A query for each key and membership."""
    for key in keys_to(type(record)):
        if count := key.model._base_manager.filter(**{key.name: record}).count():
            yield Reference(key.model, key.name, count)
    for field in memberships_of(type(record)):
        if count := others_in(field, record).count():
            yield Reference(field.model, field.name, count)


def takable(model: type[Record]) -> list[Any]:
    """The fields that can be taken over from another record: not those that only one record may have as they are."""
    alone = {
        name
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint)
        for name in constraint.fields
    }
    fields: dict[str, Any] = dict(fields_of(model, private=True))
    return [
        field
        for name, field in fields.items()
        if not (field.many_to_many or field.unique or name in NEVER_TAKEN | alone) and field.editable
    ]


def differing(one: Record, other: Record) -> list[Any]:
    """The fields in which two records say something else."""
    return [field for field in takable(type(one)) if getattr(one, field.attname) != getattr(other, field.attname)]
