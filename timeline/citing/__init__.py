"""How to cite: a record or a work as an `Item`, and the item in the forms that people and programs of the field read.

A page asks for a `Sheet`, on which all of them stand.
"""

from timeline.citing.bibtex import bibtex
from timeline.citing.coins import coins
from timeline.citing.csl import csl_json
from timeline.citing.items import Item, item_of, one_line, origin_of, title_of, with_what_is_cited
from timeline.citing.ris import ris
from timeline.citing.sheets import Sheet, sheet_of
from timeline.citing.styles import Run, Words, apa, chicago_bibliography, chicago_note

__all__ = [
    "Item",
    "Run",
    "Sheet",
    "Words",
    "apa",
    "bibtex",
    "chicago_bibliography",
    "chicago_note",
    "coins",
    "csl_json",
    "item_of",
    "one_line",
    "origin_of",
    "ris",
    "sheet_of",
    "title_of",
    "with_what_is_cited",
]
