"""The files that list all others: after an edit they are put together of the lines of before."""

from pathlib import Path

import pytest

from timeline.static_copy import sums
from timeline.static_copy.state import State
from timeline.static_copy.writing import File, Writer

ABOUT = {"site": "https://example.org", "content_version": 1}


@pytest.fixture
def state():
    """Of four files, one of which needs quoting."""
    state = State.new(Path(":memory:"))
    keep(state, "b.html", "d.html", "h/é.html", 'h/"quoted".html')
    return state


def keep(state, *paths, content="0"):
    for path in paths:
        state.keep(File(path, content * 64, 1))


def take_out(state, *paths):
    state.database.executemany("DELETE FROM files WHERE path = ?", [(path,) for path in paths])


def lists(state, folder, touched=None):
    folder.mkdir(exist_ok=True)
    return [(folder / each.path).read_bytes() for each in sums.write(state, Writer(folder), ABOUT, touched)]


@pytest.mark.parametrize("gone", [[], ["b.html"], ["d.html"], ["h/é.html"], ["b.html", "d.html", "h/é.html"]])
@pytest.mark.parametrize("new", [[], ["a.html"], ["c.html", "e.html"], ["z.html"], ["h/é.html"]])
def test_lines_of_what_has_changed_come_and_go_among_those_of_before(state, tmp_path, gone, new):
    lists(state, tmp_path / "copy")

    take_out(state, *gone)
    keep(state, *new, content="1")

    assert lists(state, tmp_path / "copy", {*gone, *new}) == lists(state, tmp_path / "anew")


def test_lists_that_are_gone_are_made_anew(state, tmp_path):
    whole = lists(state, tmp_path / "copy")
    (tmp_path / "copy" / sums.MANIFEST).unlink()

    assert lists(state, tmp_path / "copy", ["b.html"]) == whole


def test_long_lists_are_taken_over_piece_by_piece(state, tmp_path, monkeypatch):
    monkeypatch.setattr(sums, "CHUNK", 7)
    whole = lists(state, tmp_path / "copy")

    assert lists(state, tmp_path / "copy", ["d.html", 'h/"quoted".html']) == whole
