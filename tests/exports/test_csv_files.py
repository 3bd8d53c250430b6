"""The zip of all files: what has not changed is taken over as it was packed, and leaves the bytes of one made anew."""

import datetime as dt
import random
import zipfile

import pytest

from timeline.exports import csv_files
from timeline.exports.csv_files import write_zip

AT = dt.datetime(2026, 1, 15, 12, tzinfo=dt.UTC)


@pytest.fixture
def lines():
    chance = random.Random(6)
    return [f"{number},{chance.random()}\r\n" for number in range(20_000)]


def written(path, texts, before=None, same=()):
    files = []
    for name, text in texts.items():
        (path.parent / name).write_text(text, newline="")
        files.append((name, path.parent / name))
    return write_zip(path, files, AT, before=before, same=same)


def test_it_unpacks_to_the_files(tmp_path, lines):
    texts = {"rows.csv": "".join(lines), "empty.csv": "", "one.csv": "slug\r\n"}
    written(tmp_path / "all.zip", texts)

    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert (archive.testzip(), {name: archive.read(name).decode() for name in archive.namelist()}) == (None, texts)


@pytest.mark.parametrize("edit", [{0: ""}, {9: "9,\r\n"}, {10_000: "another\r\nand one more\r\n", 3: ""}, {19_999: ""}])
def test_made_of_the_one_before_it_is_the_same_as_made_anew(tmp_path, lines, edit):
    before = written(tmp_path / "before.zip", {"rows.csv": "".join(lines), "same.csv": "slug\r\n"})
    texts = {"rows.csv": "".join(edit.get(at, line) for at, line in enumerate(lines)), "same.csv": "slug\r\n"}

    pieces = written(tmp_path / "patched.zip", texts, (tmp_path / "before.zip", before), {"same.csv"})

    assert pieces == written(tmp_path / "anew.zip", texts)
    assert (tmp_path / "patched.zip").read_bytes() == (tmp_path / "anew.zip").read_bytes()


def test_an_edit_packs_one_piece_anew(tmp_path, lines):
    before = written(tmp_path / "before.zip", {"rows.csv": "".join(lines)})

    after = written(tmp_path / "after.zip", {"rows.csv": "".join([*lines[:9_000], "new\r\n", *lines[9_000:]])})

    hashes = [{digest for digest, _place, _size in pieces["rows.csv"]} for pieces in (before, after)]
    assert (len(hashes[0]) > 3, len(hashes[1] - hashes[0])) == (True, 1)


def test_a_very_large_file_is_packed_whole(tmp_path, lines, monkeypatch):
    monkeypatch.setattr(csv_files, "SMALL", 1_000)

    assert written(tmp_path / "all.zip", {"rows.csv": "".join(lines), "one.csv": "slug\r\n"}).keys() == {"one.csv"}
    assert zipfile.ZipFile(tmp_path / "all.zip").testzip() is None
