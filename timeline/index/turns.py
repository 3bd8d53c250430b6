"""Who saves first is first, in one process, on SQLite.

SQLite lets whoever waits for its lock look again each tenth of a second, and gives it to the one who looks at the right
moment. Of four who save without a pause one saves all the time, and the others are told in the end that the database is
locked. PostgreSQL has a queue of its own.
"""

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection

SECONDS_WITHOUT_GAP = 2.0
GAP = 0.12  # seconds: longer than SQLite lets anybody sleep before another look


class Queue:
    """After some turns without a pause the next one leaves a gap, for whoever waits at the database itself: other
    processes, and short writes that stand in no queue.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: deque[object] = deque()
        self._last_gap = 0.0

    def __len__(self) -> int:
        """Whose turn it is, and all who wait."""
        return len(self._waiting)

    @contextmanager
    def turn(self, seconds: float) -> Iterator[None]:
        """Waits at most so long, and fails as the database would."""
        me = object()
        try:
            with self._changed:
                self._waiting.append(me)
                is_free = len(self) == 1
                if not self._changed.wait_for(lambda: self._waiting[0] is me, seconds):
                    raise OperationalError("database is locked")
            self._leave_a_gap(is_free)
            yield
        finally:
            with self._changed:
                self._waiting.remove(me)
                self._changed.notify_all()

    def _leave_a_gap(self, is_free: bool) -> None:
        if not is_free and time.monotonic() - self._last_gap > SECONDS_WITHOUT_GAP:
            time.sleep(GAP)
            is_free = True
        if is_free:
            self._last_gap = time.monotonic()


QUEUE = Queue()


@contextmanager
def in_turn() -> Iterator[None]:
    """Before a transaction begins; within one there is nothing to wait for."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with QUEUE.turn(connection.settings_dict["OPTIONS"]["timeout"]):
        yield
