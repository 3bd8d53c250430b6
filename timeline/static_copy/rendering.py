"""One address asked for, one answer: the view is called as the table of addresses names it.

No socket, no session and no middleware: a copy is for everybody, and what they add is headers.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict
from django.urls import Resolver404, ResolverMatch, get_resolver, resolve

from timeline.chronology import BadQuery

MOVED: Final = 301
REDIRECTS: Final = frozenset({MOVED, 302, 307, 308})


@dataclass(frozen=True)
class Answer:
    status: int
    media_type: str
    content: bytes
    leads_to: str = ""  # of a redirect, the address on this site
    record: Any = field(default=None, compare=False)  # whose page it is, as it was read

    @property
    def is_page(self) -> bool:
        return self.media_type == "text/html"


def request_for(address: str) -> HttpRequest:
    path, _mark, query = address.partition("?")
    request = HttpRequest()
    request.method = "GET"
    request.path = request.path_info = path
    scheme, _sep, host = settings.SITE_URL.partition("://")
    name, _colon, port = host.partition(":")
    request.META = {
        "SERVER_NAME": name,
        "SERVER_PORT": port or ("443" if scheme == "https" else "80"),
        "QUERY_STRING": query,
        "REQUEST_METHOD": "GET",
        "wsgi.url_scheme": scheme,
    }
    request.GET = QueryDict(query)
    request.__dict__["copied"] = True  # templates leave out what needs a server
    return request


def answer(address: str, record: Any = None) -> Answer:
    """What the site says at this address, 404 included. `record`: whose page it is, if it has been read already."""
    request = request_for(address)
    if record is not None:
        request.__dict__["read_ahead"] = record
    return answered(request)


def answered(request: HttpRequest, match: ResolverMatch | None = None) -> Answer:
    """`match`: what stands at this address, if it is known."""
    try:
        match = request.resolver_match = match or resolve(request.path_info)
        response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    except (Http404, Resolver404, BadQuery):
        return Answer(404, "text/html", b"")
    return as_answer(response, request.__dict__.get("record"))


def nothing_here() -> Answer:
    """The page for what is not there."""
    view: Any = get_resolver().resolve_error_handler(404)
    return as_answer(view(request_for("/404.html"), exception=Http404()))


def as_answer(response: HttpResponseBase, record: Any = None) -> Answer:
    content = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]
    if (opened := getattr(response, "file_to_stream", None)) is not None:
        opened.close()  # and not the response: that would end a request, and with it the connection to the database
    media_type = response.get("Content-Type", "").partition(";")[0].strip()
    leads_to = response.get("Location", "") if response.status_code in REDIRECTS else ""
    return Answer(response.status_code, media_type, content, leads_to.removeprefix(settings.SITE_URL), record)
