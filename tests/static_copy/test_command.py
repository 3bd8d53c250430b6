"""`manage.py static_copy`: what it says, and that several processes and small batches write what one does."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests import make
from tests.edits import small_site
from tests.static_copy.reading import differing
from timeline import static_copy
from timeline.static_copy import batches, copying

pytestmark = [pytest.mark.deep(3, of="this file"), pytest.mark.django_db]


def said(folder, **options):
    out = StringIO()
    call_command("static_copy", folder, stdout=out, **options)
    return out.getvalue()


@pytest.mark.django_db(transaction=True)
@pytest.mark.filterwarnings(
    "ignore:.*multi-threaded:DeprecationWarning"
)  # of Python from 3.12 on, where xdist has threads
def test_several_processes_write_the_bytes_that_one_writes(tmp_path, monkeypatch):
    event = small_site()[2]
    monkeypatch.setattr(copying, "AT_ONCE", 40)  # so that each has something to do, of an edit as well
    said(tmp_path / "copy", processes=2)
    event.title = "Another title"
    event.save()

    said(tmp_path / "copy", processes=2)
    static_copy.write(tmp_path / "whole")

    assert differing(tmp_path / "copy", tmp_path / "whole") == []


def test_forms_of_records_whose_pages_were_made_long_ago_are_the_same_bytes(tmp_path, monkeypatch):
    small_site()
    static_copy.write(tmp_path / "copy")
    monkeypatch.setattr(batches, "MOST_IN_HAND", 2)

    static_copy.write(tmp_path / "again")

    assert differing(tmp_path / "copy", tmp_path / "again") == []


def test_it_says_how_much_was_made(tmp_path):
    report = static_copy.write(tmp_path / "whole")

    assert said(tmp_path / "copy") == (
        f"{report.files} files in {tmp_path / 'copy'}; {report.made} of {report.addresses} addresses were made.\n"
    )


def test_it_names_what_leads_nowhere(tmp_path):
    event = make.event(summary="[More](/events/it-never-was/)")
    errors = StringIO()

    call_command("static_copy", tmp_path / "copy", stdout=StringIO(), stderr=errors)

    page = event.get_absolute_url()
    assert errors.getvalue() == f"{page} leads to /events/it-never-was/, which is not there.\n"


@pytest.mark.parametrize("processes", [0, 65])
def test_a_number_of_processes_that_helps_nobody_is_refused(tmp_path, processes):
    with pytest.raises(CommandError, match="The number of processes must be from 1 to 64"):
        said(tmp_path / "copy", processes=processes)

    assert list(tmp_path.glob("copy*")) == []


def test_it_says_why_a_folder_is_refused(tmp_path):
    with pytest.raises(CommandError, match="is there and is no static copy"):
        said(tmp_path)


def test_it_says_that_another_process_is_writing(tmp_path):
    shelf = static_copy.writing.Shelf(tmp_path / "copy")

    with copying._alone(shelf), pytest.raises(CommandError, match="Another process is writing this copy"):
        said(tmp_path / "copy")


def test_it_says_why_it_cannot_write(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(CommandError, match=r"The copy could not be written: .*Not a directory"):
        said(tmp_path / "file" / "copy")
