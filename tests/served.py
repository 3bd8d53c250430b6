"""The process as the server runs it, asked without a socket: kept pages, security headers, Django."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes

from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection

from sma_site.page_cache import PageCache
from sma_site.security_headers import SecurityHeaders


@dataclass(frozen=True)
class Answer:
    status: int
    said: list[tuple[str, str]]  # the headers as they were sent
    body: bytes

    @property
    def headers(self) -> dict[str, str]:
        return {name.lower(): value for name, value in self.said}

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")


@contextmanager
def whole_site() -> Iterator[PageCache]:
    made = PageCache(SecurityHeaders(get_wsgi_application()))
    signals = (request_started, request_finished) if connection.in_atomic_block else ()
    for signal in signals:  # else the end of a request would end the test's transaction
        signal.disconnect(close_old_connections)
    try:
        yield made
    finally:
        for signal in signals:
            signal.connect(close_old_connections)
        made.version.close()  # else the test's database cannot be dropped


def ask(
    site: Any,
    address: str,
    method: str = "GET",
    *,
    body: bytes = b"",
    kind: str = "",
    scheme: str = "http",
    host: str = "testserver",
    client: str = "127.0.0.1",
    **headers: str,
) -> Answer:
    """`address` as it stands in a request line; names of headers with low lines for hyphens."""
    path, _mark, query = address.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "REMOTE_ADDR": client,
        "SERVER_NAME": host,
        "SERVER_PORT": "443" if scheme == "https" else "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": host,
        "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": str(len(body)) if body or method == "POST" else "",
        "wsgi.url_scheme": scheme,
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
    }
    environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    heard: list[Any] = []
    pieces = site(environ, lambda status, said, exc_info=None: heard.extend([status, said]))
    try:
        whole = b"".join(pieces)
    finally:
        if hasattr(pieces, "close"):
            pieces.close()
    return Answer(int(heard[0][:3]), list(heard[1]), whole)
