"""What keeps the process that serves small: what was measured stands in docs/performance.md."""

import ctypes
from contextlib import suppress
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

ARENA_MAX = -8  # in glibc's malloc.h; musl and others know no mallopt
CACHE_OF_SQLITE = 400  # KiB for each connection, of which each thread has one; the system's own cache stands behind it


def keep_small() -> None:
    """Before there are threads: each would get a heap of its own, and what is freed in one is of no use to another."""
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(ARENA_MAX, 1)
    connection_created.connect(_with_a_small_cache, dispatch_uid="small-process")


def _with_a_small_cache(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    if connection.vendor == "sqlite":
        connection.connection.execute(f"PRAGMA cache_size = -{CACHE_OF_SQLITE}")
