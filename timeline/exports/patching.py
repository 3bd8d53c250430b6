"""The files of before with what has changed since: an edit of one record does not read and write all rows again.

Only where it is plain what an edit can have changed: records that were public and are, under the same slugs. A row
names others by their slugs, and only if they are public; nothing else of another record is in it. In all other cases
everything is read anew. Either way leaves the same bytes.
"""

import json
import mmap
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from django.db.models import Q

from timeline.enums import State
from timeline.exports.csv_files import as_lines
from timeline.exports.rows import Row, part_kinds, public, rows
from timeline.exports.schema import Kind, kinds
from timeline.exports.selection import kind_of
from timeline.models import Revision

MOST: Final = 200  # records; beyond, reading everything is hardly slower
CHUNK: Final = 1 << 20
Rows = dict[tuple[str, str], Row]  # by the names of the kinds and the keys


@dataclass(frozen=True)
class Change:
    """One row: None where it was not there, or is not there any more."""

    kind: Kind
    key: str
    before: Row | None
    after: Row | None


@dataclass(frozen=True)
class Splice:
    """What stands in a file from here to there from now on."""

    begin: int
    end: int
    content: bytes


class Lines:
    """The rows of an edition as they stand in its file: by kind, and by key within each."""

    def __init__(self, content: mmap.mmap, starts: dict[str, int], counts: dict[str, int]) -> None:
        self.content, self.counts = content, counts
        self.ends: dict[str, int] = {}
        self.starts: dict[str, int] = {}
        end = len(content)
        for name in reversed(kinds()):
            self.ends[name] = end
            self.starts[name] = end = starts[name] if counts[name] else end

    def place(self, kind: Kind, key: str) -> int:
        """Where the row stands or would stand."""
        low, high = self.starts[kind.name], self.ends[kind.name]
        while low < high:
            begin = max(self.content.rfind(b"\n", self.starts[kind.name], (low + high) // 2) + 1, low)
            end = self.content.find(b"\n", begin) + 1
            if json.loads(self.content[begin:end])[kind.key] < key:
                low = end
            else:
                high = begin
        return low

    def at(self, kind: Kind, place: int) -> Row | None:
        if place >= self.ends[kind.name]:
            return None
        found: Row = json.loads(self.content[place : self.after(place)])
        return found

    def after(self, place: int) -> int:
        return self.content.find(b"\n", place) + 1

    def get(self, kind: Kind, key: str) -> Row | None:
        found = self.at(kind, self.place(kind, key))
        return found if found and found[kind.key] == key else None

    def previous(self, kind: Kind, place: int) -> Row | None:
        if place <= self.starts[kind.name]:
            return None
        return self.at(kind, max(self.content.rfind(b"\n", 0, place - 1) + 1, self.starts[kind.name]))

    def parts(self, owner: Kind, key: str) -> Iterator[tuple[Kind, Row]]:
        """With the parts of parts."""
        wanted = json.dumps(key).encode()
        for part in part_kinds(owner):
            place = self.content.find(wanted, self.starts[part.name], self.ends[part.name])
            while place >= 0:
                begin = max(self.content.rfind(b"\n", 0, place) + 1, self.starts[part.name])
                row: Row = json.loads(self.content[begin : self.after(begin)])
                if any(row[name] == key and kind_of(part.field(name), row) == owner.name for name in part.owners):
                    yield part, row
                    yield from self.parts(part, row[part.key])
                place = self.content.find(wanted, self.after(begin), self.ends[part.name])


@contextmanager
def opened(path: Path) -> Iterator[mmap.mmap]:
    with path.open("rb") as file, closing(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)) as content:
        yield content


def last_revision() -> tuple[int, str]:
    """Its key and its unit of work, by which it is known in a database that was restored and has counted on."""
    return Revision.objects.order_by("-pk").values_list("pk", "unit").first() or (0, "")


def is_known(number: int, unit: str) -> bool:
    return Revision.objects.filter(pk=number, unit=unit).exists()


def changes(lines: Lines, revision: int) -> list[Change] | None:
    """The rows that say something else than these; None where that is not plain."""
    found = Revision.objects.filter(pk__gt=revision).values_list("kind", "code").distinct()
    records = list(found[: MOST + 1])
    if not records or len(records) > MOST:
        return None
    before: Rows = {}
    after: Rows = {}
    for name, code in records:
        kind = kinds()[name]
        everything: Any = kind.model._default_manager
        record = everything.filter(code=code).values("pk", "slug", "state").first()
        if record is None:
            return None
        row, is_public = lines.get(kind, record["slug"]), record["state"] == State.PUBLISHED
        if (row is not None) != is_public or (row is not None and row["code"] != code):
            return None
        if row is None and record["state"] == State.WITHDRAWN:
            return None
        if row is not None:
            before[name, row["slug"]] = row
            before |= {(part.name, each[part.key]): each for part, each in lines.parts(kind, row["slug"])}
            after |= {(each.name, made[each.key]): made for each, made in _rows_now(kind, [record["pk"]])}
    return _differing(before, after)


def _rows_now(kind: Kind, ids: list[Any]) -> Iterator[tuple[Kind, Row]]:
    yield from ((kind, row) for row in rows(kind, Q(pk__in=ids)))
    for part, column in part_kinds(kind).items():
        theirs = list(public(part).filter(**{f"{column}__in": ids}).values_list("pk", flat=True))
        if theirs:
            yield from _rows_now(part, theirs)


def _differing(before: Rows, after: Rows) -> list[Change]:
    order = {name: place for place, name in enumerate(kinds())}
    keys = sorted(before.keys() | after.keys(), key=lambda each: (order[each[0]], each[1]))
    found = (Change(kinds()[name], key, before.get((name, key)), after.get((name, key))) for name, key in keys)
    return [each for each in found if _written(each.before) != _written(each.after)]


def _written(row: Row | None) -> bytes:
    return as_line(row) if row is not None else b""


def as_line(row: Row) -> bytes:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


# --- files


def in_rows(lines: Lines, several: Iterable[Change]) -> list[Splice]:
    found = []
    for each in several:
        place = lines.place(each.kind, each.key)
        end = lines.after(place) if each.before is not None else place
        found.append(Splice(place, end, _written(each.after)))
    return found


def in_csv(content: mmap.mmap, lines: Lines, several: Iterable[Change]) -> list[Splice]:
    """A row is found by its own text, and the place of a new one by the text of that before it."""
    found = []
    for each in several:
        text = as_lines(each.kind, [each.after]) if each.after is not None else b""
        anchor = each.before or lines.previous(each.kind, lines.place(each.kind, each.key))
        if anchor is None:
            end = begin = content.find(b"\r\n") + 2
        else:
            known = as_lines(each.kind, [anchor])
            begin = content.find(b"\r\n" + known) + 2
            if begin < 2:
                raise ValueError(anchor)
            end = begin + len(known)
            begin = begin if each.before is not None else end
        found.append(Splice(begin, end, text))
    return found


def write(out: BinaryIO, content: mmap.mmap, splices: Iterable[Splice]) -> None:
    place = 0
    for each in splices:
        _copy(out, content, place, each.begin)
        out.write(each.content)
        place = each.end
    _copy(out, content, place, len(content))


def _copy(out: BinaryIO, content: mmap.mmap, begin: int, end: int) -> None:
    for place in range(begin, end, CHUNK):
        out.write(content[place : min(place + CHUNK, end)])


def moved(lines: Lines, several: list[Change], splices: list[Splice]) -> dict[str, Any]:
    """How many rows of each kind there are from now on, and where they begin."""
    counts, starts, shift = dict(lines.counts), {}, 0
    pairs = list(zip(several, splices, strict=True))
    for name in kinds():
        own = [(change, splice) for change, splice in pairs if change.kind.name == name]
        counts[name] += sum((change.after is not None) - (change.before is not None) for change, _splice in own)
        starts[name] = lines.starts[name] + shift if counts[name] else 0
        shift += sum(len(splice.content) - (splice.end - splice.begin) for _change, splice in own)
    return {"counts": counts, "starts": starts}
