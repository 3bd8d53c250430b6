"""After an edit the files are made of those of before: the same bytes as if everything was read anew."""

import shutil

import pytest

from tests import make
from tests.exports.data import one_of_each
from timeline import actions
from timeline.chronology import Filter
from timeline.exports import FILES, kept, patching
from timeline.models import Citation, Event, Place, Revision, Source, Topic

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder_of_its_own(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def edition():
    """One record of each kind, in files."""
    one_of_each()
    return kept.make(Filter(), *FILES)


def contents(edition):
    return {name: edition.path(name).read_bytes() for name in FILES}


def made_anew():
    shutil.rmtree(kept.folder())
    return kept.make(Filter(), *FILES)


def is_patched(edition):
    return edition.path(kept.SINCE).exists()


def retitle():
    event = Event.objects.published().first()
    event.title = 'Another title, in "quotes",\r\nand of two lines'
    event.save()


def cite():
    make.citation(Event.objects.published().first(), source=Source.objects.published().first())


def cite_no_more():
    Citation.objects.filter(event__isnull=False).first().delete()


def add_to_a_topic():
    Topic.objects.published().first().events.set(Event.objects.published())


def rename_place():
    place = Place.objects.published().first()
    place.name = "Another name"
    place.save()


def test_edits_leave_the_bytes_of_files_that_are_made_anew(edition):
    for edit in (retitle, cite, add_to_a_topic, rename_place, cite_no_more):
        edit()
        patched = kept.make(Filter(), *FILES)
        assert (edit.__name__, is_patched(patched)) == (edit.__name__, True)

    assert contents(patched) == contents(made_anew())


@pytest.mark.deep(1)
@pytest.mark.parametrize("edit", [retitle, cite, add_to_a_topic, rename_place, cite_no_more])
def test_each_edit_by_itself_leaves_them(edition, edit):
    edit()

    patched = kept.make(Filter(), *FILES)

    assert contents(patched) == contents(made_anew())


def test_what_others_name_by_its_slug_is_read_anew_when_that_changes(edition):
    editor = make.user("Administrator", is_superuser=True)
    actions.rename(Event.objects.published().first(), slug="2019-another-slug", by=editor)

    made = kept.make(Filter(), *FILES)

    assert not is_patched(made)


def test_what_comes_or_goes_is_read_anew(edition):
    make.event(slug="2019-new")

    made = kept.make(Filter(), *FILES)

    assert not is_patched(made)
    assert b'"2019-new"' in made.path(kept.ROWS).read_bytes()


def test_the_files_of_another_database_are_not_built_upon(edition):
    Revision.objects.update(unit="another")
    retitle()

    assert not is_patched(kept.make(Filter(), *FILES))


def test_a_row_is_found_among_others_and_so_is_the_place_of_one_that_is_not_there(edition):
    kind = kept.kinds()["citation"]
    codes = [row["code"] for row in edition.rows(kind)]
    with patching.opened(edition.path(kept.ROWS)) as content:
        lines = patching.Lines(content, edition.starts, edition.edition.counts)

        assert [lines.get(kind, code)["code"] for code in codes] == codes
        assert lines.get(kind, "zzzzzzzz") is None
        assert lines.previous(kind, lines.place(kind, "zzzzzzzz"))["code"] == codes[-1]
