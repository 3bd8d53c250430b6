"""Lines of text, by the widths of the faces."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timeline.pictures.setting import broken, fitted, on_one_line
from timeline.pictures.typefaces import (
    BOLD,
    DOTS,
    FOLDER,
    NO_GLYPH,
    SANS,
    SERIF,
    drawable,
    is_readable,
    runs,
    width,
)

FACES = st.sampled_from([SERIF, SANS, BOLD])
HOSTILE = st.text(max_size=300) | st.text("가나힣 韓a\u0301\u200d\U0001f1f0\u202eع\x00\ud800<&\"'…", max_size=200)


def test_the_faces_are_those_that_were_vendored_and_may_be():
    known = json.loads((FOLDER / "fonts.json").read_text())

    found = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in FOLDER.glob("*.otf")}

    assert found == {name: each["sha256"] for name, each in known["files"].items()}
    assert found.keys() == {SERIF.file, SANS.file, BOLD.file}
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FOLDER / known["licence_file"]).read_text()
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) < 6_000_000


def test_every_syllable_of_hangul_has_a_glyph_of_full_width():
    assert {SERIF.widths[code] for code in range(ord("가"), ord("힣") + 1)} == {966}
    assert {SANS.widths.get(code, 920) for code in range(ord("가"), ord("힣") + 1)} == {920}


def test_letters_that_a_sans_face_lacks_are_set_in_the_serif():
    assert runs("한국 韓美 and", SANS) == [(SANS, "한국 "), (SERIF, "韓美"), (SANS, " and")]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("  two\n\twords ", "two words"),
        ("e\u0301te\u0301", "été"),
        ("\u1112\u1161\u11ab", "한"),
        ("a\x00b\x1b\u200b\u202ec\ufe0f", "abc"),
        ("so… on", "so... on"),
        ("\U0001f600", NO_GLYPH),
        ("<b>&amp;", "<b>&amp;"),
    ],
)
def test_text_is_made_drawable(text, shown):
    assert drawable(text) == shown


def test_what_no_face_can_show_is_told_from_what_one_can():
    assert [is_readable(text) for text in ("Talks open", "한미 협상", "이 😀 was here", "ترامب", "😀", "")] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]


@given(HOSTILE, FACES, st.integers(20, 90), st.integers(60, 1_100))
def test_no_line_is_wider_than_its_box_and_no_letter_is_lost(text, face, size, box):
    words = drawable(text)
    lines = broken(words, face, size, box)

    assert max((width(line, face, size) for line in lines), default=0) <= max(box, size * 3)
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")


@given(HOSTILE, st.integers(100, 1_100), st.integers(60, 400))
def test_fitted_text_stays_in_its_box_and_keeps_its_end(text, box, height):
    found = fitted(f"“{text}", SERIF, (60, 40, 30), box=box, height=height, end="”")

    assert found.height <= max(height, 30 * 1.2)
    assert max(width(line, SERIF, found.size) for line in found.lines) <= box
    assert found.lines[-1].endswith("”")


def test_text_that_has_room_is_set_large_and_evenly():
    found = fitted("one two three four five six", SERIF, (50, 20), box=400, height=120)

    assert (found.size, found.lines) == (50, ("one two three", "four five six"))


def test_text_that_has_no_room_is_cut_behind_a_word():
    found = fitted("“" + "word, " * 100, SERIF, (50, 20), box=300, height=60, end="”")

    assert (found.size, len(found.lines)) == (20, 2)
    assert found.lines[-1].endswith(f"word{DOTS}”")


def test_korean_is_broken_between_words():
    words = "방위비분담금은 공평하고 합리적인 수준에서 결정되어야 한다"

    lines = broken(words, SERIF, 40, 400)

    assert len(lines) > 1
    assert " ".join(lines) == words


def test_one_line_is_one_line():
    assert on_one_line("a short one", SANS, 20, 400) == "a short one"
    assert on_one_line("a\nlong " * 50, SANS, 20, 150) == "a long a long..."
    assert on_one_line("a long one", SANS, 20, 0) == ""
