"""The same import stored from several windows in the same moment, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from tests.imports.files import csv_bytes
from timeline import imports
from timeline.actions import Refused
from timeline.models import ImportBatch, Revision, Source

pytestmark = pytest.mark.django_db(transaction=True)
WINDOWS = 4
TABLE = [["publisher", "title", "language", "kind"], ["Yonhap", "Talks open", "en", "news"]]


def in_all_windows(act):
    """What each came to: its result, or the first sentence of its refusal."""
    barrier = Barrier(WINDOWS)

    def run(window):
        barrier.wait()
        try:
            return act(window)
        except Refused as refusal:
            return refusal.sentences[0]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WINDOWS) as windows:
        return list(windows.map(run, range(WINDOWS)))


@pytest.fixture
def editor(django_user_model):
    return django_user_model.objects.create_superuser("minji")


def looked_at(editor):
    return imports.preview(imports.KINDS["source"], imports.read(csv_bytes(TABLE), "sources.csv"), by=editor)


def test_one_preview_is_stored_once(editor):
    batch = looked_at(editor)

    came_to = in_all_windows(lambda _window: imports.apply(batch, by=editor).status)

    assert sorted(came_to) == [
        *["This cannot be done twice: the import is “imported”."] * (WINDOWS - 1),
        "applied",
    ]
    assert (Source.objects.count(), Revision.objects.count()) == (1, 1)


def test_one_table_looked_at_in_each_window_is_stored_once(editor):
    batches = [looked_at(editor) for _window in range(WINDOWS)]

    came_to = in_all_windows(lambda window: imports.apply(batches[window], by=editor).status)

    assert sorted(came_to) == [
        *["The same table was imported meanwhile. Choose the file again to see what it comes to now."] * (WINDOWS - 1),
        "applied",
    ]
    assert Source.objects.count() == 1


def test_one_import_is_undone_once(editor):
    batch = imports.apply(looked_at(editor), by=editor)

    came_to = in_all_windows(lambda _window: imports.undo(batch, by=editor).status)

    assert came_to.count("undone") == 1
    assert (Source.objects.count(), ImportBatch.objects.get().status) == (0, "undone")
