"""The files of one address: a page with the pages that follow it, another form of a record, a static file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Final

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template import loader
from django.urls import reverse

from timeline.static_copy import streams
from timeline.static_copy.links import (
    LOCATION,
    NEXT,
    TITLE,
    Rewriter,
    Timetable,
    file_of,
    needs_a_server,
    on_the_site,
    page_address,
)
from timeline.static_copy.rendering import Answer, answer
from timeline.static_copy.writing import File, Writer

IN_A_STYLESHEET: Final = re.compile(rb"""url\(\s*["']?([^"')#?]+)|@import\s+["']([^"']+)""")
IN_A_SCRIPT: Final = re.compile(rb"""(?:from|import)\s*\(?\s*["'](\.[^"']+)["']""")
MOST_PAGES: Final = 100_000


@dataclass
class Made:
    address: str
    files: list[File] = field(default_factory=list)
    links: set[str] = field(default_factory=set)  # addresses of the copy; places in lists as the site names them
    title: str = ""

    @property
    def is_missing(self) -> bool:
        return not self.files


class Maker:
    """Makes one address after another."""

    def __init__(self, writer: Writer, timetable: Timetable) -> None:
        self.writer, self.timetable = writer, timetable

    def make(self, address: str) -> Made:
        made = Made(address)
        if address.startswith(settings.STATIC_URL):
            self._static(made)
        elif streams.is_stream(address):
            self._pages(made, self._stream(address))
        else:
            self._dynamic(made)
        return made

    def _dynamic(self, made: Made) -> None:
        asked = on_the_site(made.address)
        first = answer(asked)
        if first.leads_to:
            self._moved(made, first.leads_to)
        elif first.status == 200 and first.is_page:
            self._pages(made, followed(asked, first))
        elif first.status in {200, 410} and (first.is_page is (made.address[-1:] == "/")):
            self._keep(made, file_of(made.address), first)

    def _keep(self, made: Made, path: str, found: Answer) -> None:
        content = found.content
        if found.is_page:
            rewriter = Rewriter(self.timetable, made.address)
            content = rewriter.page(content)
            made.links |= rewriter.found
        elif found.media_type.endswith("xml"):
            site = settings.SITE_URL
            named = (each.decode() for each in LOCATION.findall(content))
            paths = {unescape(each).removeprefix(site) for each in named if each.startswith(f"{site}/")}
            made.links |= {path for path in paths if not needs_a_server(path, is_narrowed=False)}
        made.files.append(self.writer.write(path, content, found.status))

    def _pages(self, made: Made, answers: Iterator[Answer]) -> None:
        """A list is one address with all its pages."""
        is_stream = streams.is_stream(made.address)
        for number, found in enumerate(answers, 1):
            rewriter = Rewriter(self.timetable, made.address, number, is_stream)
            content = rewriter.page(found.content)
            own = {page_address(made.address, other) for other in (number - 1, number, number + 1)}
            made.links |= rewriter.found - own
            if number == 1:
                title = TITLE.search(content)
                made.title = title[1].decode() if title else ""
            path = file_of(page_address(made.address, number))
            made.files.append(self.writer.write(path, content, found.status))

    def _stream(self, address: str) -> Iterator[Answer]:
        key = ""
        for _number in range(MOST_PAGES):
            found, key = streams.page(address, self.timetable, key)
            if found.status == 200:
                yield found
            if not key:
                return

    def _moved(self, made: Made, leads_to: str) -> None:
        """A page that leads on; of another form what it leads to, as no server will say that it has moved."""
        target = self._end_of(leads_to)
        if made.address[-1:] != "/":
            found = answer(target.partition("#")[0])
            if found.status == 200:
                made.files.append(self.writer.write(file_of(made.address), found.content, 301, target))
            return
        rewriter = Rewriter(self.timetable, made.address)
        context = {"leads_to": target, "canonical": settings.SITE_URL + target, "language": settings.LANGUAGE_CODE}
        page = loader.get_template("timeline/static_copy/moved.html").render(context).encode()
        page = rewriter.page(page)
        refresh = rewriter.relative(target.encode(), file_of(made.address).rpartition("/")[0])
        page = page.replace(f"url={target}".encode(), b"url=" + refresh)
        made.links |= rewriter.found
        made.files.append(self.writer.write(file_of(made.address), page, 301, target))

    @staticmethod
    def _end_of(leads_to: str) -> str:
        """One hop, wherever the site would send a reader through several."""
        for _hop in range(5):
            path, _mark, _fragment = leads_to.partition("#")
            onward = answer(path).leads_to
            if not onward:
                break
            leads_to = onward
        return leads_to

    def _static(self, made: Made) -> None:
        name = made.address.removeprefix(settings.STATIC_URL)
        content = _static_content(name)
        if content is None:
            return
        folder = made.address.rpartition("/")[0]
        pattern = {"css": IN_A_STYLESHEET, "js": IN_A_SCRIPT}.get(name.rpartition(".")[2])
        for match in pattern.finditer(content) if pattern else ():
            reference = next(group for group in match.groups() if group).decode()
            if not reference.startswith(("data:", "http", "/")):
                made.links.add(_joined(folder, reference))
        made.files.append(self.writer.write(made.address.lstrip("/"), content))


def _joined(folder: str, reference: str) -> str:
    parts: list[str] = folder.split("/")
    for part in reference.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def _static_content(name: str) -> bytes | None:
    """As it was collected; before that, as it stands in the source."""
    if staticfiles_storage.exists(name):
        with staticfiles_storage.open(name) as opened:
            return bytes(opened.read())
    found = finders.find(name)
    if not isinstance(found, str):
        return None
    with open(found, "rb") as opened_source:  # noqa: PTH123 - a path that the finders give as text
        return opened_source.read()


def followed(asked: str, first: Answer) -> Iterator[Answer]:
    """The page and those that follow it. The timeline goes on in the pages of its years."""
    yield first
    path = asked.partition("?")[0]
    if path == reverse("timeline"):
        return
    found = first
    for _number in range(MOST_PAGES):
        onward = NEXT.search(found.content)
        if onward is None:
            return
        found = answer(f"{path}?{unescape(onward[1].decode())}")
        if found.status != 200:
            return
        yield found
