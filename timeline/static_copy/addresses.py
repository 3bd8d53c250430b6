"""Every address of the public site: read from the table of addresses and from the records, so that none is forgotten.

Addresses that only pages lead to (charts, files of the data set, corrections of a record) are found in the pages.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from timeline.contents import RECORDS
from timeline.enums import State
from timeline.models import Record, Redirect, Tombstone

# What needs a server: pages lead from the copy to the site for these.
NOT_COPIED: Final = frozenset(
    {"search", "search-suggestions", "search-json", "preview", "health-live", "health-ready", "oembed"}
)
NOT_COPIED_BELOW: Final = ("/admin/", "/api/")
# Found in the pages and lists that lead to them.
FOUND: Final = frozenset({"ladder-file", "contribution-file", "corrections-of", "download", "sitemap-records"})
PARAMETER: Final = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True)
class Named:
    """What an address of a record can be made of."""

    model: type[Record]
    code: str
    slug: str

    @property
    def record(self) -> str:
        return f"{self.model._meta.model_name}:{self.code}"


Forms = Callable[[Named], list[str]]


def _family(name: str, **more: str) -> Forms:
    def forms(named: Named) -> list[str]:
        family = f"{named.model._meta.model_name}s"
        return [reverse(name, kwargs={"family": family, "slug": named.slug, **more})] if named.model.url_name else []

    return forms


def _cited(named: Named) -> list[str]:
    return [address for form in ("bib", "ris", "json") for address in _family("citation-file", form=form)(named)]


def _embedded(named: Named) -> list[str]:
    words = {"model": str(named.model._meta.model_name), "slug": named.slug}
    return [reverse("embed", kwargs=words)] if named.model.url_name else []


def _page(named: Named) -> list[str]:
    return [reverse(named.model.url_name, args=[named.slug])] if named.model.url_name else []


# Of each record, by the name in the table of addresses. A page is named by its kind: `round-detail`.
FORMS: Final[dict[str, Forms]] = {
    "record-json": _family("record-json"),
    "record-picture": _family("record-picture"),
    "citation-file": _cited,
    "embed": _embedded,
    "short-link": lambda named: [reverse("short-link", args=[named.code])],
}


def names() -> dict[str, bool]:
    """Every name in the table of the public addresses, and whether its address has a part to be filled in."""
    found: dict[str, bool] = {}
    for pattern, route in _patterns(get_resolver(), ""):
        if not f"/{route}".startswith(NOT_COPIED_BELOW):
            found[str(pattern.name)] = "<" in route or "(?P" in route
    return found


def _patterns(resolver: URLResolver, before: str) -> Iterator[tuple[URLPattern, str]]:
    for each in resolver.url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            if not f"/{route}".startswith(NOT_COPIED_BELOW):
                yield from _patterns(each, route)
        else:
            yield each, route


def fixed() -> list[str]:
    """Without anything to be filled in."""
    return [reverse(name) for name, is_open in names().items() if not is_open and name not in NOT_COPIED]


def of_records() -> Iterator[tuple[str, str]]:
    """Each address of each record that is or was public, and the record. Also under the slugs that it had before."""
    table = names()
    forms = [make for name, make in FORMS.items() if name in table]
    for named in _named():
        for make in (_page, *forms):
            for address in make(named):
                yield address, named.record


def _named() -> Iterator[Named]:
    kinds: dict[str, type[Record]] = {str(model._meta.model_name): model for model in RECORDS}
    for model in kinds.values():
        once_public: Any = model._default_manager.filter(state__in=(State.PUBLISHED, State.WITHDRAWN))
        for code, slug in once_public.order_by("slug").values_list("code", "slug").iterator():
            yield Named(model, code, slug)
    for kind, code, slug in Tombstone.objects.order_by("kind", "slug").values_list("kind", "code", "slug"):
        yield Named(kinds[kind], code, slug)
    yield from _renamed(kinds)


def _renamed(kinds: dict[str, type[Record]]) -> Iterator[Named]:
    codes: dict[tuple[str, str], str] = {}
    redirects = list(Redirect.objects.order_by("kind", "old_slug").values_list("kind", "old_slug", "new_slug"))
    for kind in {kind for kind, _old, _new in redirects}:
        ends = [new for other, _old, new in redirects if other == kind]
        for slug, code in kinds[kind]._default_manager.filter(slug__in=ends).values_list("slug", "code"):
            codes[kind, slug] = code
    for kind, old, new in redirects:
        if (kind, new) in codes:
            yield Named(kinds[kind], codes[kind, new], old)
