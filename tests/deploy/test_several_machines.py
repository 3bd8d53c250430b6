"""Several machines, as `deploy/several-machines` sets them up: nginx before two that run the site with two workers
each, PostgreSQL with a replica, Redis. Each is killed in turn.
"""

import os
import secrets
import shutil
import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.browser.site import free_port
from tests.deploy.databases import PASSWORD as DATABASE_PASSWORD
from tests.deploy.databases import Cluster, folder_of_the_databases, programs
from tests.deploy.files import HOST, Machine
from tests.deploy.selection import in_full
from tests.deploy.serving import (
    Reader,
    await_port,
    end,
    environment,
    nginx,
    prepared,
    run,
    said,
    served,
    started,
    workers_of,
)
from tests.deploy.site import PASSWORD

MISSING = [program for program in ("nginx", "redis-server", "setpriv") if shutil.which(program) is None]
pytestmark = [
    pytest.mark.faults,
    in_full,
    pytest.mark.skipif(bool(MISSING), reason=f"missing: {', '.join(MISSING)}; apt install nginx-light redis-server"),
    pytest.mark.skipif(
        "postgres" not in os.environ.get("DATABASE_URL", ""), reason="several machines run on PostgreSQL"
    ),
]
WEB = "sma-timeline-web.service"
ROUND = "/rounds/sma-12-round-1/"
SIGN_IN = urlencode({"username": "hana", "password": PASSWORD})
PLACE = {"name": "Pyeongtaek", "slug": "pyeongtaek", "kind": "city", "country": "KR", "time_zone": "Asia/Seoul"}
PLACE |= {"latitude": "36.99", "longitude": "127.11", "_save": "Save"}


class Site:
    """All machines, each under a root of its own, and what runs on them."""

    def __init__(self, root, databases):
        self.ports = {name: free_port() for name in ("80", "443", "one", "two", "primary", "replica", "redis")}
        self.primary = Cluster(databases / "primary", self.ports["primary"])
        self.replica = Cluster(databases / "replica", self.ports["replica"])
        others = {f"10.0.0.1{n}:8000": f"127.0.0.1:{self.ports[name]}" for n, name in ((1, "one"), (2, "two"))}
        others |= {
            "10.0.0.20:5432": f"127.0.0.1:{self.primary.port}",
            "10.0.0.21:5432": f"127.0.0.1:{self.replica.port}",
        }
        others |= {"10.0.0.30:6379": f"127.0.0.1:{self.ports['redis']}", "port 6379": f"port {self.ports['redis']}"}
        others |= {"SECRET_KEY=change-me": f"SECRET_KEY={secrets.token_urlsafe(64)}", "change-me": DATABASE_PASSWORD}
        others |= {f"10.0.0.{n}": "127.0.0.1" for n in (11, 12, 20, 21, 30)} | {"10.0.0.0/24": "127.0.0.1/32"}
        self.others = others
        self.front = self.machine(root / "front", {})
        self.one = self.machine(root / "one", {"8000": self.ports["one"]})
        self.two = self.machine(root / "two", {"8000": self.ports["two"]})
        self.servers, self.redis = {}, None

    def machine(self, root, ports):
        root.mkdir()
        machine = Machine(root, ports | {"80": self.ports["80"], "443": self.ports["443"]}, others=self.others)
        machine.install(
            ("systemd", "/etc/systemd/system"),
            ("several-machines/systemd", "/etc/systemd/system"),
            ("several-machines/env", "/etc/sma-timeline/env"),
            ("nginx", "/etc/nginx/sma-timeline"),
            ("several-machines/nginx.conf", "/etc/nginx/conf.d/sma-timeline.conf"),
            ("several-machines/postgresql-primary.conf", "/primary.conf"),
            ("several-machines/postgresql-replica.conf", "/replica.conf"),
            ("several-machines/pg_hba.conf", "/pg_hba.conf"),
            ("several-machines/redis.conf", "/redis.conf"),
        )
        return machine

    def reader(self):
        return Reader(self.ports["443"], self.front.root / f"etc/letsencrypt/live/{HOST}/fullchain.pem")

    def told(self, code):
        return said(self.one, self.one.unit(WEB), [sys.executable, "manage.py", "shell", "-v0", "-c", code])

    def publish(self, outcome):
        self.told(f"r = Round.objects.get(slug='sma-12-round-1'); r.outcome = '{outcome}'; r.save()")

    def start_databases(self):
        front = self.front.root
        clients = "".join(
            line for line in (front / "pg_hba.conf").read_text().splitlines(True) if not line.startswith("local")
        )
        self.primary.make()
        self.primary.configure((front / "primary.conf").read_text(), clients)
        self.primary.start()
        self.primary.ask(f"CREATE ROLE sma_timeline LOGIN PASSWORD '{DATABASE_PASSWORD}'")
        self.primary.ask(f"CREATE ROLE replicator REPLICATION LOGIN PASSWORD '{DATABASE_PASSWORD}'")
        self.primary.ask("CREATE DATABASE sma_timeline OWNER sma_timeline")
        self.replica.copy_of(self.primary)
        self.replica.configure((front / "replica.conf").read_text(), clients)
        self.replica.start()

    @contextmanager
    def redis_runs(self):
        with started(
            ["redis-server", str(self.front.root / "redis.conf")], self.front.root / "redis.log"
        ) as self.redis:
            await_port("127.0.0.1", self.ports["redis"], self.redis)
            yield


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with folder_of_the_databases() as databases, ExitStack() as stack:
        site = Site(tmp_path_factory.mktemp("machines"), databases)
        stack.callback(site.replica.stop)
        stack.callback(site.primary.stop)
        site.start_databases()
        web, copy = site.one.unit(WEB), site.front.unit("sma-timeline-copy.service")
        for command in (["manage.py", "migrate"], ["-m", "tests.deploy.site"]):
            run(site.one, web, [sys.executable, *command])
        stack.enter_context(site.redis_runs())
        for machine in (site.one, site.two):
            prepared(machine, machine.unit(WEB))
            site.servers[machine.root.name] = stack.enter_context(served(machine, machine.unit(WEB)))
        run(site.front, copy, [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"])
        run(site.front, copy, *copy.commands("ExecStart"))
        stack.enter_context(nginx(site.front))
        yield site


@pytest.fixture
def reader(site):
    return site.reader()


def statuses(reader, count=24):
    """Of pages that nobody has asked for before."""
    return {reader.get(f"/timeline/?from=2001&to={2001 + number}&kind=round").status for number in range(count)}


def test_an_editor_is_signed_in_on_every_machine(site, reader):
    assert reader.post("/admin/login/", SIGN_IN).status == 302
    saved = reader.post("/admin/timeline/place/add/", urlencode(PLACE))

    assert saved.status == 302, saved.text
    assert {reader.get("/admin/timeline/place/").status for _ in range(8)} == {200}


def test_pages_are_read_from_the_replica(site, reader):
    site.replica.ask("SELECT pg_stat_reset()")

    reader.get("/timeline/?from=1999")

    asked = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'sma_timeline' AND query LIKE '%timeline_entry%'"
    assert site.replica.ask(asked)[0][0] > 0


def test_a_replica_that_is_behind_is_not_read(site, reader):
    site.replica.ask("SELECT pg_wal_replay_pause()")
    try:
        site.publish("Shown although the replica is behind.")
        shown = {"Shown although the replica is behind." in reader.get(ROUND).text for _ in range(8)}
    finally:
        site.replica.ask("SELECT pg_wal_replay_resume()")

    assert shown == {True}


def test_a_backup_is_read_through_and_the_oldest_goes(site):
    unit = site.front.unit("sma-timeline-backup.service")
    [[program, folder, _keep]] = unit.commands("ExecStart")
    paths = {"PATH": f"{programs()}:{os.environ['PATH']}"}

    for _ in range(3):
        subprocess.run([program, folder, "2"], env=environment(unit) | paths, check=True)

    dumps = sorted(path.name for path in Path(folder).iterdir() if not path.name.startswith("."))
    assert [name.partition(".")[2] for name in dumps] == ["dump", "dump.sha256"] * 2
    assert subprocess.run(["sha256sum", "--check", "--quiet", dumps[1]], cwd=folder, check=False).returncode == 0


def test_a_worker_is_killed_and_the_others_answer(site, reader):
    workers = workers_of(site.servers["one"])
    os.kill(workers[0], signal.SIGKILL)

    assert statuses(reader) == {200}
    assert len(workers) == 2


def test_redis_is_killed_and_the_site_answers(site, reader):
    end(site.redis, signal.SIGKILL)
    site.publish("Shown although Redis is away.")

    assert statuses(reader) == {200}
    assert {"Shown although Redis is away." in reader.get(ROUND).text for _ in range(8)} == {True}


def test_the_replica_is_stopped_and_the_site_answers(site, reader):
    site.replica.stop()
    site.publish("Shown although the replica is away.")
    try:
        answered = statuses(reader)
        shown = {"Shown although the replica is away." in reader.get(ROUND).text for _ in range(8)}
    finally:
        site.replica.start()

    assert (answered, shown) == ({200}, {True})


def test_the_primary_is_stopped_and_readers_have_the_replica(site, reader):
    reader.get("/search/?q=talks")  # each process knows what was published last
    statuses(reader, 16)
    site.primary.stop()
    try:
        answered = statuses(reader, 8)
        ready = reader.get("/health/ready")
    finally:
        site.primary.start()

    assert (answered, ready.status) == ({200}, 503)
    assert reader.get("/health/ready").status == 200


def test_a_machine_is_killed_and_the_other_answers(site, reader):
    end(site.servers["one"], signal.SIGKILL)

    assert statuses(reader) == {200}
    assert reader.get("/admin/login/").status == 200


def test_all_are_killed_and_the_copy_answers(site, reader):
    for server in site.servers.values():
        end(server, signal.SIGKILL)

    assert "Views were exchanged." in reader.get(ROUND).text
    assert reader.get("/admin/login/").status == 503
