"""Another form of a record, as a file: made of a record in hand, for who asks and for static copies alike.

A view that answers with such forms has the attribute `forms_of`: of records of one kind, as their pages have read them,
and the words of the address that are the same for all of them, it makes the form of each, in their order. It asks for
nothing that depends on the request. See `timeline.static_copy.batches`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from timeline.models import Record

V = TypeVar("V", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Form:
    content: bytes
    content_type: str
    leads_to: str = ""  # it is nothing but the way to another address


def has_forms(forms_of: Callable[..., Iterable[Form]]) -> Callable[[V], V]:
    """`forms_of` is given the records and, by name, the words."""

    def decorate(view: V) -> V:
        view.forms_of = forms_of  # type: ignore[attr-defined]
        return view

    return decorate


def each(form_of: Callable[..., Form]) -> Callable[..., Iterable[Form]]:
    """For forms that are made one by one."""

    def forms_of(records: Sequence[Record], **words: str) -> Iterable[Form]:
        return (form_of(record, **words) for record in records)

    return forms_of
