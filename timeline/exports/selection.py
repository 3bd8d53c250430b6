"""Which rows belong to a part of the data set, so that it stands alone: whatever a row names is in it as well.

The rounds, events and statements of a filter are taken whole: with their parts, the figures that arose there, the
disagreements about them and the topics that they belong to. What these name is taken along, each with its citations and
people with their posts, and what those name, and so on. A filter by agreements alone takes these whole as well.

Rows wait in a small database of their own on disk, so that a large part needs no more memory than a small one.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from django.db.models import Q

from timeline.chronology import Filter, matching
from timeline.exports.rows import BATCH, Row, part_kinds, public, rows
from timeline.exports.schema import Field, Kind, kinds
from timeline.models import ConcernedRecord, Topic

OCCASIONS: Final = ("round", "event", "statement")
TAKEN_ALONG: Final = ("citation", "appointment")  # the parts of what is in the set because something names it
TABLE: Final = """
CREATE TABLE chosen (
    kind TEXT, key TEXT, is_whole INTEGER, row TEXT, is_done INTEGER DEFAULT 0, PRIMARY KEY (kind, key)
) WITHOUT ROWID
"""
WAITING: Final = "CREATE INDEX waiting ON chosen (kind, is_whole) WHERE NOT is_done"


def everything() -> Iterator[tuple[Kind, Row]]:
    for kind in kinds().values():
        for row in rows(kind):
            yield kind, row


def part_of(asked: Filter, scratch: Path) -> Iterator[tuple[Kind, Row]]:
    """In the order of `everything`. The scratch file is the caller's to remove."""
    with closing(sqlite3.connect(scratch)) as database:
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        database.execute(TABLE)
        database.execute(WAITING)
        gathering = _Gathering(database)
        gathering.begin(asked)
        gathering.close()
        yield from gathering.rows()


class _Gathering:
    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database

    def begin(self, asked: Filter) -> None:
        """What is taken whole."""
        found = matching(asked).values_list("slug", flat=True)
        for name in OCCASIONS:
            self.want(name, found.filter(record_type=name).iterator(), whole=True)
        if asked.agreements and {name for name, _value in asked.pairs} <= {"agreement"}:
            self.want("agreement", _keys("agreement", Q(pk__in=asked.agreements)), whole=True)
        for name in (*OCCASIONS, "agreement"):
            for slugs in self.whole(name):
                self.want("figure", _keys("figure", _arose_there(name, slugs)), whole=True)
                if name == "agreement":
                    self.want("gap", _keys("gap", Q(agreement__slug__in=slugs)), whole=True)
                else:
                    self.want("topic", _keys("topic", _thread(name, slugs)), whole=True)
        for name in (*OCCASIONS, "agreement", "figure"):
            for slugs in self.whole(name):
                about = ConcernedRecord.objects.filter(**{f"{name}__slug__in": slugs})
                self.want("disagreement", _keys("disagreement", Q(pk__in=about.values("disagreement"))), whole=True)

    def want(self, kind: str, keys: Iterable[str], *, whole: bool = False) -> None:
        self.database.executemany(
            "INSERT OR IGNORE INTO chosen (kind, key, is_whole) VALUES (?, ?, ?)", ((kind, key, whole) for key in keys)
        )

    def whole(self, name: str) -> Iterator[list[str]]:
        """The keys of what is taken whole, in batches."""
        last = ""
        while True:
            found = self.database.execute(
                "SELECT key FROM chosen WHERE kind = ? AND is_whole AND key > ? ORDER BY key LIMIT ?",
                (name, last, BATCH),
            )
            keys = [key for (key,) in found]
            if not keys:
                return
            yield keys
            last = keys[-1]

    def close(self) -> None:
        """Until nothing is named that is not there."""
        while True:
            batches = [(kind, whole) for kind in kinds().values() for whole in (True, False) if self.fetch(kind, whole)]
            if not batches:
                return

    def fetch(self, kind: Kind, whole: bool) -> bool:
        """One batch of what was wanted, with its parts; whether there was any."""
        wanted = self.database.execute(
            "SELECT key FROM chosen INDEXED BY waiting WHERE kind = ? AND is_whole = ? AND NOT is_done LIMIT ?",
            (kind.name, whole, BATCH),
        )
        keys = [key for (key,) in wanted]
        if not keys:
            return False
        self.add(kind, rows(kind, Q(**{f"{kind.key}__in": keys})))
        self.database.executemany(
            "UPDATE chosen SET is_done = 1 WHERE kind = ? AND key = ?", ((kind.name, key) for key in keys)
        )
        for part, column in part_kinds(kind).items():
            if whole or part.name in TAKEN_ALONG:
                owned = public(part).filter(**{f"{column}__{kind.key}__in": keys})
                self.want(part.name, owned.values_list("code", flat=True).iterator(), whole=whole)
        return True

    def add(self, kind: Kind, found: Iterable[Row]) -> None:
        for row in found:
            text = json.dumps(row, ensure_ascii=False)
            self.database.execute(
                "UPDATE chosen SET row = ? WHERE kind = ? AND key = ?", (text, kind.name, row[kind.key])
            )
            if kind.name != "topic":  # which would bring all that belongs to the thread
                for name, key in references(kind, row):
                    self.want(name, [key])

    def rows(self) -> Iterator[tuple[Kind, Row]]:
        for kind in kinds().values():
            found = self.database.execute(
                "SELECT row FROM chosen WHERE kind = ? AND row IS NOT NULL ORDER BY key", (kind.name,)
            )
            for (text,) in found:
                row = json.loads(text)
                yield kind, self.cut(kind, row) if kind.name == "topic" else row

    def cut(self, kind: Kind, row: Row) -> Row:
        """The lists of a topic without what is not in the set."""
        for field in lists_of(kind):
            row[field.name] = [key for key in row[field.name] if self.has(field.refers_to[0], key)]
        return row

    def has(self, kind: str, key: str) -> bool:
        found = self.database.execute("SELECT 1 FROM chosen WHERE kind = ? AND key = ?", (kind, key))
        return found.fetchone() is not None


def references(kind: Kind, row: Row) -> Iterator[tuple[str, str]]:
    """The kind and key of all that a row names."""
    for field in kind.fields:
        if not field.refers_to or row[field.name] is None:
            continue
        if field.type == "array":
            yield from ((field.refers_to[0], key) for key in row[field.name])
        else:
            yield kind_of(field, row), row[field.name]


def kind_of(field: Field, row: Row) -> str:
    """Of what kind the record is that a field names: where it can be several, another field says so."""
    if len(field.refers_to) == 1:
        return field.refers_to[0]
    name: str = row[type_field(field)]
    return name


def type_field(field: Field) -> str:
    return f"{field.name.removesuffix('_record')}_type"


def lists_of(kind: Kind) -> list[Field]:
    """The fields that name several records."""
    return [field for field in kind.fields if field.type == "array" and field.refers_to]


def _keys(name: str, wanted: Q) -> Iterator[str]:
    kind = kinds()[name]
    yield from public(kind).filter(wanted).values_list(kind.key, flat=True).iterator()


def _arose_there(name: str, slugs: Sequence[str]) -> Q:
    column = "agreement" if name == "agreement" else f"arose_at_{name}"
    return Q(**{f"{column}__slug__in": slugs})


def _thread(name: str, slugs: Sequence[str]) -> Q:
    through: Any = Topic._meta.get_field(f"{name}s").remote_field.through  # type: ignore[union-attr]
    return Q(pk__in=through.objects.filter(**{f"{name}__slug__in": slugs}).values("topic"))
