"""What the text of one cell means in its field. Each reader gives the value, or a sentence why there is none."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from timeline import dates
from timeline.imports.references import NotFound, References
from timeline.imports.tables import plain_name
from timeline.models import Official, Organization, Record

CLEAR = "(empty)"  # typed into a cell, it empties the field: an empty cell leaves it as it is
WHOLE = re.compile(r"([0-9]{1,9})(\.0*)?")
DATE_CELL = re.compile(r"([0-9]{4})\.0")
YES = {"yes", "y", "true", "1", "x", "예"}
NO = {"no", "n", "false", "0", "아니오", "아니요"}
MOST_IN_SMALL_COLUMN = 32_767
MOST_IN_LIST = 100

Reader = Callable[[str, References], Any]


class CellError(ValueError):
    """Why a cell cannot be read: a sentence."""


def text(cell: str, references: References) -> str:
    return cell


def line(cell: str, references: References) -> str:
    """Text without line breaks: they come in with what is copied, and no field of one line holds them."""
    return " ".join(cell.split())


def whole_number(cell: str, references: References) -> int:
    match = WHOLE.fullmatch(cell)
    if match is None or int(match[1]) > MOST_IN_SMALL_COLUMN:
        raise CellError(_("“%(text)s” is no whole number.") % {"text": cell})
    return int(match[1])


def edtf(cell: str, references: References) -> str:
    year = DATE_CELL.fullmatch(cell)  # a spreadsheet's year, saved as CSV
    date = year[1] if year else dates.without_spaces(cell)
    try:
        dates.parse(date)
    except dates.DateError as error:
        raise CellError(str(error)) from error
    return date


def day(cell: str, references: References) -> dt.date:
    try:
        return dt.date.fromisoformat(cell)
    except ValueError as error:
        raise CellError(_("“%(text)s” is no day like 2024-05-21.") % {"text": cell}) from error


def yes_or_no(cell: str, references: References) -> bool:
    said = cell.casefold()
    if said not in YES | NO:
        raise CellError(_("“%(text)s” is neither yes nor no.") % {"text": cell})
    return said in YES


def texts(cell: str, references: References) -> list[str]:
    found = [each for each in (" ".join(part.split()) for part in re.split(r"[;\n]", cell)) if each]
    if len(found) > MOST_IN_LIST:
        raise CellError(_("The cell names more than %(most)s.") % {"most": MOST_IN_LIST})
    return list(dict.fromkeys(found))


def choice_of(choices: Any) -> Reader:
    """By the value that is stored or by its label."""
    known = {plain_name(str(word)): value for value, label in choices.choices for word in (value, label)}

    def read(cell: str, references: References) -> str:
        value = known.get(plain_name(cell))
        if value is None:
            raise CellError(
                _("“%(text)s” is none of these: %(choices)s.") % {"text": cell, "choices": ", ".join(choices.values)}
            )
        return str(value)

    return read


def record_of(*models: type[Record]) -> Reader:
    def read(cell: str, references: References) -> Record:
        try:
            return references.find_any(models, cell) if len(models) > 1 else references.find(models[0], cell)
        except NotFound as error:
            raise CellError(str(error)) from error

    return read


def records_of(*models: type[Record]) -> Reader:
    one = record_of(*models)

    def read(cell: str, references: References) -> list[Record]:
        found = [one(each, references) for each in texts(cell, references)]
        return list(dict.fromkeys(found))

    return read


party = record_of(Official, Organization)
parties = records_of(Official, Organization)
