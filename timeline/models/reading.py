"""What one page has read by prepared queries: while the database says the same, the page need not be made anew.

Each question of a page follows from the answers before it. So when all of them are answered as before, the page is what
it was, whatever else has been published meanwhile. Why: docs/decisions/0015-pages-kept-by-what-they-read.md.
"""

import marshal
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final, Protocol

from django.db import connections

from timeline.models.asking import Asked, Rows, answers

Given = list[Any]
PLAIN: Final = 2  # the last form of marshal that says the same of the same values, whichever objects they are


class Query(Protocol):
    def asked(self, given: Given) -> Asked: ...

    def database(self) -> str: ...


Put = tuple[Query, Given, Asked]


@dataclass(frozen=True)
class Question:
    query: Query
    given: Given
    asked: Asked
    digest: bytes  # of the rows that it gave

    def asked_now(self) -> Asked:
        """Another database may be read by now: a replica, or the primary."""
        is_as_it_was = self.asked.statement.using == self.query.database()
        return self.asked if is_as_it_was else self.query.asked(self.given)


class Reading:
    """What is asked in this thread while it goes on. The rows themselves are not kept."""

    def __init__(self) -> None:
        self.questions: list[Question] = []
        self.is_whole = False  # whether nothing was asked in another way
        self._at_hand: list[tuple[Asked, Rows]] = []
        self._asked = 0  # of the database

    def confirms(self, questions: Sequence[Question]) -> bool:
        """Whether each of them is still answered as it was. What was asked for that is not asked again."""
        asked = [question.asked_now() for question in questions]
        found = answers(asked)
        self._at_hand = list(zip(asked, found, strict=True))
        return all(question.digest == digest(rows) for question, rows in zip(questions, found, strict=True))

    def rows(self, several: Sequence[Put]) -> list[Rows]:
        found = [
            next((rows for known, rows in self._at_hand if known == asked), None) for _query, _given, asked in several
        ]
        unknown = [asked for (_query, _given, asked), rows in zip(several, found, strict=True) if rows is None]
        self._asked += len(unknown)
        told = iter(answers(unknown))
        rows = [next(told) if each is None else each for each in found]
        self.questions += [Question(*put, digest(each)) for put, each in zip(several, rows, strict=True)]
        return rows

    @contextmanager
    def noted(self) -> Iterator[None]:
        """What is asked in here, whether by prepared queries or not."""
        counted = 0

        def count(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
            nonlocal counted
            counted += 1
            return execute(sql, parameters, many, context)

        with ExitStack() as stack:
            for connection in connections.all():
                stack.enter_context(connection.execute_wrapper(count))
            _here.reading = self
            try:
                yield
            finally:
                _here.reading = None
        self.is_whole = counted == self._asked


def digest(rows: Rows) -> bytes:
    values: Any = rows
    try:
        told = marshal.dumps(values, PLAIN)  # what SQLite gives: a third of the time
    except ValueError:
        told = repr(values).encode(errors="surrogatepass")
    return blake2b(told, digest_size=16).digest()


def rows_of(several: Sequence[Put]) -> list[Rows]:
    """Of all of them at one go; through the reading that goes on in this thread, if one does."""
    reading: Reading | None = getattr(_here, "reading", None)
    return answers([asked for _query, _given, asked in several]) if reading is None else reading.rows(several)


_here = threading.local()
