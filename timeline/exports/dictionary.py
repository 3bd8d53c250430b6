"""The data dictionary: what each value of each kind of row says, made from the same fields as the rows themselves."""

import csv
from pathlib import Path
from typing import Any

from django.utils import translation

from timeline.exports.csv_files import ENCODING
from timeline.exports.editions import QUOTATIONS
from timeline.exports.schema import Field, Kind, kinds
from timeline.spreadsheets import guarded

COLUMNS = (
    "file",
    "kind",
    "field",
    "type",
    "format",
    "unit",
    "required",
    "refers_to",
    "choices",
    "description",
    "example",
)
FORMATS = {
    "edtf": "A date no more exact than it is known, as ISO 8601-2 writes it: 2024-05-21, 2024-05, 2013-07~ (around), "
    "2013-07? (probably), 2024-05-21/2024-05-23 (from, to).",
    "markdown": "Text that may have *Markdown* in it.",
    "slug": "Small Latin letters, digits and hyphens.",
    "code": "Eight small letters and digits.",
    "uri": "An address.",
}
TYPES = {
    "string": "Text.",
    "integer": "A whole number.",
    "number": "A decimal number; in JSON as text, so that no digit is lost.",
    "boolean": "true or false; in SQLite 1 or 0.",
    "date": "A day, as ISO 8601 writes it.",
    "datetime": "A moment, in UTC.",
    "array": "A list of texts: in CSV and SQLite written as JSON. In SQLite a list of records is a table of its own.",
}


def as_json() -> dict[str, Any]:
    with translation.override("en"):
        return {
            "types": TYPES,
            "formats": FORMATS,
            "note": QUOTATIONS,
            "kinds": [
                {
                    "kind": kind.name,
                    "plural": kind.plural,
                    "file": f"csv/{kind.plural}.csv",
                    "description": kind.description,
                    "is_record": kind.is_record,
                    "primary_key": kind.key,
                    "fields": [_field(field) for field in kind.fields],
                }
                for kind in kinds().values()
            ],
        }


def _field(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "type": field.type,
        "format": field.format or None,
        "unit": field.unit or None,
        "required": field.is_required,
        "refers_to": list(field.refers_to),
        "choices": {str(value): str(label) for value, label in field.choices},
        "max_length": field.max_length,
        "description": field.description,
        "example": field.example,
    }


def write_csv(path: Path) -> None:
    with path.open("w", encoding=ENCODING, newline="") as out, translation.override("en"):
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        for kind in kinds().values():
            writer.writerows([guarded(text) for text in _line(kind, field)] for field in kind.fields)


def _line(kind: Kind, field: Field) -> list[str]:
    return [
        f"csv/{kind.plural}.csv",
        kind.name,
        field.name,
        field.type,
        field.format,
        field.unit,
        "true" if field.is_required else "false",
        " ".join(field.refers_to),
        "; ".join(f"{value}: {label}" for value, label in field.choices),
        field.description,
        ", ".join(field.example) if isinstance(field.example, list) else str(field.example),
    ]
