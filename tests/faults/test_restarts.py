"""PostgreSQL stopped and started while readers and editors go on: kept pages stay, the others say when to ask again.

`make test` does it once; `make test-faults` five times.
"""

import time

import pytest
from django.db import connection  # noqa: F401 - the condition below asks it

from tests.faults.desk import acknowledged, look, make_ready, refused
from tests.faults.jobs import save_on_the_site
from tests.faults.own_postgres import own_postgres
from tests.faults.processes import IS_IN_FULL, at_work, finished, until
from tests.faults.serving import Readers, get, site
from tests.postgres import own_folder

pytestmark = [
    pytest.mark.faults,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has no server to be restarted"),
]
RESTARTS = 5 if IS_IN_FULL else 1
KEPT, MADE_EACH_TIME = "/glossary/", "/timeline/?from={year}"
EDITORS, READERS = 2, 6


def next_save(editor):
    saved = len(acknowledged(editor.heard))
    until(lambda: editor.hear() and len(acknowledged(editor.heard)) > saved)


def is_ready(port):
    return get(port, "/health/ready").status == 200


def test_restarts_of_the_database_under_load(tmp_path):
    with own_folder() as folder, own_postgres(folder) as server, site(tmp_path / "var", server.url) as port:
        finished(make_ready, database=server.settings)
        assert get(port, KEPT).status == 200
        with (
            at_work(save_on_the_site, EDITORS, port, 0.2, database=server.settings) as editors,
            Readers(port, READERS, [KEPT, MADE_EACH_TIME]) as readers,
        ):
            for number in range(RESTARTS):
                for editor in editors:
                    next_save(editor)
                server.stop("fast" if number % 2 else "immediate")
                until(lambda: not is_ready(port))
                time.sleep(2)
                server.start()
                until(lambda: is_ready(port))
        heard = [each for editor in editors for each in editor.heard]
        found = finished(look, heard, database=server.settings)

    print(f"{len(acknowledged(heard))} saves, {readers.answers.total()} pages, the longest {readers.longest:.1f} s")
    assert found == [([], [])]
    assert (readers.failures, readers.statuses(KEPT), readers.statuses(MADE_EACH_TIME)) == ([], {200}, {200, 503})
    assert {after for _path, status, after in readers.answers if status == 503} == {"5"}
    assert {said[:5] for said in refused(heard)} <= {"503 5"}
