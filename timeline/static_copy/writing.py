"""Files of a copy: written aside, synced, and put in place by one rename, so that a reader finds the old or the new.

The folder that is served is a link. It leads into `.<name>.copies/<number>/site`. Beside that tree stands the one
before it, `before-<number>`: it is brought up by what the last run changed, then by what this one changes, and the link
leads to it. So an edit costs what it changes. What has not changed is one file under two names: files are never written
in place. The name of a tree says what is in it, and it is renamed before it is touched: one that a killed run has left
has a name that nothing asks for, and is removed.
"""

import hashlib
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

STATE: Final = "state.sqlite"
SITE: Final = "site"
LOCK: Final = "lock"
BEFORE: Final = "before-"
UNFINISHED: Final = "unfinished"
CHUNK: Final = 1 << 20


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
        if self.folder.exists():
            sentence = _("%(folder)s is there and is no static copy. Name a folder that is not there yet.")
            raise NotOurs(sentence % {"folder": self.folder})

    @property
    def current(self) -> Path | None:
        """The copy that is served; None where there is none, or where the link leads to what is gone."""
        return self.folder.resolve().parent if self.folder.is_symlink() and self.folder.exists() else None

    @property
    def before(self) -> Path | None:
        """The tree that differs from the one that is served by what the last run changed, and by nothing else."""
        current = self.current
        tree = self.copies / f"{BEFORE}{current.name}" if current else None
        return tree if tree and tree.is_dir() else None

    def begin(self) -> Path:
        """An empty tree for a whole copy. What was left by a run that was killed goes first."""
        self.sweep()
        begun = self._next()
        (begun / SITE).mkdir(parents=True)
        return begun

    def bring_up(self, changed: Iterable[str]) -> Path:
        """A tree that is the same as the one that is served; `changed` are the paths that the last run changed."""
        current, before = self.current, self.before
        if current is None:
            raise FileNotFoundError(self.folder)
        if before is None:
            before = self._doubled(current)
            changed = ()
        begun = before.rename(self._next())
        self.sweep(begun)
        here, there = Writer(begun / SITE), current / SITE
        for path in changed:
            try:
                here.share(path, f"{there}/{path}")
            except FileNotFoundError:
                here.remove(path)
        shutil.copyfile(current / STATE, begun / STATE)
        return begun

    def _next(self) -> Path:
        self.copies.mkdir(parents=True, exist_ok=True)
        names = [each.name.removeprefix(BEFORE) for each in self.copies.iterdir()]
        return self.copies / str(max((int(name) for name in names if name.isdigit()), default=0) + 1)

    def finish(self, begun: Path, *, shares: bool) -> None:
        """All of it is on the disk before the link leads to it. A tree for the next run to begin with stays beside it:
        the one of before where they share what has not changed, else one that is made for it.
        """
        before = self.current
        os.sync()
        link = self.copies / "next"
        link.unlink(missing_ok=True)
        link.symlink_to(Path(self.copies.name, begun.name, SITE))
        link.replace(self.folder)
        _sync_folder(self.folder.parent)
        if before is not None and shares:
            before.rename(self.copies / f"{BEFORE}{begun.name}")
        self.sweep()
        if not shares:
            self._doubled(begun).rename(self.copies / f"{BEFORE}{begun.name}")

    def _doubled(self, current: Path) -> Path:
        target = self.copies / UNFINISHED
        shutil.rmtree(target, ignore_errors=True)
        _share_all(f"{current}/{SITE}", f"{target}/{SITE}")
        return target

    def sweep(self, *kept: Path) -> None:
        names = {LOCK, *(each.name for each in (self.current, self.before, *kept) if each is not None)}
        for each in self.copies.iterdir():
            if each.name not in names:
                shutil.rmtree(each) if each.is_dir() and not each.is_symlink() else each.unlink()

    def give_up(self, begun: Path) -> None:
        shutil.rmtree(begun, ignore_errors=True)


def _share_all(source: str, target: str) -> None:
    Path(target).mkdir(parents=True)
    with os.scandir(source) as entries:
        for each in entries:
            if each.is_dir(follow_symlinks=False):
                _share_all(each.path, f"{target}/{each.name}")
            else:
                os.link(each.path, f"{target}/{each.name}")


def _sync_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


class Writer:
    """Writes below one folder. A file that is there is replaced, as its bytes may be another copy's as well."""

    def __init__(self, site: Path) -> None:
        self.site = str(site)

    def write(self, path: str, content: bytes, status: int = 200, leads_to: str = "") -> File:
        descriptor = self._opened(f"{self.site}/{path}")
        try:
            written = os.write(descriptor, content)
            while written < len(content):
                written += os.write(descriptor, content[written:])
        finally:
            os.close(descriptor)
        return File(path, hashlib.sha256(content).hexdigest(), len(content), status, leads_to)

    def stream(self, path: str, pieces: Iterable[bytes]) -> File:
        """A file that is too large to be held at once."""
        digest, size = hashlib.sha256(), 0
        with os.fdopen(self._opened(f"{self.site}/{path}"), "wb") as opened:
            for piece in pieces:
                digest.update(piece)
                size += opened.write(piece)
        return File(path, digest.hexdigest(), size)

    @staticmethod
    def _opened(whole: str) -> int:
        for _attempt in range(3):
            try:
                return os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
            except FileNotFoundError:
                _make_folder(whole.rpartition("/")[0])
            except FileExistsError:
                os.unlink(whole)  # noqa: PTH108
        raise OSError(whole)

    def share(self, path: str, other: Path | str) -> None:
        """The same file as another, under a name of ours; a file of its own where that stands on another disk."""
        whole = f"{self.site}/{path}"
        for _attempt in range(3):
            try:
                os.link(other, whole)
            except FileExistsError:
                os.unlink(whole)  # noqa: PTH108
            except FileNotFoundError:
                if not Path(other).exists():
                    raise
                _make_folder(whole.rpartition("/")[0])
            except OSError:
                Path(whole).parent.mkdir(parents=True, exist_ok=True)
                Path(whole).unlink(missing_ok=True)
                shutil.copyfile(other, whole)
                return
            else:
                return
        raise OSError(whole)

    def remove(self, path: str) -> None:
        """With the folders that are empty without it."""
        whole = f"{self.site}/{path}"
        try:
            os.unlink(whole)  # noqa: PTH108
            while len(whole := whole.rpartition("/")[0]) > len(self.site):
                os.rmdir(whole)  # noqa: PTH106
        except OSError:  # it is gone already, or the folder holds something else
            return


def _make_folder(path: str) -> None:
    """Mostly the one above is there: to look for it first takes twice as long, and there are 30,000."""
    try:
        os.mkdir(path)  # noqa: PTH102
    except FileNotFoundError:
        os.makedirs(path, exist_ok=True)  # noqa: PTH103
    except FileExistsError:  # another process has made it
        return


def hash_of(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
