"""Where an address of the site is found in the copy, and how a page of the copy leads there.

A copy has no query strings. Pages of a list become `page/2/`, a filter of a list becomes `agreement/12/`, a range of
the timeline the page of its first year, and the filter by a record the record's own page or stream.
"""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape, unescape
from typing import Final
from urllib.parse import parse_qsl, quote, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve, reverse

from timeline.chronology import FACETS
from timeline.static_copy.addresses import NOT_COPIED, NOT_COPIED_BELOW

ATTRIBUTE: Final = re.compile(rb"""(\s(?:href|src|poster)=)"([^"]*)\"""")
FORM: Final = re.compile(rb"<form\b.*?</form>\s*", re.DOTALL)
IDS: Final = re.compile(rb'\sid="([^"]+)"')
TITLE: Final = re.compile(rb"<title>(.*?)</title>", re.DOTALL)
LOCATION: Final = re.compile(rb"<loc>([^<]+)</loc>")
NEXT: Final = re.compile(rb'<a rel="next" href="\?([^"]+)"')
PREVIOUS: Final = re.compile(rb'<a rel="prev" href="\?([^"]+)"')
VALUE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,99}")
KEYS: Final = ("after", "before")


@dataclass(frozen=True)
class Timetable:
    """What of the timeline the copy has as pages of their own, and on which page of a list a record stands."""

    years: tuple[int, ...] = ()
    agreements: Mapping[str, str] = field(default_factory=dict)  # by ordinal and by slug: the slug
    stands_at: Mapping[str, str] = field(default_factory=dict)  # by /gaps/?at=slug: the address of the page

    def year(self, text: str) -> str:
        """The page of the first year with entries from this one on, else of the last."""
        asked = int(text[:4]) if text[:4].isdigit() else 0
        later = [year for year in self.years if year >= asked] or list(self.years[-1:])
        return f"{reverse('timeline')}{later[0]:04d}/" if later else reverse("timeline")


def file_of(address: str) -> str:
    """The path of its file in the copy."""
    path = address.lstrip("/")
    if not path or path.endswith("/"):
        return f"{path}index.html"
    return path if "." in posixpath.basename(path) else f"{path}/index.html"


@dataclass
class Rewriter:
    """Leads from the pages of one list to what the copy has. `found` notes what they lead to, as the site names it."""

    timetable: Timetable
    address: str
    number: int = 1
    is_stream: bool = False
    found: set[str] = field(default_factory=set)
    path: str = field(init=False)  # on the site, which its links to other filters are relative to

    def __post_init__(self) -> None:
        self.path = reverse("timeline") if self.is_stream else on_the_site(self.address).partition("?")[0]

    def page(self, content: bytes) -> bytes:
        without_forms = FORM.sub(b"", content)
        here = posixpath.dirname(file_of(page_address(self.address, self.number)))
        known: dict[bytes, bytes] = {}
        for pattern, step in ((NEXT, 1), (PREVIOUS, -1)):
            if self._goes_on and (neighbour := pattern.search(content)) is not None:
                known[b"?" + neighbour[1]] = self._written(page_address(self.address, self.number + step), here)

        def replaced(match: re.Match[bytes]) -> bytes:
            value = match[2]
            if value not in known:
                known[value] = self.relative(value, here)
            return match[1] + b'"' + known[value] + b'"'

        return ATTRIBUTE.sub(replaced, without_forms)

    @property
    def _goes_on(self) -> bool:
        """The timeline does not: it goes on in the pages of its years."""
        return self.is_stream or self.path != reverse("timeline")

    def relative(self, value: bytes, here: str) -> bytes:
        if value[:1] == b"#" or (value[:1] not in b"/?" and not value.startswith(settings.SITE_URL.encode() + b"/")):
            return value
        if value.startswith(settings.SITE_URL.encode()):
            return value  # what names itself for others: canonical, alternates and pictures
        target = self.target(unescape(value.decode()))
        return escape(target).encode() if target.startswith("http") else self._written(target, here)

    def _written(self, target: str, here: str) -> bytes:
        path, mark, fragment = target.partition("#")
        relative = posixpath.relpath(file_of(path), here or ".")
        return escape(quote(relative, safe="/%~@:+,;=&!'()*") + mark + fragment).encode()

    def target(self, asked: str) -> str:
        """The address in the copy of what an address of the site names; on the site itself where the copy has none."""
        if asked.startswith("?"):
            asked = self.path + asked
        parts = urlsplit(asked)
        pairs = parse_qsl(parts.query)
        if needs_a_server(parts.path, bool(parts.query)):
            return settings.SITE_URL + asked
        address = self._address(parts.path, pairs)
        self.found.add(f"{parts.path}?{parts.query}" if any(name == "at" for name, _value in pairs) else address)
        has_place = parts.fragment and (not pairs or "at" in dict(pairs))  # another page has other places
        return f"{address}#{parts.fragment}" if has_place else address

    def _address(self, path: str, pairs: list[tuple[str, str]]) -> str:
        if not pairs:
            return path
        given = dict(pairs)
        if path == reverse("timeline"):
            return self._on_the_timeline(given)
        if "at" in given:
            return self.timetable.stands_at.get(f"{path}?at={given['at']}", path)
        return filtered_address(path, [pair for pair in pairs if pair[0] not in KEYS])

    def _on_the_timeline(self, given: dict[str, str]) -> str:
        for name in ("from", "after", "before", "to"):
            if given.get(name):
                return self.timetable.year(given[name])
        if (slug := self.timetable.agreements.get(given.get("agreement", ""))) is not None:
            return f"{reverse('timeline')}agreement/{slug}/"
        for name, (_facet, model) in FACETS.items():
            if VALUE.fullmatch(given.get(name, "")):
                return reverse(model.url_name, args=[given[name]])
        return reverse("timeline")


def needs_a_server(path: str, is_narrowed: bool) -> bool:
    """Searches, the API and the desk; and files that are made for who asks."""
    if path.startswith(NOT_COPIED_BELOW):
        return True
    if is_narrowed and not path.endswith("/"):
        return True
    try:
        return not path.startswith(settings.STATIC_URL) and resolve(path).url_name in NOT_COPIED
    except Resolver404:
        return False


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
