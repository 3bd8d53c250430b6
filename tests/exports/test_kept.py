"""Files are made once for each state of the data, one at a time, whole or not at all, and removed again."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import weakref

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.http import QueryDict

from tests import make
from timeline import exports, processes
from timeline.chronology import Filter, asked_for
from timeline.exports import kept, starting
from timeline.exports.snapshot import snapshot
from timeline.models import ContentVersion, Place

pytestmark = pytest.mark.django_db
ROWS = "sma-timeline.jsonl"


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, settings):
    settings.VAR_DIR = tmp_path


def asked(query):
    return asked_for(QueryDict(query))


def editions():
    return sorted(path.name for path in kept.folder().iterdir() if path.is_dir())


def names(made):
    return [json.loads(line)["slug"] for line in made.path(ROWS).read_text(encoding="utf-8").splitlines()]


def test_what_is_made_is_found_until_the_data_changes():
    place = make.place(slug="seoul")
    made = kept.make(Filter(), ROWS)
    stamp = ContentVersion.stamp()

    assert kept.find(stamp, Filter()) == made
    place.name = "Another name"
    place.save()
    assert kept.find(ContentVersion.stamp(), Filter()) is None


def test_what_was_withdrawn_is_gone_from_disk_with_the_next_file():
    make.place(slug="seoul")
    gone = make.place(slug="gone")
    kept.make(Filter(), ROWS)
    gone.state, gone.withdrawn_at, gone.withdrawal_reason = "withdrawn", gone.published_at, "Entered twice."
    gone.save()

    made = kept.make(Filter(), ROWS)

    assert names(made) == ["seoul"]
    assert editions() == [made.folder.name]


def test_a_file_is_not_made_twice(monkeypatch):
    make.place()
    kept.make(Filter(), "csv/places.csv")

    monkeypatch.setattr(kept, "_read", None)
    monkeypatch.setitem(kept.FILES, "csv/places.csv", None)

    assert kept.make(Filter(), "csv/places.csv").path("csv/places.csv").exists()


def test_each_filter_has_files_of_its_own_whatever_the_order_of_its_words():
    make.round(agreement=make.agreement(ordinal=12))
    whole, part = kept.make(Filter(), ROWS), kept.make(asked("agreement=12&kind=round"), ROWS)
    turned = kept.make(asked("kind=round&agreement=12"), ROWS)

    assert whole.folder != part.folder
    assert (turned.folder, turned.edition) == (part.folder, part.edition)


def test_the_oldest_go_where_there_are_too_many(monkeypatch):
    monkeypatch.setattr(kept, "MOST_EDITIONS", 2)
    make.round(agreement=make.agreement(ordinal=12))
    made = []
    for number, query in enumerate(("", "kind=round", "agreement=12")):
        made.append(kept.make(asked(query), ROWS))
        os.utime(made[-1].folder, (number, number))

    assert editions() == sorted(each.folder.name for each in made[1:])


def test_the_oldest_go_where_they_are_too_large(monkeypatch):
    make.round(agreement=make.agreement(ordinal=12))
    kept.make(Filter(), ROWS)
    monkeypatch.setattr(kept, "MOST_BYTES", 10)

    made = kept.make(asked("kind=round"), ROWS)

    assert editions() == [made.folder.name]


def test_what_is_no_edition_goes_as_well():
    make.place()
    kept.make(Filter(), ROWS)
    (kept.folder() / "anything").mkdir()

    made = kept.make(Filter(), ROWS)

    assert editions() == [made.folder.name]


def test_what_is_read_of_one_kind_is_read_alone():
    make.round(place=make.place(slug="seoul"))
    made = kept.make(Filter(), ROWS)
    (made.folder / ROWS).write_bytes((made.folder / ROWS).read_bytes() + b"no row\n")

    assert [row["slug"] for row in made.rows(exports.kinds()["place"])] == ["seoul"]
    assert list(made.rows(exports.kinds()["gap"])) == []


def test_rows_are_written_as_they_are_read(monkeypatch, tmp_path):
    """So that a million need no more memory than a thousand: no row is asked for before the last one is written."""
    places = [make.place(slug=slug) for slug in ("a", "b", "c")]
    alive = []

    def watched():
        for kind, row in everything():
            watched = Watched(row)
            alive.append(weakref.ref(watched))
            yield kind, watched
            del watched
            assert sum(each() is not None for each in alive) <= 1

    everything = kept.everything
    monkeypatch.setattr(kept, "everything", watched)

    head = kept._write_rows(Filter(), tmp_path)

    assert head["counts"]["place"] == len(places)
    assert len(alive) == len(places)


class Watched(dict):
    """A row of which it can be seen whether anybody holds it still."""


def test_while_one_is_made_another_waits_and_then_is_told_so():
    with kept.locked(0), pytest.raises(kept.Busy):
        kept.make(Filter(), ROWS, patience=0.2)


def test_who_asks_while_it_is_there_does_not_wait(monkeypatch):
    make.place()
    made = kept.make(Filter(), ROWS)

    with kept.locked(0):
        assert starting.ready(ContentVersion.stamp(), Filter(), ROWS) == made.path(ROWS)


def test_what_a_killed_process_left_is_never_handed_out_and_goes_with_the_next(tmp_path):
    make.place(slug="seoul")
    folder = kept.folder()
    (folder / f"{kept.ASIDE}x").mkdir(parents=True)
    (folder / f"{kept.ASIDE}x" / ROWS).write_text("half")

    made = kept.make(Filter(), ROWS)

    assert {path.name for path in folder.iterdir()} == {kept.LOCK, made.folder.name}
    assert names(made) == ["seoul"]


def test_a_file_that_was_half_made_is_made_anew():
    make.place(slug="seoul")
    made = kept.make(Filter(), ROWS)
    (made.folder / "csv").mkdir()
    (made.folder / "csv" / f"{kept.ASIDE}places.csv").write_text("half")

    kept.make(Filter(), "csv/places.csv")

    assert "seoul" in made.path("csv/places.csv").read_text(encoding="utf-8")
    assert [path.name for path in (made.folder / "csv").iterdir()] == ["places.csv"]


def test_a_large_set_is_made_by_a_process_of_its_own(monkeypatch):
    make.round()
    started = []
    monkeypatch.setattr(starting, "MOST_IN_A_REQUEST", 0)
    monkeypatch.setattr(starting, "PATIENCE", 0)
    monkeypatch.setattr(processes.subprocess, "Popen", lambda command, **options: started.append(command) or Ended())

    path = starting.ready(ContentVersion.stamp(), asked("kind=round"), ROWS)

    (command,) = started
    assert path is None
    assert command[1:] == [
        str(settings.BASE_DIR / "manage.py"),
        "export_data",
        "--keep",
        ROWS,
        "--lock",
        command[6],
        "--filter=kind=round",
    ]


def test_who_asks_waits_shortly_for_what_the_process_makes(monkeypatch):
    make.round()
    monkeypatch.setattr(starting, "MOST_IN_A_REQUEST", 0)
    monkeypatch.setattr(processes.subprocess, "Popen", lambda command, **options: Ended())
    monkeypatch.setattr(starting.time, "sleep", lambda seconds: kept.make(asked("kind=round"), ROWS))

    path = starting.ready(ContentVersion.stamp(), asked("kind=round"), ROWS)

    assert path == kept.find(ContentVersion.stamp(), asked("kind=round")).path(ROWS)


class Ended:
    def poll(self):
        return 0


def test_while_a_process_makes_files_no_second_one_is_started(monkeypatch):
    monkeypatch.setattr(processes.subprocess, "Popen", None)
    with kept.locked(0):
        assert starting.start(Filter(), ROWS) is False


def test_the_process_that_was_started_makes_what_it_was_told_to(monkeypatch):
    make.round(slug="the-round")
    monkeypatch.setattr(starting.os, "nice", lambda increment: None)

    with kept.locked(0) as lock:
        call_command("export_data", "--keep", ROWS, "--lock", str(os.dup(lock)), "--filter=kind=round")

    assert "the-round" in names(kept.find(ContentVersion.stamp(), asked("kind=round")))


def test_a_lock_ends_with_the_process_that_holds_it(tmp_path):
    holder = (
        "import fcntl, sys, time; lock = open(sys.argv[1], 'w'); fcntl.flock(lock, fcntl.LOCK_EX); "
        "print('held', flush=True); time.sleep(60)"
    )
    kept.folder().mkdir()
    process = subprocess.Popen([sys.executable, "-c", holder, kept.folder() / kept.LOCK], stdout=subprocess.PIPE)
    process.stdout.readline()
    with pytest.raises(kept.Busy), kept.locked(0):
        pass

    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()

    with kept.locked(0):
        pass


@pytest.mark.django_db(transaction=True)
def test_what_is_read_is_of_one_moment_and_no_writer_waits_for_it():
    make.place(slug="before")

    with snapshot():
        assert Place.objects.count() == 1
        began = time.monotonic()
        writer = threading.Thread(target=write_elsewhere)
        writer.start()
        writer.join()
        seen = Place.objects.count()

    assert seen == 1
    assert time.monotonic() - began < 15  # SQLite would wait 20 s for a reader that had locked it
    assert Place.objects.count() == 2
    assert connection.in_atomic_block is False


def write_elsewhere():
    try:
        make.place(slug="meanwhile")
    finally:
        connections.close_all()
