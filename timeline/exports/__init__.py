"""What is public as plain rows: the one form that the files, the API and the downloads hand out.

Every value is described (`kinds`), everything is read in batches (`rows`), and nothing is in it that is not public.
"""

from timeline.exports.rows import Row, columns_of, part_kinds, public, row_of, rows, rows_of, whole
from timeline.exports.schema import Field, Kind, has_page, kinds, name_of, plain

__all__ = [
    "Field",
    "Kind",
    "Row",
    "columns_of",
    "has_page",
    "kinds",
    "name_of",
    "part_kinds",
    "plain",
    "public",
    "row_of",
    "rows",
    "rows_of",
    "whole",
]
