"""PostgreSQL is asked by libpq itself: prepared statements, all sent before the first answer is awaited.

To plan the ten statements of an event's page takes PostgreSQL 6 ms, to answer them 0.7. So each is planned once for a
connection. Django's cursors put values into the text of a statement and know of no prepared ones; psycopg's take 0.5 ms
longer on our side. Why: docs/decisions/0015-pages-kept-by-what-they-read.md.
"""

import select
from collections import OrderedDict
from hashlib import blake2b
from itertools import count
from typing import Any, Final
from weakref import WeakKeyDictionary

from django.db import Error
from psycopg import Connection, OperationalError, errors
from psycopg.adapt import Transformer
from psycopg.pq import ConnStatus, ExecStatus, PipelineStatus, TransactionStatus

from timeline.models.asking import Asked, Rows, watched

MOST_PLANNED: Final = 60  # for a connection: each takes the server a quarter of a megabyte
NUL: Final = "\x00"  # libpq's texts end with it
# The server has forgotten what it was told by a name, or a table has other columns by now.
TOLD_ANEW: Final = (errors.InvalidSqlStatementName, errors.DuplicatePreparedStatement, errors.FeatureNotSupported)


def answers(connection: Any, asked: list[Asked]) -> list[Rows] | None:
    """Nothing where Django must ask: amid what psycopg does, and where the connection was lost."""
    raw: Connection[Any] = connection.connection
    if not _is_free(raw) or any(NUL in value for each in asked for value in each.values if isinstance(value, str)):
        return None
    link = _links.get(raw)
    if link is None:
        link = _links[raw] = Link(raw)
    try:
        with connection.wrap_database_errors:
            return link.answers(connection, asked)
    except Error as error:
        if connection.in_atomic_block or not (raw.closed or isinstance(error.__cause__, TOLD_ANEW)):
            raise
    _links.pop(raw, None)
    return None


_links: Final[WeakKeyDictionary[Connection[Any], "Link"]] = WeakKeyDictionary()
_numbers: Final = count(1)


def _name(text: str) -> bytes:
    """Never given twice here, nor to two texts anywhere: behind a pooler one may meet what others have prepared."""
    return f"asked_{blake2b(text.encode(), digest_size=8).hexdigest()}_{next(_numbers)}".encode()


def _is_free(connection: Connection[Any]) -> bool:
    """A transaction that is to begin with the next question begins by psycopg."""
    link = connection.pgconn
    state = link.transaction_status
    is_begun = state == TransactionStatus.INTRANS or (connection.autocommit and state == TransactionStatus.IDLE)
    return is_begun and link.pipeline_status == PipelineStatus.OFF


class Link:
    """One connection, and the statements that the server has planned for it."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._link = connection.pgconn  # which does not hold the connection, else that would never go
        self._names: OrderedDict[str, bytes] = OrderedDict()  # by text; what was asked last stands at the end
        self._poll = select.poll()

    def answers(self, connection: Any, asked: list[Asked]) -> list[Rows]:
        values = [[str(value).encode() for value in each.values] for each in asked]
        told: list[str] = []
        is_sent = False
        self._link.enter_pipeline_mode()
        try:
            texts = [each.statement.numbered for each in asked]
            before = [self._send(text, given, told) for text, given in zip(texts, values, strict=True)]
            self._link.pipeline_sync()
            is_sent = True
            return self._hear(connection, asked, before)
        except BaseException:
            for text in told:
                self._names.pop(text, None)
            raise
        finally:
            if not (is_sent and self._is_free_again()):
                connection.connection.close()

    def _send(self, text: str, values: list[bytes], told: list[str]) -> int:
        """How many answers come before that to the question: another one was forgotten, this one was understood."""
        before = 0
        if text in self._names:
            self._names.move_to_end(text)
        else:
            if len(self._names) >= MOST_PLANNED:
                self._link.send_close_prepared(self._names.popitem(last=False)[1])
                before += 1
            self._names[text] = _name(text)
            told.append(text)
            self._link.send_prepare(self._names[text], text.encode())
            before += 1
        self._link.send_query_prepared(self._names[text], values)
        return before

    def _hear(self, connection: Any, asked: list[Asked], before: list[int]) -> list[Rows]:
        def hear(_sql: str, _values: Any, _many: bool, _context: dict[str, Any]) -> Any:
            return self._answer(ExecStatus.TUPLES_OK)

        execute, context = watched(connection, hear), {"connection": connection, "cursor": None}
        transformer = Transformer(connection.connection)
        found: list[Rows] = []
        for each, others in zip(asked, before, strict=True):
            for _other in range(others):
                self._answer(ExecStatus.COMMAND_OK)
            answer = execute(each.statement.sql, each.values, False, context)
            transformer.set_pgresult(answer)
            found.append(transformer.load_rows(0, answer.ntuples, tuple))
        return found

    def _answer(self, wanted: ExecStatus) -> Any:
        answer = self._next()
        if answer is None:
            raise OperationalError("the connection was lost")
        self._next()  # none: the end of this answer
        if answer.status != wanted:
            raise errors.error_from_result(answer)
        return answer

    def _next(self) -> Any:
        while (is_unsent := self._link.flush()) or self._link.is_busy():
            self._poll.register(self._link.socket, select.POLLIN | (select.POLLOUT if is_unsent else 0))
            self._poll.poll()
            self._link.consume_input()
        return self._link.get_result()

    def _is_free_again(self) -> bool:
        while self._link.status == ConnStatus.OK:
            if (answer := self._next()) is not None and answer.status == ExecStatus.PIPELINE_SYNC:
                self._link.exit_pipeline_mode()
                return True
        return False
