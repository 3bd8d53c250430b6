"""Backups taken while four editors save: each is sound, comes back, and holds whole saves alone.

`make test` takes two; `make test-faults` twenty.
"""

import pytest
from django.db import connection  # noqa: F401 - the condition below asks it

from tests.faults.desk import acknowledged, look, set_out
from tests.faults.jobs import command, go_on_saving, restore
from tests.faults.processes import IS_IN_FULL, at_work, finished
from timeline import backups

pytestmark = [
    pytest.mark.faults,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL is backed up by pg_dump"),
]
BACKUPS = 20 if IS_IN_FULL else 2
EDITORS = 4


def test_each_backup_under_four_editors_comes_back_with_all_that_was_acknowledged_before_it(tmp_path):
    set_out()
    taken = []

    with at_work(go_on_saving, EDITORS) as editors:
        for _backup in range(BACKUPS):
            for editor in editors:
                editor.hear()  # each has saved something since the last one
            heard = [each for editor in editors for each in editor.heard]
            taken.append((backups.take(tmp_path, keep=BACKUPS).path, heard))

    database = str(tmp_path / "restored.sqlite3")
    finished(command, 0, "migrate", database=database)
    for path, heard in taken:
        finished(restore, str(path), str(tmp_path / "replaced"), database=database)
        assert acknowledged(heard)
        assert finished(look, heard, database=database) == [([], [])]
