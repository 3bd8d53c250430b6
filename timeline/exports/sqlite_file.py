"""The data set as one SQLite file, ready for Datasette: real types, keys, indexes, words to search for."""

import json
import shutil
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from timeline.exports.patching import Change
from timeline.exports.rows import Row
from timeline.exports.schema import Field, Kind, kinds
from timeline.exports.selection import lists_of, type_field

TYPES: Final = {"integer": "INTEGER", "number": "NUMERIC", "boolean": "INTEGER"}  # all others are TEXT
Cells = tuple[Any, ...]
RowsOf = Callable[[Kind], Iterable[Row]]


def write_sqlite(path: Path, rows_of: RowsOf, about: Mapping[str, str]) -> None:
    """The same rows make the same bytes, with the same release of SQLite."""
    with _scratch(path) as scratch, _opened(scratch) as database:
        for kind in kinds().values():
            for statement in tables(kind):
                database.execute(statement)
        for kind in kinds().values():
            _fill(database, kind, rows_of)
        for kind in kinds().values():
            for statement in (*indexes(kind), *_search(kind)):
                database.execute(statement)
        database.execute("CREATE TABLE metadata (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
        _tell(database, about)
        _check(database)
        database.execute("COMMIT")
        database.execute("ANALYZE")
        _finish(database, path)


def patch_sqlite(
    path: Path, before: Path, changes: Sequence[Change], rows_of: RowsOf, about: Mapping[str, str]
) -> None:
    """Out of the file of before, with what has changed since: the same bytes as those of `write_sqlite`."""
    with _scratch(path) as scratch:
        shutil.copyfile(before, scratch)
        with _opened(scratch) as database:
            of_kinds = {each.kind.name: [other for other in changes if other.kind is each.kind] for each in changes}
            for name, own in of_kinds.items():
                _patch(database, kinds()[name], own, rows_of)
                if not _are_same(own, texts_of(kinds()[name])):
                    for statement in _search_again(kinds()[name]):
                        database.execute(statement)
            _tell(database, about)
            if not all(_are_same(own, _naming(kinds()[name])) for name, own in of_kinds.items()):
                _check(database)
            database.execute("COMMIT")
            for table in _tables_of(database, [kinds()[name] for name in of_kinds]):
                database.execute(f'ANALYZE "{table}"')
            _finish(database, path)


@contextmanager
def _scratch(path: Path) -> Iterator[Path]:
    path.unlink(missing_ok=True)
    scratch = path.with_name(f"{path.name}-scratch")
    scratch.unlink(missing_ok=True)
    try:
        yield scratch
    finally:
        scratch.unlink(missing_ok=True)


@contextmanager
def _opened(scratch: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(scratch, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = OFF")  # a file that was not finished is never handed out
        database.execute("PRAGMA synchronous = OFF")
        database.execute("BEGIN")
        yield database


def _tell(database: sqlite3.Connection, about: Mapping[str, str]) -> None:
    database.execute("DELETE FROM metadata")
    database.executemany("INSERT INTO metadata VALUES (?, ?)", about.items())


def _are_same(changes: Iterable[Change], names: Collection[str]) -> bool:
    """Whether no row has come or gone, and none says something else in these fields."""
    pairs = [(each.before, each.after) for each in changes]
    return all(before and after and all(before[name] == after[name] for name in names) for before, after in pairs)


def _naming(kind: Kind) -> list[str]:
    """The fields by which rows are named, and name others."""
    return [field.name for field in kind.fields if field.name == kind.key or field.refers_to]


def _tables_of(database: sqlite3.Connection, several: Iterable[Kind]) -> list[str]:
    """With their lists, and those in which their words are looked up."""
    found = []
    for kind in several:
        found += [kind.plural, *(list_table(kind, field) for field in lists_of(kind))]
        sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB ?"
        found += [name for (name,) in database.execute(sql, (f"{kind.plural}_fts_*",))]
    return found


def _check(database: sqlite3.Connection) -> None:
    dangling = database.execute("PRAGMA foreign_key_check").fetchall()
    if dangling:
        raise ValueError(f"Rows that name what is not there: {dangling[:5]}")


def _finish(database: sqlite3.Connection, path: Path) -> None:
    """Into a new file: what it was made of, and how often it was written to, is not seen in it."""
    # ANALYZE writes in the order in which it happens to hold the tables.
    database.execute("CREATE TEMP TABLE counted AS SELECT * FROM sqlite_stat1")
    database.execute("DELETE FROM sqlite_stat1")
    database.execute("INSERT INTO sqlite_stat1 SELECT * FROM counted ORDER BY tbl, idx")
    database.execute("PRAGMA schema_version = 1")
    database.execute("VACUUM INTO ?", (str(path),))


def _patch(database: sqlite3.Connection, kind: Kind, changes: Sequence[Change], rows_of: RowsOf) -> None:
    """In place where no row comes or goes: rows stand in the order of their keys, which a new one would break."""
    pairs = [(each.before, each.after) for each in changes]
    if any(before is None or after is None for before, after in pairs):
        for table in (kind.plural, *(list_table(kind, field) for field in lists_of(kind))):
            database.execute(f'DELETE FROM "{table}"')  # noqa: S608 - our own names
        _fill(database, kind, rows_of)
        return
    columns = columns_of(kind)
    names = ", ".join(f'"{field.name}" = ?' for field in columns)
    update = f'UPDATE "{kind.plural}" SET {names} WHERE "{kind.key}" = ?'  # noqa: S608 - our own names
    database.executemany(
        update, ((*_cells(columns, each.after), each.key) for each in changes if each.after is not None)
    )
    for field in lists_of(kind):
        if any(before and after and before[field.name] != after[field.name] for before, after in pairs):
            database.execute(f'DELETE FROM "{list_table(kind, field)}"')  # noqa: S608 - our own names
            _fill_list(database, kind, field, rows_of)


def tables(kind: Kind) -> Iterator[str]:
    """The table of a kind, and one for each of its lists of records."""
    columns = [column for field in columns_of(kind) for column in _column(kind, field)]
    yield _table(kind.plural, columns)
    for field in lists_of(kind):
        yield _table(
            list_table(kind, field),
            [
                f'"{kind.name}" TEXT NOT NULL REFERENCES "{kind.plural}" ("{kind.key}")',
                f'"{_target(field).name}" TEXT NOT NULL REFERENCES "{_target(field).plural}" ("{_target(field).key}")',
                f'PRIMARY KEY ("{kind.name}", "{_target(field).name}")',
            ],
        )


def _table(name: str, columns: list[str]) -> str:
    return f'CREATE TABLE "{name}" (\n  ' + ",\n  ".join(columns) + "\n)"


def columns_of(kind: Kind) -> list[Field]:
    """The fields that are columns: the type is the table's name, and lists of records are tables."""
    return [field for field in kind.fields if field.name != "type" and field not in lists_of(kind)]


def list_table(kind: Kind, field: Field) -> str:
    return f"{kind.name}_{field.name}"


def _target(field: Field) -> Kind:
    return kinds()[field.refers_to[0]]


def _column(kind: Kind, field: Field) -> Iterator[str]:
    words = f'"{field.name}" {TYPES.get(field.type, "TEXT")}'
    if field.name == kind.key:
        yield f"{words} PRIMARY KEY NOT NULL"
        return
    words += " NOT NULL" if field.is_required else ""
    words += " UNIQUE" if field.format == "code" else ""
    words += f' CHECK ("{field.name}" IN (0, 1))' if field.type == "boolean" else ""
    if len(field.refers_to) == 1:
        words += f' REFERENCES "{_target(field).plural}" ("{_target(field).key}")'
    yield words
    if len(field.refers_to) > 1:
        yield from (_one_of(field, kinds()[name]) for name in field.refers_to)


def _one_of(field: Field, target: Kind) -> str:
    """What a field names that can be of several kinds, as a column for each of them: so that each is a foreign key."""
    return (
        f'"{one_of_name(field, target)}" TEXT GENERATED ALWAYS AS '
        f'(CASE WHEN "{type_field(field)}" = \'{target.name}\' THEN "{field.name}" END) VIRTUAL '
        f'REFERENCES "{target.plural}" ("{target.key}")'
    )


def one_of_name(field: Field, target: Kind) -> str:
    return f"{field.name.removesuffix('_record')}_{target.name}"


def indexes(kind: Kind) -> Iterator[str]:
    """On what refers, on days and on closed vocabularies."""
    for field in columns_of(kind):
        if field.name in {kind.key, "published_at"} or field.format == "code":
            continue
        if field.refers_to or field.type in {"date", "datetime"} or len(field.choices) > 1:
            yield f'CREATE INDEX "{kind.plural}_by_{field.name}" ON "{kind.plural}" ("{field.name}")'
        for name in field.refers_to if len(field.refers_to) > 1 else ():
            column = one_of_name(field, kinds()[name])
            yield (
                f'CREATE INDEX "{kind.plural}_by_{column}" ON "{kind.plural}" ("{column}") WHERE "{column}" IS NOT NULL'
            )
    for field in lists_of(kind):
        table, target = list_table(kind, field), _target(field).name
        yield f'CREATE INDEX "{table}_by_{target}" ON "{table}" ("{target}")'


def texts_of(kind: Kind) -> list[str]:
    """The fields that words are looked for in."""
    plain = [
        field for field in columns_of(kind) if field.type == "string" and not field.choices and not field.refers_to
    ]
    return [field.name for field in plain if field.format in {"", "markdown"} and field.name not in NOT_WORDS]


NOT_WORDS: Final = {"time_zone", "language", "original_language"}


def _search(kind: Kind) -> Iterator[str]:
    """As Datasette finds it. It keeps no text of its own."""
    texts = ", ".join(f'"{name}"' for name in texts_of(kind))
    if texts:
        yield f'CREATE VIRTUAL TABLE "{kind.plural}_fts" USING fts5({texts}, content="{kind.plural}")'
        yield from _search_again(kind)


def _search_again(kind: Kind) -> Iterator[str]:
    if texts_of(kind):
        yield f'INSERT INTO "{kind.plural}_fts" ("{kind.plural}_fts") VALUES (\'rebuild\')'  # noqa: S608 - our own names


def _fill(database: sqlite3.Connection, kind: Kind, rows_of: RowsOf) -> None:
    columns = columns_of(kind)
    names, marks = ", ".join(f'"{field.name}"' for field in columns), ", ".join("?" * len(columns))
    into = f'INSERT INTO "{kind.plural}" ({names}) VALUES ({marks})'  # noqa: S608 - our own names
    database.executemany(into, (_cells(columns, row) for row in rows_of(kind)))
    for field in lists_of(kind):
        _fill_list(database, kind, field, rows_of)


def _fill_list(database: sqlite3.Connection, kind: Kind, field: Field, rows_of: RowsOf) -> None:
    into = f'INSERT INTO "{list_table(kind, field)}" VALUES (?, ?)'  # noqa: S608 - our own names
    database.executemany(into, _pairs(kind, field, rows_of(kind)))


def _pairs(kind: Kind, field: Field, rows: Iterable[Row]) -> Iterator[Cells]:
    for row in rows:
        for key in row[field.name]:
            yield row[kind.key], key


def _cells(columns: Iterable[Field], row: Row) -> Cells:
    return tuple(
        json.dumps(value, ensure_ascii=False) if isinstance(value := row[field.name], list) else value
        for field in columns
    )
