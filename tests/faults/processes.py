"""Processes that can be killed at any moment: each is forked, in milliseconds, from one that has loaded the site."""

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, connections

from sma_site.environment import env_bool
from tests.faults.jobs import run

IS_IN_FULL = env_bool("FAULTS", False)  # `make test-faults`: all of what `make test` runs a sample of
SECONDS_TO_ANSWER = 120  # a bound on waiting for ever, not on speed


@dataclass(frozen=True)
class Moment:
    """When to kill: before one of the statements, or by the clock, whatever happens then."""

    before_a_statement: bool
    share: float  # of the work that is done by then

    def of(self, statements: int) -> int:
        return int(self.share * statements) + 1


_kinds = multiprocessing.get_context("forkserver")
_kinds.set_forkserver_preload(["tests.faults.forked"])


class Process:
    """Runs a job of `tests.faults.jobs` on the database of the test; `heard` is what it has told."""

    def __init__(
        self, job: Callable[..., None], *given: Any, database: str | dict[str, Any] = "", **named: Any
    ) -> None:
        self._ear, mouth = _kinds.Pipe(duplex=False)
        database = database or str(connection.settings_dict["NAME"])
        where = {"NAME": database} if isinstance(database, str) else database
        self._process = _kinds.Process(target=run, args=(job, mouth, where, given, named), daemon=True)
        self._process.start()
        mouth.close()
        self.heard: list[Any] = []

    def hear(self) -> Any:
        assert self._ear.poll(SECONDS_TO_ANSWER), "The process says nothing."
        self.heard.append(self._ear.recv())
        return self.heard[-1]

    def has_begun(self) -> None:
        while self.hear() != "begun":
            pass

    def kill_within(self, seconds: float) -> None:
        time.sleep(seconds)
        self._process.kill()

    def stop(self) -> None:
        """Between two saves."""
        self._process.terminate()

    def ended(self) -> int | None:
        """How: 0, or the negative number of a signal. What it had told by then is heard."""
        while True:
            try:
                self.hear()
            except EOFError:
                break
        self._process.join(SECONDS_TO_ANSWER)
        return self._process.exitcode


@contextmanager
def at_work(job: Callable[..., None], count: int, *given: Any, **named: Any) -> Iterator[list[Process]]:
    """So many processes that do this until the end of the block, each with a number of its own."""
    processes = [Process(job, number, *given, **named) for number in range(count)]
    try:
        for each in processes:
            each.has_begun()
        yield processes
    finally:
        for each in processes:
            each.stop()
        for each in processes:
            each.ended()


def alone() -> None:
    """This process lets go of the database, so that whoever is killed was the last one in it."""
    connections.close_all()


def moments(count: int, batch: object = 0) -> list[Moment]:
    """Seeded: SAMPLE_SEED repeats them."""
    chance = random.Random(f"{os.environ['SAMPLE_SEED']} {batch}")
    first = chance.randrange(2)
    return [Moment((number + first) % 2 == 1, chance.random()) for number in range(count)]


def killed(moment: Moment, whole: tuple[int, float], job: Callable[..., None], *given: Any, **named: Any) -> Process:
    """A process that was killed in this job, of which `whole` says how many statements and seconds it takes."""
    alone()
    process = Process(job, moment.of(whole[0]) if moment.before_a_statement else 0, *given, **named)
    if not moment.before_a_statement:
        process.has_begun()
        process.kill_within(moment.share * whole[1])
    assert process.ended() in {-signal.SIGKILL, 0}  # 0: it had ended a moment before
    return process


def finished(job: Callable[..., None], *given: Any, **named: Any) -> list[Any]:
    """All that was told by a process that came to its end."""
    alone()
    process = Process(job, *given, **named)
    assert process.ended() == 0
    return process.heard


def until(is_so: Callable[[], object]) -> None:
    """Waits for it; a bound on waiting for ever, not on speed."""
    latest = time.monotonic() + SECONDS_TO_ANSWER
    while not is_so():
        assert time.monotonic() < latest
        time.sleep(0.1)
