"""Every address of the public site: read from the table of addresses and from the records, so that none is forgotten.

Addresses that only pages lead to (charts, files of the data set, corrections of a record) are found in the pages.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from functools import cache
from typing import Any, Final, NamedTuple

from django.db.models import QuerySet
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from timeline.contents import RECORDS
from timeline.enums import State
from timeline.models import Record, Redirect, Tombstone
from timeline.models.prepared import Prepared

# What needs a server: pages lead from the copy to the site for these.
NOT_COPIED: Final = frozenset(
    {"search", "search-suggestions", "search-json", "preview", "health-live", "health-ready", "oembed", "api-nothing"}
)
NOT_COPIED_BELOW: Final = ("/admin/", "/api/")
# Found in the pages and lists that lead to them.
FOUND: Final = frozenset({"ladder-file", "contribution-file", "corrections-of", "download", "sitemap-records"})
MARK: Final = "its-own-name"  # where the slug or the code of a record stands in an address


class Named(NamedTuple):
    """What an address of a record can be made of."""

    kind: str
    code: str
    slug: str
    is_moved: bool = False  # an old slug, which leads on

    @property
    def record(self) -> str:
        return f"{self.kind}:{self.code}"


Model = type[Record]
Forms = Callable[[Model], list[str]]  # addresses with the mark in the place of the name


def _kind(model: Model) -> str:
    return str(model._meta.model_name)


def _family(name: str, **more: str) -> Forms:
    def forms(model: Model) -> list[str]:
        kwargs = {"family": f"{_kind(model)}s", "slug": MARK, **more}
        return [reverse(name, kwargs=kwargs)] if model.url_name else []

    return forms


def _cited(model: Model) -> list[str]:
    return [address for form in ("bib", "ris", "json") for address in _family("citation-file", form=form)(model)]


def _embedded(model: Model) -> list[str]:
    return [reverse("embed", kwargs={"model": _kind(model), "slug": MARK})] if model.url_name else []


def _page(model: Model) -> list[str]:
    return [reverse(model.url_name, args=[MARK])] if model.url_name else []


# Of each record, by the name in the table of addresses. A page is named by its kind: `round-detail`.
BY_CODE: Final = "short-link"
FORMS: Final[dict[str, Forms]] = {
    "record-json": _family("record-json"),
    "record-picture": _family("record-picture"),
    "citation-file": _cited,
    "embed": _embedded,
    BY_CODE: lambda model: [reverse(BY_CODE, args=[MARK])],
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


@cache
def fixed() -> tuple[str, ...]:
    """Without anything to be filled in."""
    return tuple(reverse(name) for name, is_open in names().items() if not is_open and name not in NOT_COPIED)


@cache
def not_copied() -> tuple[frozenset[str], tuple[str, ...]]:
    """What needs a server: addresses, and what others begin with."""
    whole = {reverse(name) for name, is_open in names().items() if not is_open and name in NOT_COPIED}
    open_names = [name for name, is_open in names().items() if is_open and name in NOT_COPIED]
    return frozenset(whole), (
        *NOT_COPIED_BELOW,
        *(reverse(name, args=[MARK]).partition(MARK)[0] for name in open_names),
    )


def of(named: Named) -> Iterator[str]:
    """Each address of a record that is or was public, under this slug."""
    for before, behind, by_code in _forms()[named.kind]:
        if not by_code:
            yield before + named.slug + behind
        elif not named.is_moved:
            yield before + named.code + behind


@cache
def _forms() -> dict[str, list[tuple[str, str, bool]]]:
    """Of each kind: what stands before and behind the name, and whether that is the code."""
    table, found = names(), {}
    for model in RECORDS:
        marked = [(address, False) for address in _page(model)]
        marked += [
            (address, name == BY_CODE) for name, make in FORMS.items() if name in table for address in make(model)
        ]
        found[_kind(model)] = [(*address.split(MARK), by_code) for address, by_code in marked]
    return found  # type: ignore[return-value]


@cache
def page_beginnings() -> tuple[str, ...]:
    """What the addresses of the pages of records begin with."""
    return tuple(_page(model)[0].partition(MARK)[0] for model in RECORDS if model.url_name)


def named() -> Iterator[Named]:
    """Every record that is or was public, also under the slugs that it had before."""
    for model in RECORDS:
        kind = _kind(model)
        for code, slug in _once_public(model)():
            yield Named(kind, code, slug)
    for kind, code, slug in Tombstone.objects.order_by("kind", "slug").values_list("kind", "code", "slug"):
        yield Named(kind, code, slug)
    yield from renamed()


@cache
def _once_public(model: Model) -> Prepared[tuple[str, str]]:
    return Prepared(model, lambda: _once_public_records(model).order_by("slug").values_list("code", "slug"))


def _once_public_records(model: Model) -> QuerySet[Any]:
    records: QuerySet[Any] = model._default_manager.filter(state__in=(State.PUBLISHED, State.WITHDRAWN))
    return records


def named_of(records: Collection[str]) -> Iterator[Named]:
    """The same of these records alone, each told by kind and code."""
    codes: defaultdict[str, list[str]] = defaultdict(list)
    for kind, _colon, code in (record.partition(":") for record in records):
        codes[kind].append(code)
    for model in RECORDS:
        kind = _kind(model)
        if kind in codes:
            for code, slug in _once_public_records(model).filter(code__in=codes[kind]).values_list("code", "slug"):
                yield Named(kind, code, slug)
            for code, slug in Tombstone.objects.filter(kind=kind, code__in=codes[kind]).values_list("code", "slug"):
                yield Named(kind, code, slug)
    yield from (each for each in renamed() if each.record in records)


def buried() -> set[str]:
    """Records of which a tombstone alone is left: it is loaded without a revision, as there is no record."""
    return {f"{kind}:{code}" for kind, code in Tombstone.objects.values_list("kind", "code")}


def renamed() -> Iterator[Named]:
    kinds: dict[str, Model] = {_kind(model): model for model in RECORDS}
    codes: dict[tuple[str, str], str] = {}
    redirects = list(Redirect.objects.order_by("kind", "old_slug").values_list("kind", "old_slug", "new_slug"))
    for kind in {kind for kind, _old, _new in redirects}:
        ends = [new for other, _old, new in redirects if other == kind]
        for slug, code in kinds[kind]._default_manager.filter(slug__in=ends).values_list("slug", "code"):
            codes[kind, slug] = code
        for slug, code in Tombstone.objects.filter(kind=kind, slug__in=ends).values_list("slug", "code"):
            codes.setdefault((kind, slug), code)
    for kind, old, new in redirects:
        if (kind, new) in codes:
            yield Named(kind, codes[kind, new], old, is_moved=True)
