"""Texts that no spreadsheet takes for a formula, and back again, without loss."""

import re
from typing import Final

# What spreadsheets take for the beginning of a formula, the full-width signs of East Asian keyboards among them.
SIGNS: Final = "=+\\-@\t\r\n＝＋－＠"
GUARDED: Final = re.compile(f"'*[{SIGNS}]")


def guarded(text: str) -> str:
    """With an apostrophe in front where a formula could begin; where apostrophes stand before it, with one more."""
    return f"'{text}" if GUARDED.match(text) else text


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    return text[1:] if text.startswith("'") and GUARDED.match(text) else text
