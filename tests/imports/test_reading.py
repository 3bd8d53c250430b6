"""Files of every kind come to a table or to sentences, never to an error."""

import datetime as dt
import hashlib
import tracemalloc
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.imports.files import archive, csv_bytes, rezipped, workbook
from timeline.imports import Unreadable, read, workbooks
from timeline.imports.archives import MOST_TIMES, MOST_UNPACKED
from timeline.imports.tables import LONGEST_CELL, MOST_BYTES, MOST_COLUMNS, MOST_ROWS
from timeline.imports.workbooks import MOST_PARTS, WIDEST_ROW

TALKS = [["title", "when"], ["제2차 회의", "2024-05-21"]]
DAMAGED = "The file is damaged: it cannot be unpacked. Save the sheet anew."
TOO_MUCH = "The file unpacks to far more than a table needs. Copy the table into a new sheet."
UNKNOWN = "The workbook cannot be read. Copy the table into a new sheet and save that."
MANY_CELLS = "The sheet has more cells than a table needs, empty ones included. Copy the table into a new sheet."
NO_ENCODING = "The encoding of the file was not recognised. Save the sheet anew as CSV UTF-8, or as .xlsx."


def rows_of(content, name="talks.csv"):
    return [list(row.cells) for row in read(content, name).rows]


def faults_of(content, name="talks.csv"):
    with pytest.raises(Unreadable) as refused:
        read(content, name)
    return [str(fault) for fault in refused.value.faults]


# --- CSV


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp949", "euc_kr"], ids=str
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
def test_csv_is_read_in_the_encodings_and_with_the_delimiters_of_spreadsheets(encoding, delimiter):
    content = csv_bytes(TALKS, delimiter=delimiter, encoding=encoding)

    assert rows_of(content) == [["제2차 회의", "2024-05-21"]]


def test_korean_that_is_not_utf_8_says_how_it_was_read():
    table = read(csv_bytes(TALKS, encoding="cp949"), "talks.csv")

    assert table.notices == ("The file is not UTF-8. It was read as Korean text (CP949): look at the Hangul below.",)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("São Tomé, André, Ärger", "cp1252"),
        ("防衛費分担金に関する協議", "shift_jis"),
        ("关于特别措施协定的谈判", "gb2312"),
        ("防衛費の分担について", "euc_jp"),
        ("제2차 회의", "utf-32"),
    ],
    ids=lambda value: value if value.isascii() else "",
)
def test_what_only_looks_like_korean_is_not_guessed(text, encoding):
    assert faults_of(csv_bytes([["title"], [text]], encoding=encoding)) == [NO_ENCODING]


def test_the_delimiter_that_excel_writes_down_is_believed():
    assert rows_of(b"sep=;\r\ntitle;when\r\nTalks, opened;2024\r\n") == [["Talks, opened", "2024"]]


def test_rows_are_counted_as_a_spreadsheet_counts_them():
    table = read(b'title,note\n"two\nlines",x\n\nlast,y\n', "talks.csv")

    assert [(row.number, row.cells[0]) for row in table.rows] == [(2, "two\nlines"), (4, "last")]


def test_quotation_marks_that_do_not_close_are_a_sentence():
    (sentence,) = faults_of(b'title,note\n"no end,x\n')

    assert sentence == (
        "This is no CSV file that can be read (unexpected end of data). Save the sheet anew as CSV UTF-8."
    )


@pytest.mark.parametrize("content", [b"", b"  \n \n", b"\xef\xbb\xbf", b"\xff\xfe", b",,\n,,\n"], ids=repr)
def test_an_empty_file_says_so(content):
    assert faults_of(content) == ["The file is empty."]


def test_a_head_alone_is_no_table():
    assert faults_of(b"title,when\n") == ["The file has a head, and no row below it."]


def test_a_nul_and_a_control_character_are_refused_with_their_cell():
    unseen = "The cell holds a control character, which cannot be seen: type its text anew."

    assert faults_of(b"title,when\nTa\x00lks,2024\nTalks,20\x0724\n") == [f"A2: {unseen}", f"B3: {unseen}"]


def test_letters_that_were_lost_before_are_not_kept():
    (sentence,) = faults_of("title\nAndr\ufffd\n".encode())

    assert sentence == "A2: The cell holds “�”: letters were lost when the file was saved. Save it anew, as UTF-8."


def test_decomposed_hangul_of_a_mac_becomes_what_everybody_else_types():
    assert rows_of("title\n\u1112\u1161\u11ab\u1100\u1173\u11af\n".encode()) == [["한글"]]


def test_a_formula_in_csv_is_refused_and_one_that_is_escaped_is_text():
    content = b"title,note\n=1+1,x\n'=1+1,'-x\n'quoted',+82\n"

    assert faults_of(content) == [
        "A2: The cell begins like a formula. Give its value; where “=” is meant, put an apostrophe before it."
    ]
    assert rows_of(content.replace(b"=1+1,x", b"a,x"))[1:] == [["=1+1", "-x"], ["'quoted'", "+82"]]


def test_columns_must_have_different_names():
    assert faults_of(b"title,Title *,when\na,b,2024\n") == ["B1: The name “Title *” stands in A1 already."]


def test_what_stands_under_no_name_is_refused():
    assert faults_of(b"title,,when\na,b,2024,c\n") == [
        "B2: This cell holds something, but its column has no name.",
        "D2: This cell holds something, but its column has no name.",
    ]


def test_the_bounds_of_a_table_are_sentences():
    wide = csv_bytes([[f"c{number}" for number in range(MOST_COLUMNS + 1)]])
    long = csv_bytes([["title"], *([[str(number)] for number in range(MOST_ROWS + 1)])])
    full = csv_bytes([["title"], ["x" * (LONGEST_CELL + 1)]])

    assert faults_of(wide) == ["BI1: The table may have 60 columns, and this cell stands behind them."]
    assert faults_of(long) == ["The table has more than 5000 rows. Divide it into several files."]
    assert faults_of(full) == ["A2: The cell is longer than 20000 characters."]
    assert faults_of(b"x" * (MOST_BYTES + 1)) == ["The file is larger than 5 MB. Divide it into several files."]


def test_a_table_of_exactly_the_most_rows_is_read():
    assert len(read(csv_bytes([["title"], *([["x"]] * MOST_ROWS)]), "talks.csv").rows) == MOST_ROWS


# --- files of other kinds, under any name


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            "This is a workbook in the old format (.xls). Save it as .xlsx.",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "The file is protected by a password. Save it without one.",
        ),
        (
            b"%PDF-1.7\n%\xe2\xe3",
            "This is neither a CSV file nor a workbook, whatever its name says. Choose an .xlsx or .csv file.",
        ),
        (
            b"<html><table><tr><td>x</td></tr></table></html>",
            "This is a web page or XML, and no table. Save the sheet as .xlsx or CSV UTF-8.",
        ),
        (
            archive(**{"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}),
            "This is an OpenDocument file (.ods). Save it as .xlsx.",
        ),
        (
            archive(**{"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}),
            "This is a text document, and no table. Choose an .xlsx or .csv file.",
        ),
        (
            archive(**{"xl/workbook.bin": b"x"}),
            "This is a binary workbook (.xlsb). Save it as .xlsx.",
        ),
        (archive(a=b"x"), "This is a zip archive and no workbook. Choose an .xlsx or .csv file."),
        (b"PK\x03\x04" + bytes(200), DAMAGED),
    ],
    ids=["xls", "encrypted", "pdf", "html", "ods", "docx", "xlsb", "zip", "torn"],
)
def test_a_file_of_another_kind_is_told_by_its_content(content, sentence):
    assert faults_of(content, "rounds.xlsx") == faults_of(content, "rounds.csv") == [sentence]


# --- workbooks


def test_a_workbook_is_read_as_text():
    content = workbook([["title", "number", "share", "is_translation", "when"], ["회의", 2.0, 8.35, True, 2024]])

    assert rows_of(content, "talks.xlsx") == [["회의", "2", "8.35", "yes", "2024"]]


@pytest.mark.parametrize(
    ("number_format", "text"),
    [
        ("yyyy-mm-dd", "2024-05-01"),
        ("m/d/yyyy", "2024-05-01"),
        ('yyyy"년" m"월" d"일"', "2024-05-01"),
        ("[$-412]yyyy. m. d.", "2024-05-01"),
        ("mmm-yy", "2024-05"),
        ('yyyy"년" m"월"', "2024-05"),
        ("yyyy", "2024"),
    ],
)
def test_a_date_is_as_exact_as_its_cell_shows_it(number_format, text):
    def formatted(_made, sheet):
        sheet["A2"].number_format = number_format

    content = workbook([["when"], [dt.date(2024, 5, 1)]], change=formatted)

    assert rows_of(content, "talks.xlsx") == [[text]]


def test_a_day_without_its_year_and_a_time_of_day_are_refused():
    def formatted(_made, sheet):
        sheet["A2"].number_format = "d-mmm"

    rows = [["when"], [dt.date(2024, 5, 1)], [dt.datetime.fromisoformat("2024-05-01T14:30")], [dt.time(14, 30)]]

    assert faults_of(workbook(rows, change=formatted)) == [
        "A2: The cell shows a day without its year (2024-05-01 in the file). Type the date with its year, as text.",
        "A3: The cell holds a time of day as well (2024-05-01 14:30:00): give the day alone.",
        "A4: The cell holds a time of day (14:30:00), which no column has.",
    ]


def test_both_of_excels_calendars_give_the_same_day():
    def mac(made, _sheet):
        made.epoch = CALENDAR_MAC_1904

    rows = [["when"], [dt.date(2024, 5, 21)]]

    assert rows_of(workbook(rows)) == rows_of(workbook(rows, change=mac)) == [["2024-05-21"]]


def test_formulas_errors_and_percentages_are_refused_with_their_cell():
    def spoiled(_made, sheet):
        sheet["C2"].number_format = "0.0%"

    content = workbook([["a", "b", "c"], ["=HYPERLINK(1)", "#N/A", 0.083]], change=spoiled)

    assert faults_of(content) == [
        "A2: The cell holds a formula. Copy it and paste its value in its place.",
        "B2: The cell holds an error (#N/A).",
        "C2: The cell holds a percentage, which no column has. Format the cell as text and type it anew.",
    ]


def test_text_that_begins_with_a_sign_is_text_in_a_workbook():
    def as_text(_made, sheet):
        sheet["A2"].data_type = "s"

    assert rows_of(workbook([["a", "b"], ["=1+1", "-x @y"]], change=as_text)) == [["=1+1", "-x @y"]]


def test_merged_cells_and_hidden_rows_are_refused():
    def spoiled(_made, sheet):
        sheet.merge_cells("A2:A3")
        sheet.row_dimensions[4].hidden = True

    content = workbook([["title"], ["a"], [None], ["b"]], change=spoiled)

    assert sorted(faults_of(content)) == [
        "A2: Cells are merged here (A2:A3). Unmerge them, and give each its own value.",
        "row 4: This row is hidden, perhaps by a filter. Show it or delete it.",
    ]


def test_the_first_sheet_is_read_and_the_others_are_named():
    def more(made, _sheet):
        made.create_sheet("Notes")["A1"] = "x"
        made.create_sheet("Secret", 0).sheet_state = "hidden"

    table = read(workbook(TALKS, change=more), "talks.xlsx")

    assert (table.sheet, table.notices) == ("Rounds", ("Only the sheet “Rounds” was read.",))


def test_line_breaks_and_escapes_of_excel_come_back_as_characters():
    def escaped(data):
        return data.replace(b"LINE", b"one_x000D_\ntwo").replace(b"BELL", b"a_x0007_b")

    content = workbook([["a", "b"], ["LINE", "x"], ["BELL", "y"]])

    assert faults_of(rezipped(content, sheet1=escaped)) == [
        "A3: The cell holds a control character, which cannot be seen: type its text anew."
    ]
    assert rows_of(rezipped(workbook([["a"], ["LINE"]]), sheet1=escaped)) == [["one\ntwo"]]


def test_cells_and_rows_beyond_the_bounds_of_a_workbook_are_found():
    def far(_made, sheet):
        sheet["CZ2"] = "x"

    def low(_made, sheet):
        sheet["A1048576"] = "x"

    assert faults_of(workbook(TALKS, change=far)) == [
        "CZ2: The table may have 60 columns, and this cell stands behind them."
    ]
    assert faults_of(workbook(TALKS, change=low)) == [
        "The table has more than 5000 rows. Divide it into several files."
    ]


def test_a_filled_cell_beyond_the_columns_is_refused_where_no_cell_stands_before_it():
    alone = sheet_xml(b'<row r="2"><c r="A2"><v>1</v></c><c r="CZ2"><v>1</v></c><c><v>1</v></c><c r="DB2"/></row>')

    assert faults_of(rezipped(workbook(TALKS), sheet1=lambda _data: alone)) == [
        "CZ2: The table may have 60 columns, and this cell stands behind them.",
        "DA2: The table may have 60 columns, and this cell stands behind them.",
    ]


# --- hostile workbooks


def sheet_xml(inner, *, head=b""):
    name = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return (
        b'<?xml version="1.0"?>'
        + head
        + b'<worksheet xmlns="'
        + name
        + b'"><sheetData>'
        + inner
        + b"</sheetData></worksheet>"
    )


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    bomb = rezipped(workbook(TALKS), sheet1=lambda _data: sheet_xml(b" " * 300_000_000))

    assert len(bomb) < 400_000
    assert faults_of(bomb) == [TOO_MUCH]


def test_a_member_that_lies_about_its_size_is_damage():
    content = rezipped(workbook(TALKS), add={"xl/extra.xml": b"A" * 100_000})
    at = content.rindex(b"xl/extra.xml") - 46 + 24  # the size in the central directory

    assert faults_of(content[:at] + (10).to_bytes(4, "little") + content[at + 4 :]) == [DAMAGED]


def test_many_members_and_members_of_one_name_are_refused():
    many = rezipped(workbook(TALKS), add={f"xl/extra{number}.xml": b"<x/>" for number in range(300)})
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = rezipped(workbook(TALKS), add={"xl/workbook.xml": b"<x/>"})

    assert faults_of(many) == faults_of(twice) == [TOO_MUCH]


def test_a_file_within_a_file_is_refused():
    inner = workbook(TALKS)

    assert faults_of(rezipped(inner, add={"xl/embeddings/inner.xlsx": inner})) == [
        "There is another file within this one. Copy the table into a new sheet."
    ]


def test_entities_are_refused_in_every_spelling():
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "' + b"&a;" * 100 + b'">]>'
    plain = rezipped(workbook(TALKS), sheet1=lambda _data: sheet_xml(b"", head=laughs))
    wide = rezipped(workbook(TALKS), styles=lambda data: data.decode().encode("utf-16"))
    refused = ["The file holds XML that no spreadsheet writes. Copy the table into a new sheet."]

    assert faults_of(plain) == faults_of(wide) == refused


def test_entities_that_fall_on_the_border_of_two_pieces_are_found():
    padded = b"<!--" + b" " * (64 * 1024 - 30) + b"--><!DOCTYPE x [<!ENTITY a 'ha'>]>"
    content = rezipped(workbook(TALKS), sheet1=lambda _data: sheet_xml(b"", head=padded))

    assert faults_of(content) == ["The file holds XML that no spreadsheet writes. Copy the table into a new sheet."]


def test_millions_of_tags_are_refused_before_they_are_parsed():
    noise = hashlib.shake_128(b"so that it does not shrink beyond belief").hexdigest(2_100_000)
    rows = "".join(f"<r x='{noise[at : at + 2]}'/>" for at in range(0, len(noise), 2))
    content = rezipped(workbook(TALKS), sheet1=lambda _data: sheet_xml(rows.encode()))

    assert (len(rows) < MOST_UNPACKED, len(rows) < MOST_TIMES * len(content)) == (True, True)
    assert faults_of(content) == [TOO_MUCH]


def test_an_empty_cell_in_the_last_column_makes_no_row_as_wide(monkeypatch):
    wide = sheet_xml(
        b'<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"/></row><row r="2"/><row r="3"><c r="A3"><v>2</v></c></row>'
    )
    widths = []
    monkeypatch.setattr(
        workbooks, "table_of", lambda _file, _sheet, lines, _notices: widths.extend(len(cells) for _row, cells in lines)
    )
    read(rezipped(workbook(TALKS), sheet1=lambda _data: wide), "talks.xlsx")

    assert widths == [MOST_COLUMNS] * 3


@pytest.mark.parametrize(
    "inner",
    [
        b"<row>" + b"<c/>" * (WIDEST_ROW + 1) + b"</row>",
        b"<row>" + b"<v/>" * (WIDEST_ROW + 1) + b"</row>",
        (b"<row>" + b"<c/>" * 99 + b"</row>") * 200,
        b"<hyperlink/>" * 20_000,
        b"<row><c><is>" + b"<r/>" * 20_000 + b"</is></c></row>",
    ],
    ids=["cells-in-a-row", "values-in-a-row", "cells-in-all", "links", "pieces-of-a-text"],
)
def test_a_sheet_of_more_parts_than_a_table_has_is_refused(inner, monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_PARTS", 19_999)  # so that the sheet may be a small one

    assert faults_of(rezipped(workbook(TALKS), sheet1=lambda _data: sheet_xml(inner))) == [MANY_CELLS]


def test_a_row_without_end_is_not_held_in_memory():
    content = rezipped(workbook(TALKS), sheet1=lambda _data: sheet_xml(b"<row>" + b'<c s="1"/>' * 100_000 + b"</row>"))
    tracemalloc.start()
    faults = faults_of(content)
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert faults == [MANY_CELLS]
    assert held < 25_000_000


def test_the_largest_table_has_fewer_parts_than_a_sheet_may_have():
    assert (MOST_ROWS + 1) * (MOST_COLUMNS + 1) < MOST_PARTS * 0.8


def test_links_to_other_workbooks_macros_and_passwords_are_refused():
    sound = workbook(TALKS)
    locked = bytearray(sound)
    for at in (place for place in range(len(sound)) if sound[place : place + 4] == b"PK\x01\x02"):
        locked[at + 8] |= 1

    assert faults_of(rezipped(sound, add={"xl/externalLinks/externalLink1.xml": b"<x/>"})) == [
        "This workbook refers to another one. Copy the values of the table into a new sheet."
    ]
    assert faults_of(rezipped(sound, add={"xl/vbaProject.bin": b"x"})) == [
        "This workbook has macros in it (.xlsm). Save it as .xlsx."
    ]
    assert faults_of(bytes(locked)) == ["The file is protected by a password. Save it without one."]
    assert faults_of(rezipped(sound, method=zipfile.ZIP_BZIP2)) == [
        "The file is packed in a way that no spreadsheet uses. Save the sheet anew."
    ]


@pytest.mark.parametrize("stem", ["workbook", "sheet1", "styles", "[Content_Types]"])
@pytest.mark.parametrize("data", [b"", b"<?xml version='1.0'?><unclosed>", b"\xff" * 9], ids=["none", "open", "noise"])
def test_xml_that_is_no_workbook_is_a_sentence(stem, data):
    assert faults_of(rezipped(workbook(TALKS), **{stem: lambda _data: data})) == [UNKNOWN]


def test_a_sheet_of_no_cells_is_empty():
    assert faults_of(rezipped(workbook(TALKS), sheet1=lambda _data: b"<x/>")) == ["The file is empty."]


SOUND = workbook([["title", "when"], ["a", dt.date(2024, 5, 21)], ["b", 3.5]])


@settings(max_examples=150)
@given(st.integers(0, len(SOUND) - 1), st.binary(min_size=1, max_size=40))
def test_no_damage_to_a_workbook_comes_to_an_error(at, noise):
    with suppress(Unreadable):
        read(SOUND[:at] + noise + SOUND[at + len(noise) :], "talks.xlsx")


@settings(max_examples=150)
@given(st.binary(max_size=300))
def test_no_bytes_come_to_an_error(content):
    with suppress(Unreadable):
        read(content, "talks.csv")
