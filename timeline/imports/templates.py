"""Empty tables to download and fill in: a CSV file with the head alone, a workbook that explains its columns."""

import csv
import io

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from timeline.imports.cells import CLEAR
from timeline.imports.columns import Column, Kind
from timeline.imports.tables import MOST_ROWS, letters
from timeline.imports.workbooks import EXPLAINING_SHEET
from timeline.spreadsheets import guarded

CHOICES_SHEET = "Choices"
TEXT_FORMAT = "@"  # so that Excel makes no date of 2024-05 and no number of 0012
WIDTHS = {"text": 60, "outcome": 60, "summary": 60, "quote": 50, "title": 40, "when": 24, "url": 40}
WIDTH = 18


def csv_template(kind: Kind) -> bytes:
    """With a byte-order mark: without it Excel would save Hangul in an encoding of its own."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([guarded(each.name) for each in kind.columns])
    return out.getvalue().encode("utf-8-sig")


def workbook_template(kind: Kind) -> bytes:
    workbook = Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)  # noqa: S101 - a new workbook has one
    sheet.title = kind.name.capitalize() + "s"
    choices = workbook.create_sheet(CHOICES_SHEET)
    for at, column in enumerate(kind.columns, start=1):
        _add_column(sheet, choices, at, column)
    sheet.freeze_panes = "A2"
    _explain(workbook.create_sheet(EXPLAINING_SHEET, 1), kind)
    choices.sheet_state = "hidden"
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def _add_column(sheet: Worksheet, choices: Worksheet, at: int, column: Column) -> None:
    letter = letters(at)
    _write(sheet, 1, at, column.name, bold=True)
    sheet.column_dimensions[letter].width = WIDTHS.get(column.name, WIDTH)
    sheet.column_dimensions[letter].number_format = TEXT_FORMAT
    for row in range(2, 202):  # a format of the column alone does not hold for what is typed
        sheet.cell(row, at).number_format = TEXT_FORMAT
    if column.choices:
        for row, choice in enumerate(column.choices, start=1):
            _write(choices, row, at, choice)
        listed = f"{quote_sheetname(CHOICES_SHEET)}!${letter}$1:${letter}${len(column.choices)}"
        allowed = DataValidation(type="list", formula1=listed, allow_blank=True, showErrorMessage=True)
        allowed.add(f"{letter}2:{letter}{MOST_ROWS + 1}")
        sheet.add_data_validation(allowed)


def _explain(sheet: Worksheet, kind: Kind) -> None:
    lines = [
        _(
            "One row is one record. The first sheet is imported, this one is not. The order of the columns is free, and"
            " those that are not needed may be left out."
        ),
        _("A cell that is left empty leaves the field as it is; %(empty)s empties it.") % {"empty": CLEAR},
        _("Nothing is stored before you have seen, row by row, what would change."),
    ]
    for row, line in enumerate(lines, start=1):
        _write(sheet, row, 1, line)
    head = len(lines) + 2
    for at, word in enumerate((_("Column"), _("Needed"), _("What goes in it"), _("Example"), _("Choices")), start=1):
        _write(sheet, head, at, str(word), bold=True)
    for row, column in enumerate(kind.columns, start=head + 1):
        needed = _("yes, in a new record") if column.is_needed else ""
        texts = (column.name, needed, str(column.about), column.example, ", ".join(column.choices))
        for at, text in enumerate(texts, start=1):
            if text:
                _write(sheet, row, at, text)
    for letter, width in zip("ABCDE", (22, 20, 60, 40, 60), strict=True):
        sheet.column_dimensions[letter].width = width


def _write(sheet: Worksheet, row: int, column: int, text: str, *, bold: bool = False) -> None:
    """As text, whatever it begins with: no spreadsheet takes it for a formula, also not once it is edited."""
    cell = sheet.cell(row, column, text)
    cell.data_type = "s"
    cell.number_format = TEXT_FORMAT
    if guarded(text) != text:
        cell.quotePrefix = True
    cell.alignment = Alignment(wrap_text=not bold, vertical="top")
    if bold:
        cell.font = Font(bold=True)
