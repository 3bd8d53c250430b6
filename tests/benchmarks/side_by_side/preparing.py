"""Makes ready what is measured: the peers' environments, and the databases, each filled once and kept.

All of it stands in `var/benchmarks/`; deleting that folder deletes it all. What is kept of SQLite is filled anew where
the code that filled it is another one by now; a PostgreSQL is started for each run, and filled in it.
"""

import hashlib
import json
import os
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.side_by_side import serving
from tests.benchmarks.side_by_side.serving import PEERS, REPOSITORY

FOLDER = Path(os.environ.get("VAR_DIR") or REPOSITORY / "var") / "benchmarks"
PACKAGES = {
    "wagtail": ["wagtail", "granian", "dj-database-url", "psycopg[binary]"],
    "datasette": ["datasette"],
}
MOST_OF_WAGTAIL = 10_000
MAKES_RECORDS = tuple(f"tests/benchmarks/side_by_side/{name}.py" for name in ("filling", "multiplying"))
FILLS_OURS = ("timeline/models", "timeline/migrations", "timeline/index", "timeline/search", *MAKES_RECORDS)


def environment(name):
    """The program folder of a peer's own environment, made when it is missing."""
    folder = FOLDER / "environments" / name
    done = folder / "packages.txt"
    if not done.is_file() or done.read_text().split() != PACKAGES[name]:
        say(f"installing {name} into an environment of its own")
        venv.create(folder, with_pip=True, clear=True)
        pip = [str(folder / "bin/python"), "-m", "pip", "--disable-pip-version-check", "-qq", "install"]
        subprocess.run([*pip, *PACKAGES[name]], check=True)
        done.write_text("\n".join(PACKAGES[name]))
    return folder / "bin"


def versions(names):
    found = {}
    for name in names:
        code = f"import importlib.metadata as m; print(m.version('{name}'))"
        command = [str(environment(name) / "python"), "-c", code]
        found[name] = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    return found


@dataclass(frozen=True)
class Filled:
    """One database in which there is everything, and the folder beside it."""

    var_dir: Path
    database_url: str  # for ours, empty where it is the file in the folder


def ours(size, server):
    filled = Filled(_folder(size, "ours", server), _database(server, f"ours_{size}"))
    environment = serving.environment_of_ours(filled.var_dir, filled.database_url)
    if _is_due(filled.var_dir, digest(*FILLS_OURS), server):
        say(f"filling ours with {size:,} entries")
        run([sys.executable, "-m", "tests.benchmarks.side_by_side.filling", str(size)], environment)
        _is_done(filled.var_dir, digest(*FILLS_OURS))
    return filled


def peer(name, python, size, server, filled_of_ours):
    folder = _folder(size, name, server)
    filled = Filled(folder, _database(server, f"{name}_{size}") or f"sqlite:///{folder}/db.sqlite3")
    now = digest(f"tests/benchmarks/peers/{name}", "tests/benchmarks/side_by_side/records.py", *MAKES_RECORDS)
    if _is_due(folder, now, server):
        say(f"filling {name} with {size:,} entries")
        given = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.side_by_side.records"], stdout=subprocess.PIPE, cwd=REPOSITORY,
            env=os.environ | serving.environment_of_ours(filled_of_ours.var_dir, filled_of_ours.database_url),
        )  # fmt: skip
        command = [str(python), str(PEERS / name / "manage.py"), "fill"]
        run(command, serving.environment_of_peer(name, folder, filled.database_url), stdin=given.stdout)
        if given.wait():
            sys.exit("The records could not be read.")
        _is_done(folder, now)
    return filled


def about(filled):
    """What there is to ask for: see about.py."""
    environment = serving.environment_of_ours(filled.var_dir, filled.database_url)
    command = [sys.executable, "-m", "tests.benchmarks.side_by_side.about"]
    told = subprocess.run(
        command, cwd=REPOSITORY, env=os.environ | environment, check=True, stdout=subprocess.PIPE, text=True
    ).stdout
    return json.loads(told)


def run(command, environment, **options):
    subprocess.run(command, cwd=REPOSITORY, env=os.environ | environment, check=True, **options)


def say(sentence):
    print(f"… {sentence}", file=sys.stderr, flush=True)


def digest(*names):
    """Of the files below these paths."""
    told = hashlib.sha256()
    for name in names:
        path = REPOSITORY / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and file.suffix in {".py", ".html"}:
                told.update(file.read_bytes())
    return told.hexdigest()


def _folder(size, name, server):
    folder = FOLDER / str(size) / (f"{name}-on-postgresql" if server else name)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _database(server, name):
    """A new one in the server; empty for SQLite."""
    if server is None:
        return ""
    import psycopg

    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return server.address_of(name)


def _is_due(folder, now, server):
    done = folder / "filled.txt"
    if server is None and done.is_file() and done.read_text() == now:
        return False
    for path in folder.glob("*"):
        if path.name.startswith("db.sqlite3") or path == done:
            path.unlink()
    return True


def _is_done(folder, now):
    (folder / "filled.txt").write_text(now)
