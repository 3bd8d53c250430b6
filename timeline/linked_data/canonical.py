"""The one address of what a page shows, whatever else stood in the address that was asked for."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, QueryDict

from timeline.chronology import FILTERS, PAGES, STREAM

# What of a query string says which page it is, by the name of the address. Where nothing is named, nothing does.
PARAMETERS: dict[str, tuple[str, ...]] = {
    "timeline": (*FILTERS, *STREAM),
    "agreement-list": PAGES,
    "agreement-compare": ("a", "b"),
    "official-list": ("country", *PAGES),
    "organization-list": PAGES,
    "place-list": PAGES,
    "topic-list": PAGES,
    "figure-list": ("agreement", "year", "stance", "party", "currency", "measure", *PAGES),
    "source-list": ("kind", "language", "founding", *PAGES),
    "disagreement-list": PAGES,
    "gap-list": PAGES,
    "corrections": PAGES,
    "corrections-of": PAGES,
    "official-detail": STREAM,
    "organization-detail": STREAM,
    "place-detail": STREAM,
    "topic-detail": STREAM,
    "source-detail": PAGES,
}


def canonical(request: HttpRequest) -> str:
    """Asked for by the view and by the frame of the page."""
    if not request.GET:
        return settings.SITE_URL + request.path
    known: str | None = request.__dict__.get("canonical")
    if known is None:
        known = request.__dict__["canonical"] = _canonical(request)
    return known


def _canonical(request: HttpRequest) -> str:
    match = request.resolver_match
    known = PARAMETERS.get(match.url_name or "", ()) if match else ()
    pairs = [(name, value) for name in known if name in request.GET for value in _values(request.GET, name)]
    return settings.SITE_URL + request.path + (f"?{urlencode(pairs)}" if pairs else "")


def _values(query: QueryDict, name: str) -> list[str]:
    """As they are read: each once, and none that is empty."""
    return list(dict.fromkeys(value.strip() for value in query.getlist(name) if value.strip()))
