"""Where a download is made: a small one by the worker that was asked for it, a large one by a process of its own.

Measured: all files of 10,000 rows take 1.9 s of a processor and 37 MB, of 100,000 rows 13 s and the same 37 MB. So long
other readers of the worker would wait twice as long for their pages.
"""

import os
import time
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from timeline import processes
from timeline.chronology import Filter, matching
from timeline.exports.kept import A_MOMENT, PATIENCE, Busy, Stamp, find, locked, make, make_locked

MOST_IN_A_REQUEST: Final = 1_000  # rounds, events and statements: some ten rows each
POLITE: Final = 10
COMMAND: Final = "export_data"


def ready(stamp: Stamp, asked: Filter, name: str) -> Path | None:
    """The file of what is public at this stamp; None while it, or another, is being made."""
    path = _found(stamp, asked, name)
    if path is not None:
        return path
    if is_large(asked):
        start(asked, name)
        return _awaited(stamp, asked, name)
    try:
        return make(asked, name).path(name)
    except Busy:
        return None


def is_large(asked: Filter) -> bool:
    return matching(asked).count() > MOST_IN_A_REQUEST


def _found(stamp: Stamp, asked: Filter, name: str) -> Path | None:
    kept = find(stamp, asked)
    return kept.path(name) if kept and kept.path(name).exists() else None


def _awaited(stamp: Stamp, asked: Filter, name: str) -> Path | None:
    until = time.monotonic() + PATIENCE
    while (path := _found(stamp, asked, name)) is None and time.monotonic() < until:
        time.sleep(A_MOMENT)
    return path


def start(asked: Filter, *names: str) -> bool:
    """Whether a process was started. It inherits the lock, so until it ends no other is."""
    try:
        with locked(patience=0) as lock:
            words = (COMMAND, "--keep", *names, "--lock", str(lock), f"--filter={urlencode(asked.pairs)}")
            processes.begin(*words, lock=lock)
    except Busy:
        return False
    return True


def in_this_process(asked: Filter, names: list[str], lock: int) -> None:
    """In the process that was started: it holds the lock already, and lets it go at its end."""
    os.nice(POLITE)
    try:
        make_locked(asked, *names)
    finally:
        os.close(lock)
