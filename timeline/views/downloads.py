"""The data set to take along: the whole of it, or what a filter of the timeline leaves."""

import datetime as dt
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timeline import exports, linked_data
from timeline.chronology import STREAM, BadQuery, Filter, asked_for
from timeline.exports import kept, starting
from timeline.linked_data import Distribution
from timeline.views.chronology import bad_query
from timeline.views.conditions import last_modified, stamp_of
from timeline.views.cross_origin import readable_anywhere

TYPES = {
    ".zip": "application/zip",
    ".jsonl": "application/jsonl; charset=utf-8",
    ".sqlite": "application/vnd.sqlite3",
    ".csv": "text/csv; charset=utf-8; header=present",
    ".json": "application/json; charset=utf-8",
    ".cff": "application/yaml; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    "": "text/plain; charset=utf-8",
}
SAVED = {".zip", ".jsonl", ".sqlite", ".csv"}  # the others are shown
EXAMPLES = {
    "pandas": """import pandas
figures = pandas.read_csv("{home}csv/figures.csv")
agreed = figures[(figures.stance == "agreed") & (figures.measure == "total")]""",
    "R": """figures <- readr::read_csv("{home}csv/figures.csv")""",
    "Datasette": """curl -O {home}sma-timeline.sqlite -O {home}metadata.json
datasette --immutable sma-timeline.sqlite --metadata metadata.json""",
}
RETRY_AFTER = "3"
CHUNK = 1 << 18
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


@readable_anywhere
def file(request: HttpRequest, name: str) -> HttpResponseBase:
    """Any file of the data set. Made when it is first asked for, then kept until the data changes."""
    if name not in exports.FILES:
        raise Http404
    try:
        asked = asked_for(request.GET, *STREAM)
    except BadQuery as error:
        return bad_query(request, error)
    stamp = stamp_of(request)
    etag = quote_etag(f"{kept.digest(stamp, asked)}-{name}")
    modified = stamp[1] or exports.BEGINNING
    unchanged = get_conditional_response(request, etag, int(modified.timestamp()))
    if unchanged is not None:
        return _marked(unchanged, etag, modified)
    path = starting.ready(stamp, asked, name)
    try:
        response = _sent(request, path, etag) if path else busy(request)
    except FileNotFoundError:  # removed this moment, as the data has changed
        response = busy(request)
    if response.status_code not in {200, 206}:
        return response
    ending = Path(name).suffix
    response["Content-Type"] = TYPES[ending]
    if ending in SAVED:
        response["Content-Disposition"] = content_disposition_header(True, _saved_as(name, asked))
    return _marked(response, etag, modified)


def _marked(response: HttpResponseBase, etag: str, modified: dt.datetime) -> HttpResponseBase:
    response["ETag"] = etag
    response["Last-Modified"] = last_modified(modified)
    return response


def busy(request: HttpRequest) -> HttpResponse:
    response = render(request, "timeline/downloads/busy.html", {"seconds": RETRY_AFTER}, status=503)
    response["Retry-After"] = RETRY_AFTER
    response["Cache-Control"] = "no-store"
    return response


# --- a file, or a piece of it


class _Whole(FileResponse):
    block_size = CHUNK


def _sent(request: HttpRequest, path: Path, etag: str) -> HttpResponseBase:
    opened = path.open("rb")  # once it is open, its removal does not stop the download
    size = os.fstat(opened.fileno()).st_size
    piece = _piece(request, size, etag)
    response: StreamingHttpResponse
    if piece is None:
        response = _Whole(opened)
    elif piece.start >= size:
        opened.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    else:
        opened.seek(piece.start)
        response = StreamingHttpResponse(_read(opened, len(piece)), status=206)
        response["Content-Range"] = f"bytes {piece.start}-{piece.stop - 1}/{size}"
        response["Content-Length"] = str(len(piece))
    response["Accept-Ranges"] = "bytes"
    return response


def _piece(request: HttpRequest, size: int, etag: str) -> range | None:
    """What a `Range` header asks for; None for the whole. Several pieces at once are answered with the whole."""
    found = RANGE.fullmatch(request.headers.get("Range", "")) if request.method == "GET" else None
    if found is None or found[0] == "bytes=-" or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = found.groups()
    if not first:
        return range(max(size - int(last), 0), size)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1, size) if last else size)


def _read(file: BinaryIO, left: int) -> Iterator[bytes]:
    with file:
        while left > 0 and (piece := file.read(min(CHUNK, left))):
            left -= len(piece)
            yield piece


def _saved_as(name: str, asked: Filter) -> str:
    """`sma-timeline-agreement-12.csv.zip`, `sma-timeline-rounds.csv`; the whole set's files as they are called here."""
    base, dot, ending = Path(name).name.partition(".")
    part = exports.name_of_part(asked.pairs, allow_unicode=True)
    return (part if base == exports.NAME else f"{part}-{base}") + dot + ending


# --- the page


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """With the sizes of what is made: where something is missing, a process of its own begins to make it."""
    stamp, everything = stamp_of(request), Filter()
    made = kept.find(stamp, everything)
    if settings.DRAW_AFTER_CHANGE and not (made and made.is_complete):
        starting.start(everything, *exports.FILES)
    counts = made.edition.counts if made else {} if starting.is_large(everything) else exports.counts(stamp)
    home = settings.SITE_URL + request.path
    context = {
        "structured": linked_data.data_page(
            home, _("Downloads"), _distributions(request.path), version=exports.version_words(*stamp), modified=stamp[1]
        ),
        "version": exports.version_words(*stamp),
        "changed_on": (stamp[1] or exports.BEGINNING).date().isoformat(),
        "kinds": [(kind, counts.get(kind.name), _size(made, kept.csv_name(kind))) for kind in exports.kinds().values()],
        "total": sum(counts.values()),
        "sizes": {name: _size(made, name) for name in exports.FILES},
        "days": exports.recent_days(stamp),
        "licence_url": exports.LICENCE_URL,
        "home": home,
        "examples": [(program, lines.format(home=home)) for program, lines in EXAMPLES.items()],
    }
    return render(request, "timeline/downloads/page.html", context)


def _distributions(path: str) -> list[Distribution]:
    """The files of the data itself; the others describe it."""
    endings = {name: Path(name).suffix for name in exports.FILES}
    return [
        Distribution(path + name, TYPES[ending].partition(";")[0], name)
        for name, ending in endings.items()
        if ending in SAVED
    ]


def _size(made: kept.Kept | None, name: str) -> str:
    """Of a file that is made; empty for one that waits to be asked for."""
    path = made.path(name) if made else None
    return filesizeformat(path.stat().st_size) if path and path.exists() else ""
