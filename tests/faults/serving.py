"""The site as granian serves it, on a database of the test, and who reads and edits it there."""

import http.client
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from tests.browser.site import free_port
from tests.deploy.serving import await_port, started
from tests.faults.jobs import PATIENCE


@contextmanager
def site(folder: Path, database_url: str, **environment: str) -> Iterator[int]:
    """The port at which it is served."""
    port = free_port()
    command = [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--blocking-threads", "4", "--backpressure", "64", "--workers-kill-timeout", "3"]
    command += ["--log-level", "warning", "tests.faults.wsgi:application"]
    given = {"DATABASE_URL": database_url, "VAR_DIR": str(folder), "PORT": str(port), "DEBUG": "no", "RATE_LIMIT": "0"}
    given["SECRET_KEY"] = settings.SECRET_KEY  # or who has signed in through another process has not
    given |= {"DRAW_AFTER_CHANGE": "no", "ACCESS_LOG": "none", "DJANGO_SETTINGS_MODULE": "sma_site.settings"}
    folder.mkdir(exist_ok=True)
    with started(command, folder / "site.log", cwd=settings.BASE_DIR, env=os.environ | given | environment) as process:
        await_port("127.0.0.1", port, process)
        yield port


def url_of_sqlite() -> str:
    return f"sqlite:///{connection.settings_dict['NAME']}"


def get(port: int, path: str, **headers: str) -> http.client.HTTPResponse:
    """An answer that has been read; what it said is its `text`."""
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        asking.request("GET", path, headers=headers)
        answer = asking.getresponse()
        answer.text = answer.read().decode(errors="replace")  # type: ignore[attr-defined]
    finally:
        asking.close()
    return answer


class Readers:
    """So many at the same time, each asking on and on; what they were answered."""

    def __init__(self, port: int, count: int, paths: list[str]) -> None:
        self.port, self.paths = port, paths
        self.answers: Counter[tuple[str, int, str]] = Counter()  # by path, status and Retry-After
        self.longest = 0.0  # seconds
        self.failures: list[str] = []
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._read, args=(number,)) for number in range(count)]

    def __enter__(self) -> "Readers":
        for each in self._threads:
            each.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._is_over.set()
        for each in self._threads:
            each.join(2 * PATIENCE)

    def _read(self, number: int) -> None:
        while not self._is_over.is_set():
            number += 1
            path, begun = self.paths[number % len(self.paths)], time.monotonic()
            try:
                answer = get(self.port, path.format(year=1_900 + number % 100))
            except OSError as error:
                self.failures.append(f"{path}: {error}")
                continue
            self.longest = max(self.longest, time.monotonic() - begun)
            self.answers[path, answer.status, answer.headers.get("Retry-After", "")] += 1

    def statuses(self, path: str) -> set[int]:
        return {status for asked, status, _after in self.answers if asked == path}
