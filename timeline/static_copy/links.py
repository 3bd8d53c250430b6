"""Where an address of the site is found in the copy, and how a page of the copy leads there.

A copy has no query strings. Pages of a list become `page/2/`, a filter of a list becomes `agreement/12/`, a range of
the timeline the page of its first year, and the filter by a record the record's own page or stream.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape, unescape
from typing import Final
from urllib.parse import parse_qsl, quote, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve, reverse

from timeline.addresses import path_of
from timeline.chronology import FACETS
from timeline.static_copy.addresses import not_copied

ATTRIBUTES: Final = (b'href="', b'src="', b'poster="')
PLAIN: Final = re.compile(rb"/(?:[-A-Za-z0-9_.~][-A-Za-z0-9_.~/]*)?")
FORM: Final = re.compile(rb"<form\b.*?</form>\s*", re.DOTALL)
IDS: Final = re.compile(rb'\sid="([^"]+)"')
TITLE: Final = re.compile(rb"<title>(.*?)</title>", re.DOTALL)
LOCATION: Final = re.compile(rb"<loc>([^<]+)</loc>")
NEXT: Final = re.compile(rb'<a rel="next" href="\?([^"]+)"')
PREVIOUS: Final = re.compile(rb'<a rel="prev" href="\?([^"]+)"')
VALUE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,99}")
KEYS: Final = ("after", "before")
MOST_KNOWN: Final = 50_000  # links, for each depth of folders


@dataclass(frozen=True)
class Timetable:
    """What of the timeline the copy has as pages of their own, and on which page of a list a record stands."""

    years: tuple[int, ...] = ()
    agreements: Mapping[str, str] = field(default_factory=dict)  # by ordinal and by slug: the slug
    stands_at: Mapping[str, str] = field(default_factory=dict)  # by /gaps/?at=slug: the address of the page
    moved: frozenset[str] = frozenset()  # addresses under old slugs

    def year(self, text: str) -> str:
        """The page of the first year with entries from this one on, else of the last."""
        asked = int(text[:4]) if text[:4].isdigit() else 0
        later = [year for year in self.years if year >= asked] or list(self.years[-1:])
        return f"{path_of('timeline')}{later[0]:04d}/" if later else path_of("timeline")


def file_of(address: str) -> str:
    """The path of its file in the copy."""
    path = address.lstrip("/")
    return f"{path}index.html" if not path or path.endswith("/") else path


def address_of(path: str) -> str:
    """The other way round."""
    return f"/{path.removesuffix('index.html')}"


class Rewriter:
    """Leads from pages to what the copy has. What it has learnt of a link it knows on the next page."""

    def __init__(self, timetable: Timetable) -> None:
        self.timetable = timetable
        self.known: dict[int, Known] = {}  # by how many folders deep the page stands

    def page(self, content: bytes, address: str, number: int = 1, asked: str = "") -> tuple[bytes, set[str]]:
        """The page as it stands in the copy, and the addresses that it leads to.

        `asked` is its path on the site, which its links to other filters are relative to.
        """
        here, paged = page_address(address, number), Paged(address, number, asked or address)
        known = self._known(file_of(here).count("/"))
        page, found = FORM.sub(b"", content) if b"<form" in content else content, set[str | None]()
        for name in ATTRIBUTES:
            before, links = cut(page, name)
            values = [value for value, _quote, _text in links]
            own = self._own(values, known, content, paged)
            put = [own[value][0] if value in own else known[value] for value in values]
            pieces = [text + quote + rest for text, (_value, quote, rest) in zip(put, links, strict=True)]
            page = name.join([before, *pieces])
            found.update(map(known.leads.get, values), (lead for _text, lead in own.values()))
        return page, {lead for lead in found if lead} - paged.beside

    def written(self, target: str, address: str) -> bytes:
        """How the page at an address leads to another address."""
        return self._known(file_of(address).count("/"))[escape(target).encode()]

    def _known(self, depth: int) -> "Known":
        known = self.known.get(depth)
        if known is None or len(known) > MOST_KNOWN:
            known = self.known[depth] = Known(self, depth)
        return known

    @staticmethod
    def _own(values: list[bytes], known: "Known", content: bytes, paged: "Paged") -> dict[bytes, tuple[bytes, str]]:
        """What begins with a question mark says something else on each page."""
        own = {value: known.lead(value, paged.asked) for value in values if value[:1] == b"?"}
        if own and paged.goes_on:
            for pattern, step in ((NEXT, 1), (PREVIOUS, -1)):
                if (neighbour := pattern.search(content)) is not None:
                    own[b"?" + neighbour[1]] = known.written(page_address(paged.address, paged.number + step)), ""
        return own

    def target(self, asked: str) -> tuple[str, str]:
        """The address in the copy of what an address of the site names, on the site itself where the copy has none;
        and the address that is to be in the copy for it, if any.
        """
        parts = urlsplit(asked)
        pairs = parse_qsl(parts.query)
        if needs_a_server(parts.path, bool(parts.query)):
            return settings.SITE_URL + asked, ""
        address = self._address(parts.path, pairs)
        is_place = any(name == "at" for name, _value in pairs)
        has_place = parts.fragment and (not pairs or is_place)  # another page has other places
        found = f"{parts.path}?{parts.query}" if is_place else address
        return (f"{address}#{parts.fragment}" if has_place else address), found

    def _address(self, path: str, pairs: list[tuple[str, str]]) -> str:
        if not pairs:
            return path
        given = dict(pairs)
        if path == path_of("timeline"):
            return self._on_the_timeline(given)
        if "at" in given:
            return self.timetable.stands_at.get(f"{path}?at={given['at']}", path)
        return filtered_address(path, [pair for pair in pairs if pair[0] not in KEYS])

    def _on_the_timeline(self, given: dict[str, str]) -> str:
        for name in ("from", "after", "before", "to"):
            if given.get(name):
                return self.timetable.year(given[name])
        if (slug := self.timetable.agreements.get(given.get("agreement", ""))) is not None:
            return f"{path_of('timeline')}agreement/{slug}/"
        for name, (_facet, model) in FACETS.items():
            if VALUE.fullmatch(given.get(name, "")):
                return reverse(model.url_name, args=[given[name]])
        return path_of("timeline")


@dataclass(frozen=True)
class Paged:
    """A page of a list, and the path that it has on the site."""

    address: str
    number: int
    asked: str

    @property
    def goes_on(self) -> bool:
        """The timeline does not: it goes on in the pages of its years."""
        return self.address != path_of("timeline")

    @property
    def beside(self) -> set[str]:
        return {page_address(self.address, number) for number in (self.number - 1, self.number, self.number + 1)}


Link = tuple[bytes, bytes, bytes]  # what it leads to, the sign that ends it, and what stands behind it


def cut(content: bytes, name: bytes) -> tuple[bytes, list[Link]]:
    """What stands before the first link, and the links. An expression does the same, and takes five times as long."""
    first, *others = content.split(name)
    links = [other.partition(b'"') for other in others]
    before = b"".join([first[-1:], *[text[-1:] for _value, _quote, text in links[:-1]]])
    if not links or (len(before) == len(links) and before.isspace()):
        return first, links
    first, *pieces = re.split(rb"(?<=\s)" + name + rb'([^"]*)', content)  # some belong to longer names
    return first, [(value, b"", text) for value, text in zip(pieces[::2], pieces[1::2], strict=True)]


class Known(dict[bytes, bytes]):
    """What stands in a page at one depth for each link of the site."""

    def __init__(self, rewriter: Rewriter, depth: int) -> None:
        self.rewriter, self.up = rewriter, "../" * depth
        self.leads: dict[bytes, str] = {}

    def __missing__(self, value: bytes) -> bytes:
        if value[:1] != b"/":
            return value  # a place in the page, another site, or this one by its whole name for others
        plain = PLAIN.fullmatch(value) is not None
        self[value], self.leads[value] = written, _lead = self._plain(value) if plain else self.lead(value, "")
        return written

    def _plain(self, value: bytes) -> tuple[bytes, str]:
        """As `lead` says it of an address in which nothing is to be taken apart or escaped: most are such."""
        path = value.decode()
        if needs_a_server(path, is_narrowed=False):
            return settings.SITE_URL.encode() + value, ""
        return f"{self.up}{file_of(path)}".encode(), path

    def lead(self, value: bytes, path: str) -> tuple[bytes, str]:
        asked = unescape(value.decode())
        target, found = self.rewriter.target(path + asked if asked[:1] == "?" else asked)
        return (escape(target).encode() if target.startswith("http") else self.written(target)), found

    def written(self, target: str) -> bytes:
        path, mark, fragment = target.partition("#")
        return escape(self.up + quote(file_of(path), safe="/%~@:+,;=&!'()*") + mark + fragment).encode()


def needs_a_server(path: str, is_narrowed: bool) -> bool:
    """Searches, the API and the desk; and files that are made for who asks."""
    if is_narrowed and not path.endswith("/"):
        return True
    whole, beginnings = not_copied()
    return path in whole or path.startswith(beginnings)


def located(content: bytes) -> set[str]:
    """The addresses of the copy that a sitemap names."""
    site = f"{settings.SITE_URL}/"
    named = (unescape(each.decode()) for each in LOCATION.findall(content))
    paths = {each.removeprefix(settings.SITE_URL) for each in named if each.startswith(site)}
    whole, beginnings = not_copied()
    return {path for path in paths - whole if not path.startswith(beginnings)}


def page_address(address: str, number: int) -> str:
    return address if number <= 1 else f"{address}page/{number}/"


def filtered_address(path: str, pairs: list[tuple[str, str]]) -> str:
    """`/figures/?year=2021&currency=KRW` is `/figures/year/2021/currency/KRW/`."""
    kept = [(name, value) for name, value in pairs if VALUE.fullmatch(value)]
    return path + "".join(f"{name}/{value}/" for name, value in kept)


def asked_for(address: str) -> str | None:
    """The other way round: the address on the site of a filtered list of the copy. None if it is none."""
    segments = address.strip("/").split("/")
    for length in range(len(segments) - 2, 0, -2):
        path = f"/{'/'.join(segments[:length])}/"
        try:
            match = resolve(path)
        except Resolver404:
            continue
        if match.kwargs and match.url_name != "corrections-of":
            continue
        rest = segments[length:]
        pairs = zip(rest[::2], rest[1::2], strict=True)
        return f"{path}?{'&'.join(f'{name}={value}' for name, value in pairs)}"
    return None


def on_the_site(address: str) -> str:
    """What to ask the site for, to have what stands in the copy at this address."""
    try:
        resolve(address)
    except Resolver404:
        return asked_for(address) or address
    return address
