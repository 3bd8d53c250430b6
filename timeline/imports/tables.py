"""A table as it was read from a file: plain text in cells that know where they stand.

Whatever is wrong with a file is a `Fault`: a sentence for the person who made it, with the cell where there is one.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from django.utils.translation import gettext as _

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 5_000
MOST_COLUMNS = 60
LONGEST_CELL = 20_000
MOST_FAULTS = 100  # in one answer: whoever sees a hundred has one cause to mend

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
UNSEEN = "\ufeff\u200b"  # byte-order mark and zero-width space: they come along with copied text
REPLACEMENT = "\ufffd"


@dataclass(frozen=True, slots=True)
class Fault:
    cell: str  # such as B7; empty when it is about the whole file
    sentence: str

    def __str__(self) -> str:
        return f"{self.cell}: {self.sentence}" if self.cell else self.sentence


class Unreadable(ValueError):
    """Why a file is no table. `faults` are for the person who chose it."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = list(faults[:MOST_FAULTS])
        super().__init__(" ".join(str(each) for each in self.faults))


def unreadable(sentence: str) -> Unreadable:
    return Unreadable(Fault("", sentence))


@dataclass(frozen=True, slots=True)
class Unfit:
    """Stands in a cell whose content cannot be taken as text, and says why."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Row:
    number: int  # as the spreadsheet counts: the head is usually row 1
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    file: str
    sheet: str  # empty in CSV
    header: Row
    rows: tuple[Row, ...]
    notices: tuple[str, ...] = ()


def letters(column: int) -> str:
    """A column's letters, counted from 1: A, B, … Z, AA."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def address(row: int, column: int) -> str:
    return f"{letters(column)}{row}"


def row_words(row: int) -> str:
    return _("row %(row)s") % {"row": row}


def table_of(
    file: str, sheet: str, lines: Iterable[tuple[int, Sequence[str | Unfit]]], notices: Sequence[str] = ()
) -> Table:
    """The table in numbered lines: its head is the first that holds anything. `Unreadable` names every faulty cell."""
    faults: list[Fault] = []
    found = _filled_rows(lines, faults)
    if not found:
        raise unreadable(_("The file is empty."))
    faults += [] if faults else _head_faults(found)
    if faults:
        raise Unreadable(*faults)
    if len(found) == 1:
        raise unreadable(_("The file has a head, and no row below it."))
    return Table(file, sheet, found[0], tuple(found[1:]), tuple(notices))


def _filled_rows(lines: Iterable[tuple[int, Sequence[str | Unfit]]], faults: list[Fault]) -> list[Row]:
    found: list[Row] = []
    for number, cells in lines:
        texts = tuple(_texts(number, cells, faults))
        if any(texts):
            found.append(Row(number, texts))
        if len(found) > MOST_ROWS + 1:
            raise too_many_rows()
        if len(faults) >= MOST_FAULTS:
            break
    return found


def too_many_rows() -> Unreadable:
    return unreadable(_("The table has more than %(most)s rows. Divide it into several files.") % {"most": MOST_ROWS})


def _texts(number: int, cells: Sequence[str | Unfit], faults: list[Fault]) -> Iterator[str]:
    last = max((place for place, cell in enumerate(cells, start=1) if cell), default=0)
    if last > MOST_COLUMNS:
        raise Unreadable(
            Fault(
                address(number, last),
                _("The table may have %(most)s columns, and this cell stands behind them.") % {"most": MOST_COLUMNS},
            )
        )
    for column, cell in enumerate(cells[:last], start=1):
        text = cell if isinstance(cell, Unfit) else cleaned(cell)
        if isinstance(text, Unfit):
            faults.append(Fault(address(number, column), text.sentence))
            yield "?"  # so that the row counts as one
        else:
            yield text


def cleaned(text: str) -> str | Unfit:
    """One form for equal text: composed Hangul, line breaks as one character, nothing unseen around it."""
    if len(text) > LONGEST_CELL:
        return Unfit(_("The cell is longer than %(most)s characters.") % {"most": LONGEST_CELL})
    if REPLACEMENT in text:
        return Unfit(_("The cell holds “�”: letters were lost when the file was saved. Save it anew, as UTF-8."))
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u0085", "\n")
    if CONTROL.search(text):
        return Unfit(_("The cell holds a control character, which cannot be seen: type its text anew."))
    for unseen in UNSEEN:
        text = text.replace(unseen, "")
    return unicodedata.normalize("NFC", text).strip()


def _head_faults(found: Sequence[Row]) -> Iterator[Fault]:
    header, *rows = found
    seen: dict[str, str] = {}
    for column, name in enumerate(header.cells, start=1):
        here, plain = address(header.number, column), plain_name(name)
        if plain in seen and plain:
            yield Fault(
                here, _("The name “%(name)s” stands in %(cell)s already.") % {"name": name, "cell": seen[plain]}
            )
        seen.setdefault(plain, here)
    for row in rows:
        for column, (name, text) in enumerate(zip_longest(header.cells, row.cells, fillvalue=""), start=1):
            if text and not name:
                yield Fault(address(row.number, column), _("This cell holds something, but its column has no name."))


def plain_name(name: str) -> str:
    """A column's name without what people write differently: “Korean name *” and “korean_name” are the same."""
    return " ".join(re.sub(r"[_*:\-]+", " ", name.casefold()).split())
