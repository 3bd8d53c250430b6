"""A record as it is being typed: made of the fields of a form that may be half filled in, wrong or forged."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from timeline.admin.pickers import is_key
from timeline.models import Record

LONGEST = 1_000  # characters read of a field


def record_typed(model: type[Record], names: tuple[str, ...], data: Mapping[str, str], pk: str = "") -> Record:
    """An unsaved record with what can be understood of these fields; the others stay as they are in a blank one."""
    record = model()
    record.pk = int(pk) if is_key(pk) else None
    for name in names:
        field: Any = model._meta.get_field(name)
        text = data.get(name, "")[:LONGEST].replace("\x00", "").strip()
        if text:
            _set(record, field, text)
    return record


def _set(record: Record, field: Any, text: str) -> None:
    if field.is_relation:
        if is_key(text):
            setattr(record, field.attname, int(text))
    elif isinstance(field, models.JSONField):
        setattr(record, field.name, [line.strip() for line in text.splitlines() if line.strip()])
    elif isinstance(field, models.CharField | models.TextField):
        setattr(record, field.name, text[: field.max_length])
    else:
        try:
            setattr(record, field.name, field.clean(text, record))
        except ValidationError:
            return  # not a number yet
