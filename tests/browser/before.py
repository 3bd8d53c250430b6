"""The shipped data as it was before somebody entered some of its records."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings

ENTRY = re.compile(r"(?m)^(?=- model: )")
OWN_NAMES = re.compile(r"(?m)^    (?:slug|code): (\S+)$")
NAMED = re.compile(r"(?m)^    (\w+): \[(.+)\]$")
MEMBER = re.compile(r"(?m)^    - \[(.+)\]\n")
LIST = re.compile(r"(?m)^    \w+:\n(?!    - )")  # without members


def fixtures_without(slugs: Iterable[str], folder: Path) -> None:
    """The files without these records, and without what cannot stand alone: what names one, or rests on one only."""
    files = {path.name: ENTRY.split(path.read_text()) for path in Path(settings.FIXTURE_DIRS[0]).glob("*.yaml")}
    gone = _with_what_falls(set(slugs), [entry for _head, *entries in files.values() for entry in entries])
    for name, (head, *entries) in files.items():
        kept = (_without_members(entry, gone) for entry in entries if not _own_names(entry) & gone)
        (folder / name).write_text(head + "".join(kept))


def _with_what_falls(gone: set[str], entries: list[str]) -> set[str]:
    cited = set(_owners(entries))
    while True:
        standing = [entry for entry in entries if not _own_names(entry) & gone]
        naming = {name for entry in standing if _named(entry) & gone for name in _own_names(entry)}
        falling = naming | (cited - set(_owners(standing)) - gone)
        if not falling:
            return gone
        gone = gone | falling


def _owners(entries: Iterable[str]) -> Iterator[str]:
    """What the citations are about."""
    for entry in entries:
        if entry.startswith("- model: timeline.citation\n"):
            yield from (name for field, name in NAMED.findall(entry) if field != "source")


def _own_names(entry: str) -> set[str]:
    return set(OWN_NAMES.findall(entry))


def _named(entry: str) -> set[str]:
    return {name for _field, name in NAMED.findall(entry)}


def _without_members(entry: str, gone: set[str]) -> str:
    kept = MEMBER.sub(lambda member: "" if member[1] in gone else member[0], entry)
    return LIST.sub("", kept)
