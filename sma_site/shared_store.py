"""Redis, where `CACHE_URL` names one: what several workers or machines share.

It may be away or slow at any moment; then whoever asks is told so at once, and works alone for a while.
"""

import logging
import threading
import time
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from django.conf import settings
from django.utils.crypto import salted_hmac

T = TypeVar("T")
logger = logging.getLogger("sma.shared_store")

LONGEST_WAIT = 0.25  # seconds: for a connection, and for an answer
LATE = 0.1  # seconds
MOST_LATE = 3  # late answers in a row: one or two may be the fault of a busy machine of our own
NOT_AGAIN_FOR = 5.0  # seconds after it did not answer, or was late too often


class Away(Exception):
    """Do without."""


class SharedStore:
    def __init__(
        self, url: str, wait: float = LONGEST_WAIT, not_again_for: float = NOT_AGAIN_FOR, late: float = LATE
    ) -> None:
        # Not before it is wanted: it is 20 MB of code.
        from redis import ConnectionError, Redis, RedisError
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        # Once more where an idle connection was closed; never where an answer is late.
        retry = Retry(NoBackoff(), 1, supported_errors=(ConnectionError,))
        self._redis = Redis.from_url(url, socket_timeout=wait, socket_connect_timeout=wait, retry=retry, protocol=2)
        self._failures = (RedisError, OSError)
        self._late_after, self._late = late, 0
        self._not_again_for = not_again_for
        self._away_until = 0.0
        self._lock = threading.Lock()
        # Two sites may share one Redis, and nobody but us may put anything into our pages.
        self.key = salted_hmac("sma.shared_store", "key", algorithm="sha256").digest()
        self.prefix = f"sma:{self.key.hex()[:12]}"

    def ask(self, question: Callable[[Any], T]) -> T:
        """What Redis answers to it, or `Away`. Nobody waits longer than for one late answer, and only one at a time."""
        if self._away_until:
            with self._lock:
                if time.monotonic() < self._away_until:
                    raise Away
                self._away_until = time.monotonic() + self._not_again_for  # others go on alone while this one tries
        began = time.monotonic()
        try:
            answer = question(self._redis)
        except self._failures as failure:
            self._is_away(str(failure) or type(failure).__name__)
            raise Away from failure
        self._late = self._late + 1 if time.monotonic() - began > self._late_after else 0
        if self._late >= MOST_LATE:
            self._is_away("its answers are late")
        elif self._away_until:
            self._away_until = 0.0
            logger.info("The shared store answers again.")
        return answer

    def close(self) -> None:
        self._redis.close()

    def _is_away(self, why: str) -> None:
        self._away_until, self._late = time.monotonic() + self._not_again_for, 0
        logger.warning("The shared store does not answer, each worker keeps its own: %s", why)


def shared_store() -> SharedStore | None:
    return _store(settings.CACHE_URL) if settings.CACHE_URL else None


@cache
def _store(url: str) -> SharedStore:
    """One for all who ask: each of them learns when it is away."""
    return SharedStore(url)
