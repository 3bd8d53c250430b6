"""Queries are counted for the request that asks them, and the slow ones are named in the log `sma.queries`.

On SQLite an answer of many rows is worked out while it is read: what is measured is the time to its first row.
"""

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from types import FrameType
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from sma_site.current_request import current_request

logger = logging.getLogger("sma.queries")
LONGEST_STATEMENT = 1_500
# Who asks stands behind them.
ASKERS = ("asking", "pipeline", "prepared", "reading")
PASSED_OVER = ("sma_site/slow_queries.py", *(f"timeline/models/{name}.py" for name in ASKERS))


def watch() -> None:
    """Every connection that this process opens from here on."""
    connection_created.connect(_watch_connection, dispatch_uid="slow-queries")


def unwatch() -> None:
    connection_created.disconnect(dispatch_uid="slow-queries")
    for connection in connections.all(initialized_only=True):
        if timed in connection.execute_wrappers:
            connection.execute_wrappers.remove(timed)


def _watch_connection(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    if timed not in connection.execute_wrappers:  # they outlive a connection that is opened anew
        connection.execute_wrappers.append(timed)


def timed(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    began = perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        took = (perf_counter() - began) * 1000
        if (request := current_request.get()) is not None:
            request.queries += 1
        if 0 < settings.SLOW_QUERY_MS <= took:
            _name(str(sql), took, context["connection"].alias)


def _name(statement: str, took: float, database: str) -> None:
    """Without its parameters: they are what readers asked and editors typed."""
    if (request := current_request.get()) is not None:
        request.slow_queries += 1
    fields = {
        "ms": round(took, 1),
        "asked_at": _asked_at(),
        "database": database,
        "statement": statement[:LONGEST_STATEMENT],
    }
    logger.warning(
        "%(ms)s ms, asked at %(asked_at)s: %(statement)s", fields, extra={"event": "slow-query", "fields": fields}
    )


def _asked_at() -> str:
    """The nearest line of our own code: timeline/chronology.py:120 in page."""
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(_ours()) and not file.endswith(PASSED_OVER):
            return f"{Path(file).relative_to(settings.BASE_DIR)}:{frame.f_lineno} in {frame.f_code.co_name}"
        frame = frame.f_back
    return "unknown"


def _ours() -> tuple[str, ...]:
    return tuple(f"{settings.BASE_DIR / name}/" for name in ("timeline", "sma_site", "tests"))
