"""Small disks that can be filled, and what a save is told then."""

import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.faults.desk import refused

FULL = "The disk of this site is full. Nothing was saved, and nothing is lost of what was there before."
READ_ONLY = "This site can be read but not changed at the moment. Nothing was saved."


def mounted(*given: object) -> None:
    done = subprocess.run(["mount", *map(str, given)], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"Nothing can be mounted here: {done.stderr.strip()}")


@contextmanager
def disk(folder: Path, size: str = "32m") -> Iterator[Path]:
    """A small one of its own, in memory."""
    folder.mkdir(exist_ok=True)
    mounted("-t", "tmpfs", "-o", f"size={size},mode=700", "none", folder)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def fill(folder: Path, room: int = 1_000_000) -> Path:
    """All but so many bytes that are left: some saves fit in them."""
    ballast = folder / "ballast"
    ballast.write_bytes(bytes(shutil.disk_usage(folder).free - room))
    return ballast


def sentences(heard: Iterable[Any]) -> list[str]:
    return [FULL if FULL in said else READ_ONLY if READ_ONLY in said else said for said in refused(heard)]
