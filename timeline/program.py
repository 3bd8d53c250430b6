"""The files that the site is made of, other than its data."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from django.apps import apps
from django.conf import settings


def folders() -> tuple[Path, ...]:
    """Code, styles and templates."""
    return (Path(apps.get_app_config("timeline").path), *map(Path, settings.TEMPLATES[0]["DIRS"]))


def state(*endings: str) -> list[str]:
    """Each file with one of these endings, by its size and the moment of its last change: to read all takes long."""
    return sorted(line for folder in folders() for line in _lines(str(folder), endings))


def _lines(folder: str, endings: tuple[str, ...]) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for each in entries:
            if each.is_dir():
                yield from _lines(each.path, endings)
            elif each.name.endswith(endings):
                with suppress(FileNotFoundError):  # gone meanwhile, or a link to nothing, as an editor's lock is
                    found = each.stat()
                    yield f"{each.path} {found.st_size} {found.st_mtime_ns}"
