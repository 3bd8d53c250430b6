"""Commands of the site that a worker begins and does not wait for."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.conf import settings

_running: list[subprocess.Popen[bytes]] = []  # kept until they have ended, so that none stays behind for long


def begin(*command: str, lock: int) -> None:
    """`manage.py` with these words, in a session of its own. It inherits the lock, an open file."""
    with _anywhere():
        process = subprocess.Popen(  # noqa: S603 - our own commands
            [sys.executable, str(settings.BASE_DIR / "manage.py"), *command],
            cwd=settings.BASE_DIR,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[lock],
            start_new_session=True,
        )
    _running[:] = [each for each in (*_running, process) if each.poll() is None]  # what has ended is let go of


@contextmanager
def _anywhere() -> Iterator[None]:
    """A thread that serves may be kept on one processor, which is inherited; the first thread of a process is not."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    mine = os.sched_getaffinity(0)
    _go_to(os.sched_getaffinity(os.getpid()))
    try:
        yield
    finally:
        _go_to(mine)


def _go_to(processors: set[int]) -> None:
    with suppress(OSError):  # not allowed: then nothing has been kept anywhere
        os.sched_setaffinity(0, processors)
