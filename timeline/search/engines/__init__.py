"""The full-text engine of the database: FTS5 on SQLite, `tsvector` on PostgreSQL. Both hold the same tokens."""

from collections.abc import Sequence
from typing import Protocol

from django.db import connection

from timeline.search.engines import postgresql, sqlite
from timeline.search.engines.answers import Overview, Span
from timeline.search.expressions import Expression


class Engine(Protocol):
    def write(self, rows: Sequence[tuple[int, Sequence[str]]]) -> None:
        """The tokens of documents whose narrow rows are there already."""

    def remove(self, ids: Sequence[int]) -> None:
        """Before their narrow rows go."""

    def clear(self) -> None:
        """The same for all of them."""

    def settle(self) -> None:
        """After much has been written."""

    def found(self, expression: Expression, span: Span, most: int) -> list[int]:
        """Ids, the highest first. Quick for common words and for rare ones."""

    def found_by_each(self, asked: Sequence[tuple[int, Expression, Span]], most: int) -> list[tuple[int, int]]:
        """The same for several at once, in one query: pairs of the number of the asking and an id, in their order."""

    def overview(self, expression: Expression, span: Span, people_of: int, newest: int) -> Overview:
        """In one query, which matches once: the exact counts, the people of so many, the ids of so many."""

    def tokens(self, ids: Sequence[int]) -> dict[int, frozenset[str]]:
        """What is indexed, for `check_data`."""


def engine() -> Engine:
    """That of the default database."""
    return postgresql.Postgresql() if connection.vendor == "postgresql" else sqlite.Sqlite()
