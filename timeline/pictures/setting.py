"""Sets text in lines: SVG has no paragraphs, so they are broken here, by the widths of the faces."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from timeline.pictures.typefaces import DOTS, Face, drawable, width

STEPS = 8  # of the search for the narrowest column


@dataclass(frozen=True)
class Lines:
    lines: tuple[str, ...]
    face: Face
    size: float
    leading: float  # from one baseline to the next, by the size

    @property
    def height(self) -> float:
        return len(self.lines) * self.size * self.leading


def fitted(
    text: str, face: Face, sizes: Sequence[float], *, box: float, height: float, leading: float = 1.2, end: str = ""
) -> Lines:
    """In the largest of the sizes (they fall) in which it has room; in the smallest it is cut, with dots and an end."""
    words = drawable(text)
    for size in sizes:
        found = Lines(tuple(broken(words + end, face, size, box)), face, size, leading)
        if found.height <= height:
            return Lines(_balanced(found, box), face, size, leading)
    most = max(1, int(height / (sizes[-1] * leading)))
    return Lines(_cut(words, face, sizes[-1], box, most, end), face, sizes[-1], leading)


def on_one_line(text: str, face: Face, size: float, box: float) -> str:
    """Cut where it must be; nothing where there is no room for anything."""
    words = drawable(text)
    if width(words, face, size) <= box:
        return words
    shortened = _shortened(words, face, size, box, "")
    return shortened if shortened != DOTS else ""


def broken(text: str, face: Face, size: float, box: float) -> list[str]:
    """Between words, as Korean is broken too; a word that is wider than the box, anywhere."""
    lines: list[str] = []
    line = ""
    for word in _pieces(text, face, size, box):
        longer = f"{line} {word}" if line else word
        if line and width(longer, face, size) > box:
            lines.append(line)
            longer = word
        line = longer
    return [*lines, line] if line else lines


def _pieces(text: str, face: Face, size: float, box: float) -> Iterator[str]:
    for word in text.split(" "):
        piece = ""
        for character in word if width(word, face, size) > box else ():
            if piece and width(piece + character, face, size) > box:
                yield piece
                piece = ""
            piece += character
        yield piece or word


def _balanced(set_wide: Lines, box: float) -> tuple[str, ...]:
    """As many lines in the narrowest column: no last line with one word."""
    best, narrow, wide = set_wide.lines, 0.0, box
    text = " ".join(best)
    if len(best) == 1 or any(" " not in line for line in best):
        return best
    for _step in range(STEPS):
        tried = (narrow + wide) / 2
        lines = tuple(broken(text, set_wide.face, set_wide.size, tried))
        if len(lines) == len(best) and " ".join(lines) == text and _has_whole_words(lines, text):
            best, wide = lines, tried
        else:
            narrow = tried
    return best


def _has_whole_words(lines: Sequence[str], text: str) -> bool:
    return " ".join(lines).split(" ") == text.split(" ")


def _cut(words: str, face: Face, size: float, box: float, most: int, end: str) -> tuple[str, ...]:
    whole = broken(words + end, face, size, box)
    if len(whole) <= most:
        return tuple(whole)
    lines = broken(words, face, size, box)
    return (*lines[: most - 1], _shortened(lines[most - 1], face, size, box, end))


def _shortened(line: str, face: Face, size: float, box: float, end: str) -> str:
    """With dots behind its last word that has room, or its last letter."""
    while line and width(line + DOTS + end, face, size) > box:
        line = line.rpartition(" ")[0] or line[:-1]
    return line.rstrip(" ,;:–—") + DOTS + end
