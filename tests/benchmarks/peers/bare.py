"""The least that a WSGI application can do: give out the same bytes to whoever asks, and 304 to who has them."""

import os
from pathlib import Path

BODY = Path(os.environ["BARE_FILE"]).read_bytes()
HEADERS = [
    ("Content-Type", "text/html; charset=utf-8"),
    ("Content-Encoding", "gzip"),
    ("Content-Length", str(len(BODY))),
]


def application(environ, start_response):
    if "HTTP_IF_NONE_MATCH" in environ:
        start_response("304 Not Modified", [("ETag", '"1"')])
        return []
    start_response("200 OK", HEADERS)
    return [BODY]
