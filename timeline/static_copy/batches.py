"""The answers at many addresses. A record is read once, for its page; its other forms are made of what was read, those
of several records at once.

A view that can make its form of records in hand says so by its attribute `forms_of`: see `timeline/views/forms.py`.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, Protocol

from django.urls import resolve, reverse

from timeline.models import Record
from timeline.static_copy.rendering import MOVED, Answer, answered, request_for

MOST_IN_HAND: Final = 2_000  # forms of records whose pages were made, until these forms have been asked for
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


def answers(addresses: Sequence[str]) -> Iterator[tuple[str, Answer]]:
    """Each address with what the site says there, in this order.

    It is quick where the page of a record comes first and its other forms soon after it.
    """
    in_hand: OrderedDict[str, tuple[Way, Record]] = OrderedDict()
    waiting = Waiting()
    for address in addresses:
        if (known := in_hand.pop(address, None)) is not None:
            waiting.add_form(address, *known)
            continue
        request = request_for(address)
        waiting.add(address, answered(request))
        read: Any = request.__dict__.get("record")
        if read is not None:
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
