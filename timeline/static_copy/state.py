"""What a copy knows of itself: addresses, files, where its pages lead, and what it was made of. One SQLite file.

It is read by index and changed only where the copy is, so that an edit of one record does not read all of it.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from timeline.static_copy.addresses import Named, fixed
from timeline.static_copy.links import address_of
from timeline.static_copy.making import Made
from timeline.static_copy.writing import File

FORM: Final = 2  # of the tables; another one is not read
AT_ONCE: Final = 5_000
TABLES: Final = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE named (
  kind TEXT NOT NULL, code TEXT NOT NULL, slug TEXT NOT NULL, is_moved INTEGER NOT NULL,
  PRIMARY KEY (kind, code, slug, is_moved)
) WITHOUT ROWID;
CREATE TABLE addresses (
  id INTEGER PRIMARY KEY, address TEXT NOT NULL UNIQUE, record TEXT NOT NULL, title TEXT NOT NULL,
  is_seed INTEGER NOT NULL, is_missing INTEGER NOT NULL
);
CREATE TABLE frames (id INTEGER PRIMARY KEY, links TEXT NOT NULL UNIQUE);
CREATE TABLE files (
  path TEXT PRIMARY KEY, source INTEGER NOT NULL, number INTEGER NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL,
  status INTEGER NOT NULL, leads_to TEXT NOT NULL, asked TEXT NOT NULL, frame INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE links (
  target TEXT NOT NULL, source INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (target, source, number)
) WITHOUT ROWID;
CREATE TABLE places (record TEXT PRIMARY KEY, place TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE changed (path TEXT PRIMARY KEY) WITHOUT ROWID;
"""
INDEXES: Final = """
CREATE INDEX addresses_by_record ON addresses (record);
CREATE INDEX addresses_missing ON addresses (address) WHERE is_missing AND NOT is_seed;
CREATE INDEX files_by_source ON files (source, number);
CREATE INDEX files_by_frame ON files (frame);
CREATE INDEX files_that_lead_on ON files (path, leads_to) WHERE leads_to <> '';
CREATE INDEX links_by_source ON links (source, number);
"""
MANIFEST: Final = """
SELECT path, '{"path": ' || json_quote(path) || ', "bytes": ' || size || ', "sha256": "' || sha256 || '"'
  || CASE status WHEN 200 THEN '' ELSE ', "status": ' || status END
  || CASE leads_to WHEN '' THEN '' ELSE ', "leads_to": ' || json_quote(leads_to) END || '}'
FROM files
"""
SUM: Final = "SELECT path, sha256 || '  ' || path FROM files"

LinkRow = tuple[str, int, int]  # to what, from which address, and on which of its pages
LINKS_OF_PAGE: Final = "SELECT target, source, number FROM links WHERE source = ? AND number = ?"


class Unreadable(Exception):
    """No state, or none that this code has written."""


@dataclass(frozen=True)
class Known:
    """What the copy has at one address."""

    id: int
    address: str
    record: str
    title: str
    is_seed: bool

    @property
    def kind(self) -> str:
        return self.record.partition(":")[0]


@dataclass(frozen=True, order=True)
class Part:
    """A page of what stands at an address: a list has several."""

    address: str
    number: int = 1


class State:
    def __init__(self, path: Path) -> None:
        self.database = sqlite3.connect(path, isolation_level=None)
        self.database.execute("PRAGMA journal_mode = OFF")  # what a killed run has left is not read
        self.database.execute("PRAGMA synchronous = OFF")
        self._frames: dict[frozenset[str], int] = {}
        self._fixed, self._static = frozenset(fixed()), str(settings.STATIC_URL)

    @classmethod
    def new(cls, path: Path) -> "State":
        state = cls(path)
        state.database.execute("BEGIN")
        for statement in filter(str.strip, TABLES.split(";")):
            state.database.execute(statement)
        state.tell(form=FORM)
        return state

    @classmethod
    def of(cls, path: Path) -> "State":
        """Raises `Unreadable`."""
        if not path.exists():
            raise Unreadable(path)
        state = cls(path)
        try:
            if state.told("form") != FORM:
                raise Unreadable(path)
            state.database.execute("BEGIN")
        except (sqlite3.Error, ValueError) as error:
            state.database.close()
            raise Unreadable(path) from error
        return state

    def index(self) -> None:
        """After a whole copy: quicker than keeping them up while it is made."""
        for statement in filter(str.strip, INDEXES.split(";")):
            self.database.execute(statement)

    def close(self) -> None:
        self.database.execute("COMMIT")
        self.database.close()

    def _rows(self, sql: str, *values: Any) -> list[Any]:
        return self.database.execute(sql, values).fetchall()

    def _column(self, sql: str, *values: Any) -> list[Any]:
        return [value for (value,) in self.database.execute(sql, values)]

    # --- facts

    def tell(self, **facts: Any) -> None:
        rows = [(name, json.dumps(value)) for name, value in facts.items()]
        self.database.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", rows)

    def told(self, name: str) -> Any:
        found = self._column("SELECT value FROM facts WHERE name = ?", name)
        return json.loads(found[0]) if found else None

    # --- records

    def name(self, named: Iterable[Named]) -> None:
        self.database.executemany("INSERT OR IGNORE INTO named VALUES (?, ?, ?, ?)", named)

    def renamed(self) -> set[Named]:
        """The names under which records were found before those that they had."""
        return set(map(Named._make, self._rows("SELECT * FROM named WHERE is_moved")))

    def named_of(self, records: Iterable[str]) -> Iterator[Named]:
        """All names of these records, each told by kind and code."""
        for kind, _colon, code in (record.partition(":") for record in records):
            yield from map(Named._make, self._rows("SELECT * FROM named WHERE kind = ? AND code = ?", kind, code))

    def name_again(self, before: Iterable[Named], now: Iterable[Named]) -> None:
        """The names of some records."""
        self.database.executemany("DELETE FROM named WHERE kind = ? AND code = ?", {each[:2] for each in before})
        self.name(now)

    def place(self, placed: dict[str, str]) -> None:
        self.database.executemany("INSERT OR REPLACE INTO places VALUES (?, ?)", placed.items())

    def place_of(self, record: str) -> str:
        found = self._column("SELECT place FROM places WHERE record = ?", record)
        return found[0] if found else ""

    # --- what there is

    def at(self, address: str) -> Known | None:
        found = self._rows("SELECT id, address, record, title, is_seed FROM addresses WHERE address = ?", address)
        return Known(*found[0]) if found else None

    def of_record(self, record: str) -> list[str]:
        return self._column("SELECT address FROM addresses WHERE record = ? ORDER BY id", record)

    def of_no_record(self) -> list[str]:
        return self.of_record("")

    def below(self, folder: str) -> set[str]:
        """The address of this folder, and all those in it."""
        end = folder.removesuffix("/") + chr(ord("/") + 1)
        return set(self._column("SELECT address FROM addresses WHERE address >= ? AND address < ?", folder, end))

    def links_of(self, address: str) -> set[str]:
        """Those that the frame of the page does not have: to records, streams and filters."""
        sql = "SELECT target FROM links JOIN addresses ON addresses.id = source WHERE address = ?"
        return set(self._column(sql, address))

    def leading_to(self, target: str) -> list[Part]:
        sql = "SELECT address, number FROM links JOIN addresses ON addresses.id = source WHERE target = ?"
        return [Part(*row) for row in self._rows(sql, target)]

    def asked(self, address: str) -> list[str]:
        """What each page of a list was asked for by."""
        sql = "SELECT asked FROM files JOIN addresses ON id = source WHERE address = ? ORDER BY number"
        return self._column(sql, address)

    def unknown(self) -> list[str]:
        """What is led to, and is not there yet."""
        framed = {link for links in self._column("SELECT links FROM frames") for link in json.loads(links)}
        found = set(
            self._column("SELECT DISTINCT target FROM links WHERE target NOT IN (SELECT address FROM addresses)")
        )
        found |= {link for link in framed if self.at(link) is None}
        return sorted(link for link in found if "?" not in link)

    def counts(self) -> tuple[int, int]:
        return self._column("SELECT COUNT(*) FROM addresses")[0], self._column("SELECT COUNT(*) FROM files")[0]

    def missing(self) -> dict[str, str]:
        """What is led to and has no file, with a page that leads there."""
        found = self._column("SELECT address FROM addresses WHERE is_missing AND NOT is_seed ORDER BY address")
        return {address: self._leads_there(address) for address in found}

    def _leads_there(self, target: str) -> str:
        for part in self.leading_to(target)[:1]:
            return part.address
        sql = "SELECT address FROM files JOIN addresses ON id = source WHERE frame = ? LIMIT 1"
        for frame in self._frames_with(target):
            for address in self._column(sql, frame):
                return str(address)
        return ""

    def _frames_with(self, target: str) -> list[int]:
        return [number for number, links in self._rows("SELECT id, links FROM frames") if target in json.loads(links)]

    # --- putting down what was made

    def add(self, several: Iterable[Made]) -> None:
        """Addresses that are not there yet."""
        addresses: list[Any] = []
        files: list[Any] = []
        links: list[Any] = []
        last = self._column("SELECT COALESCE(MAX(id), 0) FROM addresses")[0]
        for number, made in enumerate(several, last + 1):
            addresses.append((number, made.address, made.record, made.title, made.is_seed, not made.pages))
            self._collect(number, made, files, links)
            if len(addresses) >= AT_ONCE:
                self._put(addresses, files, links)
        self._put(addresses, files, links)

    def _put(self, addresses: list[Any], files: list[Any], links: list[Any]) -> None:
        self.database.executemany("INSERT INTO addresses VALUES (?, ?, ?, ?, ?, ?)", addresses)
        self.database.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", files)
        self.database.executemany("INSERT OR IGNORE INTO links VALUES (?, ?, ?)", links)
        for each in (addresses, files, links):
            each.clear()

    def _collect(self, source: int, made: Made, files: list[Any], links: list[Any]) -> None:
        for page in made.pages:
            file, framed = page.file, self._framed(page.links)
            row = (
                file.path,
                source,
                page.number,
                file.sha256,
                file.size,
                file.status,
                file.leads_to,
                page.asked,
                self._frame(framed),
            )
            files.append(row)
            links += [(link, source, page.number) for link in page.links - framed]

    def is_frame(self, link: str) -> bool:
        """Whether it belongs to what stands around a page: lists and pages of their own, styles and scripts."""
        return link in self._fixed or link.startswith(self._static)

    def _framed(self, links: set[str]) -> frozenset[str]:
        """Those that belong to what stands around a page."""
        static = self._static
        return frozenset([link for link in links if link.startswith(static)]) | (links & self._fixed)

    def _frame(self, links: frozenset[str]) -> int:
        """Thousands of pages share what stands around them: it is put down once."""
        known = self._frames.get(links)
        if known is None:
            text = json.dumps(sorted(links))
            self.database.execute("INSERT OR IGNORE INTO frames (links) VALUES (?)", (text,))
            known = self._frames[links] = int(self._column("SELECT id FROM frames WHERE links = ?", text)[0])
        return known

    def replace(self, made: Made) -> tuple[set[str], set[str], set[str]]:
        """What was made again. Gives the paths that are no more, the links that are no more, and those that are new."""
        known = self.at(made.address)
        if known is None:
            self.add([made])
            return set(), set(), made.links
        numbers = None if made.is_whole else {page.number for page in made.pages}
        files, frames, before = self._there(known.id, numbers)
        title = made.title if 1 in (page.number for page in made.pages) else known.title
        is_missing = made.is_whole and not made.pages
        row = (made.record or known.record, title, made.is_seed or known.is_seed, is_missing, known.id)
        self.database.execute(
            "UPDATE addresses SET record = ?, title = ?, is_seed = ?, is_missing = ? WHERE id = ?", row
        )
        rows: list[Any] = []
        put: list[Any] = []
        self._collect(known.id, made, rows, put)
        now = set(put)
        self._take_out(files - {row[0] for row in rows}, before - now)
        self._put([], rows, list(now - before))
        links = frames | {target for target, _source, _number in before}
        return files - {page.file.path for page in made.pages}, links - made.links, made.links - links

    def _there(self, source: int, numbers: set[int] | None) -> tuple[set[str], set[str], set[LinkRow]]:
        """The paths of these pages, or of all, with the links of their frames and their own."""
        rows = self._rows("SELECT path, number, links FROM files JOIN frames ON id = frame WHERE source = ?", source)
        rows = [row for row in rows if numbers is None or row[1] in numbers]
        links = {row for each in {row[1] for row in rows} for row in self._rows(LINKS_OF_PAGE, source, each)}
        frames = {framed for _path, _number, framed in rows}
        return {row[0] for row in rows}, {link for framed in frames for link in json.loads(framed)}, links

    def _take_out(self, paths: Iterable[str], links: Iterable[LinkRow]) -> None:
        self.database.executemany("DELETE FROM links WHERE target = ? AND source = ? AND number = ?", links)
        self.database.executemany("DELETE FROM files WHERE path = ?", ((path,) for path in paths))

    def remove(self, address: str) -> tuple[set[str], set[str]]:
        known = self.at(address)
        if known is None:
            return set(), set()
        paths, frames, links = self._there(known.id, None)
        self._take_out(paths, links)
        self.database.execute("DELETE FROM addresses WHERE id = ?", (known.id,))
        return paths, frames | {target for target, _source, _number in links}

    def seed(self, addresses: Iterable[str], *, is_seed: bool) -> None:
        """What is there whether a page leads to it or not; or what no longer is."""
        rows = [(is_seed, address) for address in addresses]
        self.database.executemany("UPDATE addresses SET is_seed = ? WHERE address = ?", rows)

    def reached(self, target: str) -> tuple[bool, set[str]]:
        """Whether some page leads there that is reached itself. Else all that leads there, in however many steps."""
        waiting, seen = [target], {target}
        while waiting:
            address = waiting.pop()
            for source, is_seed in self._sources(address):
                if is_seed:
                    return True, seen
                if source not in seen:
                    seen.add(source)
                    waiting.append(source)
        return False, seen

    def _sources(self, target: str) -> Iterator[tuple[str, bool]]:
        sql = "SELECT address, is_seed FROM links JOIN addresses ON addresses.id = source WHERE target = ?"
        yield from self.database.execute(sql, (target,)).fetchall()
        sql = "SELECT DISTINCT address, is_seed FROM files JOIN addresses ON addresses.id = source WHERE frame = ?"
        for frame in self._frames_with(target):
            yield from self.database.execute(sql, (frame,))

    def tidy(self) -> None:
        self.database.execute("DELETE FROM frames WHERE NOT EXISTS (SELECT 1 FROM files WHERE frame = frames.id)")

    # --- files

    def keep(self, file: File) -> None:
        """One that stands at no address: the page for what is not there."""
        row = (file.path, 0, 1, file.sha256, file.size, file.status, file.leads_to, "", 0)
        self.database.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

    def hash_of(self, path: str) -> str:
        found = self._column("SELECT sha256 FROM files WHERE path = ?", path)
        return found[0] if found else ""

    def leading_on(self) -> list[tuple[str, str]]:
        """Old addresses, and where they lead."""
        found = self._rows("SELECT path, leads_to FROM files WHERE leads_to <> '' ORDER BY path")
        return sorted((address_of(path), leads_to) for path, leads_to in found)

    def manifest_lines(self, paths: Iterable[str] | None = None) -> Iterator[tuple[str, str]]:
        """By path; of all files, or of these."""
        return self._lines(MANIFEST, paths)

    def sum_lines(self, paths: Iterable[str] | None = None) -> Iterator[tuple[str, str]]:
        """As `sha256sum --check` reads them."""
        return self._lines(SUM, paths)

    def _lines(self, sql: str, paths: Iterable[str] | None) -> Iterator[tuple[str, str]]:
        if paths is None:
            yield from self.database.execute(f"{sql} ORDER BY path")
        else:
            for path in paths:
                yield from self.database.execute(f"{sql} WHERE path = ?", (path,))

    def changed(self) -> list[str]:
        """The paths of which the tree of before has other files."""
        return self._column("SELECT path FROM changed")

    def change(self, paths: Iterable[str]) -> None:
        self.database.execute("DELETE FROM changed")
        self.database.executemany("INSERT INTO changed VALUES (?)", [(path,) for path in set(paths)])
