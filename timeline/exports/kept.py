"""The files that are handed out: made once for each state of the data and each filter, kept on disk, and removed again.

The database is read once, at one moment, into the rows as JSON Lines; every other file is made of those. After an edit
they are made of the files of before, where it is plain what has changed (`patching`). What is made stands aside until
it is whole, so that a process that is killed leaves nothing half. One is made at a time.
"""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils import translation

from timeline.chronology import Filter
from timeline.exports import describing, dictionary, patching
from timeline.exports.changes import Day, recent_days
from timeline.exports.csv_files import write_csv, write_zip
from timeline.exports.editions import BEGINNING, NAME, Edition
from timeline.exports.rows import Row
from timeline.exports.schema import Kind, kinds
from timeline.exports.selection import everything, part_of
from timeline.exports.snapshot import snapshot
from timeline.exports.sqlite_file import patch_sqlite, write_sqlite
from timeline.models import ContentVersion

ROWS: Final = f"{NAME}.jsonl"
SUMS: Final = "SHA256SUMS"
HEAD, ASIDE, LOCK = "edition.json", ".aside-", ".making"
# Of the edition of before, as long as a file is to be made of them.
SINCE, ZIP_BEFORE, SQLITE_BEFORE = ".since.json", ".before.csv.zip", ".before.sqlite"
PIECES, PIECES_BEFORE = ".pieces.json", ".before.pieces.json"  # how the zip is packed
MOST_EDITIONS: Final = 20
MOST_BYTES: Final = 4 << 30
PATIENCE: Final = 1.5  # seconds for which a reader, and a thread, waits until somebody else's files are made
A_MOMENT: Final = 0.1

Stamp = tuple[int, Any]  # ContentVersion.stamp()


class Busy(Exception):
    """Other files are being made."""


@dataclass(frozen=True)
class Kept:
    """The folder of an edition, and what is known of it."""

    folder: Path
    edition: Edition
    starts: dict[str, int]  # where the rows of each kind begin
    days: tuple[Day, ...]

    def rows(self, kind: Kind) -> Iterator[Row]:
        with (self.folder / ROWS).open("rb") as file:
            file.seek(self.starts[kind.name])
            for _number in range(self.edition.counts[kind.name]):
                yield json.loads(file.readline())

    def path(self, name: str) -> Path:
        return self.folder / name

    @property
    def is_complete(self) -> bool:
        return all(self.path(name).exists() for name in FILES)

    def make(self, name: str) -> Path:
        """The file, made where it is not there yet. Only for who holds the lock."""
        path = self.path(name)
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            aside = path.with_name(f"{ASIDE}{path.name}")
            FILES[name](self, aside)
            aside.replace(path)
        return path


# --- which files there are


def _csv(kind: Kind) -> Callable[[Kept, Path], None]:
    return lambda kept, path: write_csv(path, kind, kept.rows(kind))


def _zip(kept: Kept, path: Path) -> None:
    zip_before, pieces_before = kept.path(ZIP_BEFORE), kept.path(PIECES_BEFORE)
    before = (zip_before, json.loads(pieces_before.read_bytes())) if zip_before.exists() else None
    files = ((name, kept.make(name)) for name in PACKED)
    pieces = write_zip(path, files, kept.edition.at, before=before, same=_since(kept)["same"] if before else ())
    kept.path(PIECES).write_text(json.dumps(pieces), encoding="utf-8")
    zip_before.unlink(missing_ok=True)
    pieces_before.unlink(missing_ok=True)


def _sqlite(kept: Kept, path: Path) -> None:
    before, about = kept.path(SQLITE_BEFORE), describing.about(kept.edition)
    if before.exists():
        changes = [patching.Change(kinds()[name], *rest) for name, *rest in _since(kept)["changes"]]
        patch_sqlite(path, before, changes, kept.rows, about)
        before.unlink()
    else:
        write_sqlite(path, kept.rows, about)


def _since(kept: Kept) -> dict[str, Any]:
    """What has changed since the edition that this one was made of."""
    found: dict[str, Any] = json.loads(kept.path(SINCE).read_bytes())
    return found


def _data_package(kept: Kept, path: Path) -> None:
    resources = [(kind, kept.make(csv_name(kind))) for kind in kinds().values()]
    _json(path, describing.data_package(kept.edition, resources))


def _sums(kept: Kept, path: Path) -> None:
    _text(path, "".join(f"{describing.sha256(kept.make(name))}  {name}\n" for name in sorted(FILES) if name != SUMS))


def _json(path: Path, value: Any) -> None:
    _text(path, json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def _text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="")


def csv_name(kind: Kind) -> str:
    return f"csv/{kind.plural}.csv"


DESCRIBING: Final = (
    "datapackage.json",
    "data-dictionary.csv",
    "data-dictionary.json",
    "metadata.json",
    "CITATION.cff",
    "CHANGES.md",
)
WHOLE: Final = (f"{NAME}.csv.zip", ROWS, f"{NAME}.sqlite")
FILES: Final[dict[str, Callable[[Kept, Path], None]]] = {
    f"{NAME}.csv.zip": _zip,
    ROWS: lambda kept, path: None,  # the first that is made
    f"{NAME}.sqlite": _sqlite,
    **{csv_name(kind): _csv(kind) for kind in kinds().values()},
    "datapackage.json": _data_package,
    "data-dictionary.csv": lambda kept, path: dictionary.write_csv(path),
    "data-dictionary.json": lambda kept, path: _json(path, dictionary.as_json()),
    "metadata.json": lambda kept, path: _json(path, describing.datasette_metadata(kept.edition)),
    "CITATION.cff": lambda kept, path: _text(path, describing.citation_cff(kept.edition)),
    "CHANGES.md": lambda kept, path: _text(path, describing.change_note(kept.edition, kept.days)),
    SUMS: _sums,
}
PACKED: Final = (*(csv_name(kind) for kind in kinds().values()), *DESCRIBING)


# --- keeping


def folder() -> Path:
    return Path(settings.VAR_DIR) / "downloads"


def digest(stamp: Stamp, asked: Filter) -> str:
    """Of all that the files are made of: the data, the filter, the site's address, and this code."""
    number, at = stamp
    made_of = [number, at.isoformat() if at else "", sorted(asked.pairs), settings.SITE_URL, _code()]
    return hashlib.sha256(json.dumps(made_of).encode()).hexdigest()[:32]


@cache
def _code() -> str:
    read = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        read.update(path.read_bytes())
    return read.hexdigest()


def find(stamp: Stamp, asked: Filter) -> Kept | None:
    """The files of this state of the data and this filter, where they are there."""
    path = folder() / digest(stamp, asked)
    try:
        head = json.loads((path / HEAD).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return _kept(path, head, stamp, asked)


def _kept(path: Path, head: dict[str, Any], stamp: Stamp, asked: Filter) -> Kept:
    edition = Edition(stamp[0], stamp[1] or BEGINNING, tuple(sorted(asked.pairs)), head["counts"])
    return Kept(path, edition, head["starts"], tuple(Day(**day) for day in head["days"]))


def make(asked: Filter, *names: str, patience: float = PATIENCE) -> Kept:
    """These files of what is public now. `Busy` where others are being made, and are not done in time."""
    with locked(patience):
        return make_locked(asked, *names)


def make_locked(asked: Filter, *names: str) -> Kept:
    _sweep()
    with translation.override("en"):
        kept = find(ContentVersion.stamp(), asked) or _read(asked)
        for name in names:
            kept.make(name)
    _tidy(kept)
    return kept


def _read(asked: Filter) -> Kept:
    aside = Path(tempfile.mkdtemp(prefix=ASIDE, dir=folder()))
    try:
        with snapshot():
            stamp = ContentVersion.stamp()
            head = (None if asked.narrows else _patched(aside)) or _write_rows(asked, aside)
            head |= {"revision": patching.last_revision(), "made_by": _made_by(), "is_whole": not asked.narrows}
            head["days"] = [asdict(day) for day in recent_days(stamp)]
            head["stamp"] = _stamp_words(stamp)
        (aside / HEAD).write_text(json.dumps(head), encoding="utf-8")
        target = folder() / digest(stamp, asked)
        shutil.rmtree(target, ignore_errors=True)  # it is there where the data has changed since it was looked for
        aside.replace(target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return _kept(target, head, stamp, asked)


def _made_by() -> list[str]:
    return [_code(), settings.SITE_URL]


def _patched(aside: Path) -> dict[str, Any] | None:
    """Made of the newest edition of everything, where what has changed since is plain; None where it is not."""
    base, head = _newest_whole()
    if (
        base is None
        or not head["revision"][0]
        or not patching.is_known(*head["revision"])
        or not (base / ROWS).stat().st_size
    ):
        return None
    with patching.opened(base / ROWS) as content:
        lines = patching.Lines(content, head["starts"], head["counts"])
        changes = patching.changes(lines, head["revision"][0])
        if changes is None:
            return None
        splices = patching.in_rows(lines, changes)
        with (aside / ROWS).open("wb") as out:
            patching.write(out, content, splices)
        same = _csv_files_of(base, aside, lines, changes)
        found = patching.moved(lines, changes, splices)
    told = [[each.kind.name, each.key, each.before, each.after] for each in changes]
    (aside / SINCE).write_text(json.dumps({"same": same, "changes": told}), encoding="utf-8")
    for name, known_as in ((PIECES, PIECES_BEFORE), (f"{NAME}.csv.zip", ZIP_BEFORE), (f"{NAME}.sqlite", SQLITE_BEFORE)):
        if (base / name).exists():
            (aside / known_as).hardlink_to(base / name)
    return found


def _newest_whole() -> tuple[Path | None, dict[str, Any]]:
    for path in sorted(folder().glob(f"*/{HEAD}"), key=lambda each: -each.stat().st_mtime):
        head = json.loads(path.read_text(encoding="utf-8"))
        if head.get("is_whole") and head.get("made_by") == _made_by():
            return path.parent, head
    return None, {}


def _csv_files_of(base: Path, aside: Path, lines: patching.Lines, changes: list[patching.Change]) -> list[str]:
    """Those of before, with the rows that have changed; which of them are the same."""
    same = []
    for kind in kinds().values():
        name, own = csv_name(kind), [each for each in changes if each.kind is kind]
        if not (base / name).exists():
            continue
        (aside / name).parent.mkdir(exist_ok=True)
        if not own:
            (aside / name).hardlink_to(base / name)
            same.append(name)
            continue
        with patching.opened(base / name) as content, (aside / name).open("wb") as out:
            patching.write(out, content, patching.in_csv(content, lines, own))
    return same


def _write_rows(asked: Filter, aside: Path) -> dict[str, Any]:
    scratch = aside / "scratch.sqlite"
    counts: Counter[str] = Counter()
    starts = dict.fromkeys(kinds(), 0)
    with (aside / ROWS).open("wb") as out:
        place = 0
        for kind, row in part_of(asked, scratch) if asked.narrows else everything():
            if not counts[kind.name]:
                starts[kind.name] = place
            counts[kind.name] += 1
            place += out.write(patching.as_line(row))
    scratch.unlink(missing_ok=True)
    return {"counts": {name: counts[name] for name in kinds()}, "starts": starts}


@contextmanager
def locked(patience: float) -> Iterator[int]:
    """One makes files at a time, whatever the process; the lock goes with the process that holds it."""
    folder().mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + patience
    with (folder() / LOCK).open("w") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() > until:
                    raise Busy from error
            time.sleep(A_MOMENT)
        yield file.fileno()


def _sweep() -> None:
    """What a process that was killed has left."""
    for path in folder().glob(f"{ASIDE}*"):
        shutil.rmtree(path, ignore_errors=True)


def _tidy(newest: Kept) -> None:
    """Editions of older data go, and so do the oldest where there are too many or they are too large."""
    os.utime(newest.folder)
    current, left = ContentVersion.stamp(), MOST_BYTES
    editions = sorted((path for path in folder().iterdir() if path.is_dir()), key=lambda path: -path.stat().st_mtime)
    for place, path in enumerate(editions):
        left -= sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
        if path != newest.folder and (place >= MOST_EDITIONS or left < 0 or _is_old(path, current)):
            shutil.rmtree(path, ignore_errors=True)


def _is_old(path: Path, current: Stamp) -> bool:
    try:
        made_at = json.loads((path / HEAD).read_text(encoding="utf-8"))["stamp"]
    except FileNotFoundError:
        return True
    return bool(made_at != _stamp_words(current))


def _stamp_words(stamp: Stamp) -> list[Any]:
    return [stamp[0], stamp[1].isoformat() if stamp[1] else ""]


# --- a folder of one's own


def write_all(target: Path, asked: Filter | None = None) -> Edition:
    """Every file into a folder, each written where it is not the same already. Other files there are left alone."""
    kept = make(asked or Filter(), *FILES, patience=3_600)
    for name in FILES:
        _copy(kept.path(name), target / name)
    return kept.edition


def _copy(source: Path, target: Path) -> None:
    if target.exists() and describing.sha256(target) == describing.sha256(source):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f"{ASIDE}{target.name}")
    shutil.copyfile(source, aside)
    aside.replace(target)
