"""The least that a WSGI application can do: give out the same bytes to whoever asks."""

import os
from pathlib import Path

BODY = Path(os.environ["BARE_FILE"]).read_bytes()
HEADERS = [
    ("Content-Type", "text/html; charset=utf-8"),
    ("Content-Encoding", "gzip"),
    ("Content-Length", str(len(BODY))),
]


def application(_environ, start_response):
    start_response("200 OK", HEADERS)
    return [BODY]
