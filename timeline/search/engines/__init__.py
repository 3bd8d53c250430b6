"""The full-text engine of the database: FTS5 on SQLite, `tsvector` on PostgreSQL. Both hold the same tokens."""

from collections.abc import Sequence
from typing import Protocol

from django.db import connection

from timeline.search.engines import postgresql, sqlite
from timeline.search.engines.answers import Asked, Overview


class Engine(Protocol):
    def write(self, rows: Sequence[tuple[int, Sequence[str]]]) -> None:
        """The tokens of new documents."""

    def remove(self, ids: Sequence[int]) -> None: ...

    def clear(self) -> None:
        """Of everything."""

    def settle(self) -> None:
        """After much has been written."""

    def newest(self, asked: Asked, most: int) -> list[int]:
        """Ids, the highest first. Quick for common words and for rare ones."""

    def newest_lists(self, asked: Sequence[Asked], most: int) -> list[list[int]]:
        """The same for several, in at most four queries."""

    def newest_of_each(self, asked: Sequence[Asked], most: int) -> list[tuple[int, int]]:
        """The same in one query, or the oldest where it is asked so: pairs of a place in what is asked and an id, in
        their order. Not for common words.
        """

    def counts(self, asked: Sequence[Asked], most: int) -> list[int]:
        """How many documents each finds, up to a bound, in at most two queries."""

    def overview(self, asked: Asked, newest: int, people_of: int) -> Overview:
        """The exact counts, the ids of so many, the people of so many."""

    def tokens(self, ids: Sequence[int]) -> dict[int, frozenset[str]]:
        """What is indexed, for `check_data`."""


def engine() -> Engine:
    """That of the default database."""
    return postgresql.Postgresql() if connection.vendor == "postgresql" else sqlite.Sqlite()
