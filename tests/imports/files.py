"""Files as people and attackers make them, each from the rows of a table."""

import csv
import io
import zipfile
from typing import Any

from openpyxl import Workbook

Rows = list[list[Any]]


def csv_bytes(rows: Rows, *, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def workbook(rows: Rows, *, title: str = "Rounds", change: Any = None) -> bytes:
    """`change` may do to the workbook and its sheet what it likes before it is saved."""
    made = Workbook()
    sheet = made.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    if change:
        change(made, sheet)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def rezipped(content: bytes, *, add: dict[str, bytes] | None = None, method: int = zipfile.ZIP_DEFLATED, **edit: Any):
    """The archive with members added, or with those that `edit` names by their stem made anew."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", method) as new:
        for name in old.namelist():
            stem = name.rpartition("/")[2].partition(".")[0]
            data = old.read(name)
            new.writestr(name, edit[stem](data) if stem in edit else data)
        for name, data in (add or {}).items():
            new.writestr(name, data)
    return out.getvalue()


def archive(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return out.getvalue()
