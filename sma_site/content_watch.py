"""The content version, read many times a second beside Django: what every kept page is kept by."""

import hashlib
import os
import select
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connections

from sma_site.sqlite.wal_index import head_of

QUERY = "SELECT number, changed_at FROM timeline_contentversion WHERE id = 1"
LONGEST_WAIT = 1_000  # milliseconds for PostgreSQL's answer, which takes a tenth of one
NOT_AGAIN_FOR = 0.1  # seconds after the database did not answer, for which old pages are given out
CONNECTING_TAKES = 5.0  # seconds at most
NAME = b"content_version"  # of the prepared statement
LOOK_EVERY = 0.2  # seconds, for new drawings, which take longer to be drawn
A_DAY = 24 * 60 * 60


class Told(NamedTuple):
    """What was said last, and how long it holds unless another version is read."""

    version: str
    since: float
    until: float
    marks: str


class ContentWatch:
    """What public answers depend on beside their address, as one short text; the same in all threads and workers.

    On SQLite each thread has a connection of its own, looks whether anybody has written since, and only then asks for
    the version. On PostgreSQL it is asked for each time, by one connection of which all threads make use together.
    """

    def __init__(self) -> None:
        is_on_sqlite = connections["default"].vendor == "sqlite"
        self._own: Any = threading.local() if is_on_sqlite else SimpleNamespace()
        self._read = self._version_or_silence if is_on_sqlite else self._version_together
        self._together = Together(self._version_or_silence)
        self._lock = threading.Lock()
        self._last = Told("", 0.0, 0.0, "")
        self._silent_until = 0.0

    def marks(self) -> str:
        """While the database does not answer: what it said last. Empty when it has never answered."""
        try:
            version = self._read()
        except Exception:  # noqa: BLE001 - whatever the driver raises, kept pages stay up
            return self._last.marks
        last, now = self._last, time.time()
        if version != last.version or not last.since <= now < last.until:
            self._last = last = _told(version, now)
        return last.marks

    def close(self) -> None:
        """The connection of this thread, or of all; the next question opens another."""
        link, self._own.link = getattr(self._own, "link", None), None
        if link is not None:
            with suppress(Exception):  # it may be what failed
                link.wrapper.close()

    def _version_together(self) -> str:
        if time.monotonic() < self._silent_until:  # who waits for a connection is not waited for
            raise ConnectionError
        return self._together()

    def _version_or_silence(self) -> str:
        try:
            return self._version()
        except Exception:
            self.close()
            self._silent_until = time.monotonic() + NOT_AGAIN_FOR
            raise

    def _version(self) -> str:
        link: SqliteLink | PostgresqlLink | None = getattr(self._own, "link", None)
        if link is not None:
            try:
                return link.version()
            except TimeoutError:
                raise
            except Exception:  # noqa: BLE001 - this connection was ended, or all were: another one will tell
                self.close()
        return self._connected().version()

    def _connected(self) -> "SqliteLink | PostgresqlLink":
        """To the primary: a replica learns of a change later, and is read only once it has."""
        if self._silent_until:
            with self._lock:
                if time.monotonic() < self._silent_until:
                    raise ConnectionError
                self._silent_until = time.monotonic() + CONNECTING_TAKES  # one thread tries, the others go on
        wrapper: Any = connections.create_connection("default")
        wrapper.connect()
        wrapper.set_autocommit(True)
        wrapper.inc_thread_sharing()
        link = SqliteLink(wrapper) if wrapper.vendor == "sqlite" else PostgresqlLink(wrapper)
        self._own.link = link
        self._silent_until = 0.0
        return link


class Together:
    """One question answers all who have waited since before it was put.

    So nobody is told what was so before he came, and of several at once only some ask.
    """

    def __init__(self, ask: Callable[[], str]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._begun = 0  # how many questions
        self._answered = 0  # the number of the last that got an answer
        self._answer = ""

    def __call__(self) -> str:
        begun = self._begun
        if not self._lock.acquire(timeout=LONGEST_WAIT / 1_000):
            raise TimeoutError
        try:
            if self._answered <= begun:
                self._begun += 1
                self._answer = self._ask()
                self._answered = self._begun
            return self._answer
        finally:
            self._lock.release()


class SqliteLink:
    def __init__(self, wrapper: Any) -> None:
        self.wrapper = wrapper
        self._execute = wrapper.connection.execute
        self._version = self._read()
        self._head = head_of(wrapper.connection) or self._data_version
        self._seen: Any = None

    def version(self) -> str:
        seen = self._head() if self.wrapper.connection else None  # closed, another file may stand there by now
        if seen != self._seen:
            self._version = self._read()  # after the look: what is written in between is seen at the next one
            self._seen = seen
        return self._version

    def _data_version(self) -> int:
        number: int = self._execute("PRAGMA data_version").fetchone()[0]
        return number

    def _read(self) -> str:
        row = self._execute(QUERY).fetchone()
        return f"{row[0]}-{row[1]}".replace(" ", "T") if row else "0"


class PostgresqlLink:
    """By libpq itself: a quarter of the time, and an end to the wait for a server that says nothing."""

    def __init__(self, wrapper: Any) -> None:
        self.wrapper = wrapper
        self._link = wrapper.connection.pgconn
        self._link.prepare(NAME, QUERY.encode())
        self._poll = select.poll()
        self._poll.register(self._link.socket, select.POLLIN)

    def version(self) -> str:
        self._link.send_query_prepared(NAME, None)
        answer = self._heard()
        return b"-".join(answer.get_value(0, column) or b"" for column in range(2)).decode() if answer.ntuples else "0"

    def _heard(self) -> Any:
        link = self._link
        while link.flush() or link.is_busy():
            if not self._poll.poll(LONGEST_WAIT):
                raise TimeoutError
            link.consume_input()
        answer = link.get_result()
        if answer is None or answer.error_message:
            raise ConnectionError
        while link.get_result() is not None:  # there is none; said so, the next question may be asked
            pass
        return answer


def _told(version: str, now: float) -> Told:
    """The overview says what is over and what is to come: by the day."""
    day = int(now // A_DAY)
    return Told(version, now, min(now + LOOK_EVERY, (day + 1) * A_DAY), f"{version}-{day}-{_drawings()}-{_code()}")


def _drawings() -> str:
    """Pages show a chart once it is drawn; each one that is finished is renamed into this folder."""
    try:
        changed = os.stat(settings.DRAWINGS_DIR).st_mtime_ns  # noqa: PTH116 - asked many times a second
    except OSError:
        return ""
    return _names(str(settings.DRAWINGS_DIR), changed)


@lru_cache(maxsize=1)
def _names(folder: str, changed: int) -> str:
    """Not the time: machines with the same drawings have the same pages. Names hold a digest of what is drawn."""
    drawn = sorted(each.name for each in Path(folder).iterdir() if not each.name.startswith("."))
    return hashlib.sha256("\n".join(drawn).encode()).hexdigest()[:12]


@lru_cache(maxsize=1)
def _code() -> str:
    """Of templates, code and static files, when the process began: an upgrade changes pages and not content."""
    digest = hashlib.sha256()
    for name, pattern in (("templates", "*.html"), ("timeline", "*.py"), ("sma_site", "*.py")):
        for path in sorted(Path(settings.BASE_DIR, name).rglob(pattern)):
            digest.update(path.read_bytes())
    manifest = Path(settings.STATIC_ROOT, "staticfiles.json")
    digest.update(manifest.read_bytes() if manifest.is_file() else b"")
    return digest.hexdigest()[:12]
