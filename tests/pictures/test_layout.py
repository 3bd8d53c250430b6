"""The card as SVG."""

import re
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from timeline.pictures import layout
from timeline.pictures.facts import NUMBER, TITLE, WORDS, Card, Voice
from timeline.pictures.typefaces import BOLD, SANS, SERIF, width

SVG = "{http://www.w3.org/2000/svg}"
TEXT = st.text(max_size=150) | st.text("가 韓\x00\ud800\uffff<&]>\"'\U0001f600ع\u202e", max_size=150)
LONG = "Donaudampfschifffahrtsgesellschaft" * 30
FACES = {(face.family, str(face.weight)): face for face in (SERIF, SANS, BOLD)}
VOICES = st.builds(Voice, TEXT, TEXT, st.sampled_from(["KR", "US", "INT", ""]), TEXT)
CARDS = st.builds(
    Card,
    kind=TEXT,
    headline=TEXT,
    form=st.sampled_from([TITLE, WORDS, NUMBER]),
    headline_ko=TEXT,
    people=st.lists(VOICES, max_size=4).map(tuple),
    note=TEXT,
    quote=TEXT,
    when=st.sampled_from(["", "2024-05", "2018-12-30/2019-01-02"]),
    place=TEXT,
    agreement=TEXT,
    sides=st.sampled_from([(), ("KR",), ("US",), ("KR", "US"), ("KR", "US", "INT")]),
)


def parsed(svg):
    return fromstring(svg)  # noqa: S314 - we drew it


def texts(svg):
    """What is written, where: x, y, size, the end on the right, the words."""
    for element in parsed(svg).iter(f"{SVG}text"):
        x, y, size = (float(element.get(name)) for name in ("x", "y", "font-size"))
        spacing = float(element.get("letter-spacing", 0))
        pieces = [(FACES[piece.get("font-family"), piece.get("font-weight")], piece.text) for piece in element]
        end = x + sum(width(words, face, size, spacing) for face, words in pieces)
        yield x, y, size, end, "".join(words for _face, words in pieces)


def words(card):
    return [text for *_where, text in texts(layout.svg(card))]


@given(CARDS)
def test_no_card_is_ill_formed_and_nothing_stands_outside_it_or_in_its_foot(card):
    for x, y, size, end, _words in texts(layout.svg(card)):
        assert x >= layout.LEFT
        assert end <= layout.RIGHT + 1
        assert y - size > 0
        assert y < layout.FOOT_RULE or y == layout.FOOT


@pytest.mark.parametrize("form", [TITLE, WORDS, NUMBER])
def test_a_card_of_very_long_words_stays_in_its_frame(form):
    people = tuple(Voice(LONG, LONG, "KR", LONG) for _each in range(4))
    card = Card(LONG, LONG, form, LONG, people, LONG, LONG, "2024-05-21", "%(date)s", LONG, LONG, ("KR", "US"))

    ends = [(end, y) for _x, y, _size, end, _words in texts(layout.svg(card))]

    assert max(end for end, _y in ends) <= layout.RIGHT + 1
    assert max(y for _end, y in ends) == layout.FOOT


def test_a_statement_is_quoted_and_signed():
    speaker = Voice("Lee Tae-woo", "이태우", "KR", "Foreign Minister")
    card = Card("Statement", "적정한 수준", WORDS, people=(speaker,), when="2019-08", place="Seoul", sides=("KR",))

    assert words(card) == [
        "STATEMENT",
        "SMA Timeline",
        "“적정한 수준”",
        "Lee Tae-woo",
        "이태우",
        "· Foreign Minister",
        "August 2019",
        "Seoul",
    ]


def test_a_number_is_the_largest_thing_on_its_card():
    card = Card("Seoul · Agreed", "₩1.1833 trillion", NUMBER, note="for 2021", quote="1.1833 trillion won")

    found = sorted(((size, text) for _x, _y, size, _end, text in texts(layout.svg(card))), reverse=True)

    assert found[0] == (136, "₩1.1833 trillion")
    assert "“1.1833 trillion won”" in [text for _size, text in found]


def test_the_date_is_no_more_exact_than_it_is_known():
    card = Card("Agreement", "12th", when="2024-10~", when_words="signed %(date)s")

    assert words(card)[-1] == "signed around October 2024"


def test_words_that_no_face_can_show_are_left_to_the_page():
    card = Card("Source", "ترامب: سيئول وافقت", people=(Voice("AzVision"),), note="Arabic")

    assert words(card)[2:] == [
        "A title in a script that",
        "this picture cannot show",
        "AzVision",
        "Arabic",
        "Who demanded, offered and agreed what, each fact with its source",
    ]


def test_each_side_has_its_shape():
    found = parsed(layout.svg(Card("Round", "x", people=tuple(Voice("x", "", side) for side in ("KR", "US", "INT")))))

    assert len(list(found.iter(f"{SVG}circle"))) == 2  # with that of the site's mark
    assert len(list(found.iter(f"{SVG}path"))) == 2
    assert [each.get("fill") for each in found.iter(f"{SVG}rect")].count("none") == 1


def test_the_colours_are_those_of_the_site():
    tokens = Path(settings.BASE_DIR, "timeline/static/timeline/css/tokens.css").read_text().partition("@media")[0]

    css = dict(re.findall(r"--(\w+): (#\w+);", tokens))

    assert {name: css[name] for name in layout.COLOURS} == layout.COLOURS
