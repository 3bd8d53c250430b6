"""The content version, read many times a second beside Django: what every kept page is kept by."""

import datetime as dt
import hashlib
import threading
import time
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections

QUERY = "SELECT number, changed_at FROM timeline_contentversion WHERE id = 1"
NOT_AGAIN_FOR = 1.0  # seconds after the database did not answer


class ContentWatch:
    """What public answers depend on beside their address, as one short text; the same in all threads.

    Each thread has a connection of its own. On SQLite it asks the file whether anybody has written since (some
    microseconds), and only then for the version; on PostgreSQL it asks for the version each time.
    """

    def __init__(self) -> None:
        self._own = threading.local()
        self._last = ""
        self._silent_until = 0.0

    def marks(self) -> str:
        """While the database does not answer: what it said last. Empty when it has never answered."""
        try:
            version = self._version()
        except Exception:  # noqa: BLE001 - whatever the driver raises, kept pages stay up
            self.close()
            self._silent_until = time.monotonic() + NOT_AGAIN_FOR
            return self._last
        today = dt.datetime.now(dt.UTC).date().isoformat()  # the overview says what is over and what is to come
        self._last = f"{version}-{today}-{_drawings()}-{_code()}"
        return self._last

    def close(self) -> None:
        """The connection of this thread; the next question opens another."""
        wrapper, self._own.wrapper = getattr(self._own, "wrapper", None), None
        if wrapper is not None:
            with suppress(Exception):  # it may be what failed
                wrapper.close()

    def _version(self) -> str:
        if getattr(self._own, "wrapper", None) is None:
            if time.monotonic() < self._silent_until:
                raise ConnectionError
            self._connect()
        if self._own.wrapper.vendor == "sqlite":
            return self._of_sqlite()
        row = self._own.raw.execute(QUERY).fetchone()
        return f"{row[0]}-{row[1].timestamp()}" if row else "0"

    def _of_sqlite(self) -> str:
        written: int = self._own.raw.execute("PRAGMA data_version").fetchone()[0]
        if written != self._own.written:
            row = self._own.raw.execute(QUERY).fetchone()
            self._own.version = f"{row[0]}-{row[1]}".replace(" ", "T") if row else "0"
            self._own.written = written
        version: str = self._own.version
        return version

    def _connect(self) -> None:
        wrapper: Any = connections.create_connection("default")
        wrapper.connect()
        wrapper.set_autocommit(True)
        self._own.wrapper, self._own.raw = wrapper, wrapper.connection
        self._own.written, self._own.version = None, ""


def _drawings() -> int:
    """Pages show a chart once it is drawn; each one that is finished is renamed into this folder."""
    try:
        return Path(settings.DRAWINGS_DIR).stat().st_mtime_ns
    except OSError:
        return 0


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
