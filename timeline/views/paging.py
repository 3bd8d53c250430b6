"""Lists by pages of one size, found by key: the cost of a page depends on neither its depth nor the size of the data.

A page key holds what the list is ordered by, of the record at the edge of a page (`2021.2021-03-10.fig-total`), so it
stays good when that record is renamed or withdrawn.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, QueryDict
from django.utils.translation import gettext as _

from timeline.chronology import BadQuery
from timeline.models import Record
from timeline.models.base import SLUG_LENGTH
from timeline.models.fields import validate_code, validate_slug
from timeline.views.chronology import bad_query
from timeline.views.records import Gone, Moved, finder, gone_page

M = TypeVar("M", bound=Model)
R = TypeVar("R", bound=Record)
PAGE_SIZE = 50
SEPARATOR = "."  # stands in no slug, number or day


def slug_value(text: str) -> str:
    try:
        validate_slug(text)
    except ValidationError as error:
        raise ValueError(text) from error
    if len(text) > SLUG_LENGTH:
        raise ValueError(text)
    return text


def code_value(text: str) -> str:
    try:
        validate_code(text)
    except ValidationError as error:
        raise ValueError(text) from error
    return text


def name_value(text: str) -> str:
    """Of a key: a name may hold anything, so it stands there as hexadecimal digits."""
    name = bytes.fromhex(text).decode()
    if "\0" in name:
        raise ValueError(text)
    return name


def name_key(name: str) -> str:
    return name.encode().hex()


def number_value(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5):
        raise ValueError(text)
    return int(text)


def day_value(text: str) -> dt.date:
    if len(text) != len("2024-05-21"):
        raise ValueError(text)
    return dt.date.fromisoformat(text)


@dataclass(frozen=True)
class Column:
    """One of the columns that a list is ordered by. `nulls` says where rows without a value stand, if any can be."""

    name: str
    read: Callable[[str], Any]
    descending: bool = False
    nulls: str = ""  # "", "first" or "last"
    write: Callable[[Any], str] = str  # what `read` reads

    def same(self, value: Any) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})

    def beyond(self, value: Any, *, forward: bool) -> Q | None:
        """Rows that stand after the value (before it, when not `forward`); None when there can be none."""
        nulls_are_beyond = self.nulls == ("last" if forward else "first")
        if value is None:
            return None if nulls_are_beyond else Q(**{f"{self.name}__isnull": False})
        beyond = Q(**{f"{self.name}__{'gt' if forward != self.descending else 'lt'}": value})
        return beyond | Q(**{f"{self.name}__isnull": True}) if nulls_are_beyond else beyond


Order = tuple[Column, ...]
BY_SLUG: Order = (Column("slug", slug_value),)
BY_AGREEMENT: Order = (Column("public_ordinal", number_value, nulls="first"), *BY_SLUG)
BY_NAME: Order = (Column("name", name_value, write=name_key), *BY_SLUG)


@dataclass(frozen=True)
class Shelf(Generic[M]):
    """One page of a list. Like a page of the chronology it knows the queries that lead on and back."""

    records: list[M]
    next_key: str  # for ?after=, empty on the last page
    previous_key: str  # for ?before=, empty on the first page
    kept: str = ""  # the rest of the query string, which the other pages keep

    @property
    def next_query(self) -> str:
        return f"?{self.kept}after={self.next_key}"

    @property
    def previous_query(self) -> str:
        return f"?{self.kept}before={self.previous_key}"


def shelf(
    records: QuerySet[M], order: Order, query: QueryDict, *, start: M | None = None, size: int = PAGE_SIZE
) -> Shelf[M]:
    """The page that `after` or `before` in the query asks for, else the one that begins at `start`. Two queries.

    The records must be sorted by exactly the columns of `order`.
    """
    after, before = query.get("after", ""), query.get("before", "")
    if after and before:
        raise BadQuery("after", _("A page comes after a key or before one, not both."))
    backwards, key = bool(before), after or before
    beyond = records
    if key:
        values = _values(order, key, "before" if backwards else "after")
        beyond = records.filter(_beyond(order, values, forward=not backwards))
    elif start is not None:
        beyond = records.filter(_beyond(order, _edge(order, start), forward=True) | Q(pk=start.pk))
    found = list((beyond.reverse() if backwards else beyond)[: size + 1])
    more, rows = len(found) > size, found[:size]
    if backwards:
        rows.reverse()
    is_first_page = not key and start is None
    edge = rows[-1 if backwards else 0] if rows and not is_first_page else None
    behind = edge is not None and _goes_on(records, order, edge, forward=backwards)
    has_next, has_previous = (behind, more) if backwards else (more, behind)
    return Shelf(
        records=rows,
        next_key=_key(order, rows[-1]) if rows and has_next else "",
        previous_key=_key(order, rows[0]) if rows and has_previous else "",
        kept=_without_page(query),
    )


def is_first(query: QueryDict) -> bool:
    return not (query.get("after") or query.get("before"))


def first_shelf(found: list[M], order: Order, query: QueryDict, size: int = PAGE_SIZE) -> Shelf[M]:
    """The first page, of rows in the order of the list: as many as a page has, and one more where there are more."""
    next_key = _key(order, found[size - 1]) if len(found) > size else ""
    return Shelf(found[:size], next_key, "", _without_page(query))


def _without_page(query: QueryDict) -> str:
    kept = query.copy()
    for name in ("after", "before", "at"):
        kept.pop(name, None)
    return f"{kept.urlencode()}&" if kept else ""


def _goes_on(records: QuerySet[M], order: Order, edge: M, *, forward: bool) -> bool:
    return records.filter(_beyond(order, _edge(order, edge), forward=forward)).exists()


def _edge(order: Order, record: Model) -> list[Any]:
    return [getattr(record, column.name) for column in order]


def _key(order: Order, record: Model) -> str:
    pairs = zip(order, _edge(order, record), strict=True)
    return SEPARATOR.join("" if value is None else column.write(value) for column, value in pairs)


def _values(order: Order, key: str, parameter: str) -> list[Any]:
    parts = key.split(SEPARATOR)
    try:
        return [
            None if not part and column.nulls else column.read(part) for column, part in zip(order, parts, strict=True)
        ]
    except ValueError as error:
        raise BadQuery(parameter, _("“%(value)s” is no page of this list.") % {"value": key[:80]}) from error


def _beyond(order: Order, values: list[Any], *, forward: bool) -> Q:
    """Beyond in the first column, or the same there and beyond in the second, and so on."""
    found, same = Q(pk__in=[]), Q()
    for column, value in zip(order, values, strict=True):
        beyond = column.beyond(value, forward=forward)
        if beyond is not None:
            found |= same & beyond
        same &= column.same(value)
    return found


def choice(query: QueryDict, name: str, known: Sequence[str]) -> str:
    """The value of a filter, one of those known; empty when it is not given."""
    value = query.get(name, "").strip()
    if value and value not in known:
        sentence = _("There is no %(name)s “%(value)s” in this list. It can be: %(known)s.")
        raise BadQuery(name, sentence % {"name": name, "value": value[:80], "known": ", ".join(known)})
    return value


def year(query: QueryDict, name: str) -> int | None:
    """The value of a filter by a year; None when it is not given."""
    value = query.get(name, "").strip()
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) == 4):
        raise BadQuery(name, _("“%(value)s” is no year: write four digits, such as 2021.") % {"value": value[:80]})
    return int(value)


def answers_bad_queries(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Turns a `BadQuery` into the page that says what is wrong in the address, and leads to the list without it."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except BadQuery as error:
            return bad_query(request, error)

    return answer


def begins_at(
    records: QuerySet[R],
) -> Callable[[Callable[[HttpRequest, R | None], HttpResponse]], Callable[[HttpRequest], HttpResponse]]:
    """For lists of records without a page of their own: `?at=` a slug gives the view the record to begin with.

    So an address such as `/gaps/?at=slug#slug` leads to the record whichever page of the list it stands on.
    """

    find_it = finder(records)

    def decorate(view: Callable[[HttpRequest, R | None], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
        @wraps(view)
        def answer(request: HttpRequest) -> HttpResponse:
            slug = request.GET.get("at", "")
            if not slug or request.GET.get("after") or request.GET.get("before"):
                return view(request, None)
            try:
                return view(request, find_it(slug))
            except Moved as moved:
                return HttpResponsePermanentRedirect(moved.url)
            except Gone as gone:
                return gone_page(request, gone.record)

        return answer

    return decorate
