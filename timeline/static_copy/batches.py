"""The answers at many addresses. A record is read once, for its page; its other forms are made of what was read.

A view that can make its form of a record in hand says so by its attribute `of_record`, which is given the request, the
record, and the words of the address.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import Resolver404, ResolverMatch, resolve

from timeline.contents import RECORDS
from timeline.models import Record
from timeline.static_copy.rendering import Answer, answered, as_answer, request_for

MOST_IN_HAND = 50  # pages whose records are kept until their other forms have been asked for
FAMILIES = {f"{model._meta.model_name}s": model for model in RECORDS}
KINDS = {str(model._meta.model_name): model for model in RECORDS}


def answers(addresses: Sequence[str]) -> Iterator[tuple[str, Answer]]:
    """Each address with what the site says there, in this order.

    It is quick where the page of a record comes first and its other forms soon after it.
    """
    in_hand: dict[tuple[type[Record], str], Record] = {}
    for address in addresses:
        request = request_for(address)
        match = _match(request)
        record = _named(match, in_hand) if match else None
        if match is not None and record is not None:
            request.resolver_match = match
            yield address, as_answer(match.func.of_record(request, record, **match.kwargs))  # type: ignore[attr-defined]
            continue
        yield address, answered(request)
        read: Any = request.__dict__.get("record")
        if read is not None:
            in_hand[type(read), read.slug] = in_hand[type(read), read.code] = read
            if len(in_hand) > 2 * MOST_IN_HAND:
                del in_hand[next(iter(in_hand))]
                del in_hand[next(iter(in_hand))]


def _match(request: HttpRequest) -> ResolverMatch | None:
    try:
        return resolve(request.path_info)
    except Resolver404:
        return None


def _named(match: ResolverMatch, in_hand: dict[tuple[type[Record], str], Record]) -> Record | None:
    """The record whose form it is, if its page has been made."""
    if not hasattr(match.func, "of_record"):
        return None
    words = match.kwargs
    if "code" in words:
        return next((each for (_model, name), each in in_hand.items() if name == words["code"]), None)
    model = FAMILIES.get(words.get("family", "")) or KINDS.get(words.get("model", ""))
    return in_hand.get((model, words["slug"])) if model else None
