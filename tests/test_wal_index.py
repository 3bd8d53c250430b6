"""The head of SQLite's shared memory changes with whatever anybody writes, and looking at it disturbs nobody."""

import gc
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from sma_site.sqlite.wal_index import head_of

WRITER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
for line in sys.stdin:
    connection.execute("UPDATE counted SET number = number + 1")
    print("written", flush=True)
"""
WRITE_AT_ONCE = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('UPDATE counted SET number = 9')"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "with space %.sqlite3"
    with closing(connected(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE counted AS SELECT 0 AS number")
        yield path


def connected(path):
    return sqlite3.connect(path, isolation_level=None)


@pytest.fixture
def reader(file):
    with closing(connected(file)) as connection:
        connection.execute("SELECT number FROM counted").fetchone()
        yield connection


def test_what_another_process_has_written_is_seen_each_time(file, reader):
    head = head_of(reader)
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, file], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with writer:
        seen = [head()]
        for _time in range(300):
            print("write", file=writer.stdin, flush=True)
            writer.stdout.readline()
            seen.append(head())
        writer.stdin.close()

    assert len(set(seen)) == 301


def test_the_log_may_begin_anew(file, reader):
    head, seen = head_of(reader), set()
    with closing(connected(file)) as writer:
        for _time in range(50):
            writer.execute("UPDATE counted SET number = number + 1")
            seen.add(head())
            writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    assert len(seen) == 50


def test_who_reads_or_takes_back_what_was_written_changes_nothing(file, reader):
    head = head_of(reader)
    before = head()
    with closing(connected(file)) as other:
        other.execute("BEGIN")
        other.execute("UPDATE counted SET number = 5")
        other.execute("ROLLBACK")
        other.execute("SELECT number FROM counted").fetchone()

    assert head() == before


def test_it_takes_away_no_lock_of_sqlite_in_this_process(file):
    with closing(connected(file)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with closing(connected(file)) as reader:
            reader.execute("SELECT number FROM counted").fetchone()
            head_of(reader)()
        gc.collect()
        other = subprocess.run([sys.executable, "-c", WRITE_AT_ONCE, file], capture_output=True, text=True, check=False)

    assert other.stderr.splitlines()[-1] == "sqlite3.OperationalError: database is locked"


@pytest.mark.parametrize("mode", ["DELETE", "MEMORY"])
def test_where_nothing_is_shared_there_is_no_head(tmp_path, mode):
    with closing(connected(tmp_path / "file.sqlite3" if mode == "DELETE" else ":memory:")) as connection:
        connection.execute(f"PRAGMA journal_mode={mode}")

        assert head_of(connection) is None
