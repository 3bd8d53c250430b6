"""Public pages are read from a replica of the database (`DATABASE_REPLICA_URL`) that has all that was published.

Both are asked for the content version first. It is written in the transaction of each change of what is public, and a
replica takes on transactions in their order: so one that has the version of the primary has what belongs to it, and no
page is older than the answer to a publish. Where it is behind or away the primary is read, as for everything else.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import Error, connections
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from sma_site.content_watch import QUERY
from sma_site.current_request import MARKS

PRIMARY, REPLICA = "default", "replica"
NOT_AGAIN_FOR = 5.0  # seconds after one of them did not answer
Stamp = tuple[int, Any]  # of the content version

_read_from: ContextVar[str] = ContextVar("read_from", default=PRIMARY)


class Router:
    def db_for_read(self, model: Any, **hints: Any) -> str:
        return _read_from.get()

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return PRIMARY

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True  # both are the same rows

    def allow_migrate(self, database: str, app_label: str, **hints: Any) -> bool:
        return database != REPLICA


@contextmanager
def reading_from(database: str) -> Iterator[None]:
    token = _read_from.set(database)
    try:
        yield
    finally:
        _read_from.reset(token)


class Replica:
    """What this process knows of the two databases."""

    def __init__(self) -> None:
        self._published: Stamp | None = None  # what the primary said last
        self._silent_until = {PRIMARY: 0.0, REPLICA: 0.0}

    def has_all_that_is_published(self, at_least: int = 0) -> bool:
        """While the primary is away nothing is published: what it said last is what the replica must have.

        `at_least`: the number of the version under which the answer is kept. Whoever reads that asks more often than
        is asked here, and may have heard of a change already while the primary counts as silent.
        """
        published, its = self._asked(PRIMARY), self._asked(REPLICA)
        if its is None:
            return False
        if published is not None:
            self._published = published
            return its == published
        return self._published is not None and its[0] >= max(self._published[0], at_least)

    def let_it_rest(self) -> None:
        self._silent_until[REPLICA] = time.monotonic() + NOT_AGAIN_FOR
        connections[REPLICA].close()

    def _asked(self, database: str) -> Stamp | None:
        if time.monotonic() < self._silent_until[database]:
            return None
        try:
            with connections[database].cursor() as cursor:
                cursor.execute(QUERY)
                stamp: Stamp = cursor.fetchone() or (0, None)
                return stamp
        except Error:
            self._silent_until[database] = time.monotonic() + NOT_AGAIN_FOR
            return None


def read_from_replica(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """For pages that everybody sees the same. One that fails there, for whatever reason, is made from the primary."""
    replica = Replica()
    others = tuple(map(reverse, ("admin:index", "health-live", "health-ready", "downloads")))
    others += (reverse("preview", args=["t"]).removesuffix("t/"),)

    def middleware(request: HttpRequest) -> HttpResponse:
        kept_under = int(request.META.get(MARKS, "").partition("-")[0] or 0)
        if not _is_for_everybody(request, others) or not replica.has_all_that_is_published(kept_under):
            return get_response(request)
        with reading_from(REPLICA):
            response = get_response(request)
        if response.status_code < 500:
            return response
        replica.let_it_rest()
        return get_response(request)

    return middleware


def _is_for_everybody(request: HttpRequest, others: tuple[str, ...]) -> bool:
    return (
        request.method in {"GET", "HEAD"}
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and not request.path.startswith(others)
    )
