"""Backups of SQLite: taken whole under writers, read through, and put back at once or not at all."""

import gzip
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, connections

from tests import make
from timeline import backups
from timeline.management.commands.backup import KEPT
from timeline.models import Place

pytestmark = pytest.mark.django_db(transaction=True)
on_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL is backed up by pg_dump")


def names_in(path):
    with closing(sqlite3.connect(path)) as database:
        return [name for (name,) in database.execute("SELECT name FROM timeline_place ORDER BY name")]


@on_sqlite
def test_a_backup_holds_what_was_there_and_says_its_checksum(tmp_path):
    make.place(name="Honolulu")

    taken = backups.take(tmp_path, keep=3)
    backups.unpacked(taken.path, tmp_path / "plain")

    assert names_in(tmp_path / "plain") == ["Honolulu"]
    assert subprocess.run(["sha256sum", "-c", f"{taken.path.name}.sha256"], cwd=tmp_path, check=False).returncode == 0


@on_sqlite
def test_one_that_has_just_been_taken_stays_whatever_time_the_others_name(tmp_path, capsys):
    wrong = [tmp_path / f"sma-timeline-2999010{day}T000000000000Z.sqlite3.gz" for day in (1, 2, 3)]
    for each in wrong:
        each.touch()

    call_command("backup", tmp_path, keep=2)

    (taken,) = set(backups.backups(tmp_path)) - set(wrong)
    assert backups.backups(tmp_path) == [wrong[2], taken]
    assert f"to come; remove them, or they stay while others go: {wrong[2].name}" in capsys.readouterr().err


@on_sqlite
def test_restoring_the_oldest_removes_none(tmp_path):
    taken = [backups.take(tmp_path, keep=30).path for _ in range(KEPT + 2)]

    before = backups.restore(taken[0], tmp_path).path

    assert backups.backups(tmp_path) == [before, *reversed(taken)]


@on_sqlite
def test_the_newest_stay_and_other_files_are_left_alone(tmp_path):
    (tmp_path / "sma-timeline-notes.gz").write_text("mine")

    taken = [backups.take(tmp_path, keep=2) for _ in range(3)]

    assert backups.backups(tmp_path) == [taken[2].path, taken[1].path]
    assert [each.removed for each in taken] == [[], [], [taken[0].path]]
    assert (tmp_path / "sma-timeline-notes.gz").read_text() == "mine"


@on_sqlite
def test_restoring_brings_back_what_was_there_and_keeps_what_was_replaced(tmp_path):
    make.place(name="Honolulu")
    old = backups.take(tmp_path, keep=5).path
    Place.objects.update(name="Washington")

    before = backups.restore(old, tmp_path)
    backups.unpacked(before.path, tmp_path / "replaced")

    assert list(Place.objects.values_list("name", flat=True)) == ["Honolulu"]
    assert names_in(tmp_path / "replaced") == ["Washington"]


@on_sqlite
def test_whoever_was_signed_in_signs_in_anew_after_a_restoration(tmp_path, client, django_user_model):
    client.force_login(make.user())
    old = backups.take(tmp_path, keep=5).path

    backups.restore(old, tmp_path)

    assert client.get("/admin/").status_code == 302


@on_sqlite
@pytest.mark.parametrize("length", [0, 10, 4_000])
def test_a_backup_that_was_cut_off_is_refused_and_the_database_stays(tmp_path, length):
    make.place(name="Honolulu")
    path = backups.take(tmp_path, keep=5).path
    path.with_name(f"{path.name}.sha256").unlink()
    path.write_bytes(path.read_bytes()[:length])

    with pytest.raises(CommandError, match=r"is damaged|holds no database"):
        call_command("restore", path, "--yes", "--folder", tmp_path)

    assert list(Place.objects.values_list("name", flat=True)) == ["Honolulu"]


@on_sqlite
def test_a_backup_of_which_one_byte_is_another_is_refused(tmp_path):
    path = backups.take(tmp_path, keep=5).path
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)

    with pytest.raises(backups.Unusable, match="is not what its checksum says"):
        backups.restore(path, tmp_path)


def packed(path, *statements):
    """A database of these statements as a backup."""
    with closing(sqlite3.connect(path.with_suffix(".plain"))) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()
    with path.with_suffix(".plain").open("rb") as plain, gzip.open(path, "wb") as target:
        shutil.copyfileobj(plain, target)
    return path


@on_sqlite
def test_the_database_of_something_else_is_refused(tmp_path):
    path = packed(tmp_path / "other.gz", "CREATE TABLE recipes (name)")

    with pytest.raises(backups.Unusable, match="holds no database of this site"):
        backups.restore(path, tmp_path)


@on_sqlite
def test_a_backup_of_a_newer_version_is_refused_by_name(tmp_path):
    newer = (
        "CREATE TABLE django_migrations (app, name)",
        "INSERT INTO django_migrations VALUES ('timeline', '9999_x')",
    )
    path = packed(tmp_path / "newer.gz", *newer)

    with pytest.raises(backups.Unusable, match=r"made by a newer version of this site \(9999_x\)"):
        backups.restore(path, tmp_path)


@on_sqlite
def test_backups_under_writers_are_all_sound(tmp_path):
    done = threading.Event()

    def write():
        while not done.is_set():
            make.place()
        connections.close_all()

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    taken = [backups.take(tmp_path, keep=9).path for _ in range(5)]
    done.set()
    for writer in writers:
        writer.join()

    counts = []
    for path in taken:
        backups.unpacked(path, tmp_path / "plain")
        counts.append(len(names_in(tmp_path / "plain")))
    assert counts == sorted(counts)


@on_sqlite
def test_readers_are_served_while_a_backup_comes_back(tmp_path, client):
    place = make.place(name="Honolulu")
    old = backups.take(tmp_path, keep=5).path
    statuses, done = [], threading.Event()

    def read():
        while not done.is_set():
            statuses.append(client.get(place.get_absolute_url()).status_code)
        connections.close_all()

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(3):
        backups.restore(old, tmp_path)
    done.set()
    reader.join()

    assert set(statuses) == {200}


@on_sqlite
def test_a_second_one_at_the_same_time_is_told_so(tmp_path):
    with backups._alone(tmp_path), pytest.raises(CommandError, match="Another backup is at work"):
        call_command("backup", tmp_path)


@on_sqlite
def test_what_a_killed_backup_left_is_removed_by_the_next(tmp_path):
    code = (
        "import os, signal; from pathlib import Path; from timeline import backups;"
        "backups._inspect = lambda *given: os.kill(os.getpid(), signal.SIGKILL);"
        f"backups.take(Path({str(tmp_path)!r}), 5)"
    )
    program = f"import django; django.setup(); {code}"
    environment = {"PATH": "/usr/bin:/bin", "DJANGO_SETTINGS_MODULE": "sma_site.settings"}
    environment |= {
        "DATABASE_URL": f"sqlite:///{settings.DATABASES['default']['NAME']}",
        "VAR_DIR": str(tmp_path / "v"),
    }
    killed = subprocess.run([sys.executable, "-c", program], env=environment, cwd=settings.BASE_DIR, check=False)
    left = [each.name for each in tmp_path.glob(".sma-*")]

    taken = backups.take(tmp_path, keep=5)

    assert (killed.returncode, len(left)) == (-signal.SIGKILL, 1)
    assert backups.backups(tmp_path) == [taken.path]
    assert list(tmp_path.glob(".sma-*")) == []


@on_sqlite
def test_a_folder_that_cannot_be_written_gets_a_sentence(tmp_path):
    (tmp_path / "file").write_text("no folder")

    with pytest.raises(CommandError, match="The backup could not be written"):
        call_command("backup", tmp_path / "file" / "backups")


@on_sqlite
def test_a_disk_without_room_gets_a_sentence_and_the_older_ones_stay(tmp_path):
    old = backups.take(tmp_path, keep=1).path
    most, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(CommandError, match="The backup could not be written"):
            call_command("backup", tmp_path, keep=1)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))

    assert backups.backups(tmp_path) == [old]


@on_sqlite
def test_a_checksum_that_is_no_text_is_told(tmp_path):
    path = backups.take(tmp_path, keep=1).path
    path.with_name(f"{path.name}.sha256").write_bytes(b"\xff")

    with pytest.raises(CommandError, match="is not what its checksum says"):
        call_command("restore", path, "--yes", "--folder", tmp_path)


def test_whoever_does_not_say_yes_restores_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda question: "y")

    with pytest.raises(CommandError, match="Nothing was done"):
        call_command("restore", tmp_path / "a.gz")


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite is what it is for")
def test_postgresql_is_sent_to_its_own_tool(tmp_path):
    with pytest.raises(CommandError, match="PostgreSQL is backed up by pg_dump"):
        call_command("backup", tmp_path)


def test_there_is_no_backup_under_a_name_that_is_none(tmp_path):
    with pytest.raises(CommandError, match="There is no backup" if connection.vendor == "sqlite" else "pg_dump"):
        call_command("restore", tmp_path / "none.gz", "--yes", "--folder", tmp_path)
