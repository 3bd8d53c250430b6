"""Public pages, kept as they were sent, and given out in front of Django while what they depend on is the same.

A kept page is found by its address and by the marks of `ContentWatch`, which are read for every request: what was
published a moment ago is seen. What belongs to one person is never kept: the desk, previews, whoever sends a session.
"""

import gzip
import hashlib
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import brotli
import zstandard
from django.conf import settings
from django.urls import reverse

from sma_site.content_watch import ContentWatch

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

# Browsers and proxies may keep it, and ask each time whether it is still so.
PUBLIC = "public, max-age=0, must-revalidate"
KEPT_STATUSES = {200, 301, 410}
LONGEST_ADDRESS = 2_000
LARGEST = 2_000_000  # bytes of a body that is kept
ROOM = 24_000_000  # bytes of all bodies in a process
VARY_ON = ("HTTP_HX_REQUEST", "HTTP_HX_HISTORY_RESTORE_REQUEST")
KNOWN_VARY = {"accept-encoding", "hx-request", "hx-history-restore-request"}
PACKED = ("text/", "application/json", "application/xml", "application/ld+json", "image/svg+xml")
PACKED_ENDS = ("+json", "+xml")
SHORTEST_PACKED = 500
BROTLI_QUALITY, GZIP_LEVEL, ZSTD_LEVEL = 5, 6, 6
STRIPES = 64

ENCODERS: dict[str, Callable[[bytes], bytes]] = {  # the smallest first
    "br": lambda body: brotli.compress(body, quality=BROTLI_QUALITY),
    "zstd": lambda body: zstandard.compress(body, ZSTD_LEVEL),
    "gzip": lambda body: gzip.compress(body, GZIP_LEVEL, mtime=0),
}
DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "": lambda body: body,
    "br": brotli.decompress,
    "zstd": zstandard.decompress,
    "gzip": lambda body: zlib.decompress(body, zlib.MAX_WBITS | 16),
}


@dataclass
class Kept:
    """An answer as it was given: without a body, that is, and the body in each encoding that was asked for."""

    marks: str
    status: str
    headers: Headers
    bodies: dict[str, bytes] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return sum(map(len, self.bodies.values()))

    @property
    def is_worth_packing(self) -> bool:
        plain = self.bodies.get("")
        if plain is not None and len(plain) < SHORTEST_PACKED:
            return False
        kind = dict(self.headers).get("Content-Type", "").partition(";")[0]
        return kind.startswith(PACKED) or kind.endswith(PACKED_ENDS)

    def body(self, encoding: str) -> bytes:
        """In this encoding, made when it is first asked for; of plain bytes only what nobody wants packed is kept.

        The dictionary is replaced and never changed: other threads may be reading it.
        """
        bodies = self.bodies
        if encoding in bodies:
            return bodies[encoding]
        packed, body = next(iter(bodies.items()))
        plain = DECODERS[packed](body)
        if not encoding:
            return plain
        made = ENCODERS[encoding](plain)
        self.bodies = {name: each for name, each in bodies.items() if name} | {encoding: made}
        return made


class Store:
    """The most lately used, as many as there is room for."""

    def __init__(self, room: int = ROOM) -> None:
        self.room, self.used = room, 0
        self._kept: OrderedDict[tuple[str, ...], tuple[Kept, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, address: tuple[str, ...], marks: str) -> Kept | None:
        with self._lock:
            found = self._kept.get(address)
            if found is None or found[0].marks != marks:
                return None
            self._kept.move_to_end(address)
            return found[0]

    def put(self, address: tuple[str, ...], kept: Kept) -> None:
        """Also of one that is there and has become larger."""
        size = kept.size
        with self._lock:
            self.used += size - self._kept.pop(address, (kept, 0))[1]
            self._kept[address] = (kept, size)
            while self.used > self.room and len(self._kept) > 1:
                self.used -= self._kept.popitem(last=False)[1][1]

    def __len__(self) -> int:
        return len(self._kept)


class PageCache:
    def __init__(self, application: Application, version: ContentWatch | None = None) -> None:
        self.application = application
        self.version = version or ContentWatch()
        self.store = Store()
        self._making = [threading.Lock() for _ in range(STRIPES)]
        preview = reverse("preview", args=["t"]).removesuffix("t/")
        health = reverse("health-live").removesuffix("live")
        downloads = reverse("downloads")  # files on disk, sent in pieces, and their sizes
        self.never = (reverse("admin:index"), preview, health, downloads, settings.STATIC_URL)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        marks = self.version.marks() if self._is_shared(environ) else ""
        if not marks:
            return self.application(environ, start_response)
        address = _address(environ)
        etag = _etag(address, marks)
        if etag[2:] in environ.get("HTTP_IF_NONE_MATCH", ""):  # proxies make weak ones strong and strong ones weak
            start_response("304 Not Modified", [("ETag", etag), ("Cache-Control", PUBLIC), ("Vary", "Accept-Encoding")])
            return []
        kept = self.store.get(address, marks)
        if kept is None:
            with self._making[hash(address) % STRIPES]:  # the others wait for the first, and take what it made
                kept = self.store.get(address, marks)
                if kept is None:
                    made = self._made(environ, start_response, marks, etag)
                    if not isinstance(made, Kept):
                        return made
                    kept = made
                    self.store.put(address, kept)
        return self._answer(environ, start_response, address, kept)

    def _is_shared(self, environ: Environ) -> bool:
        path = environ.get("PATH_INFO", "")
        return (
            environ["REQUEST_METHOD"] in {"GET", "HEAD"}
            and not path.startswith(self.never)
            and len(path) + len(environ.get("QUERY_STRING", "")) <= LONGEST_ADDRESS
            and f"{settings.SESSION_COOKIE_NAME}=" not in environ.get("HTTP_COOKIE", "")
        )

    def _made(
        self, environ: Environ, start_response: Callable[..., Any], marks: str, etag: str
    ) -> Kept | Iterable[bytes]:
        """What Django answers: kept, or handed on as it is when it is not for everybody."""
        asked = environ | {"REQUEST_METHOD": "GET"}
        for condition in ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE"):
            asked.pop(condition, None)
        said: list[Any] = []

        def hear(status: str, headers: Headers, exc_info: Any = None) -> None:
            said[:] = [status, headers]

        body = self.application(asked, hear)
        status, headers = said
        if not _is_for_everybody(status, headers):
            if environ["REQUEST_METHOD"] == "HEAD":
                _closed(body)
                return self.application(environ, start_response)
            start_response(status, headers)
            return body
        whole = b"".join(body)
        _closed(body)
        return Kept(marks, status, _marked(headers, etag), {"": whole})

    def _answer(
        self, environ: Environ, start_response: Callable[..., Any], address: tuple[str, ...], kept: Kept
    ) -> Iterable[bytes]:
        encoding = _wanted(environ.get("HTTP_ACCEPT_ENCODING", "")) if kept.is_worth_packing else ""
        before = kept.size
        body = kept.body(encoding)
        if kept.size != before:
            self.store.put(address, kept)
        headers = [*kept.headers, ("Content-Length", str(len(body)))]
        if encoding:
            headers.append(("Content-Encoding", encoding))
        start_response(kept.status, headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def _address(environ: Environ) -> tuple[str, ...]:
    """All of a request that a shared answer may depend on."""
    names = ("wsgi.url_scheme", "HTTP_X_FORWARDED_PROTO", "HTTP_HOST", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING")
    return tuple(str(environ.get(name, "")) for name in (*names, *VARY_ON))


def _etag(address: tuple[str, ...], marks: str) -> str:
    """Weak: the bytes differ between encodings, what is said does not."""
    return f'W/"{hashlib.sha256(repr((address, marks)).encode()).hexdigest()[:24]}"'


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
    offered = {}
    for part in accepted.lower().split(","):
        name, _semicolon, quality = part.partition(";")
        offered[name.strip()] = quality.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return next((name for name in ENCODERS if offered.get(name)), "")


def _closed(body: Iterable[bytes]) -> None:
    """Django ends the request when its answer is closed."""
    if (close := getattr(body, "close", None)) is not None:
        close()
