"""What a record says, whole: its fields and its parts, with codes for what it points at.

The fixtures, the history, the proposals, the import and the merging of two editors' changes all speak of records in
this one form.
"""

from timeline.contents.comparing import MINE, THEIRS, Change, Conflict, Merged, compare, merge
from timeline.contents.differences import Section, differences, differs_for_readers, seen_by_readers
from timeline.contents.json_form import Json, from_json, to_json
from timeline.contents.kinds import OWNERS, RECORDS, fields_of
from timeline.contents.names import Name, kind_named, look_up, name_of
from timeline.contents.pieces import Key, Piece, Whole, digest, key_of, read_records
from timeline.contents.writing import Missing, apply, as_it_was, keys_of, owner_of, passing_key, stored

__all__ = [
    "MINE",
    "OWNERS",
    "RECORDS",
    "THEIRS",
    "Change",
    "Conflict",
    "Json",
    "Key",
    "Merged",
    "Missing",
    "Name",
    "Piece",
    "Section",
    "Whole",
    "apply",
    "as_it_was",
    "compare",
    "differences",
    "differs_for_readers",
    "digest",
    "fields_of",
    "from_json",
    "key_of",
    "keys_of",
    "kind_named",
    "look_up",
    "merge",
    "name_of",
    "owner_of",
    "passing_key",
    "read_records",
    "seen_by_readers",
    "stored",
    "to_json",
]
