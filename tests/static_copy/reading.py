"""Reads a copy as a browser and a crawler would, from the files alone."""

import re
from functools import cache
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

LINK = re.compile(r"""\s(?:href|src)="([^"]*)\"""")
ID = re.compile(r"""\sid="([^"]+)\"""")


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def differing(one: Path, other: Path) -> list[str]:
    """The files that are not the same bytes in both."""
    here, there = tree(one), tree(other)
    return sorted(path for path in here.keys() | there.keys() if here.get(path) != there.get(path))


def pages(folder: Path) -> list[Path]:
    return sorted(path for path in folder.resolve().rglob("*.html") if path.name != "404.html")


def links(page: Path) -> list[str]:
    """To other files of the copy."""
    found = (unescape(link) for link in LINK.findall(page.read_text()))
    return [link for link in dict.fromkeys(found) if not urlsplit(link).scheme]


def broken(folder: Path) -> list[str]:
    """Links that lead to no file, to a place that is not in it, or that only a server could answer."""
    folder = folder.resolve()

    @cache
    def ids(page: Path) -> set[str]:
        return {unescape(each) for each in ID.findall(page.read_text())}

    found = []
    for page in pages(folder):
        for link in links(page):
            parts = urlsplit(link)
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            problem = ""
            if link.startswith("/") or parts.query:
                problem = "needs a server"
            elif not target.is_file() or not target.is_relative_to(folder):
                problem = "no file"
            elif parts.fragment and target.suffix == ".html" and unquote(parts.fragment) not in ids(target):
                problem = "no such place"
            if problem:
                found.append(f"{page.relative_to(folder)}: {link}: {problem}")
    return found
