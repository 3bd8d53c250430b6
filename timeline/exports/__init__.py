"""What is public as plain rows: the one form that the files, the API and the downloads hand out.

Every value is described (`kinds`), everything is read in batches (`rows`), and nothing is in it that is not public.
"""

from timeline.exports.changes import counts, recent_days
from timeline.exports.editions import (
    BEGINNING,
    LICENCE,
    LICENCE_TITLE,
    LICENCE_URL,
    NAME,
    QUOTATIONS,
    name_of_part,
    version_words,
)
from timeline.exports.kept import FILES, Busy, write_all
from timeline.exports.rows import Row, columns_of, part_kinds, public, row_of, rows, rows_of, whole, wholes
from timeline.exports.schema import Field, Kind, has_page, kinds, name_of, plain

__all__ = [
    "BEGINNING",
    "FILES",
    "LICENCE",
    "LICENCE_TITLE",
    "LICENCE_URL",
    "NAME",
    "QUOTATIONS",
    "Busy",
    "Field",
    "Kind",
    "Row",
    "columns_of",
    "counts",
    "has_page",
    "kinds",
    "name_of",
    "name_of_part",
    "part_kinds",
    "plain",
    "public",
    "recent_days",
    "row_of",
    "rows",
    "rows_of",
    "version_words",
    "whole",
    "wholes",
    "write_all",
]
