"""Addresses on this site by their names. Naming one costs Django thirty microseconds, and a page names eighty."""

import re
from functools import lru_cache
from typing import Final

from django.urls import reverse

PLAIN: Final = re.compile(r"[a-z0-9-]+")  # how slugs and codes are written
# What stands before and behind the slug or the code in an address, by its name and what else it is made of.
_around: Final[dict[tuple[str, ...], tuple[str, str]]] = {}


@lru_cache(maxsize=8_192)
def path_of(name: str, *args: str) -> str:
    """As `reverse`, and remembered: the table of addresses does not change, and the site stands at the root of its host
    (`SITE_URL` has no path). The last of `args` is a slug or a code: of the address only that differs from record to
    record, so the next one is not looked up.
    """
    last = args[-1] if args else ""
    if not PLAIN.fullmatch(last):
        return reverse(name, args=args)
    key = (name, *args[:-1])
    if (around := _around.get(key)) is None:
        address = reverse(name, args=args)
        before, _last, behind = address.partition(last)
        if last in behind:  # such as the j of /rounds/j.json
            return address
        around = _around[key] = (before, behind)
    return f"{around[0]}{last}{around[1]}"
