"""Around everything else: each request gets a number, is counted, and has a line in the log `sma.access`.

A line names neither the reader nor what was searched for: the path without its query, and what kind of program asked.
"""

import itertools
import logging
import re
import secrets
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from time import perf_counter, thread_time
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import Http404
from django.http.multipartparser import MultiPartParserError
from django.urls import get_resolver, reverse

from sma_site.current_request import CACHE, HIT, NUMBER, UNCHANGED, CurrentRequest, current_request
from sma_site.security_headers import security_headers

if TYPE_CHECKING:  # at run time only where METRICS_ADDRESS is set
    from sma_site.metrics import Metrics

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

logger = logging.getLogger("sma.access")
errors = logging.getLogger("sma.errors")
SANE_NUMBER = re.compile(r"[A-Za-z0-9._-]{8,64}")
LONGEST_PATH = 300
OTHER = "other"
ANSWERED_BY_A_PAGE = (Http404, PermissionDenied, BadRequest, SuspiciousOperation, MultiPartParserError)
LINE = (
    "%(method)s %(path)s %(status)s, %(bytes)s bytes in %(ms)s ms (processor: %(cpu_ms)s ms, queries: %(queries)s, "
    "slow: %(slow_queries)s), cache: %(cache)s, %(client)s"
)
BROKEN = "Something broke. The fault is ours, and it has been logged under the number {number}.\n"

# The first that is found in the name that a program gives itself.
CLIENTS = (
    ("feed reader", re.compile(r"feed|rss|reeder|newsblur|inoreader|miniflux|netnewswire", re.IGNORECASE)),
    ("robot", re.compile(r"bot\b|bot/|crawl|spider|slurp|archive|preview|facebookexternal|monitor", re.IGNORECASE)),
    ("script", re.compile(r"curl|wget|python|httpx|go-http|java/|okhttp|ruby|perl|node|axios", re.IGNORECASE)),
    ("browser", re.compile(r"mozilla/", re.IGNORECASE)),
)


class RequestLog:
    def __init__(self, application: Application, lines: str, metrics: "Metrics | None" = None) -> None:
        self.application = application
        self.lines = lines
        self.metrics = metrics
        self._process = secrets.token_hex(4)
        self._count = itertools.count(1)
        self._families = _families()
        self._preview = reverse("preview", args=["t"]).removesuffix("t/")
        self._quiet = (settings.STATIC_URL, reverse("health-live").removesuffix("live"))

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = CurrentRequest(self._number(environ))
        current_request.set(request)
        environ[NUMBER] = request.number

        def start(status: str, headers: Headers, exc_info: Any = None) -> Any:
            request.status = int(status[:3])
            return start_response(status, [*headers, ("X-Request-ID", request.number)], exc_info)

        try:
            body = self.application(environ, start)
        except Exception:  # noqa: BLE001 - whatever it was, it is logged, and the reader gets a number
            errors.exception("An answer was not made.")
            body = _broken(environ, request.number, start)
        if type(body) is list:
            self.finish(environ, request, sum(map(len, body)))
            return body
        return Sent(body, environ, request, self)

    def _number(self, environ: Environ) -> str:
        """A proxy's own, so that its log and ours agree; who writes to us directly gives none."""
        if settings.TRUSTED_PROXIES:
            given: str = environ.get("HTTP_X_REQUEST_ID", "")
            if SANE_NUMBER.fullmatch(given):
                return given
        return f"{self._process}-{next(self._count):x}"

    def finish(self, environ: Environ, request: CurrentRequest, size: int, cpu: float = 0.0) -> None:
        """`cpu`: seconds of the processor that are known; else the answer was made in this thread at one go."""
        seconds = perf_counter() - request.began
        cache = environ.get(CACHE, "")
        if self.metrics is not None:
            kind = (self._family(environ), request.status, cache or "none")
            self.metrics.count(kind, seconds, request.queries, request.slow_queries)
        if self._has_a_line(environ, request.status, cache):
            self._write(environ, request, size, seconds, cpu or cpu_of(request))
        current_request.set(None)

    def _has_a_line(self, environ: Environ, status: int, cache: str) -> bool:
        if self.lines != "uncached":
            return self.lines == "all"
        if cache in (HIT, UNCHANGED):
            return False
        return status >= 400 or not environ.get("PATH_INFO", "").startswith(self._quiet)

    def _family(self, environ: Environ) -> str:
        first = environ.get("PATH_INFO", "").split("/", 2)[1:2]
        return self._families.get(first[0] if first else "", OTHER)

    def _write(self, environ: Environ, request: CurrentRequest, size: int, seconds: float, cpu: float) -> None:
        fields = {
            "method": environ["REQUEST_METHOD"],
            "path": self._path(environ),
            "status": request.status,
            "bytes": size,
            "ms": round(seconds * 1000, 2),
            "cpu_ms": round(cpu * 1000, 2),
            "queries": request.queries,
            "slow_queries": request.slow_queries,
            "cache": environ.get(CACHE, "none"),
            "client": kind_of_client(environ.get("HTTP_USER_AGENT", "")),
        }
        logger.info(LINE, fields, extra={"event": "request", "fields": fields})

    def _path(self, environ: Environ) -> str:
        path: str = environ.get("PATH_INFO", "")
        if path.startswith(self._preview):  # whoever has the rest of it may read the draft
            return f"{self._preview}…/"
        return path[:LONGEST_PATH]


def at_work(application: Application) -> Application:
    """From here on the processor's time is counted: to ask for it takes longer than to give out a kept page."""

    def counted(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if (request := current_request.get()) is not None:
            request.cpu_began = thread_time()
        return application(environ, start_response)

    return counted


def cpu_of(request: CurrentRequest) -> float:
    return thread_time() - request.cpu_began if request.cpu_began else 0.0


class Sent:
    """A body that is made while it is sent: the request ends with it."""

    def __init__(self, body: Iterable[bytes], environ: Environ, request: CurrentRequest, log: RequestLog) -> None:
        self._body, self._environ, self._request, self._log = body, environ, request, log
        self._size, self._cpu = 0, cpu_of(request)

    def __iter__(self) -> Iterator[bytes]:
        pieces = iter(self._body)
        while True:
            current_request.set(self._request)  # the server may send another answer between two pieces
            began = thread_time()
            try:
                piece = next(pieces, None)
            except Exception:
                errors.exception("An answer broke off.")
                raise
            self._cpu += thread_time() - began
            if piece is None:
                return
            self._size += len(piece)
            yield piece

    def close(self) -> None:
        current_request.set(self._request)
        try:
            if (close := getattr(self._body, "close", None)) is not None:
                close()
        finally:
            self._log.finish(self._environ, self._request, self._size, self._cpu)


@lru_cache(maxsize=500)
def kind_of_client(name: str) -> str:
    """By the name that the program gives itself."""
    if not name:
        return "nameless"
    return next((kind for kind, pattern in CLIENTS if pattern.search(name)), OTHER)


def _families() -> dict[str, str]:
    """What stands first in our addresses: all that a metric may be labelled with, whatever is asked for."""
    firsts = {str(each.pattern).partition("/")[0] for each in _addresses(get_resolver().url_patterns)}
    named = {first: first for first in firsts if first and "<" not in first}
    return {"": "overview", settings.STATIC_URL.strip("/"): "static"} | named


def _addresses(patterns: Iterable[Any]) -> Iterator[Any]:
    for each in patterns:
        if str(each.pattern):
            yield each
        else:
            yield from _addresses(getattr(each, "url_patterns", ()))


def watch_error_pages() -> None:
    got_request_exception.connect(_log_what_an_error_page_raised, dispatch_uid="request-log")


def _log_what_an_error_page_raised(**kwargs: Any) -> None:
    """Django logs what a view raises, but not what the page for a missing or a refused one raises in turn."""
    failure = before = sys.exc_info()[1]
    while before is not None:
        if isinstance(before, ANSWERED_BY_A_PAGE):
            errors.error("The page for what went wrong was not made.", exc_info=failure)
            return
        before = before.__context__


def _broken(environ: Environ, number: str, start: Callable[..., Any]) -> list[bytes]:
    """Where Django itself failed, or what stands in front of it."""
    body = BROKEN.format(number=number).encode()
    told = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
    told += [("Cache-Control", "no-store"), *security_headers(environ, 500)]
    start("500 Internal Server Error", told, sys.exc_info())
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
