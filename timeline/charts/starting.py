"""Starts the drawing process after a change of what charts show: at once, detached, and once for a burst of changes.

At most one process draws and one waits. The one that waits holds a lock from before it is started (it inherits it)
until it begins to read, so a change either finds it waiting, and will be seen by it, or starts the next one.
"""

import fcntl
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.signals import post_delete, post_save

from timeline import processes
from timeline.models import Agreement, ConcernedRecord, Disagreement, Figure

WAITING = ".waiting"
SHOWN = (Agreement, ConcernedRecord, Disagreement, Figure)


def connect() -> None:
    for model in SHOWN:
        for signal in (post_save, post_delete):
            signal.connect(_changed, sender=model, dispatch_uid=f"timeline-charts-{model._meta.model_name}")


def _changed(**kwargs: Any) -> None:
    start_after_commit(kwargs.get("using"))


def start_after_commit(using: str | None = None) -> None:
    if settings.DRAW_AFTER_CHANGE:
        transaction.on_commit(start, using=using, robust=True)


def start() -> bool:
    """Whether a process was started; otherwise one waits already."""
    folder = Path(settings.DRAWINGS_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / WAITING).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        processes.begin("draw", "--after-change", str(lock.fileno()), lock=lock.fileno())
    return True


def begin(lock: int) -> None:
    """In the process that was started: from here on it reads, and later changes need another one."""
    os.close(lock)
