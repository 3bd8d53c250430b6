"""What a monitor asks for, in the form of Prometheus, on an address of its own that readers cannot reach.

Each worker has a port of its own, the first that is free from the one that `METRICS_ADDRESS` names on.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from django.db import connections
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    start_http_server,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from sma_site.content_watch import QUERY
from sma_site.environment import HIGHEST_PORT

logger = logging.getLogger("sma.metrics")
SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3, 10)
COUNTED_FROM_THE_START = ("sign-in-failed", "code-refused", "locked-out")  # a rate needs the nought before the first
MOST_WORKERS = 16  # ports that are tried; while workers are replaced, the old and the new ones listen
AGAIN_AFTER = 5  # seconds


class Metrics:
    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each, which nothing asks for
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)  # memory, processor time, open files
        self.registry.register(DatabaseCollector())
        self._requests = self._counter("sma_requests", "Answers, by page family.", "family", "status", "cache")
        self._queries = self._counter("sma_database_queries", "Queries of requests.")
        self._slow_queries = self._counter("sma_slow_queries", "Those that took longer than SLOW_QUERY_MS.")
        self._events = self._counter("sma_security_events", "Lines of the log sma.security.", "event")
        self._seconds = Histogram(
            "sma_request_seconds",
            "From the request to the answer's last byte.",
            ["family", "cache"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self._children: dict[tuple[str, int, str], tuple[Any, Any]] = {}
        for event in COUNTED_FROM_THE_START:
            self._events.labels(event)

    def count(self, kind: tuple[str, int, str], seconds: float, queries: int, slow_queries: int) -> None:
        """`kind`: page family, status, and what the page cache had to do with it."""
        children = self._children.get(kind)
        if children is None:
            family, status, cache = kind
            children = self._requests.labels(family, str(status), cache), self._seconds.labels(family, cache)
            self._children[kind] = children
        children[0].inc()
        children[1].observe(seconds)
        if queries:
            self._queries.inc(queries)
        if slow_queries:
            self._slow_queries.inc(slow_queries)

    def count_event(self, event: str) -> None:
        self._events.labels(event).inc()

    def _counter(self, name: str, words: str, *labels: str) -> Counter:
        return Counter(name, words, labels, registry=self.registry)


class DatabaseCollector(Collector):
    """Asked anew by each look, on a connection of its own: a look at what is down must not be what holds it."""

    def describe(self) -> Iterator[Metric]:
        return iter(())

    def collect(self) -> Iterator[Metric]:
        try:
            version = _content_version()
        except Exception:  # noqa: BLE001 - whatever the driver raises, it is what is to be told
            yield GaugeMetricFamily("sma_database_up", UP, value=0)
            return
        yield GaugeMetricFamily("sma_database_up", UP, value=1)
        yield GaugeMetricFamily("sma_content_version", "Counts every change of what is public.", value=version)


UP = "Whether the database answers."


def _content_version() -> int:
    with closing(connections.create_connection("default")) as connection, connection.cursor() as cursor:
        cursor.execute(QUERY)
        row = cursor.fetchone()
    return int(row[0]) if row else 0


class CountedEvents(logging.Handler):
    def __init__(self, metrics: Metrics) -> None:
        super().__init__()
        self._metrics = metrics

    def emit(self, record: logging.LogRecord) -> None:
        self._metrics.count_event(getattr(record, "event", "other"))


def serve(address: tuple[str, int]) -> Metrics:
    """In threads of its own. Without a free port the site runs all the same, and another try is made now and then."""
    metrics = Metrics()
    logging.getLogger("sma.security").addHandler(CountedEvents(metrics))
    if not _is_served(metrics, address):
        logger.error("None of the %s ports from %s:%s on is free for the metrics.", MOST_WORKERS, *address)
        threading.Thread(target=_try_again, args=(metrics, address), name="metrics", daemon=True).start()
    return metrics


def _try_again(metrics: Metrics, address: tuple[str, int]) -> None:
    while not _is_served(metrics, address):
        time.sleep(AGAIN_AFTER)


def _is_served(metrics: Metrics, address: tuple[str, int]) -> bool:
    host, first = address
    for port in range(first, min(first + MOST_WORKERS, HIGHEST_PORT + 1)):
        try:
            start_http_server(port, addr=host, registry=metrics.registry)
        except OSError:
            continue
        logger.info("Metrics on %s port %s", host, port)
        return True
    return False
