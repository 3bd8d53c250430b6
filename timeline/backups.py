"""Copies of the SQLite database that can be trusted: taken while the site runs, read through before they are kept, and
read through again before they come back.

PostgreSQL has tools of its own for this: see docs/backups.md.
"""

import datetime as dt
import fcntl
import gzip
import hashlib
import os
import re
import shutil
import sqlite3
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

NAME = re.compile(r"sma-timeline-\d{8}T\d{12}Z\.sqlite3\.gz")
MOMENT = "%Y%m%dT%H%M%S%f"
ASIDE = ".sma-"  # what is being made; a kill may leave it, the next backup removes it
CHUNK = 1 << 20
COMPRESSION = 6


class Unusable(Exception):
    """Why there is no backup, or why one is not restored: a sentence for the operator."""


@dataclass(frozen=True)
class Taken:
    path: Path
    size: int  # bytes
    removed: list[Path]
    of_the_future: list[Path]  # by their names: a clock was wrong once, and these would outlive all others


def take(folder: Path, keep: int) -> Taken:
    """A verified copy of the database as it is at this moment; of all there are, it and the newest stay: `keep`."""
    with _alone(folder) as aside:
        path = _taken(folder, aside)
        return _told(path, _rotate(path, keep))


def _told(path: Path, removed: list[Path]) -> Taken:
    return Taken(path, path.stat().st_size, removed, [each for each in backups(path.parent) if each.name > path.name])


def _taken(folder: Path, aside: Path) -> Path:
    plain, packed = aside / "plain", aside / "packed"
    _copy_out(plain)
    _pack(plain, packed)
    plain.unlink()
    unpacked(packed, plain)  # it can be read back, and is sound
    path = folder / f"sma-timeline-{dt.datetime.now(dt.UTC).strftime(MOMENT)}Z.sqlite3.gz"
    _write(aside / "sum", f"{_sha256(packed)}  {path.name}\n".encode())
    (aside / "sum").replace(_sum_of(path))
    packed.replace(path)  # last: what has this name is whole
    _sync(folder)
    return path


def backups(folder: Path) -> list[Path]:
    """The newest first."""
    return sorted((each for each in folder.glob("sma-timeline-*.gz") if NAME.fullmatch(each.name)), reverse=True)


def restore(path: Path, folder: Path) -> Taken:
    """Puts a backup in the place of what is there, at once and whole. Of that a backup is taken first, in `folder`.

    None is removed for it: which one is needed is known when the site is as it should be. Readers are served
    meanwhile. Everybody signs in anew: since then, who may do what can have changed.
    """
    with _alone(folder) as aside:
        plain = aside / "restored"
        unpacked(path, plain)
        _end_sign_ins(plain)
        before = _taken(folder, aside)
        connection.ensure_connection()
        with closing(sqlite3.connect(plain)) as source:
            source.backup(connection.connection)  # one transaction of the database: a kill leaves what was there
    return _told(before, [])


def unpacked(path: Path, plain: Path) -> None:
    """Writes the database in a backup to the file `plain`. Refuses what does not verify."""
    _check_sum(path)
    try:
        with gzip.open(path) as source, plain.open("wb") as target:
            shutil.copyfileobj(source, target, CHUNK)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise Unusable(_("%(path)s is damaged: it cannot be unpacked.") % {"path": path}) from error
    _inspect(plain, path)


def _inspect(plain: Path, path: Path) -> None:
    try:
        with closing(sqlite3.connect(plain)) as database:
            verdicts = [row[0] for row in database.execute("PRAGMA integrity_check")]
            dangling = database.execute("PRAGMA foreign_key_check").fetchone()
            applied = {
                name for (name,) in database.execute("SELECT name FROM django_migrations WHERE app = 'timeline'")
            }
    except sqlite3.DatabaseError as error:
        raise Unusable(_("%(path)s holds no database of this site.") % {"path": path}) from error
    if verdicts != ["ok"] or dangling:
        raise Unusable(_("%(path)s is damaged: the database in it is not sound.") % {"path": path})
    ours = {name for app, name in MigrationLoader(None).disk_migrations if app == "timeline"}
    if newer := sorted(applied - ours):
        sentence = _("%(path)s was made by a newer version of this site (%(names)s). Update the site first.")
        raise Unusable(sentence % {"path": path, "names": ", ".join(newer)})


def _check_sum(path: Path) -> None:
    if not path.is_file():
        raise Unusable(_("There is no backup %(path)s.") % {"path": path})
    beside = _sum_of(path)
    if beside.exists() and beside.read_bytes().split()[:1] != [_sha256(path).encode()]:
        raise Unusable(_("%(path)s is not what its checksum says.") % {"path": path})


def _copy_out(target: Path) -> None:
    """In one step: a copy in several begins anew with every change, and under four editors never ends."""
    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, whatever mode the site's is in


def _pack(source: Path, target: Path) -> None:
    with source.open("rb") as plain, target.open("wb") as raw:
        # No name and no time within: the same database makes the same file.
        with gzip.GzipFile("", "wb", COMPRESSION, raw, mtime=0) as packed:
            shutil.copyfileobj(plain, packed, CHUNK)
        raw.flush()
        os.fsync(raw.fileno())


def _end_sign_ins(plain: Path) -> None:
    with closing(sqlite3.connect(plain)) as database, database:
        database.execute("DELETE FROM django_session")


def _rotate(taken: Path, keep: int) -> list[Path]:
    old = [each for each in backups(taken.parent) if each != taken][keep - 1 :]
    for path in old:
        path.unlink()
        _sum_of(path).unlink(missing_ok=True)
    return old


@contextmanager
def _alone(folder: Path) -> Iterator[Path]:
    """A folder to write aside in, with nobody else at work. What a killed process left is removed."""
    _refuse_other_engines()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Unusable(_("Another backup is at work in %(folder)s.") % {"folder": folder}) from error
        for left in folder.glob(f"{ASIDE}*"):
            shutil.rmtree(left)
        with tempfile.TemporaryDirectory(prefix=ASIDE, dir=folder) as aside:
            yield Path(aside)


def _refuse_other_engines() -> None:
    if connection.vendor != "sqlite":
        raise Unusable(_("This is for SQLite. PostgreSQL is backed up by pg_dump: timeline/docs/backups.md says how."))


def _sum_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """That the names are on the disk, too."""
    with suppress(OSError):  # not every file system lets a folder be synced
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
