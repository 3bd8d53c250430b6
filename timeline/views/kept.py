"""Pages that are not made anew while what they read says the same: see `timeline.models.reading`.

In front of Django whole pages are kept until anything public changes (sma_site/page_cache.py). After that this saves
the making of all those pages that show nothing of the change: their questions are asked again, and not more.
"""

import datetime as dt
import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final

import zstandard
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from timeline.models.reading import Question, Reading

View = Callable[..., HttpResponse]
State = tuple[Any, ...]

ROOM: Final = 4_000_000  # bytes of all bodies, packed
AROUND: Final = 3_000  # bytes: questions, headers and bookkeeping
PACKING: Final = 1


@dataclass(frozen=True)
class Page:
    state: State
    questions: list[Question]
    headers: dict[str, str]
    packed: bytes

    @property
    def size(self) -> int:
        return AROUND + len(self.packed)

    def response(self) -> HttpResponse:
        return HttpResponse(_unpacker().decompress(self.packed), headers=self.headers)


class Pages:
    """The most lately used, as many as there is room for."""

    def __init__(self, room: int = ROOM) -> None:
        self.room, self.used = room, 0
        self._pages: OrderedDict[str, Page] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, path: str, state: State) -> Page | None:
        with self._lock:
            page = self._pages.get(path)
            if page is None or page.state != state:
                return None
            self._pages.move_to_end(path)
            return page

    def put(self, path: str, page: Page) -> None:
        with self._lock:
            if (before := self._pages.pop(path, None)) is not None:
                self.used -= before.size
            self._pages[path] = page
            self.used += page.size
            while self.used > self.room:
                self.used -= self._pages.popitem(last=False)[1].size


PAGES: Final = Pages()


def kept_by_what_it_reads(view: View, pages: Pages = PAGES) -> View:
    """For views whose answer depends on the path, on `_state()` and on what prepared queries give, and on nothing else.

    An answer for which anything was asked in another way is not kept, nor is one of a copy or of a preview.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if settings.DEBUG or request.META.get("QUERY_STRING") or _is_special(request):
            return view(request, *args, **kwargs)
        state, reading = _state(), Reading()
        page = pages.get(request.path, state)
        if page is not None and reading.confirms(page.questions):
            return page.response()
        with reading.noted():
            response = view(request, *args, **kwargs)
        if reading.is_whole and response.status_code == 200:
            packed = bytes(memoryview(zstandard.compress(response.content, PACKING)))  # which has room for all of it
            pages.put(request.path, Page(state, reading.questions, dict(response.items()), packed))
        return response

    return answer


def _unpacker() -> zstandard.ZstdDecompressor:
    """One for each thread: making it takes longer than unpacking a page."""
    made: zstandard.ZstdDecompressor | None = getattr(_here, "unpacker", None)
    if made is None:
        made = _here.unpacker = zstandard.ZstdDecompressor()
    return made


_here = threading.local()


def _is_special(request: HttpRequest) -> bool:
    return bool(getattr(request, "copied", False) or getattr(request, "preview", None))


def _state() -> State:
    """What else a page depends on: the language, settings that it shows, the charts that are drawn, the day."""
    return (
        get_language(),
        settings.SITE_URL,
        settings.ERROR_REPORT_ADDRESS,
        _drawn(),
        dt.datetime.now(dt.UTC).date(),
    )


def _drawn() -> int:
    """When the last chart was drawn: each one that is finished is renamed into this folder."""
    try:
        return os.stat(settings.DRAWINGS_DIR).st_mtime_ns  # noqa: PTH116 - asked for every page
    except OSError:
        return 0
