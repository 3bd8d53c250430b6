"""The shipped data: loaded once in a run, and from then on read in as that load has left the tables.

A load takes seconds. That it does what it should is asked in tests/test_shipped_data.py.
"""

import os
import pickle
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, transaction

from timeline import fixture_files
from timeline.search.engines import engine

INDEX = "timeline_searchindex"  # of the search's own engine, so without a model
Tables = dict[str, Any]


def load() -> None:
    """Into a database without records."""
    assert not fixture_files.holds_records()
    kept = Path(os.environ["VAR_DIR"]) / f"shipped-{connection.vendor}.pickle"  # for both workers
    if kept.exists():
        _put(pickle.loads(kept.read_bytes()))  # noqa: S301 - our own
        return
    fixture_files.load(Path(settings.FIXTURE_DIRS[0]))
    aside = kept.with_suffix(f".{os.getpid()}")
    aside.write_bytes(pickle.dumps({table: _rows(table) for table in [*_models(), INDEX]}))
    aside.replace(kept)


def _models() -> Tables:
    models = apps.get_app_config("timeline").get_models(include_auto_created=True)
    return {model._meta.db_table: model for model in models}


def _rows(table: str) -> Any:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} TO STDOUT") as copy:
                return b"".join(copy)
        return cursor.execute(f"SELECT {_columns(table)} FROM {table}").fetchall()


def _columns(table: str) -> str:
    return "rowid, tokens" if table == INDEX else "*"


def _put(tables: Tables) -> None:
    """Keys are checked when the transaction ends, so that the order of the tables does not matter."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table, rows in tables.items():
            cursor.execute(f"DELETE FROM {table}")
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    copy.write(rows)
            elif rows:
                into = f"{table} (rowid, tokens)" if table == INDEX else table
                cursor.executemany(f"INSERT INTO {into} VALUES ({', '.join(['%s'] * len(rows[0]))})", rows)
        for sql in connection.ops.sequence_reset_sql(no_style(), list(_models().values())):
            cursor.execute(sql)
    engine().settle()
