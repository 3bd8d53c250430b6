"""The table in an .xlsx workbook, as text. What Excel made of what was typed is told apart from what was meant:

a date whose format shows no day is a month, a whole number is no decimal, and a formula is no value.
"""

import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import IO, Any

from defusedxml.ElementTree import iterparse
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.utils.escape import unescape

from timeline.imports.archives import open_workbook_archive
from timeline.imports.tables import (
    MOST_COLUMNS,
    MOST_FAULTS,
    MOST_ROWS,
    Fault,
    Table,
    Unfit,
    Unreadable,
    address,
    row_words,
    table_of,
    too_many_rows,
    unreadable,
)

EXPLAINING_SHEET = "How to fill it in"  # of our templates; it is in English like the columns' names
LAST_ROW = 20_000  # empty ones included: a sheet formatted to its end has a million
NOT_SHOWN = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.')  # text, colours and padding within a number format
# The largest table has 300,000 cells in 5,000 rows. openpyxl makes large and slow objects of them, and of formats and
# links: all these are counted before. What a cell holds once is not.
MOST_PARTS = 400_000
VALUES = {("c", "v"), ("c", "f"), ("c", "is"), ("is", "t")}
WIDEST_ROW = 16_384  # Excel's own bound; openpyxl holds a row as a whole


def read(content: bytes, file: str) -> Table:
    archive = open_workbook_archive(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts that are of no matter here, such as pictures
            return _read(archive, content, file)
    except Unreadable:
        raise
    except Exception as error:  # whatever a library raises on bytes that somebody made up
        raise unreadable(_("The workbook cannot be read. Copy the table into a new sheet and save that.")) from error


def _read(archive: zipfile.ZipFile, content: bytes, file: str) -> Table:
    workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    sheets = [each for each in workbook.worksheets if each.sheet_state == "visible"]
    tables = [each for each in sheets if each.title != EXPLAINING_SHEET]
    if not tables:
        raise unreadable(_("The workbook has no sheet that can be seen."))
    sheet: Any = tables[0]
    # openpyxl tells nothing of hidden rows or merged cells when it reads row by row: so they are looked for first.
    if faults := list(islice(_faults(archive, sheet._worksheet_path), MOST_FAULTS)):
        raise Unreadable(*faults)
    notices = [_("Only the sheet “%(sheet)s” was read.") % {"sheet": sheet.title}] if len(tables) > 1 else []
    sheet.reset_dimensions()  # they are what the file claims
    return table_of(file, sheet.title, _lines(sheet), notices)


def _faults(archive: zipfile.ZipFile, path: str) -> Iterator[Fault]:
    """What a table cannot have: merged cells, hidden rows and columns, and cells beyond its bounds."""
    row = filled = 0
    with archive.open(path) as stream:
        for name, element in _bounded(stream):
            if name == "row":
                row = int(element.get("r") or row + 1)
                filled += _is_filled(element)
                yield from _row_faults(element, row, filled)
            elif name == "mergeCell":
                yield Fault(
                    str(element.get("ref", "")).partition(":")[0],
                    _("Cells are merged here (%(cells)s). Unmerge them, and give each its own value.")
                    % {"cells": element.get("ref", "")},
                )
            if name in {"row", "mergeCell"}:
                element.clear()


def _bounded(stream: IO[bytes]) -> Iterator[tuple[str, Any]]:
    """Each element at its end, by its plain name. They are counted where they begin, before a row is held as a whole.

    openpyxl takes whatever stands in a row for a cell: so does this.
    """
    parents = [""]
    parts = in_row = 0
    for event, element in iterparse(stream, events=("start", "end")):
        name = element.tag.rpartition("}")[2]
        if event == "end":
            parents.pop()
            yield name, element
            continue
        parts += (parents[-1], name) not in VALUES
        in_row = 0 if name == "row" else in_row + (parents[-1] == "row")
        if parts > MOST_PARTS or in_row > WIDEST_ROW:
            raise unreadable(
                _("The sheet has more cells than a table needs, empty ones included. Copy the table into a new sheet.")
            )
        parents.append(name)


def _is_filled(row: Any) -> bool:
    return any(len(cell) for cell in row)


def _row_faults(element: Any, row: int, filled: int) -> Iterator[Fault]:
    if filled > MOST_ROWS + 1 or row > LAST_ROW:
        raise too_many_rows()
    if not _is_filled(element):
        return
    if element.get("hidden") in {"1", "true"}:
        yield Fault(row_words(row), _("This row is hidden, perhaps by a filter. Show it or delete it."))
    column = 0
    for cell in element:
        column = coordinate_to_tuple(cell.get("r"))[1] if cell.get("r") else column + 1  # as openpyxl counts
        if column > MOST_COLUMNS and len(cell):
            yield Fault(
                address(row, column),
                _("The table may have %(most)s columns, and this cell stands behind them.") % {"most": MOST_COLUMNS},
            )


def _lines(sheet: Any) -> Iterator[tuple[int, Sequence[str | Unfit]]]:
    """As wide as a table may be: otherwise one cell, were it empty, would make its row 16,384 cells wide.

    What stands filled behind them has been refused.
    """
    for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), start=1):
        yield number, [_text(cell) for cell in cells]


def _text(cell: Any) -> str | Unfit:
    if cell.value is None:
        return ""
    if cell.data_type == "f":
        return Unfit(_("The cell holds a formula. Copy it and paste its value in its place."))
    if cell.data_type == "e":
        return Unfit(_("The cell holds an error (%(error)s).") % {"error": cell.value})
    return text_of(cell.value, str(cell.number_format or ""))


def text_of(value: Any, number_format: str) -> str | Unfit:
    """What the cell shows, as a person would have typed it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float | Decimal):
        return _number(value, number_format)
    if isinstance(value, dt.datetime):
        return _day(value, number_format)
    if isinstance(value, dt.time | dt.timedelta):
        return Unfit(_("The cell holds a time of day (%(value)s), which no column has.") % {"value": value})
    return unescape(str(value))


def _number(value: float | Decimal, number_format: str) -> str | Unfit:
    if "%" in NOT_SHOWN.sub("", number_format):
        return Unfit(_("The cell holds a percentage, which no column has. Format the cell as text and type it anew."))
    number = Decimal(repr(value))
    return format(number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize(), "f")


def _day(value: dt.datetime, number_format: str) -> str | Unfit:
    """As exactly as the cell shows it: Excel makes the first of May of “2024-05”, and shows “May-24”."""
    if value.time() != dt.time():
        return Unfit(_("The cell holds a time of day as well (%(value)s): give the day alone.") % {"value": value})
    shown = NOT_SHOWN.sub("", number_format.partition(";")[0]).casefold()
    if "d" in shown or "y" not in shown:
        return f"{value:%Y-%m-%d}" if "y" in shown or "d" not in shown else _without_year(value)
    return f"{value:%Y-%m}" if "m" in shown else f"{value:%Y}"


def _without_year(value: dt.datetime) -> Unfit:
    return Unfit(
        _("The cell shows a day without its year (%(day)s in the file). Type the date with its year, as text.")
        % {"day": f"{value:%Y-%m-%d}"}
    )
