"""A process that stays and brings the copy up after each change to what is public."""

import os
import signal
import subprocess
import sys

import pytest
from django.conf import settings

from tests.edits import small_site
from tests.static_copy.reading import differing
from timeline import static_copy
from timeline.static_copy import changes, copying

pytestmark = pytest.mark.django_db


def test_each_change_is_in_the_copy_that_follows_it(tmp_path):
    event = small_site()[2]
    following = static_copy.follow(tmp_path / "copy")
    next(following)
    for number in range(2):
        event.title = f"Another title {number}"
        event.save()
        next(following)

    static_copy.write(tmp_path / "whole")

    assert differing(tmp_path / "copy", tmp_path / "whole") == []


def test_what_the_old_code_writes_during_an_upgrade_is_made_anew_by_the_new_code(tmp_path, settings):
    templates = tmp_path / "templates"
    templates.mkdir()
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [*settings.TEMPLATES[0]["DIRS"], templates]}]
    changes._files.cache_clear()
    event = small_site()[2]
    following = static_copy.follow(tmp_path / "copy")
    next(following)
    (templates / "new.html").write_text("of the new version")
    event.title = "Another title"
    event.save()
    by_the_old = next(following)
    changes._files.cache_clear()  # as in a process that begins

    by_the_new = static_copy.write(tmp_path / "copy")

    assert (by_the_old.made < by_the_old.addresses, by_the_new.made) == (True, by_the_new.addresses)
    changes._files.cache_clear()


def test_without_a_change_it_waits_and_then_looks_again(tmp_path, monkeypatch):
    monkeypatch.setattr(copying, "PAUSE", 0.01)
    monkeypatch.setattr(copying, "LONGEST_PAUSE", 0.05)
    whole, again = (report for report, _number in zip(static_copy.follow(tmp_path / "copy"), range(2), strict=False))

    assert (whole.made, again.addresses) == (whole.addresses, whole.addresses)


def test_a_database_that_does_not_answer_is_told_of(tmp_path):
    command = [sys.executable, "manage.py", "static_copy", str(tmp_path / "copy")]
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path}/no/such/folder.sqlite3"}

    ended = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stderr) == (
        1,
        "CommandError: The database does not answer: unable to open database file\n",
    )


def test_who_started_it_ends_it_between_two_copies(tmp_path):
    """By Ctrl-C: the copy is whole, and nothing is said of an error."""
    heard = ["env", "--default-signal=INT"]  # also where the tests run in the background, and it is ignored
    command = [*heard, sys.executable, "manage.py", "static_copy", str(tmp_path / "copy"), "--follow"]
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3", "DEBUG": "yes"}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=settings.BASE_DIR, env=environment, check=True)

    with subprocess.Popen(
        command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE, text=True
    ) as running:
        told = running.stdout.readline()
        running.send_signal(signal.SIGINT)

    assert (running.returncode, told.split(" in ")[1].split(";")[0]) == (0, str(tmp_path / "copy"))
