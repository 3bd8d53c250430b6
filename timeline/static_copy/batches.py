"""The answers at many addresses. A record is read once, for its page; its other forms are made of what was read.

A view that can make its form of a record in hand says so by its attribute `of_record`, which is given the request, the
record, and the words of the address.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpResponseBase
from django.urls import ResolverMatch, resolve, reverse

from timeline.models import Record
from timeline.static_copy.rendering import Answer, answered, as_answer, request_for

MOST_IN_HAND = 2_000  # forms of records whose pages were made, until these forms have been asked for
CITATION_FILES = ("bib", "ris", "json")


@dataclass(frozen=True)
class Way:
    """How a form of records of one kind is made: the address without the slug or code, and what is found there."""

    before: str
    behind: str
    is_by_code: bool
    match: ResolverMatch
    words: tuple[tuple[str, str], ...]  # of the address, the same for all records of the kind

    def address(self, record: Record) -> str:
        return f"{self.before}{record.code if self.is_by_code else record.slug}{self.behind}"

    def answer(self, address: str, record: Record) -> Answer:
        request = request_for(address)
        request.resolver_match = self.match
        of_record: Callable[..., HttpResponseBase] = self.match.func.of_record  # type: ignore[attr-defined]
        return as_answer(of_record(request, record, **dict(self.words)))


def answers(addresses: Sequence[str]) -> Iterator[tuple[str, Answer]]:
    """Each address with what the site says there, in this order.

    It is quick where the page of a record comes first and its other forms soon after it.
    """
    in_hand: OrderedDict[str, tuple[Way, Record]] = OrderedDict()
    for address in addresses:
        if (known := in_hand.pop(address, None)) is not None:
            way, record = known
            yield address, way.answer(address, record)
            continue
        request = request_for(address)
        yield address, answered(request)
        read: Any = request.__dict__.get("record")
        if read is not None:
            in_hand.update((way.address(read), (way, read)) for way in _ways(str(read._meta.model_name)))
            while len(in_hand) > MOST_IN_HAND:
                in_hand.popitem(last=False)


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
    return Way(before, behind, named_by == "code", resolve(address), tuple(words.items()))
