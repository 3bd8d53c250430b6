"""The disk of PostgreSQL is full: where no table can grow, a save gets a sentence; where no log can, the server ends.

Either way kept pages stay, nothing acknowledged is lost, and with room again all goes on.
"""

from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection  # noqa: F401 - the condition below asks it

from tests.faults.desk import acknowledged, look, make_ready, refused
from tests.faults.disks import FULL, disk, fill, sentences
from tests.faults.jobs import one_save_on_the_site, until_refused
from tests.faults.own_postgres import own_postgres
from tests.faults.processes import IS_IN_FULL, finished, until
from tests.faults.serving import get, site
from tests.postgres import own_folder

pytestmark = [
    pytest.mark.faults,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has a test of its own"),
    pytest.mark.skipif(not IS_IN_FULL, reason="in `make test-faults`: it takes a server of its own each time"),
]
KEPT, NEW = "/glossary/", "/timeline/?from=1999"
SEGMENT = 16 << 20  # bytes of the log in one file
USED = "SELECT file_offset FROM pg_walfile_name_offset(pg_current_wal_insert_lsn())"


@contextmanager
def served(tmp_path, room_in_log):
    """A server on a small disk, with what editors find in it, and the port of the site."""
    with own_folder() as place, disk(place, "400m") as folder, own_postgres(folder) as server:
        finished(make_ready, database=server.settings)
        server.stop("fast")  # or a process could hold a file open that is deleted, and give its room back later
        server.start()
        leave_in_log(server, room_in_log)
        with site(tmp_path / "var", server.url) as port:
            assert get(port, KEPT).status == 200
            yield folder, server, port


def leave_in_log(server, room):
    """The file of the log that is written to has so many bytes left, and there is no other one."""
    with psycopg.connect(server.url, autocommit=True) as asking:
        asking.execute("SELECT pg_switch_wal()")
        [used] = asking.execute(USED).fetchone()
        asking.execute("SELECT pg_logical_emit_message(true, 'room', repeat('.', %s))", [SEGMENT - room - used])


def test_where_no_table_can_grow_saves_get_a_sentence(tmp_path):
    with served(tmp_path, SEGMENT - 100_000) as (folder, server, port):
        ballast = fill(folder)
        heard = finished(until_refused, 1, port, database=server.settings)
        pages = [get(port, path).status for path in (KEPT, NEW, "/rounds/sma-12-round-5001/", "/health/ready")]
        during = finished(look, heard, database=server.settings)
        ballast.unlink()
        again = finished(one_save_on_the_site, 2, port, database=server.settings)
        after = finished(look, heard + again, database=server.settings)

    assert (sentences(heard), pages) == ([FULL], [200] * 4)
    assert (len(acknowledged(heard)) >= 1, len(acknowledged(again))) == (True, 1)
    assert during == after == [([], [])]


def test_where_the_log_cannot_grow_kept_pages_stay_and_nothing_is_lost(tmp_path):
    with served(tmp_path, 1_000_000) as (folder, server, port):
        ballast = fill(folder, SEGMENT // 2)
        heard = finished(until_refused, 1, port, database=server.settings)
        until(server.has_ended)
        pages = [get(port, path).status for path in (KEPT, NEW, "/health/ready")]
        ballast.unlink()
        server.start()
        again = finished(one_save_on_the_site, 2, port, database=server.settings)
        after = finished(look, heard + again, database=server.settings)

    assert ([said[:5] for said in refused(heard)], pages) == (["503 5"], [200, 503, 503])
    assert (len(acknowledged(heard)) >= 1, len(acknowledged(again))) == (True, 1)
    assert after == [([], [])]
