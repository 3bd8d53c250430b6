"""A Redis for the tests, on a socket file of its own: nothing of it is left when the test has ended."""

import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import pytest
from redis import Redis, RedisError

SECONDS_TO_START = 20
WHY_NOT = "redis-server is not installed (on Debian: apt install redis-server)"
PROGRAM = shutil.which("redis-server")


class RedisServer:
    def __init__(self) -> None:
        # The path of a Unix socket has at most 107 characters; TMPDIR may be longer than that by itself.
        self.folder = Path(tempfile.mkdtemp(prefix="sma-redis-", dir="/tmp"))
        self.socket = self.folder / "redis.sock"
        self.url = f"unix://{self.socket}"
        self.client = Redis.from_url(self.url)

    def start(self) -> None:
        options = {"port": "0", "unixsocket": str(self.socket), "save": "", "appendonly": "no", "dir": str(self.folder)}
        options |= {"maxmemory": "64mb", "maxmemory-policy": "allkeys-lru"}
        given = [each for name, value in options.items() for each in (f"--{name}", value)]
        self._process = subprocess.Popen([PROGRAM, *given], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < until:
            with suppress(RedisError):
                self.client.ping()
                return
            time.sleep(0.01)
        raise TimeoutError("The Redis of the tests did not start.")

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()

    def hang(self) -> None:
        """It is there, takes connections, and says nothing."""
        self._process.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def end(self) -> None:
        self.stop()
        self.client.close()
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture(scope="module")
def redis_of_the_module():
    if PROGRAM is None:
        pytest.skip(WHY_NOT)
    server = RedisServer()
    server.start()
    yield server
    server.end()


@pytest.fixture
def redis_server(redis_of_the_module):
    redis_of_the_module.client.flushall()
    return redis_of_the_module
