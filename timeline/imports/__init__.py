"""Tables of rounds, events, statements, officials and sources, from CSV and XLSX files into records.

`reading` makes a table of a file that may be anything, `batches` shows what it comes to, stores it and takes it back.
"""

from timeline.imports.batches import apply, counts_of, kind_of, look_again, outcomes_of, preview, undo
from timeline.imports.columns import KINDS, Kind
from timeline.imports.outcomes import Outcome
from timeline.imports.reading import read, too_large_words
from timeline.imports.tables import MOST_BYTES, Fault, Table, Unreadable

__all__ = [
    "KINDS",
    "MOST_BYTES",
    "Fault",
    "Kind",
    "Outcome",
    "Table",
    "Unreadable",
    "apply",
    "counts_of",
    "kind_of",
    "look_again",
    "outcomes_of",
    "preview",
    "read",
    "too_large_words",
    "undo",
]
