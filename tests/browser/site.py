"""The site as `make run` serves it, with the shipped data, in a folder and a database of its own."""

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.conf import settings

SECONDS_TO_START = 120
SERVER = [
    "-m",
    "granian",
    "--interface",
    "wsgi",
    "--host",
    "127.0.0.1",
    "--log-level",
    "warning",
    "sma_site.wsgi:application",
]


@dataclass(frozen=True)
class Site:
    address: str
    environment: dict[str, str]  # for commands of the site's own


@contextmanager
def served(folder: Path, fixtures: Path | None = None) -> Iterator[Site]:
    """On the database that the tests run on, with the shipped fixtures or with these; without charts."""
    with database() as database_url:
        port = free_port()
        environment = os.environ | {
            "VAR_DIR": str(folder),
            "DATABASE_URL": database_url,
            "PORT": str(port),
            "DEBUG": "no",
        }
        if fixtures is not None:
            python("manage.py", "migrate", environment=environment)
            python("manage.py", "load_fixtures", str(fixtures), environment=environment)
        python("manage.py", "prepare", environment=environment)
        with ended(started(*SERVER, "--port", str(port), environment=environment)) as server:
            address = f"http://127.0.0.1:{port}"
            await_answer(f"{address}/about/", server)
            yield Site(address, environment)


@contextmanager
def database() -> Iterator[str]:
    """What DATABASE_URL says: nothing for SQLite, which stands in VAR_DIR, else a new database, dropped at the end."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield ""
        return
    name = f"sma_browser_{secrets.token_hex(4)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'create database "{name}"')
        try:
            yield urlsplit(url)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f'drop database "{name}" with (force)')


def python(*arguments: str, environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def started(*arguments: str, environment: dict[str, str]) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, *arguments], cwd=settings.BASE_DIR, env=environment, stdout=subprocess.DEVNULL
    )


@contextmanager
def ended(process: subprocess.Popen) -> Iterator[subprocess.Popen]:
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def await_answer(address: str, server: subprocess.Popen) -> None:
    latest = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310 - our own address
            return
        except (urllib.error.URLError, ConnectionError):
            assert server.poll() is None, "The server ended before it answered."
            assert time.monotonic() < latest, f"The server did not answer within {SECONDS_TO_START} seconds."
            time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
