"""What `migrate` and `check --database default` say of a database that is not set up for a site."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections

SHORTEST_WAIT = 5_000  # milliseconds


def connect() -> None:
    register(Tags.database)(database_is_set_up)


def database_is_set_up(
    app_configs: Sequence[AppConfig] | None, databases: Iterable[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Of each database that was named; the setting in force is asked for, wherever it was made."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        ask = {"sqlite": _of_sqlite, "postgresql": _of_postgresql}.get(connections[alias].vendor)
        found += ask(alias) if ask else []
    return found


def _of_sqlite(alias: str) -> Iterable[CheckMessage]:
    connection: Any = connections[alias]
    with connection.cursor() as cursor:
        said = {name: _pragma(cursor, name) for name in ("journal_mode", "foreign_keys", "busy_timeout")}
    if said["journal_mode"] != "wal":
        yield _warning(
            1, alias, "has no write-ahead log: whoever reads waits for who writes", "PRAGMA journal_mode=WAL"
        )
    if (connection.transaction_mode or "").upper() != "IMMEDIATE":
        hint = 'OPTIONS["transaction_mode"] = "IMMEDIATE"'
        yield _warning(2, alias, "begins transactions that fail at once when another has begun to write", hint)
    if int(said["busy_timeout"]) < SHORTEST_WAIT:
        yield _warning(3, alias, "waits too short a time for another's write to end", 'OPTIONS["timeout"] = 20')
    if int(said["foreign_keys"]) != 1:
        yield _warning(4, alias, "does not check foreign keys", "PRAGMA foreign_keys=ON")


def _pragma(cursor: Any, name: str) -> Any:
    return cursor.execute(f"PRAGMA {name}").fetchone()[0]


def _of_postgresql(alias: str) -> Iterable[CheckMessage]:
    settings = connections[alias].settings_dict
    if settings["CONN_MAX_AGE"] != 0 and not settings["CONN_HEALTH_CHECKS"]:
        said = "keeps connections and does not look whether they are still there"
        yield _warning(5, alias, said, '"CONN_HEALTH_CHECKS": True')
    if not settings["OPTIONS"].get("connect_timeout"):
        said = "is waited for without end when its machine does not answer"
        yield _warning(6, alias, said, 'OPTIONS["connect_timeout"] = 4')


def _warning(number: int, alias: str, said: str, hint: str) -> CheckMessage:
    return Warning(f"The database “{alias}” {said}.", hint=hint, id=f"timeline.W{number:03}")
