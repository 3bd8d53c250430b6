"""The files of one address: a page with the pages that follow it, another form of a record, a static file."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape, unescape
from typing import Final

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template import loader

from timeline.addresses import path_of
from timeline.static_copy import streams
from timeline.static_copy.addresses import page_beginnings
from timeline.static_copy.batches import answers
from timeline.static_copy.downloads import Downloads, is_download
from timeline.static_copy.links import (
    NEXT,
    TITLE,
    Rewriter,
    Timetable,
    file_of,
    located,
    on_the_site,
    page_address,
)
from timeline.static_copy.rendering import Answer, answer
from timeline.static_copy.writing import File, Writer

IN_A_STYLESHEET: Final = re.compile(rb"""url\(\s*["']?([^"')#?]+)|@import\s+["']([^"']+)""")
IN_A_SCRIPT: Final = re.compile(rb"""(?:from|import)\s*\(?\s*["'](\.[^"']+)["']""")
MOST_PAGES: Final = 100_000
MOST_HOPS: Final = 5


@dataclass(frozen=True)
class Wanted:
    """An address to be made; of a list that is there already perhaps only some of its pages."""

    address: str
    record: str = ""  # kind and code; empty for lists and the rest
    is_seed: bool = False  # in the copy whether a page leads to it or not
    numbers: tuple[int, ...] = ()  # of its pages; empty for all
    asked: tuple[str, ...] = ()  # what each of its pages was asked for by, in the copy before


@dataclass
class Page:
    file: File
    links: set[str] = field(default_factory=set)  # addresses of the copy; places in lists as the site names them
    number: int = 1
    asked: str = ""


@dataclass
class Made:
    address: str
    record: str = ""
    is_seed: bool = False
    title: str = ""
    is_whole: bool = True
    pages: list[Page] = field(default_factory=list)

    @property
    def links(self) -> set[str]:
        return {link for page in self.pages for link in page.links}


@dataclass(frozen=True)
class Asked:
    """A page of a list as the site answers it, and what it was asked for by."""

    number: int
    key: str
    answer: Answer
    next_key: str


class Maker:
    """Makes addresses, several at once."""

    def __init__(self, writer: Writer, timetable: Timetable, downloads: Downloads) -> None:
        self.writer, self.timetable, self.downloads = writer, timetable, downloads
        self.rewriter = Rewriter(timetable)

    def make(self, several: Sequence[Wanted]) -> Iterator[Made]:
        found = answers([_on_the_site(each) for each in several if _is_asked_for(each.address)])
        for wanted in several:
            made = Made(wanted.address, wanted.record, wanted.is_seed, is_whole=not wanted.numbers)
            if wanted.address.startswith(settings.STATIC_URL):
                self._static(made)
            elif is_download(wanted.address):
                self._download(made)
            elif streams.is_stream(wanted.address):
                self._list(made, wanted, StreamPages(wanted.address, self.timetable))
            else:
                self._dynamic(made, wanted, *next(found))
            yield made

    def _dynamic(self, made: Made, wanted: Wanted, asked: str, first: Answer) -> None:
        if first.leads_to:
            self._moved(made, first.leads_to)
        elif first.status == 200 and first.is_page:
            self._list(made, wanted, SitePages(asked, first))
        elif first.status in {200, 410} and (first.is_page is (made.address[-1:] == "/")):
            self._keep(made, first)

    def _keep(self, made: Made, found: Answer) -> None:
        content, links = found.content, set[str]()
        if found.is_page:
            content, links = self.rewriter.page(content, made.address)
        elif found.media_type.endswith("xml"):
            links = located(content)
        elif not made.record:
            links = pages_named(content)
        made.pages.append(Page(self.writer.write(file_of(made.address), content, found.status), links))

    def _list(self, made: Made, wanted: Wanted, pages: "StreamPages | SitePages") -> None:
        """A list is one address with all its pages."""
        if wanted.numbers:
            chosen = list(_chosen(wanted, pages))
            made.is_whole = not _goes_on_as_before(wanted, chosen)
            if not made.is_whole:
                self._write(made, chosen, pages.path)
                return
        self._write(made, _all(pages), pages.path)

    def _write(self, made: Made, several: Iterable[Asked], path: str) -> None:
        for each in several:
            content, links = self.rewriter.page(each.answer.content, made.address, each.number, path)
            if each.number == 1:
                title = TITLE.search(content)
                made.title = title[1].decode() if title else ""
            file = self.writer.write(file_of(page_address(made.address, each.number)), content, each.answer.status)
            made.pages.append(Page(file, links, each.number, each.key))

    def _moved(self, made: Made, leads_to: str) -> None:
        """A page that leads on; of another form what it leads to, as no server will say that it has moved."""
        target = self._end_of(leads_to)
        path = file_of(made.address)
        if made.address[-1:] != "/":
            found = answer(target.partition("#")[0])
            if found.status == 200:
                made.pages.append(Page(self.writer.write(path, found.content, 301, target)))
            return
        page, links = self.rewriter.page(_moved_page(target), made.address)
        refresh = self.rewriter.written(target, made.address)
        page = page.replace(f"url={escape(target)}".encode(), b"url=" + refresh)
        made.pages.append(Page(self.writer.write(path, page, 301, target), links))

    def _end_of(self, leads_to: str) -> str:
        """One hop, wherever the site would send a reader through several."""
        for _hop in range(MOST_HOPS):
            path = leads_to.partition("#")[0]
            onward = answer(path).leads_to if path in self.timetable.moved else ""
            if not onward:
                break
            leads_to = onward
        return leads_to

    def _download(self, made: Made) -> None:
        file = self.downloads.share(made.address, self.writer)
        if file is not None:
            made.pages.append(Page(file))

    def _static(self, made: Made) -> None:
        name = made.address.removeprefix(settings.STATIC_URL)
        content, links = _static_content(name), set[str]()
        if content is None:
            return
        folder = made.address.rpartition("/")[0]
        pattern = {"css": IN_A_STYLESHEET, "js": IN_A_SCRIPT}.get(name.rpartition(".")[2])
        for match in pattern.finditer(content) if pattern else ():
            reference = next(group for group in match.groups() if group).decode()
            if not reference.startswith(("data:", "http", "/")):
                links.add(_joined(folder, reference))
        made.pages.append(Page(self.writer.write(made.address.lstrip("/"), content), links))


def pages_named(content: bytes) -> set[str]:
    """The pages of records that a feed or another form of a list names."""
    return {path.decode() for path in _named_pattern(settings.SITE_URL).findall(content)}


@cache
def _named_pattern(site: str) -> re.Pattern[bytes]:
    beginnings = b"|".join(re.escape(each).encode() for each in page_beginnings())
    return re.compile(re.escape(site).encode() + rb"((?:" + beginnings + rb")[-a-zA-Z0-9_]+/)")


def _is_asked_for(address: str) -> bool:
    return not (address.startswith(settings.STATIC_URL) or is_download(address) or streams.is_stream(address))


def _on_the_site(wanted: Wanted) -> str:
    return wanted.address if wanted.is_seed else on_the_site(wanted.address)


# --- pages of lists


@dataclass(frozen=True)
class SitePages:
    asked: str
    first: Answer

    @property
    def path(self) -> str:
        return self.asked.partition("?")[0]

    def page(self, number: int, key: str) -> Asked | None:
        found = answer(f"{self.path}?{key}", self.first.record) if key else self.first
        if found.status != 200:
            return None
        # The timeline goes on in the pages of its years.
        onward = NEXT.search(found.content) if self.path != path_of("timeline") else None
        return Asked(number, key, found, unescape(onward[1].decode()) if onward else "")


@dataclass(frozen=True)
class StreamPages:
    address: str
    timetable: Timetable

    @property
    def path(self) -> str:
        return path_of("timeline")

    def page(self, number: int, key: str) -> Asked | None:
        found, next_key = streams.page(self.address, self.timetable, key)
        return Asked(number, key, found, next_key) if found.status == 200 else None


def _all(pages: StreamPages | SitePages) -> Iterator[Asked]:
    key = ""
    for number in range(1, MOST_PAGES):
        found = pages.page(number, key)
        if found is None:
            return
        yield found
        key = found.next_key
        if not key:
            return


def followed(address: str) -> Iterator[Answer]:
    """The page and those that follow it."""
    return (each.answer for each in _all(SitePages(address, answer(address))))


def _chosen(wanted: Wanted, pages: StreamPages | SitePages) -> Iterator[Asked]:
    for number in wanted.numbers:
        found = pages.page(number, wanted.asked[number - 1])
        if found is not None:
            yield found


def _goes_on_as_before(wanted: Wanted, chosen: list[Asked]) -> bool:
    """Whether the pages that were not asked for again still stand between these."""
    keys = dict(enumerate(wanted.asked, 1))
    return len(chosen) == len(wanted.numbers) and all(keys.get(each.number + 1, "") == each.next_key for each in chosen)


# --- pages that lead on, and static files

HERE: Final = "/leads-to-this-one/"


@cache
def _moved_template(site: str) -> str:
    context = {"leads_to": HERE, "canonical": site + HERE, "language": settings.LANGUAGE_CODE}
    return loader.get_template("timeline/static_copy/moved.html").render(context)


def _moved_page(target: str) -> bytes:
    return _moved_template(settings.SITE_URL).replace(HERE, escape(target)).encode()


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
