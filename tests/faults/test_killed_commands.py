"""Commands and imports killed by SIGKILL: what was there before or all of what they make, and another run finishes.

`make test` kills each once; `make test-faults` forty times in all.
"""

import hashlib
import json

import pytest
from django.core.management import call_command
from django.db import connection

from tests import make
from tests.faults.desk import not_true, set_out, state
from tests.faults.jobs import command, describe_database, store_import
from tests.faults.processes import IS_IN_FULL, finished, killed, moments
from tests.imports.files import csv_bytes
from tests.static_copy.reading import tree
from timeline import fixture_files, imports, search
from timeline.models import ContentVersion, Revision, SearchDocument, Source

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
KILLS = 8 if IS_IN_FULL else 1


def empty():
    call_command("flush", verbosity=0, interactive=False)


def talks():
    """Three rounds with a citation each, beside what editors find."""
    set_out()
    source, place = make.source(), make.place()
    for _number in range(3):
        made = make.round(place=place)
        make.citation(made, source=source)
        make.delegate(made)
    return made


def test_a_killed_load_leaves_an_empty_database_or_all_of_the_files(tmp_path):
    empty()
    nothing = state()
    talks()
    fixture_files.export(tmp_path)
    empty()
    load = (command, "load_fixtures", str(tmp_path))
    whole = finished(command, 0, *load[1:])[-1]
    loaded = state()

    for moment in moments(KILLS):
        empty()
        killed(moment, whole, *load)
        assert state() in (nothing, loaded), moment
        finished(command, 0, *load[1:])
        assert state() == loaded


def looked_at(user, number):
    rows = [["Yonhap", f"Talks {number}-{row} open in Seoul", "en", "news"] for row in range(5)]
    table = imports.read(csv_bytes([["publisher", "title", "language", "kind"], *rows]), f"{number}.csv")
    return imports.preview(imports.KINDS["source"], table, by=user)


def stored_of(batch):
    """The state of an import, how many of its records are there, and how many of them are in the history."""
    batch.refresh_from_db()
    made = Source.objects.filter(title__startswith=f"Talks {batch.file_name.removesuffix('.csv')}-")
    history = Revision.objects.filter(kind="source", code__in=made.values("code"))
    return batch.status, made.count(), history.count()


def test_a_killed_import_has_stored_all_of_its_rows_or_none(django_user_model):
    user = django_user_model.objects.create_superuser("minji")
    whole = finished(store_import, 0, looked_at(user, 0).pk)[-1]

    for number, moment in enumerate(moments(KILLS), 1):
        batch = looked_at(user, number)
        killed(moment, whole, store_import, batch.pk)
        assert stored_of(batch) in (("previewed", 0, 0), ("applied", 5, 5)), moment
        if batch.status == "previewed":
            finished(store_import, 0, batch.pk)
        assert (stored_of(batch), not_true()) == (("applied", 5, 5), [])


def test_a_killed_rebuilding_of_the_search_leaves_the_index_as_it_was_or_made_anew():
    talks()
    rebuild = (command, "rebuild_search")
    whole = finished(command, 0, *rebuild[1:])[-1]

    for moment in moments(KILLS):
        first = SearchDocument.objects.earliest("pk")
        SearchDocument.objects.filter(pk=first.pk).update(digest="of other code")
        before = list(search.differences())
        killed(moment, whole, *rebuild)
        assert len(before) == 1
        assert list(search.differences()) in (before, []), moment
        finished(command, 0, *rebuild[1:])
        assert list(search.differences()) == []


def new_database(folder, number):
    if connection.vendor == "sqlite":
        return str(folder / f"{number}.sqlite3")
    name = f"killed_migration_{connection.settings_dict['NAME']}_{number}"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
    return name


def test_after_a_killed_migration_another_run_makes_what_one_alone_would_have_made(tmp_path):
    at_peace = new_database(tmp_path, "at_peace")
    whole = finished(command, 0, "migrate", database=at_peace)[-1]
    made = finished(describe_database, database=at_peace)

    for number, moment in enumerate(moments(KILLS)):
        database = new_database(tmp_path, number)
        killed(moment, whole, command, "migrate", database=database)
        finished(command, 0, "migrate", database=database)
        assert finished(describe_database, database=database) == made, moment


def whole_copy(folder):
    """The content version that a copy says to be of; None when it is not whole."""
    files = tree(folder.resolve())
    listed = [line.split("  ", 1) for line in files["SHA256SUMS"].decode().splitlines()]
    is_whole = all(hashlib.sha256(files.get(path, b"")).hexdigest() == digest for digest, path in listed)
    is_all = {path for _digest, path in listed} | {"SHA256SUMS"} == files.keys()
    return json.loads(files["manifest.json"])["content_version"] if is_whole and is_all else None


def test_a_killed_copy_leaves_the_old_copy_or_the_new_one(tmp_path):
    changed, folder = talks(), tmp_path / "copy"
    copy = (command, "static_copy", str(folder))
    wholes = [finished(command, 0, *copy[1:])[-1]]
    changed.outcome = "Views were exchanged at length."
    changed.save()
    wholes.insert(0, finished(command, 0, *copy[1:])[-1])  # of what has changed alone

    for number, moment in enumerate(moments(KILLS)):
        old, version = tree(folder.resolve()), ContentVersion.current()
        changed.outcome = f"Views were exchanged {number} times."
        changed.save()
        anew = number % 4 > 1
        killed(moment, wholes[anew], *copy, anew=anew)
        found = whole_copy(folder)
        assert found in (version, ContentVersion.current()), moment
        assert found != version or tree(folder.resolve()) == old
        finished(command, 0, *copy[1:])
        assert whole_copy(folder) == ContentVersion.current()
        assert len([*tmp_path.glob(".copy.copies/[0-9]*")]) == 1  # what was left has been swept away
