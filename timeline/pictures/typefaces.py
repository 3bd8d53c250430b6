"""The faces that pictures are set in, and how wide each of their letters is. They come with the site: a machine without
a Korean font draws the same picture as one with ten.
"""

import struct
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

FOLDER = Path(__file__).with_name("fonts")
UNITS_PER_EM = 1_000
DOTS = "..."  # the sign for three of them hangs in the middle of the line in Korean faces
NO_GLYPH = "□"  # for a letter that no face has; all three have this one


@dataclass(frozen=True)
class Face:
    file: str
    family: str
    weight: int

    @cached_property
    def widths(self) -> dict[int, int]:
        """By character, in thousandths of the size."""
        return dict(_widths((FOLDER / self.file).read_bytes()))


SERIF = Face("serif.otf", "SMA Serif", 400)
SANS = Face("sans.otf", "SMA Sans", 400)
BOLD = Face("sans-bold.otf", "SMA Sans", 700)


def _widths(font: bytes) -> Iterator[tuple[int, int]]:
    """From the tables of an OpenType font: which glyph a character has (cmap), and its advance (hmtx)."""
    count = struct.unpack_from(">H", font, 4)[0]
    records = (struct.unpack_from(">4s4xII", font, 12 + 16 * number) for number in range(count))
    tables = {tag: font[start : start + length] for tag, start, length in records}
    long_ones = struct.unpack_from(">H", tables[b"hhea"], 34)[0]
    for code, glyph in _glyphs(tables[b"cmap"]):
        place = min(glyph, long_ones - 1)  # those behind the last long one are as wide as it
        yield code, struct.unpack_from(">H", tables[b"hmtx"], 4 * place)[0]


def _glyphs(cmap: bytes) -> Iterator[tuple[int, int]]:
    """Format 4: runs of characters whose glyphs follow one another, or stand in a list."""
    start = struct.unpack_from(">I", cmap, 8)[0]  # both tables in our files are the same one
    form, doubled = struct.unpack_from(">H4xH", cmap, start)
    if form != 4:
        raise ValueError(form)
    runs = doubled // 2
    at = start + 14
    ends = struct.unpack_from(f">{runs}H", cmap, at)
    starts = struct.unpack_from(f">{runs}H", cmap, at + doubled + 2)
    deltas = struct.unpack_from(f">{runs}H", cmap, at + 2 * doubled + 2)
    offsets_at = at + 3 * doubled + 2
    offsets = struct.unpack_from(f">{runs}H", cmap, offsets_at)
    for run, (first, last) in enumerate(zip(starts, ends, strict=True)):
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code
            if offsets[run]:
                glyph = struct.unpack_from(">H", cmap, offsets_at + 2 * run + offsets[run] + 2 * (code - first))[0]
            if glyph or not offsets[run]:
                yield code, (glyph + deltas[run]) % 0x10000


def face_of(character: str, wanted: Face) -> Face:
    """The face wanted, where it has the character, else the serif: it has every syllable, and Chinese and Japanese."""
    return wanted if ord(character) in wanted.widths else SERIF


def width(text: str, face: Face, size: float, spacing: float = 0) -> float:
    """As it is set, letter for letter; kerning, which mostly draws letters together, is left out."""
    units = sum(face_of(character, face).widths[ord(character)] for character in text)
    return units * size / UNITS_PER_EM + spacing * len(text)


def runs(text: str, face: Face) -> list[tuple[Face, str]]:
    """The text in pieces of one face each."""
    found: list[tuple[Face, str]] = []
    for character in text:
        own = face_of(character, face)
        if found and found[-1][0] is own:
            found[-1] = (own, found[-1][1] + character)
        else:
            found.append((own, character))
    return found


def drawable(text: str) -> str:
    """On one line, composed, with a box for what no face has; what only joins or marks such letters goes with them."""
    composed = " ".join(unicodedata.normalize("NFC", text).replace("…", DOTS).split())
    return "".join(_shown(composed))


def _shown(text: str) -> Iterator[str]:
    for character in text:
        if ord(character) in SERIF.widths:
            yield character
        elif not _leaves_no_ink(character):
            yield NO_GLYPH


@cache
def _leaves_no_ink(character: str) -> bool:
    """Control and format characters, combining marks, variation selectors, half a pair."""
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Mn", "Me", "Mc", "Sk"}


def is_readable(text: str) -> bool:
    """Whether the faces have what it is written in: nine of ten of its letters."""
    shown = drawable(text)
    return bool(shown) and shown.count(NO_GLYPH) * 10 <= len(shown)
