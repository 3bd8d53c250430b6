"""Queries of which Django builds the SQL once. Building it takes ten times as long as a small database needs to answer.

A query is given as a function of its values. It is called once with signs in their places and compiled; asking again
puts the values in place of the signs. What comes of it is what the queryset itself would have given: instances with
those that `select_related` names, or the rows of `values_list`. Why: docs/decisions/0013-prepared-queries.md.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, Final, Generic, TypeVar

from django.db import connections, models, router
from django.db.models.query import ValuesListIterable, get_related_populators

from timeline.models.asking import Asked, Statement
from timeline.models.reading import rows_of

T = TypeVar("T")
LENGTHS: Final = (1, 8, 64, 512)  # of lists of values; for each of them another statement is kept
MOST_AT_ONCE: Final = LENGTHS[-1]
# No id and no number of ours; that of a single value fits into the smallest column, else Django drops the condition.
FIRST_IN_LIST: Final = -7_000_000_000_001
FIRST_SINGLE: Final = 31_700


class Prepared(Generic[T]):
    """`values` of a call are ids, texts or lists of them. A list is filled up with its last value, to one of `LENGTHS`.

    The query must not be empty by itself (`none()`), prefetch nothing, and be given each value as it stands.
    """

    def __init__(self, model: type[models.Model], build: Callable[..., models.QuerySet[Any]]) -> None:
        self.model, self.build = model, build
        self._statements: dict[tuple[Any, ...], Statement] = {}

    def __call__(self, *values: int | str | Sequence[int] | Sequence[str]) -> list[T]:
        given = [_padded(each) for each in values]
        if any(each == [] for each in given):
            return []
        if (many := next((at for at, each in enumerate(given) if _length(each) > MOST_AT_ONCE), None)) is not None:
            return self._in_parts(values, many)
        return self._asked(given)

    def first(self, *values: int | str | Sequence[int] | Sequence[str]) -> T | None:
        found = self(*values)
        return found[0] if found else None

    def _in_parts(self, values: Sequence[Any], many: int) -> list[T]:
        ids, found = list(values[many]), []
        for start in range(0, len(ids), MOST_AT_ONCE):
            part = [*values[:many], ids[start : start + MOST_AT_ONCE], *values[many + 1 :]]
            found += self(*part)
        return found

    def _asked(self, given: list[Any]) -> list[T]:
        asked = self.asked(given)
        return asked.statement.read(rows_of([(self, given, asked)])[0])

    def asked(self, given: list[Any]) -> Asked:
        """The values, and what was compiled for the database that is to be read now."""
        using = self.database()
        key = (using, *map(_length, given))
        statement = self._statements.get(key)
        if statement is None:
            statement = self._statements[key] = self._compiled(using, given)
        flat = [value for each in given for value in (each if isinstance(each, list) else (each,))]
        return Asked(statement, tuple(flat))

    def database(self) -> str:
        return router.db_for_read(self.model)

    def _compiled(self, using: str, given: list[Any]) -> Statement:
        signs: list[Any] = []

        def sign(value: Any, first: int, step: int) -> Any:
            number = len(signs)
            signs.append(f"\ue000{number}\ue000" if isinstance(value, str) else first + step * number)
            return signs[-1]

        signed = [
            [sign(value, FIRST_IN_LIST, -1) for value in each]
            if isinstance(each, list)
            else sign(each, FIRST_SINGLE, 1)
            for each in given
        ]
        queryset = self.build(*signed).using(using)
        compiler: Any = queryset.query.get_compiler(using=using)
        sql, parameters = compiler.as_sql()
        places = {each: at for at, each in enumerate(signs)}
        slots = tuple((at, places[each]) for at, each in enumerate(parameters) if _is_sign(each, places))
        if {value for _place, value in slots} != set(places.values()):
            raise ValueError("The query does not ask for each of its values as it stands.")
        numbered = _numbered(connections[using], sql, parameters, dict(slots))
        return Statement(using, sql, tuple(parameters), slots, _reader(queryset, compiler, using), numbered)


def at_one_go(*several: tuple[Prepared[Any], Sequence[int] | Sequence[str] | None]) -> list[list[Any]]:
    """What queries of one list, or of no value, give: none waits for the answer to another.

    No list may be empty, or longer than `MOST_AT_ONCE`.
    """
    given = [(query, [] if values is None else [_padded(values)]) for query, values in several]
    put = [(query, each, query.asked(each)) for query, each in given]
    return [asked.statement.read(rows) for (_query, _given, asked), rows in zip(put, rows_of(put), strict=True)]


def _length(value: Any) -> int:
    return len(value) if isinstance(value, list) else 0


def _padded(value: Any) -> Any:
    if isinstance(value, int | str):
        return value
    values = list(value)
    if not values or len(values) > MOST_AT_ONCE:
        return values
    wanted = next(length for length in LENGTHS if length >= len(values))
    return values + values[-1:] * (wanted - len(values))


def _is_sign(value: Any, places: dict[Any, int]) -> bool:
    return isinstance(value, int | str) and value in places


def _numbered(connection: Any, sql: str, parameters: Sequence[Any], slots: dict[int, int]) -> str:
    """As PostgreSQL prepares it. What is always the same stands in the text: an index may be of public rows alone."""
    if connection.vendor != "postgresql":
        return ""
    first, *others = sql.split("%s")
    parts = [first]
    for place, other in enumerate(others):
        value = f"${slots[place] + 1}" if place in slots else connection.ops.compose_sql("%s", [parameters[place]])
        parts += [value, other]
    return "".join(parts).replace("%%", "%")


def _reader(queryset: Any, compiler: Any, using: str) -> Callable[[Sequence[Any]], list[Any]]:
    """How rows become what the queryset gives: as `ModelIterable` and `ValuesListIterable` do it."""
    count = compiler.col_count  # behind these stand what is sorted by
    converters = _quick(compiler.get_converters([column[0] for column in compiler.select[0:count]]), connections[using])

    def converted(rows: Sequence[Any]) -> Any:
        return compiler.apply_converters(rows, converters) if converters else rows

    if queryset._iterable_class is ValuesListIterable:
        return lambda rows: [tuple(row[:count]) for row in converted(rows)]
    known, select = compiler.klass_info, compiler.select
    model, begin, end = known["model"], known["select_fields"][0], known["select_fields"][-1] + 1
    # Django looks for each column of the model in these: in a list that takes as long as all the rest.
    names = dict.fromkeys(column[0].target.attname for column in select[begin:end])
    populators = get_related_populators(known, select, using)  # type: ignore[call-arg] # the types are of a later Django
    for populator in populators:
        _look_up(populator)
    annotations = list((compiler.annotation_col_map or {}).items())

    def read(rows: Sequence[Any]) -> list[Any]:
        made = []
        for row in converted(rows):
            each = model.from_db(using, names, row[begin:end])
            for populator in populators:
                populator.populate(row, each)
            for name, place in annotations:
                setattr(each, name, row[place])
            made.append(each)
        return made

    return read


def _quick(converters: dict[int, Any], connection: Any) -> dict[int, Any]:
    """SQLite gives moments without their zone; Django looks up which it is for each of them."""
    if connection.vendor != "sqlite" or connection.timezone is not dt.UTC:
        return converters
    slow = connection.ops.convert_datetimefield_value
    return {
        place: ([_in_utc if each == slow else each for each in several], expression)
        for place, (several, expression) in converters.items()
    }


def _in_utc(value: Any, expression: Any, connection: Any) -> Any:
    """What is worked out in a query has no type in SQLite, and comes as text."""
    if isinstance(value, dt.datetime) and value.tzinfo is None:
        return value.replace(tzinfo=dt.UTC)
    return connection.ops.convert_datetimefield_value(value, expression, connection)


def _look_up(populator: Any) -> None:
    populator.init_list = dict.fromkeys(populator.init_list)
    for inner in populator.related_populators:
        _look_up(inner)
