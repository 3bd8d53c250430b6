"""What every test stands on: a folder of its own for what is written, no settings from outside, no network."""

import atexit
import datetime as dt
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import django
import hypothesis
import pytest
from django.test.utils import override_settings

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
OUTSIDE_SETTINGS = (
    "BEHIND_PROXY",
    "DEBUG",
    "ERROR_REPORT_ADDRESS",
    "PORT",
    "SECRET_KEY",
    "SITE_URL",
    "TRUSTED_PROXIES",
)
IS_DEEP = "DEEP" in os.environ  # `make test-deep`: all of what `make test` runs a sample of
IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ  # then the run that started it has made the folder

# Which of many alike are looked at, another day others; SAMPLE_SEED=2026-11-25 repeats a day.
os.environ.setdefault("SAMPLE_SEED", dt.datetime.now(dt.UTC).date().isoformat())


def sample(names: Iterable[str], count: int) -> list[str]:
    """So many of them, or all in `make test-deep`."""
    names = list(names)
    if IS_DEEP or count >= len(names):
        return names
    chosen = set(random.Random(os.environ["SAMPLE_SEED"]).sample(names, count))
    return [name for name in names if name in chosen]


if not IS_WORKER:
    os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="sma-tests-")
    atexit.register(shutil.rmtree, os.environ["VAR_DIR"], ignore_errors=True)
    (Path(os.environ["VAR_DIR"]) / "static").mkdir()  # WhiteNoise warns where there is none
    for setting in OUTSIDE_SETTINGS:
        os.environ.pop(setting, None)
os.environ["DRAW_AFTER_CHANGE"] = "no"  # a test that saves a figure starts no process
os.environ["DJANGO_SETTINGS_MODULE"] = "sma_site.settings"
django.setup()


def refuse_the_network(event: str, args: tuple) -> None:
    """An audit hook: whatever library opens the connection, it is refused unless it stays on this machine."""
    if event == "socket.connect":
        address = args[1]
        if isinstance(address, tuple) and address[0] not in LOOPBACK:
            raise ConnectionRefusedError(f"Tests have no network: {address[0]}")
    elif event == "socket.getaddrinfo" and args[0] not in {*LOOPBACK, None, ""}:
        raise ConnectionRefusedError(f"Tests have no network: {args[0]}")


sys.addaudithook(refuse_the_network)

# How long an example takes says more of the machine than of the code: a busy one would fail the run.
hypothesis.settings.register_profile("tests", deadline=None)
hypothesis.settings.load_profile("tests")


@pytest.fixture(scope="session", autouse=True)
def _settings_of_the_tests():
    """Static files under their plain names, as nothing was collected; passwords that are quick to hash."""
    storages = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    with override_settings(STORAGES=storages, PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield
