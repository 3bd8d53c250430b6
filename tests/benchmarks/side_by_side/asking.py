"""Asks servers and measures: what a request costs them, and how many they answer in a second.

Costs are seconds of computing, not of waiting: other work on the machine lengthens the one and hardly the other. The
servers are asked in turn, some requests each, so that whatever it does to both falls on all of them alike. One request
at a time, waking the threads of a server is part of its cost; of a busy one it is not, which is measured beside it.
"""

import re
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

ROUNDS = 7
LONGEST_ROUND = 1.5  # seconds that one server is asked in each round
MOST_IN_A_ROUND = 200
LONGEST_BEFORE = 15  # seconds that one server is asked before it is measured
CONNECTIONS, SECONDS, TURNS = 4, 3, 3
MANY = (16,)  # connections: of a page that is ready, waking threads for each of a few is most of the cost
# `wrk` is a program of Debian. It takes the addresses from a file, in turn.
SCRIPT = """
local addresses, place = {}, 0
for line in io.lines("%s") do table.insert(addresses, line) end
request = function()
  place = place %% #addresses + 1
  return wrk.format("GET", addresses[place])
end
"""


@dataclass(frozen=True)
class Asked:
    """What one server is asked for, one address after the other."""

    server: object
    addresses: list
    headers: dict = field(default_factory=dict)
    statuses: frozenset = frozenset({200})


@dataclass(frozen=True)
class Cost:
    """Of one request; times in milliseconds of computing."""

    application: float
    database: float  # of PostgreSQL's own processes
    size: int
    wire: int  # bytes, packed as a browser takes them

    @property
    def both(self):
        return self.application + self.database


def costs(asked, database=None):
    """What a request costs each of them, in the median of the rounds."""
    counts = [_count(each) for each in asked]
    sizes = [_sizes(each) for each in asked]
    taken = [[] for _each in asked]
    for turn in range(ROUNDS):
        for place, each in enumerate(asked):
            taken[place].append(_round(each, turn * counts[place], counts[place], database))
    return [
        Cost(*(statistics.median(times) for times in zip(*rounds, strict=True)), *size)
        for rounds, size in zip(taken, sizes, strict=True)
    ]


def _count(each):
    """How many requests make a round. Before that, all is asked for once, as time allows: a site has run a while."""
    ends = time.perf_counter() + LONGEST_BEFORE
    for address in each.addresses[:MOST_IN_A_ROUND]:
        if time.perf_counter() < ends:
            _answer(each, address)
    begun = time.perf_counter()
    _answer(each, each.addresses[0])
    return max(1, min(MOST_IN_A_ROUND, int(LONGEST_ROUND / (time.perf_counter() - begun))))


def _sizes(each):
    plain = len(_answer(each, each.addresses[0]))
    packed = len(each.server.ask(each.addresses[0], each.headers | {"Accept-Encoding": "gzip"})[1])
    return plain, packed


def _answer(each, address):
    status, body, _headers = each.server.ask(address, each.headers)
    if status not in each.statuses:
        raise RuntimeError(f"{each.server.name} answered {status} to {address}")
    return body


def _round(each, first, count, database):
    addresses = [each.addresses[(first + number) % len(each.addresses)] for number in range(count)]
    before, there = each.server.computed(), database() if database else 0
    for address in addresses:
        _answer(each, address)
    return (
        (each.server.computed() - before) * 1_000 / count,
        (database() - there) * 1_000 / count if database else 0.0,
    )


@dataclass(frozen=True)
class Speed:
    per_second: float
    median: float  # milliseconds
    slowest: float  # of a hundred
    busy: float  # milliseconds of computing for a request, the database's own included, with several at once


def speed(each, connections=CONNECTIONS, database=None):
    """How many of these requests are answered in a second over so many connections, and what one takes."""
    before, there = each.server.computed(), database() if database else 0
    count, *told = _by_wrk(each, connections) if shutil.which("wrk") else _by_ourselves(each, connections)
    spent = each.server.computed() - before + (database() - there if database else 0)
    return Speed(*told, spent * 1_000 / max(count, 1))


def speeds(asked, connections=CONNECTIONS, database=None):
    """The same of several, in turn, for who compares them: the median of each."""
    turns = [[speed(each, connections, database) for each in asked] for _turn in range(TURNS)]
    return [sorted(each, key=lambda found: found.per_second)[TURNS // 2] for each in zip(*turns, strict=True)]


def at_once(work, connections):
    """What is measured over so many connections; over a few, it goes by its name."""
    return work if connections == CONNECTIONS else f"{work}, {connections} at once"


def how_asked():
    how = f"{CONNECTIONS} connections or as many as are named, {SECONDS} s"
    return f"wrk, {how}" if shutil.which("wrk") else f"a client in Python, {how} (install wrk for a faster one)"


def _by_wrk(each, connections):
    with tempfile.TemporaryDirectory() as folder:
        addresses, script = Path(folder, "addresses"), Path(folder, "addresses.lua")
        addresses.write_text("".join(f"{address}\n" for address in each.addresses))
        script.write_text(SCRIPT % addresses)
        headers = [part for name, value in each.headers.items() for part in ("-H", f"{name}: {value}")]
        command = [
            "wrk",
            "-t1",
            f"-c{connections}",
            f"-d{SECONDS}s",
            "--latency",
            "--timeout",
            "60s",
            "-s",
            str(script),
        ]
        told = subprocess.run(
            [*command, *headers, f"http://127.0.0.1:{each.server.port}"], capture_output=True, text=True, check=True
        ).stdout
    found = {name: re.search(rf"{name}\s+([\d.]+)(us|ms|s|m)", told) for name in ("50%", "99%")}
    times = [float(match[1]) * {"us": 0.001, "ms": 1, "s": 1_000, "m": 60_000}[match[2]] for match in found.values()]
    count = int(re.search(r"(\d+) requests in", told)[1])
    return count, float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1]), *times


def _by_ourselves(each, connections):
    times, ends = [], time.monotonic() + SECONDS
    begun = time.monotonic()

    def ask():
        connection = each.server.connect()
        for number in range(1_000_000):
            if (started := time.monotonic()) > ends:
                return
            connection.request("GET", each.addresses[number % len(each.addresses)], headers=each.headers)
            connection.getresponse().read()
            times.append(time.monotonic() - started)

    threads = [threading.Thread(target=ask) for _number in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times.sort()
    slowest = times[int(len(times) * 0.99)] if times else 0.0
    per_second = len(times) / (time.monotonic() - begun)
    return len(times), per_second, statistics.median(times or [0.0]) * 1_000, slowest * 1_000
