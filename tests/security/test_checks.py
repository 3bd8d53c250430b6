"""The system check of the database: silent as the site sets it up, and a warning for each thing that is missing."""

import pytest
from django.core.checks import run_checks
from django.db import connections
from django.db.utils import load_backend

from tests.test_project import manage
from timeline.checks import database_is_set_up

pytestmark = pytest.mark.django_db
OF_SQLITE = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": "PRAGMA journal_mode=WAL;"}
OF_POSTGRESQL = {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True, "OPTIONS": {"connect_timeout": 4}}


def warnings_of(engine, name, **settings):
    """Of a database of this engine with these settings, as one that the site knows as “other”."""
    usual = {"ENGINE": engine, "NAME": str(name), "OPTIONS": {}, "TIME_ZONE": None, "ATOMIC_REQUESTS": False}
    usual |= {"AUTOCOMMIT": True, "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False, "TEST": {}}
    connections["other"] = other = load_backend(engine).DatabaseWrapper(usual | settings, "other")
    try:
        return [(each.id, each.hint) for each in database_is_set_up(None, databases=["other"])]
    finally:
        other.close()
        del connections["other"]


def on_sqlite(tmp_path, **options):
    made = {name: value for name, value in (OF_SQLITE | options).items() if value is not None}
    return warnings_of("django.db.backends.sqlite3", tmp_path / "other.sqlite3", OPTIONS=made)


def on_postgresql(**settings):
    return warnings_of("django.db.backends.postgresql", "other", **(OF_POSTGRESQL | settings))


def test_the_database_of_the_site_is_set_up():
    assert [each.id for each in run_checks(databases=["default"]) if each.id.startswith("timeline")] == []


def test_sqlite_as_a_site_needs_it_has_no_warning(tmp_path):
    assert on_sqlite(tmp_path) == []


@pytest.mark.parametrize(
    ("missing", "warning"),
    [
        ({"init_command": "PRAGMA journal_mode=DELETE;"}, ("timeline.W001", "PRAGMA journal_mode=WAL")),
        ({"transaction_mode": None}, ("timeline.W002", 'OPTIONS["transaction_mode"] = "IMMEDIATE"')),
        ({"transaction_mode": "DEFERRED"}, ("timeline.W002", 'OPTIONS["transaction_mode"] = "IMMEDIATE"')),
        ({"timeout": 1}, ("timeline.W003", 'OPTIONS["timeout"] = 20')),
        (
            {"init_command": "PRAGMA journal_mode=WAL; PRAGMA foreign_keys=OFF;"},
            ("timeline.W004", "PRAGMA foreign_keys=ON"),
        ),
    ],
    ids=["write-ahead log", "immediate", "deferred", "busy time-out", "foreign keys"],
)
def test_what_sqlite_lacks_is_a_warning(tmp_path, missing, warning):
    assert on_sqlite(tmp_path, **missing) == [warning]


@pytest.mark.parametrize(
    ("missing", "warnings"),
    [
        ({}, []),
        ({"CONN_HEALTH_CHECKS": False}, [("timeline.W005", '"CONN_HEALTH_CHECKS": True')]),
        ({"CONN_HEALTH_CHECKS": False, "CONN_MAX_AGE": 0}, []),
        ({"OPTIONS": {}}, [("timeline.W006", 'OPTIONS["connect_timeout"] = 4')]),
    ],
    ids=["all", "health checks", "no kept connections", "connect time-out"],
)
def test_what_the_settings_for_postgresql_lack_is_a_warning(missing, warnings):
    assert on_postgresql(**missing) == warnings


def test_who_checks_the_deployment_checks_the_database(tmp_path):
    checked = manage("check", "--deploy", "--database", "default", var_dir=tmp_path, SITE_URL="https://sma.example")

    assert (checked.returncode, checked.stdout) == (0, "System check identified no issues (0 silenced).\n")
