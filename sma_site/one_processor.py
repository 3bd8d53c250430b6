"""The threads of a worker that run Python stay on one processor.

Only one of them runs Python at a time, wherever they are. Spread over two processors, each turn carries to the other's
caches all that the last thread has worked with. What a thread begins inherits its place: `timeline/processes.py` lets
commands go where they like. How much it is: timeline/docs/decisions/0019-threads-on-one-processor.md.
"""

import os
import random
import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

# In Linux's abstract namespace: no file, and free again when the process has ended.
NAME = "\0sma-timeline/processor/{}"


class OneProcessor:
    """Each worker of a machine has another processor; who finds none left runs wherever the system likes."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self._claim, self.processor = _claimed()
        self._thread = threading.local()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if self.processor is not None and not hasattr(self._thread, "is_placed"):
            self._thread.is_placed = True
            with suppress(OSError):  # taken from the process since, or not allowed
                os.sched_setaffinity(0, {self.processor})
        return self.application(environ, start_response)


def _claimed() -> tuple[socket.socket | None, int | None]:
    """At random: another machine's worker, in another container, may see the same processors but not our claims."""
    free = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_setaffinity") else []
    if len(free) < 2:
        return None, None
    random.shuffle(free)
    claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    for processor in free:
        with suppress(OSError):
            claim.bind(NAME.format(processor))
            return claim, processor
    claim.close()
    return None, None
