"""Which columns a page reads. Half of a record's are the desk's, and every column costs, filled or not."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Final, TypeVar

from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable

from timeline.models.agreements import Agreement
from timeline.models.base import Record
from timeline.models.officials import Official
from timeline.models.organizations import Organization
from timeline.models.prepared import Prepared

T = TypeVar("T")
DESK: Final = ("created_at", "created_by", "updated_by", "withdrawn_at", "withdrawal_reason", "acknowledged")
ITS_OWN: Final = ("version", "updated_at", "published_at", "note", "private_text")  # said by its own page alone
# How others name it; of talks, when they were.
NAMES: Final = ("id", "code", "slug", "state", "name", "name_ko", "country", "kind", "ordinal")
TALKS: Final = ("talks_opened", "talks_concluded")
NAMED: Final = (Agreement, Official, Organization)


class Shown(Prepared[T]):
    """What a page asks for. Its records are shown and not saved: half of each was not read."""

    def __init__(self, model: type[Model], build: Callable[..., QuerySet[Any]]) -> None:
        super().__init__(model, lambda *values: for_readers(build(*values)))


def for_readers(records: QuerySet[Any]) -> QuerySet[Any]:
    """Without what no page shows: of themselves, and of what is selected with them.

    What is left out is fetched by Django where it is asked for nevertheless, and that is one query more for each.
    """
    _names, is_deferred = records.query.deferred_loading
    selected: Any = records.query.select_related
    if not is_deferred or records.query.combinator or not issubclass(records._iterable_class, ModelIterable):
        return records
    own = DESK if issubclass(records.model, Record) else ()
    of_others = _of_others(records.model, selected) if isinstance(selected, dict) else ()
    return records.defer(*own, *of_others)


def _of_others(model: type[Model], selected: Mapping[str, Any], before: str = "") -> Iterator[str]:
    for path, further in selected.items():
        other: Any = model._meta.get_field(path).related_model
        for name in _left_out(other):
            yield f"{before}{path}__{name}"
        yield from _of_others(other, further, f"{before}{path}__")


@cache
def _left_out(model: type[Model]) -> tuple[str, ...]:
    names = [field.name for field in model._meta.concrete_fields]
    if issubclass(model, NAMED):
        return tuple(name for name in names if name not in NAMES + TALKS)
    return tuple(name for name in names if name in DESK + ITS_OWN) if issubclass(model, Record) else ()
