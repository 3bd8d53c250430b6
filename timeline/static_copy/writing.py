"""Files of a copy: written aside, synced, and put in place by one rename, so that a reader finds the old or the new.

The folder that is served is a link. It leads into `.<name>.copies/<number>/site`; a new copy shares what has not
changed with the one before as hard links, so files are never written in place.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

STATE: Final = "state.json"
SITE: Final = "site"
LOCK: Final = "lock"


class NotOurs(Exception):
    """The folder holds something that no copy has put there."""


@dataclass(frozen=True)
class File:
    path: str
    sha256: str
    size: int
    status: int = 200
    leads_to: str = ""


class Shelf:
    """Where the copies of one folder stand."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.copies = self.folder.parent / f".{self.folder.name}.copies"

    def refuse_what_is_not_ours(self) -> None:
        if self.folder.is_symlink():
            if self.folder.resolve().parent.parent == self.copies.resolve():
                return
            raise NotOurs(_("%(folder)s is a link to something else.") % {"folder": self.folder})
        if self.folder.exists() and (not self.folder.is_dir() or any(self.folder.iterdir())):
            sentence = _("%(folder)s is there and is no static copy. Name a new folder, or an empty one.")
            raise NotOurs(sentence % {"folder": self.folder})

    @property
    def current(self) -> Path | None:
        """The copy that is served."""
        return self.folder.resolve().parent if self.folder.is_symlink() and self.folder.exists() else None

    def state(self) -> dict[str, Any]:
        """What the copy that is served says of itself; nothing where there is none, or none that can be read."""
        if self.current is None:
            return {}
        try:
            state: dict[str, Any] = json.loads((self.current / STATE).read_text())
        except (OSError, ValueError):
            return {}
        return state

    def begin(self) -> Path:
        """A new folder beside the others. What was left by a run that was killed goes first."""
        self.copies.mkdir(parents=True, exist_ok=True)
        self._sweep()
        numbers = [int(each.name) for each in self.copies.iterdir() if each.name.isdigit()]
        begun = self.copies / str(max(numbers, default=0) + 1)
        (begun / SITE).mkdir(parents=True)
        return begun

    def _sweep(self) -> None:
        current = self.current
        for each in self.copies.iterdir():
            if each.name != LOCK and (current is None or each.resolve() != current):
                shutil.rmtree(each) if each.is_dir() and not each.is_symlink() else each.unlink()

    def finish(self, begun: Path) -> None:
        """All of it is on the disk before the link leads to it."""
        os.sync()
        link = self.copies / "next"
        link.unlink(missing_ok=True)
        link.symlink_to(Path(self.copies.name, begun.name, SITE))
        if self.folder.is_dir() and not self.folder.is_symlink():
            self.folder.rmdir()
        link.replace(self.folder)
        _sync_folder(self.folder.parent)
        self._sweep()

    def give_up(self, begun: Path) -> None:
        shutil.rmtree(begun, ignore_errors=True)


def _sync_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


class Writer:
    """Writes below one folder, and remembers which folders are there."""

    def __init__(self, site: Path) -> None:
        self.site = str(site)
        self._made: set[str] = set()

    def write(self, path: str, content: bytes, status: int = 200, leads_to: str = "") -> File:
        descriptor = os.open(self._ready(path), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        try:
            written = 0
            while written < len(content):
                written += os.write(descriptor, content[written:] if written else content)
        finally:
            os.close(descriptor)
        return File(path, hashlib.sha256(content).hexdigest(), len(content), status, leads_to)

    def share(self, path: str, other: Path) -> None:
        """The same file as in the other copy."""
        os.link(f"{other}/{path}", self._ready(path))

    def _ready(self, path: str) -> str:
        whole = f"{self.site}/{path}"
        folder = whole.rpartition("/")[0]
        if folder not in self._made:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self._made.add(folder)
        return whole


def sums(files: Iterable[File]) -> bytes:
    """As `sha256sum --check` reads it."""
    return "".join(f"{each.sha256}  {each.path}\n" for each in files).encode()
