"""The answers at many addresses. The records of many pages are read at once; their other forms are made of what was
read, those of many records at once.

A view that can make its form of records in hand says so by its attribute `forms_of`: see `timeline/views/forms.py`. One
that can be given a record that was read ahead has `read_ahead`: see `timeline/views/records.py`.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import islice
from typing import Any, Final, Protocol

from django.urls import Resolver404, ResolverMatch, resolve, reverse

from timeline.models import Record
from timeline.static_copy.rendering import MOVED, Answer, answered, request_for

MOST_IN_HAND: Final = 2_000  # forms of records whose pages were made, until these forms have been asked for
MOST_READ: Final = 200
MOST_WAITING: Final = 8_000_000  # bytes of answers, until those before them are made
CITATION_FILES: Final = ("bib", "ris", "json")


class Form(Protocol):
    @property
    def content(self) -> bytes: ...
    @property
    def content_type(self) -> str: ...
    @property
    def leads_to(self) -> str: ...


@dataclass(frozen=True, eq=False)
class Way:
    """How a form of records of one kind is made: the address without the slug or code, and what makes it."""

    before: str
    behind: str
    is_by_code: bool
    forms_of: Callable[..., Iterable[Form]]
    words: tuple[tuple[str, str], ...]  # of the address, the same for all records of the kind

    def address(self, record: Record) -> str:
        return f"{self.before}{record.code if self.is_by_code else record.slug}{self.behind}"

    def answers(self, records: Sequence[Record]) -> Iterator[Answer]:
        for form in self.forms_of(records, **dict(self.words)):
            media_type = form.content_type.partition(";")[0]
            yield Answer(MOVED if form.leads_to else 200, media_type, form.content, form.leads_to)


@dataclass
class Waiting:
    """What has been asked for and is not answered yet."""

    addresses: list[str] = field(default_factory=list)
    made: dict[int, Answer] = field(default_factory=dict)  # by its place among the addresses
    forms: dict[Way, list[tuple[int, Record]]] = field(default_factory=dict)
    size: int = 0

    def add(self, address: str, answer: Answer) -> None:
        self.made[len(self.addresses)] = answer
        self.addresses.append(address)
        self.size += len(answer.content)

    def add_form(self, address: str, way: Way, record: Record) -> None:
        self.forms.setdefault(way, []).append((len(self.addresses), record))
        self.addresses.append(address)

    def answers(self) -> Iterator[tuple[str, Answer]]:
        for way, several in self.forms.items():
            answers = way.answers([record for _place, record in several])
            self.made |= zip((place for place, _record in several), answers, strict=True)
        for place, address in enumerate(self.addresses):
            yield address, self.made.pop(place)


class Ahead:
    """The records of the pages that will be asked for, as many as are read at once."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self.addresses = addresses
        self._read: dict[str, Record | None] = {}  # by address

    def at(self, place: int) -> tuple[ResolverMatch | None, Record | None]:
        """What stands at this address, and the record, if it is the page of one that is public."""
        address = self.addresses[place]
        pages = _pages(address)
        if pages is None:
            return None, None
        if address not in self._read:
            self._read_on(pages, place)
        record = self._read.pop(address)
        if record is None:  # it has moved, or this is another page, such as /agreements/compare/
            return None, None
        known = {"slug": record.slug}
        return ResolverMatch(pages.func, (), known, url_name=pages.url_name, route=pages.route), record

    def _read_on(self, pages: ResolverMatch, place: int) -> None:
        following = (each for each in self.addresses[place:] if _pages(each) is pages and each not in self._read)
        several = list(islice(dict.fromkeys(following), MOST_READ))
        view: Any = pages.func
        found = view.read_ahead([_slug(each) for each in several])
        self._read |= {each: found.get(_slug(each)) for each in several}


def is_page(address: str) -> bool:
    """Of a record, most likely: of what is made together, these should come first."""
    return _pages(address) is not None


def _pages(address: str) -> ResolverMatch | None:
    """The pages of records among which an address stands."""
    beginning, _slash, behind = address[1:].partition("/")
    return _pages_in(beginning) if behind.find("/") == len(behind) - 1 > 0 else None


def _slug(address: str) -> str:
    return address.rsplit("/", 2)[1]


@lru_cache(maxsize=64)
def _pages_in(beginning: str) -> ResolverMatch | None:
    try:
        match = resolve(f"/{beginning}/0/")
    except Resolver404:
        return None
    return match if hasattr(match.func, "read_ahead") else None


def answers(addresses: Sequence[str]) -> Iterator[tuple[str, Answer]]:
    """Each address with what the site says there, in this order.

    It is quick where the page of a record comes first and its other forms soon after it.
    """
    in_hand: OrderedDict[str, tuple[Way, Record]] = OrderedDict()
    waiting, ahead = Waiting(), Ahead(addresses)
    for place, address in enumerate(addresses):
        if (known := in_hand.pop(address, None)) is not None:
            waiting.add_form(address, *known)
            continue
        request = request_for(address)
        match, record = ahead.at(place)
        if record is not None:
            request.__dict__["read_ahead"] = record
        found = answered(request, match)
        waiting.add(address, found)
        if (read := found.record) is not None:
            in_hand.update((way.address(read), (way, read)) for way in _ways(str(read._meta.model_name)))
            while len(in_hand) > MOST_IN_HAND:
                in_hand.popitem(last=False)
        if waiting.size > MOST_WAITING:
            yield from waiting.answers()
            waiting = Waiting()
    yield from waiting.answers()


@cache
def _ways(kind: str) -> list[Way]:
    of_family = {"family": f"{kind}s"}
    return [
        _way("slug", "record-json", of_family),
        _way("slug", "record-picture", of_family),
        *(_way("slug", "citation-file", of_family | {"form": form}) for form in CITATION_FILES),
        _way("slug", "embed", {"model": kind}),
        _way("code", "short-link", {}),
    ]


def _way(named_by: str, name: str, words: dict[str, str]) -> Way:
    mark = {"slug": "0", "code": "22222222"}[named_by]  # as short and as plain as a slug and a code can be
    address = reverse(name, kwargs={**words, named_by: mark})
    before, _mark, behind = address.partition(mark)
    view: Any = resolve(address).func
    return Way(before, behind, named_by == "code", view.forms_of, tuple(words.items()))
