"""What can be asked of the site: every address with its parameters, and every form of the desk, as pages show them."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import html5lib
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from tests.conftest import sample
from tests.everywhere import every_address
from tests.hostile.asking import Form, Targets
from tests.served import Answer
from timeline.api.operations import operations
from timeline.models import Record

Get = Callable[[str], Answer]
FILTERS = (
    "agreement",
    "country",
    "from",
    "kind",
    "official",
    "order",
    "organization",
    "place",
    "q",
    "source",
    "to",
    "topic",
)
PAGED = ("after", "at", "before")
OF_FAMILY = {
    "calendar": FILTERS,
    "download": (*FILTERS, "part"),
    "downloads": FILTERS,
    "embed": (),
    "oembed": ("format", "maxheight", "maxwidth", "url"),
    "search": ("counts", "page", "q", *FILTERS),
    "search-json": ("counts", "q", *FILTERS),
    "search-suggestions": ("q",),
    "timeline": FILTERS,
    "timeline-feed-atom": FILTERS,
    "timeline-feed-json": FILTERS,
    "timeline-feed-rss": FILTERS,
    "timelinejs": FILTERS,
}
OF_THE_DESK = (
    "_popup",
    "_to_field",
    "all",
    "date",
    "e",
    "from",
    "next",
    "o",
    "p",
    "q",
    "record",
    "show",
    "term",
    "to",
    "version",
)
ENDS_THE_SESSION = ("logout", "password", "two-factor", "/user/")


def targets(records: dict[str, Record], get: Get, get_signed_in: Get) -> Targets:
    """Of a sample, some addresses of each family, and some pages of the desk."""
    api = {f"api-{each.name}": [parameter.name for parameter in each.parameters] for each in operations()}
    public = {
        path: sorted({*api.get(name, []), *OF_FAMILY.get(name, PAGED), *PAGED, *_names_on(get(path), path)})
        for name, paths in every_address(records).items()
        for path in sample(paths, 2)
    }
    desk = {path: list(OF_THE_DESK) for path in sample(sorted(set(_of_the_desk(records))), 40)}
    pages = {path: get_signed_in(path) for path in desk if not any(part in path for part in ENDS_THE_SESSION)}
    desk |= {path: sorted({*OF_THE_DESK, *_names_on(page, path)}) for path, page in pages.items()}
    forms = [form for path, page in pages.items() for form in _forms_on(page, path)]
    return Targets(public, desk, [form for form in forms if not any(part in form.address for part in ENDS_THE_SESSION)])


def _of_the_desk(records: dict[str, Record]) -> Iterator[str]:
    """The table of addresses, filled in with the records that there are, and with what there is not."""
    keys = {str(record._meta.model_name): str(record.pk) for record in records.values()}
    for route in _routes(get_resolver()):
        if route.startswith("admin/") and "(?P" not in route:
            model = re.match(r"admin/timeline/([a-z]+)/", route)
            key = keys.get(model[1], "1") if model else "1"
            yield "/" + re.sub(r"<[^>]*>", key, route)


def _routes(resolver: Any, before: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern, before + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield before + str(pattern.pattern)


def _tree(page: Answer) -> Any:
    is_page = page.headers.get("content-type", "").startswith("text/html")
    return html5lib.parse(page.text if is_page else "", namespaceHTMLElements=False)


def _names_on(page: Answer, path: str) -> set[str]:
    """Of the fields of forms that ask, and of the links to the same address."""
    tree, here = _tree(page), path.partition("?")[0]
    links = [urljoin(here, link.get("href", "")) for link in tree.iter("a")]
    names = {name for link in links if urlsplit(link).path == here for name, _value in parse_qsl(urlsplit(link).query)}
    asking = (form for form in tree.iter("form") if form.get("method", "get").lower() == "get")
    return names | {field.get("name") for form in asking for field in _fields(form) if field.get("name")}


def _fields(form: Any) -> Iterator[Any]:
    return (each for each in form.iter() if each.tag in {"input", "select", "textarea", "button"})


def _forms_on(page: Answer, path: str) -> Iterator[Form]:
    for form in _tree(page).iter("form"):
        if form.get("method", "get").lower() == "post":
            named = [each for each in _fields(form) if each.get("name")]
            files = tuple(each.get("name") for each in named if each.get("type") == "file")
            typed = [(each.get("name"), _value(each)) for each in named if each.get("type") != "file"]
            yield Form(urljoin(path, form.get("action") or path), tuple(typed), files)


def _value(field: Any) -> str:
    if field.tag == "textarea":
        return field.text or ""
    if field.tag == "select":
        options = list(field.iter("option"))
        chosen = [each for each in options if each.get("selected") is not None] or options[:1]
        return next((each.get("value", "") for each in chosen), "")
    return field.get("value", "")
