"""Exclusive arcs: a row that points at exactly one record of several kinds, as one nullable key for each kind.

The database keeps it true (`exactly_one`), deletion is refused by the key itself, and prefetching stays plain.
"""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


def exactly_one(names: Iterable[str]) -> Q:
    names = tuple(names)
    return reduce(or_, (Q(**{f"{other}__isnull": other != name for other in names}) for name in names))


def at_most_one(names: Iterable[str]) -> Q:
    names = tuple(names)
    return exactly_one(names) | Q(**{f"{name}__isnull": True for name in names})


def pointed_at(row: models.Model, names: Iterable[str]) -> Any:
    """The one record that the row points at, or None. Costs a query unless that record was fetched with the row."""
    for name in names:
        if getattr(row, f"{name}_id") is not None:
            return getattr(row, name)
    return None


def refuse_several(row: models.Model, names: Iterable[str], *, or_none: bool = False) -> None:
    """The constraint's rule in words, for forms: unlike the constraint it can name the fields."""
    names = tuple(names)
    given = [name for name in names if _is_given(row, name)]
    if len(given) > 1 or (not given and not or_none):
        labels = ", ".join(str(row._meta.get_field(name).verbose_name) for name in names)  # type: ignore[union-attr]
        raise ValidationError(_("Choose exactly one of: %(fields)s.") % {"fields": labels}, code="arc")


def _is_given(row: models.Model, name: str) -> bool:
    """Also true when it points at a record that is not saved yet: the one on whose form the row is entered."""
    return getattr(row, f"{name}_id") is not None or row._state.fields_cache.get(name) is not None
