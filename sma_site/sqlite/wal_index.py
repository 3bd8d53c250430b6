"""Whether anybody has written to an SQLite file, without asking the system or SQLite.

In WAL mode the processes that use a file share a small one beside it, its `-shm`, as memory. Its head says up to where
the log counts, and each transaction changes it at the moment from which others see what was written; SQLite itself
looks there first (https://sqlite.org/walformat.html, "The WAL-Index Header"). To look costs a third of a microsecond.
`PRAGMA data_version` looks there too, but takes a lock and gives it back: calls of the system, during which Python's
other threads are let on and have to be waited for again.
"""

import ctypes
import mmap
import os
import sys
from collections.abc import Callable
from typing import Any, Final

HEAD: Final = 96  # bytes: the head stands there twice, and one is written after the other
FORMAT: Final = (3_007_000).to_bytes(4, sys.byteorder)

_mapped: Final[dict[tuple[int, int], mmap.mmap]] = {}


def head_of(connection: Any) -> Callable[[], bytes] | None:
    """What gives the head at each call, while this connection is open, which has read something; else it may be that of
    a file that is gone. None where there is no such head: in memory, and wherever SQLite shares nothing.
    """
    file = next(row[2] for row in connection.execute("PRAGMA database_list") if row[1] == "main")
    if not file or connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        return None
    try:
        mapped = _map(f"{file}-shm")
    except (OSError, ValueError):  # it cannot be read, or holds nothing yet
        return None
    return (lambda: mapped[:HEAD]) if mapped[:4] == FORMAT else None


def _map(path: str) -> mmap.mmap:
    """Each file once, for as long as the process runs.

    Never closed: a process that closes any descriptor of a file loses its locks on it, also those that SQLite holds
    (https://sqlite.org/howtocorrupt.html, 2.2). Not even at the end of Python, while other threads may still write.
    """
    stat = os.stat(path)  # noqa: PTH116 - a path that SQLite gives as text
    key = stat.st_dev, stat.st_ino
    if key not in _mapped:
        mapped = mmap.mmap(os.open(path, os.O_RDONLY | os.O_CLOEXEC), HEAD, access=mmap.ACCESS_READ)
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(mapped))
        _mapped[key] = mapped
    return _mapped[key]
