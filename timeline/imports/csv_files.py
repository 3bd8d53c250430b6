"""CSV as spreadsheets write it: which encoding, which delimiter, and nothing guessed that cannot be known."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from timeline.imports.tables import Table, Unfit, Unreadable, table_of, unreadable
from timeline.spreadsheets import unguarded

DELIMITERS = (",", ";", "\t")
MOST_KOREAN = 0.8  # of the letters beyond ASCII, this share must be common Hangul for the text to be Korean
FIRST_LETTERS = 8
MARKS = (
    (codecs.BOM_UTF32_LE, ""),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, ""),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read(content: bytes, file: str) -> Table:
    text, notices = decoded(content)
    try:
        return table_of(file, "", _lines(text), notices)
    except csv.Error as error:
        raise unreadable(
            _("This is no CSV file that can be read (%(error)s). Save the sheet anew as CSV UTF-8.") % {"error": error}
        ) from error


def decoded(content: bytes) -> tuple[str, list[str]]:
    """The text, and what must be said about how it was read."""
    encoding = _encoding(content)
    if encoding:
        try:
            return content.decode(encoding), []
        except UnicodeDecodeError as error:
            raise _no_text() from error
    korean = _korean(content)
    if korean is None:
        raise _no_text()
    return korean, [_("The file is not UTF-8. It was read as Korean text (CP949): look at the Hangul below.")]


def _no_text() -> Unreadable:
    return unreadable(_("The encoding of the file was not recognised. Save the sheet anew as CSV UTF-8, or as .xlsx."))


def _encoding(content: bytes) -> str:
    """By its mark, or by the form of its bytes; empty when neither says it."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            if not encoding:
                raise _no_text()
            return encoding
    if wide := _without_mark(content):
        return wide
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return "utf-8"


def _without_mark(content: bytes) -> str:
    """UTF-16 without its mark: the head of a table begins with ASCII, so every other byte of it is zero."""
    first = content[: 2 * FIRST_LETTERS]
    if len(first) < 2 * FIRST_LETTERS or len(content) % 2:
        return ""
    even, odd = first[0::2], first[1::2]
    if not any(odd) and all(even):
        return "utf-16-le"
    return "utf-16-be" if not any(even) and all(odd) else ""


def _korean(content: bytes) -> str | None:
    """CP949, which EUC-KR is part of. Almost any bytes decode as it, so what comes out must look like Korean."""
    try:
        text = content.decode("cp949")
    except UnicodeDecodeError:
        return None
    foreign = [letter for letter in text if letter > "\x7f" and letter.isalpha()]
    common = sum("가" <= letter <= "힣" and len(letter.encode("euc_kr")) == 2 for letter in foreign)
    return text if foreign and common >= MOST_KOREAN * len(foreign) else None


def _lines(text: str) -> Iterator[tuple[int, Sequence[str | Unfit]]]:
    delimiter, skipped = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    for number, cells in enumerate(reader, start=1):
        if number > skipped:
            yield number, [_cell(each) for each in cells]


def _delimiter(text: str) -> tuple[str, int]:
    """What divides the head into the most names, and how many lines come before it. Excel may say it: `sep=;`."""
    first = text.split("\n", 1)[0].strip()
    if first.casefold().startswith("sep=") and first[4:5] in DELIMITERS:
        return first[4:5], 1
    if first.casefold() == "sep=":  # a tab, which strip() took
        return "\t", 1
    lines = text.lstrip("\r\n\ufeff").splitlines() or [""]
    return max(DELIMITERS, key=lambda sign: len(next(csv.reader(lines[:1], delimiter=sign), ()))), 0


def _cell(text: str) -> str | Unfit:
    """The apostrophe that keeps a spreadsheet from running a text is no part of it."""
    if text.startswith("="):
        return Unfit(
            _("The cell begins like a formula. Give its value; where “=” is meant, put an apostrophe before it.")
        )
    return unguarded(text)
