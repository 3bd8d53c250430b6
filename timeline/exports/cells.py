"""Values as cells of a CSV file that no spreadsheet takes for a formula, and back again, without loss."""

import json
from typing import Any

from timeline.exports.schema import Field
from timeline.spreadsheets import guarded, unguarded


def cell(field: Field, value: Any) -> str:
    """Empty where there is no value; lists as JSON; numbers plainly, whatever their sign."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case list():
            return json.dumps(value, ensure_ascii=False)
        case str() if field.type == "string":
            return guarded(value)
    return str(value)


def value_of(field: Field, text: str) -> Any:
    """The value in a row that `cell` was given."""
    if text == "":
        return None
    match field.type:
        case "boolean":
            return text == "true"
        case "array":
            return json.loads(text)
        case "integer":
            return int(text)
        case "string":
            return unguarded(text)
    return text
