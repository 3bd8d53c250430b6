"""Public pages, kept as they were sent, and given out in front of Django while what they depend on is the same.

A kept page is found by its address and by the marks of `ContentWatch`, which are read for every request: what was
published a moment ago is seen. What belongs to one person is never kept: the desk, previews, whoever sends a session.
Where there is a shared store, what one worker has made the others take. How it works: timeline/docs/caching.md.
"""

import hashlib
import threading
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import reverse

from sma_site.content_watch import ContentWatch
from sma_site.current_request import CACHE, HIT, MARKS, MISS, UNCHANGED
from sma_site.kept_pages import ENCODERS, Address, Headers, Kept, Store
from sma_site.security_headers import security_headers
from sma_site.shared_pages import SharedPages, shared_pages

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

# Browsers and proxies may keep it, and ask each time whether it is still so.
PUBLIC = "public, max-age=0, must-revalidate"
KEPT_STATUSES = {200, 301, 410}
LONGEST_ADDRESS = 2_000
LONGEST_ACCEPTED = 100
LARGEST = 2_000_000  # bytes of a body that is kept
VARY = "HX-Request, HX-History-Restore-Request, Accept-Encoding"
KNOWN_VARY = set(VARY.lower().split(", "))
CROSS_ORIGIN = "Access-Control-"
STRIPES = 64


class PageCache:
    def __init__(
        self, application: Application, version: ContentWatch | None = None, shared: SharedPages | None = None
    ) -> None:
        self.application = application
        self.version = ContentWatch() if version is None else version
        self.store = Store()
        self.shared = shared_pages() if shared is None else shared
        self._making = [threading.Lock() for _ in range(STRIPES)]
        self._session = f"{settings.SESSION_COOKIE_NAME}="
        preview = reverse("preview", args=["t"]).removesuffix("t/")
        health = reverse("health-live").removesuffix("live")
        downloads = reverse("downloads")  # files on disk, sent in pieces, and their sizes
        self.never = (reverse("admin:index"), preview, health, downloads, settings.STATIC_URL)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        marks = self.version.marks() if self._is_shared(environ) else ""
        if not marks:
            return self.application(environ, start_response)
        environ[CACHE], environ[MARKS] = HIT, marks
        address = _address(environ)
        kept = self.store.get(address, marks)
        etag = kept.etag if kept else _etag(address, marks)
        # Without the W/: proxies make weak ones strong and strong ones weak. A script of another site has to be told
        # that it may read the answer, which only the page itself knows.
        if etag[2:] in environ.get("HTTP_IF_NONE_MATCH", "") and (kept or "HTTP_ORIGIN" not in environ):
            return _unchanged(environ, start_response, etag, kept)
        if kept is None:
            made = self._found_or_made(environ, start_response, address, marks, etag)
            if not isinstance(made, Kept):
                return made
            kept = made
        answer = kept.answer(_wanted(environ.get("HTTP_ACCEPT_ENCODING", "")))
        if kept.has_grown:
            self.store.put(address, marks, kept)
        start_response(answer.status, answer.headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else answer.body

    def _is_shared(self, environ: Environ) -> bool:
        path = environ.get("PATH_INFO", "")
        return (
            environ["REQUEST_METHOD"] in {"GET", "HEAD"}
            and not path.startswith(self.never)
            and len(path) + len(environ.get("QUERY_STRING", "")) <= LONGEST_ADDRESS
            and self._session not in environ.get("HTTP_COOKIE", "")
        )

    def _found_or_made(
        self, environ: Environ, start_response: Callable[..., Any], address: Address, marks: str, etag: str
    ) -> Kept | Iterable[bytes]:
        """While one makes a page, the others wait for it, in this process and in others, and take what was made."""
        with self._making[hash(address) % STRIPES]:
            if (kept := self.store.get(address, marks)) is not None:
                return kept
            if (found := self.shared.found_or_claimed(etag)) is not None:
                self.store.put(address, marks, found)
                return found
            environ[CACHE] = MISS
            made: Kept | Iterable[bytes] | None = None
            try:
                made = self._made(environ, start_response, etag)
            finally:
                if not isinstance(made, Kept):
                    self.shared.give_up(etag)
            if isinstance(made, Kept):
                if (before := self.store.last(address)) is not None:
                    made.take_over(before)
                self.store.put(address, marks, made)
                self.shared.put(made)
            return made

    def _made(self, environ: Environ, start_response: Callable[..., Any], etag: str) -> Kept | Iterable[bytes]:
        """What Django answers: kept, or handed on as it is when it is not for everybody."""
        asked = environ | {"REQUEST_METHOD": "GET"}  # with If-None-Match: what is not kept has an ETag of Django's
        for condition in ("HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE"):
            asked.pop(condition, None)
        said: list[Any] = []

        def hear(status: str, headers: Headers, exc_info: Any = None) -> None:
            said[:] = [status, headers]

        body = self.application(asked, hear)
        status, headers = said
        if not _is_for_everybody(status, headers):
            if _goes_by_date(environ):
                _closed(body)
                return self.application(environ, start_response)
            start_response(status, headers)
            if environ["REQUEST_METHOD"] == "HEAD":
                _closed(body)
                return []
            return body
        whole = b"".join(body)
        _closed(body)
        return Kept.of(etag, status, _marked(headers, etag), whole)


def _address(environ: Environ) -> Address:
    """All of a request that a shared answer may depend on."""
    get = environ.get
    return (
        get("PATH_INFO", ""),
        get("QUERY_STRING", ""),
        get("HTTP_HOST", ""),
        get("SCRIPT_NAME", ""),
        get("wsgi.url_scheme", ""),
        get("HTTP_X_FORWARDED_PROTO", ""),
        get("HTTP_HX_REQUEST", ""),
        get("HTTP_HX_HISTORY_RESTORE_REQUEST", ""),
    )


def _etag(address: Address, marks: str) -> str:
    """Weak: the bytes differ between encodings, what is said does not."""
    return f'W/"{hashlib.sha256(repr((address, marks)).encode()).hexdigest()[:24]}"'


def _unchanged(environ: Environ, start_response: Callable[..., Any], etag: str, kept: Kept | None) -> list[bytes]:
    environ[CACHE] = UNCHANGED
    headers = kept.unchanged if kept else None
    if headers is None:
        headers = [("ETag", etag), ("Cache-Control", PUBLIC), *_said_again(kept), *security_headers(environ, 304)]
        if kept:
            kept.unchanged = headers
    start_response("304 Not Modified", headers)
    return []


def _said_again(kept: Kept | None) -> Headers:
    """What a cache goes by must be that of the whole answer; of one that is not made yet, all that it may be."""
    if kept is None:
        return [("Vary", VARY)]
    return [(name, value) for name, value in kept.headers if name.lower() == "vary" or name.startswith(CROSS_ORIGIN)]


def _goes_by_date(environ: Environ) -> bool:
    return "HTTP_IF_MODIFIED_SINCE" in environ and "HTTP_IF_NONE_MATCH" not in environ


def _is_for_everybody(status: str, headers: Headers) -> bool:
    known = {name.lower(): value for name, value in headers}
    varies = {name.strip().lower() for name in known.get("vary", "").split(",") if name.strip()}
    return (
        int(status[:3]) in KEPT_STATUSES
        and "set-cookie" not in known
        and known.get("cache-control", PUBLIC) == PUBLIC
        and "content-encoding" not in known
        and varies <= KNOWN_VARY
        and known.get("content-length", "").isdigit()  # what is streamed has none
        and int(known["content-length"]) <= LARGEST
    )


def _marked(headers: Headers, etag: str) -> Headers:
    replaced = {"etag", "cache-control", "vary", "content-length"}
    vary = next((value for name, value in headers if name.lower() == "vary"), "")
    others = [each for each in headers if each[0].lower() not in replaced]
    names = dict.fromkeys(name.strip() for name in (*vary.split(","), "Accept-Encoding") if name.strip())
    return [*others, ("ETag", etag), ("Cache-Control", PUBLIC), ("Vary", ", ".join(names))]


def _wanted(accepted: str) -> str:
    """The smallest encoding that the client takes; empty for none."""
    return _smallest(accepted) if len(accepted) <= LONGEST_ACCEPTED else ""


@lru_cache(maxsize=200)
def _smallest(accepted: str) -> str:
    offered = {}
    for part in accepted.lower().split(","):
        name, _semicolon, quality = part.partition(";")
        offered[name.strip()] = quality.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return next((name for name in ENCODERS if offered.get(name)), "")


def _closed(body: Iterable[bytes]) -> None:
    """Django ends the request when its answer is closed."""
    if (close := getattr(body, "close", None)) is not None:
        close()
