"""Backups taken while four editors save: each is sound, comes back, and holds whole saves alone.

On SQLite by `manage.py backup`, of which `make test` takes two; on PostgreSQL by the script of `deploy/`.
`make test-faults` takes twenty of each.
"""

import os
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from tests.browser.site import database as new_database
from tests.deploy.databases import programs
from tests.deploy.files import DEPLOY
from tests.faults.desk import acknowledged, look, set_out
from tests.faults.jobs import command, go_on_saving, restore
from tests.faults.processes import IS_IN_FULL, at_work, finished
from timeline import backups

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
BACKUPS = 20 if IS_IN_FULL else 2
EDITORS = 4


def taken_under_editors(take):
    """Each backup, and what editors were told of before it."""
    with at_work(go_on_saving, EDITORS) as editors:
        for _backup in range(BACKUPS):
            for editor in editors:
                editor.hear()  # each has saved something since the last one
            heard = [each for editor in editors for each in editor.heard]
            yield take(), heard


def look_at(database, heard):
    assert acknowledged(heard)
    assert finished(look, heard, database=database) == [([], [])]


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL has a test of its own")
def test_each_backup_under_four_editors_comes_back_with_all_that_was_acknowledged_before_it(tmp_path):
    set_out()

    taken = list(taken_under_editors(lambda: backups.take(tmp_path, keep=BACKUPS).path))

    database = str(tmp_path / "restored.sqlite3")
    finished(command, 0, "migrate", database=database)
    for path, heard in taken:
        finished(restore, str(path), str(tmp_path / "replaced"), database=database)
        look_at(database, heard)


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has a test of its own")
@pytest.mark.skipif(not IS_IN_FULL, reason="in `make test-faults`")
def test_each_dump_under_four_editors_comes_back_with_all_that_was_acknowledged_before_it(tmp_path):
    set_out()
    tested = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    paths = {"PATH": f"{programs()}:{os.environ['PATH']}", "DATABASE_URL": tested}

    def run(*arguments):
        return subprocess.run(arguments, env=os.environ | paths, check=True, capture_output=True, text=True).stdout

    def dump():
        return Path(run(DEPLOY / "several-machines/pg-backup", tmp_path, str(BACKUPS)).partition(",")[0])

    taken = list(taken_under_editors(dump))

    with new_database() as restored:
        for path, heard in taken:
            run("pg_restore", "--clean", "--if-exists", "--single-transaction", f"--dbname={restored}", path)
            look_at(urlsplit(restored).path[1:], heard)
