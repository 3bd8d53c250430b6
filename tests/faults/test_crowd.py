"""Four editors and fifty readers at once on SQLite: nobody is told that the database is locked, nothing is lost.

`make test` looks for some seconds, with fewer readers; `make test-faults` for a minute.
"""

import time

import pytest
from django.db import connection  # noqa: F401 - the condition below asks it

from tests.faults.desk import acknowledged, half_there, lost, refused, set_out
from tests.faults.jobs import save_on_the_site
from tests.faults.processes import IS_IN_FULL, at_work
from tests.faults.serving import Readers, site, url_of_sqlite

pytestmark = [
    pytest.mark.faults,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="It is SQLite that locks the whole database"),
]
SECONDS, READERS = (60, 50) if IS_IN_FULL else (3, 12)
EDITORS = 4
PATHS = ["/", "/timeline/", "/timeline/?from={year}", "/search/?q=round+{year}", "/about/"]


def test_four_editors_and_fifty_readers_are_all_answered(tmp_path):
    set_out()

    with (
        site(tmp_path / "var", url_of_sqlite()) as port,
        at_work(save_on_the_site, EDITORS, port) as editors,
        Readers(port, READERS, PATHS) as readers,
    ):
        time.sleep(SECONDS)
    heard = [each for editor in editors for each in editor.heard]

    print(f"{len(acknowledged(heard))} saves, {readers.answers.total()} pages, the longest {readers.longest:.1f} s")
    assert "locked" not in (tmp_path / "var" / "site.log").read_text()
    assert (refused(heard), readers.failures) == ([], [])
    assert {status for _path, status, _after in readers.answers} == {200}
    assert acknowledged(heard)
    assert (lost(heard), half_there()) == ([], [])
