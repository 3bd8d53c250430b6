"""What one page has read by prepared queries: while the database says the same, the page need not be made anew.

Each question of a page follows from the answers before it. So when all of them are answered as before, the page is what
it was, whatever else has been published meanwhile. Why: docs/decisions/0015-pages-kept-by-what-they-read.md.
"""

import marshal
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final, Protocol

from django.db import connections

Rows = Sequence[tuple[Any, ...]]
Given = list[Any]
PLAIN: Final = 2  # the last form of marshal that says the same of the same values, whichever objects they are


class Query(Protocol):
    def rows(self, given: Given) -> Rows: ...


@dataclass(frozen=True)
class Question:
    query: Query
    given: Given
    digest: bytes  # of the rows that it gave


@dataclass(frozen=True)
class Answer:
    query: Query
    given: Given
    rows: Rows


class Reading:
    """What is asked in this thread while it goes on. The rows themselves are not kept."""

    def __init__(self) -> None:
        self.questions: list[Question] = []
        self.is_whole = False  # whether nothing was asked in another way
        self._at_hand: deque[Answer] = deque()
        self._asked = 0  # of the database

    def confirms(self, questions: Sequence[Question]) -> bool:
        """Whether each of them is still answered as it was. What was asked for that is not asked again."""
        for question in questions:
            rows = question.query.rows(question.given)
            self._at_hand.append(Answer(question.query, question.given, rows))
            if digest(rows) != question.digest:
                return False
        return True

    def rows(self, query: Query, given: Given) -> Rows:
        rows = self._found(query, given)
        if rows is None:
            rows = query.rows(given)
            self._asked += 1
        self.questions.append(Question(query, given, digest(rows)))
        return rows

    def _found(self, query: Query, given: Given) -> Rows | None:
        if self._at_hand:
            found = self._at_hand.popleft()
            if found.query is query and found.given == given:
                return found.rows
            self._at_hand.clear()
        return None

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


def rows_of(query: Query, given: Given) -> Rows:
    """Through the reading that goes on in this thread, if one does."""
    reading: Reading | None = getattr(_here, "reading", None)
    return query.rows(given) if reading is None else reading.rows(query, given)


_here = threading.local()
