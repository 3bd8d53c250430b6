"""What every test stands on: a folder of its own for what is written, no settings from outside, no network."""

import atexit
import datetime as dt
import gc
import os
import random
import shutil
import sys
import tempfile
import zlib
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import django
import hypothesis
import pytest
from django.db import connection
from django.test.utils import override_settings

from sma_site.environment import env_bool
from sma_site.setting_names import NAMES
from tests.scheduling import OneSite

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
OUTSIDE_SETTINGS = NAMES - {"DATABASE_URL", "VAR_DIR"}
IS_DEEP = env_bool("DEEP", False)  # `make test-deep`: all of what `make test` runs a sample of
TAKES_TURNS = env_bool("TURNS", False)  # `make test`: what hardly depends on the database runs on one a day
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


def pytest_collection_modifyitems(config, items):
    """Leave out what is for `make test-deep`. Who names a test by itself gets it, with all its cases."""
    if IS_DEEP or any("::" in argument for argument in config.args):
        return
    for rule in (of_the_other_database, beyond_the_sample):
        left_out = set(rule(items))
        config.hook.pytest_deselected(items=[item for item in items if item in left_out])
        items[:] = [item for item in items if item not in left_out]


def beyond_the_sample(items):
    """Of a test marked `deep(4)` all cases but four, of those marked `deep(4, of="forms")` all but four tests.

    They are others another day, and on the other database.
    """
    cases = defaultdict(dict)
    for item in items:
        if (mark := item.get_closest_marker("deep")) and mark.args:
            file, _colons, _name = item.nodeid.partition("::")
            test = f"{file} {mark.kwargs['of']}" if "of" in mark.kwargs else item.nodeid.partition("[")[0]
            cases[test, *mark.args][item.nodeid] = item
    for (test, count), found in cases.items():
        if count < len(found):
            chance = random.Random(f"{os.environ['SAMPLE_SEED']} {connection.vendor} {test}")
            kept = chance.sample(sorted(found), count)
            yield from (item for name, item in found.items() if name not in kept)


def of_the_other_database(items):
    """The browser has the site on SQLite, and waits for the next day when the turn of its file is elsewhere."""
    for item in items:
        is_missing = connection.vendor != "sqlite" and item.get_closest_marker("browser")
        if is_missing or (TAKES_TURNS and not is_for_both(item) and its_turn(item) != connection.vendor):
            yield item


def its_turn(item):
    return turn(item.nodeid.partition("::")[0], dt.date.fromisoformat(os.environ["SAMPLE_SEED"]))


def turn(file: str, day: dt.date) -> str:
    """The database on which a file is run that day; on the other it is the next."""
    return ("sqlite", "postgresql")[(zlib.crc32(file.encode()) + day.toordinal()) % 2]


def is_for_both(item):
    """What commits meets the locks of its database; what one of them would skip has to be where it is not."""
    database = item.get_closest_marker("django_db")
    commits = database is not None and database.kwargs.get("transaction", False)
    return commits or any(item.get_closest_marker(mark) for mark in ("both", "skipif"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return OneSite(config, log)


def pytest_collection_finish():
    """What is imported stays, and tests make no rings by the million: looking for them took a sixth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


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


@pytest.fixture(scope="session", autouse=True)
def _emptied_by_deleting():
    """After a test that commits. Of sixty tables, most of them empty, PostgreSQL truncates each into a new file."""
    if connection.vendor == "postgresql":

        def sql_flush(style, tables, **options):
            return [f"DELETE FROM {connection.ops.quote_name(table)}" for table in tables]

        connection.ops.sql_flush = sql_flush


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    """Hostile text that was logged stands in the report, and half a character would end the worker that sends it."""
    report = yield
    report.sections = [(name, text.encode("utf-8", "backslashreplace").decode()) for name, text in report.sections]
    return report
