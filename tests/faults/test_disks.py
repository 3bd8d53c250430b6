"""A disk that is full, and one that can only be read: public pages stay, a save gets a sentence, nothing is lost."""

import sqlite3
import subprocess
from contextlib import closing, contextmanager

import pytest
from django.db import connection

from tests.faults.desk import acknowledged, look, set_out
from tests.faults.disks import FULL, READ_ONLY, disk, fill, mounted, sentences
from tests.faults.jobs import one_save_on_the_site, until_refused
from tests.faults.processes import finished
from tests.faults.serving import get, site

pytestmark = [
    pytest.mark.faults,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL keeps its files elsewhere"),
]
KEPT, NEW = "/glossary/", "/timeline/?from=1999"


def copied_to(folder):
    """The database of the test, with what editors find in it."""
    set_out()
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM INTO '{folder}/db.sqlite3'")
    return str(folder / "db.sqlite3")


def test_a_full_disk_stops_saves_with_a_sentence_and_nothing_else(tmp_path):
    with disk(tmp_path / "disk") as folder:
        database = copied_to(folder)
        with site(tmp_path / "var", f"sqlite:///{database}") as port:
            ballast = fill(folder)
            heard = finished(until_refused, 1, port, database=database)
            pages = [get(port, path).status for path in (KEPT, NEW, "/rounds/sma-12-round-5001/", "/health/ready")]
            during = finished(look, heard, database=database)
            ballast.unlink()
            again = finished(one_save_on_the_site, 2, port, database=database)
        after = finished(look, heard + again, database=database)

    assert (sentences(heard), pages) == ([FULL], [200] * 4)
    assert len(acknowledged(heard)) >= 1
    assert len(acknowledged(again)) == 1
    assert during == after == [([], [])]


@contextmanager
def seen_read_only(folder, other):
    """The same folder a second time, where nothing can be written."""
    other.mkdir()
    mounted("--bind", folder, other)
    try:
        mounted("-o", "remount,bind,ro", other)
        yield other
    finally:
        subprocess.run(["umount", "--lazy", other], check=True)


def test_on_a_disk_that_can_only_be_read_pages_are_served_and_a_save_gets_a_sentence(tmp_path):
    with disk(tmp_path / "disk") as folder, seen_read_only(folder, tmp_path / "read-only") as read_only:
        database = copied_to(folder)
        with closing(sqlite3.connect(database)) as keeps_the_log:  # as whoever has it open when a disk turns so
            keeps_the_log.execute("SELECT * FROM timeline_round").fetchall()
            with site(tmp_path / "var", f"sqlite:///{read_only}/db.sqlite3") as port:
                heard = finished(one_save_on_the_site, 1, port, database=database)
                pages = [get(port, path).status for path in (KEPT, NEW, "/health/ready")]
        after = finished(look, heard, database=database)

    assert (sentences(heard), pages) == ([READ_ONLY], [200] * 3)
    assert after == [([], [])]
