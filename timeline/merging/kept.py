"""Rows as JSON, so that one that had to go comes back as it was, under its own key."""

import datetime as dt
import hashlib
import json
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models

from timeline.contents import fields_of
from timeline.merging.references import keys_to
from timeline.models.base import Identified

Json = dict[str, Any]


class Lost(ValueError):
    """A row cannot come back, because something that it needs is no longer there."""


def to_json(row: models.Model) -> Json:
    values = {field.attname: _plain(getattr(row, field.attname)) for field in row._meta.concrete_fields}
    return {"model": row._meta.model_name, "values": values}


def plain(values: Json) -> Json:
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def whole(row: models.Model) -> list[Json]:
    """The row, and behind it the rows that would go with it."""
    below = [
        each
        for key in keys_to(type(row))
        for other in key.model._base_manager.filter(**{key.name: row}).order_by("pk")
        for each in whole(other)
    ]
    return [to_json(row), *below]


def model_named(name: str) -> Any:
    return apps.get_model("timeline", name)


def revived(kept: Json) -> Any:
    """The unsaved row. Raises `Lost` when what it must point at is gone; what it may do without is left empty."""
    model = model_named(kept["model"])
    row = model()
    for field in model._meta.concrete_fields:
        if field.attname in kept["values"]:
            setattr(row, field.attname, _value(field, kept["values"][field.attname]))
    return row


def _value(field: Any, value: Any) -> Any:
    if value is None or not field.is_relation:
        return field.to_python(value)
    if field.related_model._base_manager.filter(pk=value).exists():
        return value
    if not field.null:
        raise Lost(str(field.verbose_name))
    return None


def digest(row: Any, without: str) -> str:
    """Of what a row says, without the key that moves: to see later whether somebody has changed it."""
    names = fields_of(type(row)) if isinstance(row, Identified) else {each.name: each for each in row._meta.fields}
    said = {
        name: _plain(getattr(row, field.attname))
        for name, field in sorted(names.items())
        if name not in {without, "updated_at"} and not field.many_to_many
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:16]
