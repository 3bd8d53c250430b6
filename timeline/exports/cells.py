"""Values as cells of a CSV file that no spreadsheet takes for a formula, and back again, without loss."""

import json
import re
from typing import Any, Final

from timeline.exports.schema import Field

# What spreadsheets take for the beginning of a formula, the full-width signs of East Asian keyboards among them.
SIGNS: Final = "=+\\-@\t\r\n＝＋－＠"
GUARDED: Final = re.compile(f"'*[{SIGNS}]")


def guarded(text: str) -> str:
    """With an apostrophe in front where a formula could begin; where apostrophes stand before it, with one more."""
    return f"'{text}" if GUARDED.match(text) else text


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    return text[1:] if text.startswith("'") and GUARDED.match(text) else text


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
