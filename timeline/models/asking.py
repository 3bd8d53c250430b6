"""Puts prepared statements to the database without what Django does around each, all that are known at one go.

SQLite answers them in one transaction, and so as of one moment. PostgreSQL plans each once for a connection and is sent
all before the first answer is awaited: see `timeline.models.pipeline`. Who watches a connection (slow queries, counts)
is shown each; where queries are logged, Django asks them itself.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

from django.db import connections

Rows = Sequence[tuple[Any, ...]]
Execute = Callable[[str, Any, bool, dict[str, Any]], Any]


@dataclass(frozen=True)
class Statement:
    """What was compiled for one database and for lists of certain lengths."""

    using: str
    sql: str
    parameters: tuple[Any, ...]
    slots: tuple[tuple[int, int], ...]  # where in the parameters which of the values stands
    read: Callable[[Sequence[Any]], list[Any]]
    numbered: str = ""  # for PostgreSQL: values as $1, $2, and what is always the same written out

    def filled(self, values: Sequence[Any]) -> list[Any]:
        parameters = list(self.parameters)
        for place, value in self.slots:
            parameters[place] = values[value]
        return parameters


@dataclass(frozen=True)
class Asked:
    statement: Statement
    values: tuple[Any, ...]


def answers(asked: Sequence[Asked]) -> list[Rows]:
    """Of each, in this order, as the database gives them."""
    found: list[Rows] = []
    for using, group in groupby(asked, key=_database):
        found += _answers_of(connections[using], list(group))
    return found


def _database(asked: Asked) -> str:
    return asked.statement.using


def _answers_of(connection: Any, asked: list[Asked]) -> list[Rows]:
    connection.ensure_connection()
    if connection.queries_logged or connection.needs_rollback:
        return _by_django(connection, asked)
    if connection.vendor == "sqlite":
        return _by_sqlite(connection, asked)
    from timeline.models import pipeline  # with what belongs to PostgreSQL

    found: list[Rows] | None = pipeline.answers(connection, asked)
    return _by_django(connection, asked) if found is None else found


def _by_django(connection: Any, asked: list[Asked]) -> list[Rows]:
    found = []
    with connection.cursor() as cursor:
        for each in asked:
            cursor.execute(each.statement.sql, each.statement.filled(each.values))
            found.append(cursor.fetchall())
    return found


def _by_sqlite(connection: Any, asked: list[Asked]) -> list[Rows]:
    found = []
    with connection.wrap_database_errors, _of_one_moment(connection.connection, len(asked)):
        cursor = connection.create_cursor()

        def ask(sql: str, parameters: Any, _many: bool, _context: dict[str, Any]) -> Any:
            return cursor.execute(sql, parameters)

        execute, context = watched(connection, ask), {"connection": connection, "cursor": cursor}
        for each in asked:
            execute(each.statement.sql, each.statement.filled(each.values), False, context)
            found.append(cursor.fetchall())
    return found


@contextmanager
def _of_one_moment(connection: Any, count: int) -> Iterator[None]:
    """One transaction: to lock the file for each of ten questions takes a tenth of the time."""
    if count == 1 or connection.in_transaction:
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("COMMIT")


def watched(connection: Any, execute: Execute) -> Execute:
    """As Django lets those see a statement who have asked the connection for it."""
    for wrapper in reversed(connection.execute_wrappers):
        execute = partial(wrapper, execute)
    return execute
