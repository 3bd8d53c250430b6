"""The empty tables that are downloaded: what is typed into them comes back as it was meant."""

import io

import pytest
from openpyxl import load_workbook

from timeline.imports import KINDS, read
from timeline.imports.templates import csv_template, workbook_template


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_row_typed_into_the_workbook_is_read_under_the_right_columns(name):
    kind = KINDS[name]
    made = load_workbook(io.BytesIO(workbook_template(kind)))
    for at, column in enumerate(kind.columns, start=1):
        made.worksheets[0].cell(2, at, f"{column.name} typed")
    out = io.BytesIO()
    made.save(out)

    table = read(out.getvalue(), "filled.xlsx")

    assert table.header.cells == tuple(column.name for column in kind.columns)
    assert [row.cells for row in table.rows] == [tuple(f"{column.name} typed" for column in kind.columns)]
    assert table.notices == ()


def test_the_workbook_offers_the_choices_of_each_column_that_has_some():
    kind = KINDS["event"]
    made = load_workbook(io.BytesIO(workbook_template(kind)))
    sheet = made.worksheets[0]
    at = [column.name for column in kind.columns].index("kind") + 1

    listed = [cell.value for cell in made["Choices"]["B"] if cell.value]

    assert [str(each.sqref) for each in sheet.data_validations.dataValidation] == ["B2:B5001"]
    assert (sheet.cell(1, at).value, listed) == ("kind", list(kind.by_name["kind"].choices))


def test_cells_to_type_into_are_text_so_that_excel_makes_no_date_of_a_month():
    sheet = load_workbook(io.BytesIO(workbook_template(KINDS["round"]))).worksheets[0]

    assert {sheet.cell(2, at).number_format for at in range(1, 26)} == {"@"}


def test_no_cell_of_a_template_is_a_formula():
    for kind in KINDS.values():
        made = load_workbook(io.BytesIO(workbook_template(kind)))
        types = {cell.data_type for sheet in made.worksheets for row in sheet.iter_rows() for cell in row}

        assert types <= {"s", "n"}


@pytest.mark.parametrize("name", sorted(KINDS))
def test_the_csv_template_has_the_mark_that_keeps_hangul_and_every_column(name):
    head = csv_template(KINDS[name])

    table = read(head + b"x,\r\n", "filled.csv")

    assert head.startswith(b"\xef\xbb\xbf")
    assert table.header.cells == tuple(column.name for column in KINDS[name].columns)
