"""How much one reader may ask of Django; what is kept, and who has the page already, never comes this far.

Counted in windows of five minutes that begin with a reader's first request. Whoever is refused has asked for more than
is allowed in five minutes; windows that slide guess at what was asked when, and may refuse somebody who has not. The
most that anybody gets out of it is twice the limit, at the end of one window and the beginning of the next.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, Protocol

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.urls import reverse

from sma_site.shared_store import Away, SharedStore, shared_store
from timeline.problems import MACHINES
from timeline.security import log
from timeline.security.clients import UNKNOWN, origin_in
from timeline.views.refusals import too_many_requests

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

WINDOW = 300  # seconds
MOST_READERS = 20_000  # whose requests are counted at once; about 5 MB
# What is behind a question mark or in the API is asked of the whole data, in ways without end.
PLAIN, DEAR = 1, 3
DESK_TIMES = 5  # as much for an editor, whose pages are never kept


class Counted(NamedTuple):
    used: int
    seconds_left: int


class Counts(Protocol):
    def add(self, reader: str, cost: int) -> Counted:
        """What the reader has used in this window, with this."""


class OwnCounts:
    """Of this process alone."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._windows: OrderedDict[str, tuple[float, int]] = OrderedDict()  # when it ends, and what was used

    def add(self, reader: str, cost: int) -> Counted:
        now = self._clock()
        with self._lock:
            self._forget(now)
            ends, used = self._windows.get(reader, (0.0, 0))
            if ends <= now:
                self._windows.pop(reader, None)
                ends, used = now + WINDOW, 0
            self._windows[reader] = ends, used + cost
        return Counted(used + cost, max(1, round(ends - now)))

    def learn(self, reader: str, counted: Counted) -> None:
        """What all workers together have counted, and until when."""
        with self._lock:
            self._windows[reader] = self._clock() + counted.seconds_left, counted.used

    def _forget(self, now: float) -> None:
        """All windows are of the same length, so the first to begin ends first; what was learned ends sooner."""
        while self._windows:
            first = next(iter(self._windows))
            if self._windows[first][0] > now and len(self._windows) < MOST_READERS:
                return
            del self._windows[first]

    def __len__(self) -> int:
        return len(self._windows)


class SharedCounts:
    """Of all workers and machines. While Redis is away each counts on by itself, from what it knew of the others."""

    def __init__(self, store: SharedStore) -> None:
        self.store, self.own = store, OwnCounts()

    def add(self, reader: str, cost: int) -> Counted:
        name = f"{self.store.prefix}:asked:{reader}"
        own = self.own.add(reader, cost)
        try:
            shared = self.store.ask(lambda redis: _added(redis, name, cost))
        except Away:
            return own
        if shared.used > own.used:
            self.own.learn(reader, shared)
        return max(shared, own)


def _added(redis: Any, name: str, cost: int) -> Counted:
    asked = redis.pipeline()
    asked.set(name, 0, ex=WINDOW, nx=True)
    asked.incrby(name, cost)
    asked.ttl(name)
    _begun, used, seconds_left = asked.execute()
    if seconds_left < 0:  # it ended between the two, and what was added would never end
        redis.expire(name, WINDOW)
        seconds_left = WINDOW
    return Counted(used, max(1, seconds_left))


class RateLimit:
    def __init__(self, application: Application, limit: int, counts: Counts | None = None) -> None:
        self.application = application
        self.limit = limit
        self.counts: Counts = _counts() if counts is None else counts
        self._desk = reverse("admin:index")
        self._free = (settings.STATIC_URL, reverse("health-live").removesuffix("live"))

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        path: str = environ.get("PATH_INFO", "")
        origin = origin_in(environ)
        if path.startswith(self._free) or origin == UNKNOWN:
            return self.application(environ, start_response)
        is_desk = path.startswith(self._desk)
        reader = f"desk:{origin}" if is_desk else origin
        cost = DEAR if environ.get("QUERY_STRING") or path.startswith(MACHINES) else PLAIN
        most = self.limit * DEAR * (DESK_TIMES if is_desk else 1)
        used, seconds_left = self.counts.add(reader, cost)
        if used > most:
            return _refused(environ, start_response, seconds_left, is_first=used - cost <= most)

        def start(status: str, headers: Any, exc_info: Any = None) -> Any:
            if status.startswith("304"):  # it was asked whether something is new, and nothing was
                self.counts.add(reader, -cost)
            return start_response(status, headers, exc_info)

        return self.application(environ, start)


def _counts() -> Counts:
    store = shared_store()
    return SharedCounts(store) if store else OwnCounts()


def _refused(environ: Environ, start_response: Callable[..., Any], seconds_left: int, *, is_first: bool) -> list[bytes]:
    request = WSGIRequest(environ)
    if is_first:
        log.note("too-many-requests", request=request, seconds=seconds_left)
    answer = too_many_requests(request, seconds_left)
    answer.headers["Content-Length"] = str(len(answer.content))
    start_response(f"{answer.status_code} {answer.reason_phrase}", list(answer.items()))
    return [] if request.method == "HEAD" else [answer.content]
