"""The files of `deploy/` by themselves: what the programs that read them say of them."""

import os
import re
import shutil
import subprocess

import pytest
from django.core.management import get_commands

from sma_site.setting_names import NAMES
from tests.deploy.files import DEPLOY, Machine
from tests.deploy.serving import nginx_configuration

OF_THE_UNITS = {"LISTEN"}  # what is not for the site but for the server that runs it
UNITS = sorted(path.name for path in (DEPLOY / "systemd").iterdir() if path.suffix in {".service", ".timer"})
MOST_EXPOSED = 20  # tenths: systemd's own measure, from 0 to 100


def needs(program):
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is missing")


@pytest.fixture
def machine(tmp_path):
    ports = {"80": 20_080, "443": 20_443, "8000": 28_000}
    return Machine(tmp_path, ports, others={f"10.0.0.{n}": "127.0.0.1" for n in (11, 12)})


def said(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@needs("systemd-analyze")
@pytest.mark.parametrize("kind", ["one-machine", "several-machines"])
def test_systemd_finds_nothing_wrong_with_the_units(machine, kind):
    machine.install(("systemd", "/units"), ("several-machines/pg-backup", "/pg-backup"))
    machine.others["/opt/sma-timeline/current/deploy/several-machines/pg-backup"] = str(machine.root / "pg-backup")
    if kind == "several-machines":
        machine.install(("several-machines/systemd", "/units"))

    assert said("systemd-analyze", "verify", "--man=no", *(machine.root / "units" / name for name in UNITS)) == (0, "")


@needs("systemd-analyze")
@pytest.mark.parametrize("unit", [name for name in UNITS if name.startswith("sma-timeline-") and "service" in name])
def test_a_unit_can_do_no_more_than_it_must(machine, unit):
    machine.install(("systemd", "/units"))
    threshold = f"--threshold={MOST_EXPOSED}"

    code, words = said(
        "systemd-analyze", "security", "--offline=yes", "--no-pager", threshold, machine.root / "units" / unit
    )

    assert code == 0, words


@needs("nginx")
@pytest.mark.parametrize("kind", ["one-machine", "several-machines"])
def test_nginx_finds_nothing_wrong_with_its_files(machine, kind):
    machine.install(("nginx", "/etc/nginx/sma-timeline"), (f"{kind}/nginx.conf", "/etc/nginx/conf.d/sma-timeline.conf"))

    code, words = said("nginx", "-t", "-c", nginx_configuration(machine))

    assert (code, "[warn]" in words) == (0, False), words


@needs("caddy")
def test_caddy_finds_nothing_wrong_with_its_file(machine):
    machine.install(("one-machine/Caddyfile", "/Caddyfile"))

    code, words = said("caddy", "validate", "--config", machine.root / "Caddyfile", "--adapter", "caddyfile")

    assert (code, '"level":"warn"' in words) == (0, False), words


@pytest.mark.skipif(os.geteuid() != 0, reason="it changes the account: for root")
def test_a_command_by_hand_has_the_settings_and_the_folder_of_the_service(machine):
    machine.others["--reuid sma-timeline --regid sma-timeline"] = "--reuid root --regid root"
    machine.install(("sma-manage", "/sma-manage"), ("one-machine/env", "/etc/sma-timeline/env"))
    machine.var.mkdir(parents=True)
    code = "from django.conf import settings; print(settings.SITE_URL, settings.VAR_DIR, settings.TRUSTED_PROXIES)"

    printed = said(machine.root / "sma-manage", "shell", "-v0", "-c", code)

    assert printed == (0, f"https://sma.example.org {machine.var} 1\n")


RECORDER = """#!/bin/sh
printf '%s\\n' "$PGPASSWORD" "$@" >"$0.said"
"""


def test_a_dump_tells_the_password_to_nobody_who_looks_at_what_is_running(tmp_path):
    for name in ("pg_dump", "pg_restore"):
        (tmp_path / name).write_text(RECORDER)
        (tmp_path / name).chmod(0o755)
    url = "postgresql://sma:p%40ss:%2F@10.0.0.20:5432/sma?sslmode=require"
    paths = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "DATABASE_URL": url}

    subprocess.run([DEPLOY / "several-machines/pg-backup", tmp_path, "3"], env=paths, capture_output=True, check=False)

    heard = (tmp_path / "pg_dump.said").read_text().splitlines()
    assert (heard[0], heard[-1]) == ("p@ss:/", "postgresql://sma@10.0.0.20:5432/sma?sslmode=require")


@pytest.mark.parametrize("kind", ["one-machine", "several-machines"])
def test_the_settings_are_ones_that_the_site_knows(kind):
    lines = (DEPLOY / kind / "env").read_text().splitlines()

    assert {line.split("=")[0] for line in lines if line and not line.startswith("#")} - NAMES - OF_THE_UNITS == set()


def test_the_units_ask_for_commands_that_there_are():
    texts = [path.read_text() for path in DEPLOY.rglob("*") if path.suffix in {".service", ".conf"}]
    asked = {name for text in texts for name in re.findall(r"manage\.py (\w+)", text)}

    assert asked - get_commands().keys() == set()
    assert "backup" in asked
