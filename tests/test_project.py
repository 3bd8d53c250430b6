"""The project as a whole: its settings, its files, and what every answer has in common."""

import fcntl
import os
import re
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern

from tests import make
from timeline import urls
from timeline.management.commands.prepare import one_at_a_time
from timeline.models import Round

ROOT = Path(__file__).resolve().parent.parent
LONG_KEY = "A-key-of-the-tests-alone_" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2
# The records and the static files would take most of the time.
PREPARE_WITHOUT_RECORDS = """
import django; django.setup()
from django.core.management import call_command
from timeline.management.commands import prepare
prepare.call_command = lambda name, **options: call_command(name, **options) if name == "migrate" else None
call_command("prepare")
"""
ARGUMENTS = {"slug": "sma-11", "str": "abc123", "int": 1, "path": "sma-timeline.jsonl"}


def manage(*arguments, var_dir, **environment):
    """`manage.py` in a process of its own, with these settings in its environment and no others."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "DATABASE_URL") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=inherited | {"VAR_DIR": str(var_dir)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def made_url(pattern):
    kinds = re.findall(r"<(?:(\w+):)?\w+>", str(pattern.pattern))
    return reverse(pattern.name, args=[ARGUMENTS[kind or "str"] for kind in kinds])


@pytest.mark.django_db
def test_the_migrations_say_all_that_the_models_say():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_deployment_check_of_a_public_site_has_no_warning(tmp_path):
    checked = manage(
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
        var_dir=tmp_path,
        SITE_URL="https://sma.example",
        DATABASE_URL="",
    )

    assert (checked.returncode, checked.stderr, checked.stdout.strip()) == (
        0,
        "",
        "System check identified no issues (0 silenced).",
    )


@pytest.mark.parametrize("pattern", urls.urlpatterns, ids=lambda pattern: pattern.name)
def test_every_address_leads_to_its_view(pattern):
    assert isinstance(pattern, URLPattern)

    assert get_resolver().resolve(made_url(pattern)).func is pattern.callback


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"DEBUG": "maybe"}, "DEBUG must be yes or no, not 'maybe'."),
        ({"DEBUG": "yes", "SITE_URL": "https://sma.example"}, "DEBUG must be off where SITE_URL begins with https."),
        (
            {"SITE_URL": "http://sma.example"},
            "SITE_URL 'http://sma.example': plain http is for the loopback address only, use https.",
        ),
        ({"SITE_URL": "sma.example"}, "SITE_URL must be like https://sma.example.org, not 'sma.example'."),
        ({"SECRET_KEY": "short"}, "SECRET_KEY must be at least 50 characters long and random."),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY must be at least 50 characters long and random."),
        ({"PORT": "eighty"}, "PORT must be a whole number, not 'eighty'."),
        ({"PORT": "0"}, "PORT must be at least 1, not 0."),
        ({"PORT": "65536"}, "PORT must be at most 65535, not 65536."),
        (
            {"DATABASE_URL": "mysql://root@localhost/sma"},
            "DATABASE_URL must name an SQLite file or a PostgreSQL database.",
        ),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL must name an SQLite file or a PostgreSQL database."),
        *(
            (
                {"DATABASE_URL": url},
                "DATABASE_URL must name a file, like sqlite:////path/to/file: in memory all is gone at the end.",
            )
            for url in ("sqlite:///", "sqlite://:memory:", "sqlite:///:memory:")
        ),
        (
            {"DATABASE_URL": "", "DATABASE_REPLICA_URL": "postgresql://sma@localhost/sma"},
            "DATABASE_REPLICA_URL must name a replica of the PostgreSQL database that DATABASE_URL names.",
        ),
        (
            {"DATABASE_URL": "postgresql://sma@localhost/sma", "DATABASE_REPLICA_URL": "nonsense"},
            "DATABASE_REPLICA_URL must name a replica of the PostgreSQL database that DATABASE_URL names.",
        ),
    ],
    ids=lambda value: (
        "-".join(f"{name}={text[:24]}" for name, text in value.items()) if isinstance(value, dict) else ""
    ),
)
def test_a_setting_that_is_not_understood_stops_the_start_with_a_sentence(environment, sentence, tmp_path):
    refused = manage("check", var_dir=tmp_path, **environment)

    assert refused.returncode == 1
    assert refused.stderr.strip().splitlines()[-1] == f"django.core.exceptions.ImproperlyConfigured: {sentence}"


@pytest.mark.parametrize("key", [{}, {"SECRET_KEY": LONG_KEY}], ids=["no key", "a key"])
def test_a_folder_that_cannot_be_made_stops_the_start_with_a_sentence(key):
    refused = manage("check", var_dir="/dev/null/x", DATABASE_URL="", **key)

    assert refused.returncode == 1
    assert refused.stderr.strip().splitlines()[-1] == (
        "django.core.exceptions.ImproperlyConfigured: VAR_DIR '/dev/null/x' cannot be made a folder (Not a directory)."
    )


def test_the_secret_key_is_made_once_for_its_owner_alone(tmp_path):
    manage("check", var_dir=tmp_path)
    first = (tmp_path / "secret_key").read_text()
    manage("check", var_dir=tmp_path)

    assert (tmp_path / "secret_key").read_text() == first
    assert len(first) >= 50
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_a_given_secret_key_is_written_nowhere(tmp_path):
    assert manage("check", var_dir=tmp_path, SECRET_KEY=LONG_KEY).returncode == 0

    assert not (tmp_path / "secret_key").exists()


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_a_lock_file_has_a_hash_for_every_package_and_no_address(name):
    lines = (ROOT / name).read_text().splitlines()
    pinned = [number for number, line in enumerate(lines) if re.match(r"[a-z0-9]", line)]

    assert all("==" in lines[number] and "--hash=sha256:" in lines[number + 1] for number in pinned)
    assert [line for line in lines if "://" in line or "index-url" in line] == []


def test_the_tests_run_with_the_versions_that_the_site_runs_with():
    site, tests = (
        {line.split()[0] for line in (ROOT / name).read_text().splitlines() if "==" in line}
        for name in ("requirements.txt", "requirements-dev.txt")
    )

    assert site - tests == set()


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH"])
def test_methods_that_nothing_serves_are_refused(client, method):
    refused = client.generic(method, "/")

    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD, POST, OPTIONS")


@pytest.mark.django_db
def test_an_endless_query_string_is_refused_with_a_sentence(client):
    refused = client.get("/timeline/?q=" + "a" * 4000)

    assert refused.status_code == 414
    assert "at most 4000 characters" in refused.text


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/timeline/?q=a%00b", "/timeline/?%00=1", "/officials/a%00b/", "/e/%00/"])
def test_a_nul_in_the_address_is_refused_with_a_sentence(client, address):
    refused = client.get(address)

    assert refused.status_code == 400
    assert "NUL character" in refused.text


@pytest.mark.django_db
def test_a_nul_in_a_cookie_is_refused_with_a_sentence(client):
    refused = client.get("/admin/", headers={"cookie": r'sessionid="\000aaaaaaaaaaaaaaaa"'})

    assert refused.status_code == 400
    assert "A cookie of this site has a NUL character in it." in refused.text


def test_a_port_that_is_taken_is_refused_with_a_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(CommandError) as refused:
            call_command("prepare", port=port)

    assert str(refused.value) == (
        f"Port {port} cannot be served (Address already in use). Choose another: PORT=8123 make run"
    )


@pytest.mark.django_db
def test_prepare_loads_an_empty_database_and_says_how_to_make_the_first_administrator(capsys):
    call_command("prepare")

    assert capsys.readouterr().out.splitlines()[-2:] == [
        "The site is at http://127.0.0.1:8000/ (Ctrl-C ends it).",
        "Nobody can sign in at http://127.0.0.1:8000/admin/ yet: “make admin” makes the first administrator.",
    ]
    assert Round.objects.published().exists()


@pytest.mark.django_db
def test_prepare_keeps_what_is_there_and_says_nothing_of_administrators_once_there_is_one(capsys, admin_user):
    kept = make.round()

    call_command("prepare")

    assert list(Round.objects.all()) == [kept]
    assert "make admin" not in capsys.readouterr().out


def test_two_that_prepare_an_empty_folder_at_once_both_end_well(tmp_path):
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment |= {"VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "sma_site.settings"}
    environment |= {"SECRET_KEY": LONG_KEY, "DRAW_AFTER_CHANGE": "no"}
    command = [sys.executable, "-c", PREPARE_WITHOUT_RECORDS]
    both = [subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) for _each in "ab"]

    assert [(each.communicate()[1], each.returncode) for each in both] == [("", 0), ("", 0)]


def test_who_prepares_waits_for_whoever_does_already(tmp_path, settings):
    settings.VAR_DIR = tmp_path
    with one_at_a_time(), (tmp_path / ".preparing").open("w") as second, pytest.raises(BlockingIOError):
        fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_who_cannot_write_to_the_folder_prepares_without_the_lock(settings):
    settings.VAR_DIR = "/dev/null/x"
    done = []
    with one_at_a_time():
        done.append("all")

    assert done == ["all"]
