"""Old and new code over one database, as while an upgrade goes from machine to machine.

The old code is that of the commit before the newest migration, so the database has a migration that it does not know;
`OLD_CODE=v1.2` takes another one.
"""

import http.cookiejar
import io
import json
import os
import re
import secrets
import subprocess
import sys
import tarfile
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings

from tests.browser.site import SERVER, await_answer, database, ended, free_port
from tests.deploy import site as small_site
from tests.deploy.selection import in_full

pytestmark = [pytest.mark.faults, in_full]
ROUND = "/rounds/sma-12-round-1/"
PLACE = {"kind": "city", "country": "KR", "time_zone": "Asia/Seoul", "latitude": "36.99", "longitude": "127.11"}


class Code:
    """One version of the code, with its own folder for what it writes, over a database that others use as well."""

    def __init__(self, folder, var, shared):
        self.folder, self.port = folder, free_port()
        self.environment = os.environ | shared | {"VAR_DIR": str(var), "PORT": str(self.port), "DEBUG": "no"}
        self.environment["PYTHONPATH"] = str(folder)
        self.address = f"http://127.0.0.1:{self.port}"

    def run(self, *command):
        return subprocess.run(
            [sys.executable, *command],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def told(self, *command):
        done = self.run(*command)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def publish(self, outcome):
        code = "from timeline.models import Round; r = Round.objects.get(slug='sma-12-round-1'); "
        self.told("manage.py", "shell", "-c", f"{code}r.outcome = '{outcome}'; r.save()")

    def served(self):
        return subprocess.Popen(
            [sys.executable, *SERVER, "--port", str(self.port)], cwd=self.folder, env=self.environment
        )


class Browser:
    def __init__(self):
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def get(self, address):
        with self.opener.open(address, timeout=30) as answer:
            return answer.geturl(), answer.read().decode()

    def post(self, address, **values):
        _address, form = self.get(address)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)[1]
        sent = urlencode(values | {"csrfmiddlewaretoken": token}).encode()
        with self.opener.open(urllib.request.Request(address, sent), timeout=30) as answer:  # noqa: S310 - our own
            return answer.geturl(), answer.read().decode()


def git(*arguments):
    done = subprocess.run(["git", *arguments], cwd=settings.BASE_DIR, capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else b""


def code_before_the_newest_migration(folder):
    newest = max(Path("timeline/migrations").glob("0*.py"), key=lambda path: path.name)
    added = git("log", "--format=%H", "--diff-filter=A", "--", str(newest)).decode().split()
    before = f"{added[-1]}~1" if added else "HEAD"  # where it is not committed yet, what is committed is old
    archive = git("archive", os.environ.get("OLD_CODE", before))
    if not archive:
        pytest.skip("the history of the code is not here")
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(folder, filter="data")
    return folder


@pytest.fixture(scope="module")
def codes(tmp_path_factory):
    """A site that the old code has made and filled, migrated by the new code; then both serve it."""
    root = tmp_path_factory.mktemp("upgrade")
    with database() as database_url, ExitStack() as stack:
        shared = {"SECRET_KEY": secrets.token_urlsafe(64)}
        shared["DATABASE_URL"] = database_url or f"sqlite:///{root}/db.sqlite3"
        old = Code(code_before_the_newest_migration(root / "old"), root / "var-old", shared)
        new = Code(settings.BASE_DIR, root / "var-new", shared)
        begun = old.run("manage.py", "migrate")
        if missing := re.search(r"No module named '(\w+)'", begun.stderr):
            pytest.skip(f"the old code needs the package {missing[1]}, which is not installed any more")
        assert begun.returncode == 0, begun.stderr
        old.told(small_site.__file__)
        for code in (new, old):  # the new code migrates, then both collect their files and begin to serve
            code.told("manage.py", "prepare")
            server = stack.enter_context(ended(code.served()))
            await_answer(f"{code.address}/about/", server)
        yield old, new


def test_either_finds_nothing_to_migrate(codes):
    assert [code.run("manage.py", "migrate", "--check").returncode for code in codes] == [0, 0]


def test_both_show_what_either_publishes(codes):
    browser = Browser()
    shown = []
    for writer, outcome in zip(codes, ("Said by the old code.", "Said by the new code."), strict=True):
        writer.publish(outcome)
        shown += [outcome in browser.get(f"{code.address}{ROUND}")[1] for code in codes]

    assert shown == [True] * 4


def test_who_signed_in_at_one_saves_at_both(codes):
    old, new = codes
    browser = Browser()
    browser.post(f"{old.address}/admin/login/", username="hana", password=small_site.PASSWORD)

    for code, name in ((new, "daegu"), (old, "osan")):
        browser.post(f"{code.address}/admin/timeline/place/add/", name=name, slug=name, _save="Save", **PLACE)

    listed = [browser.get(f"{code.address}/admin/timeline/place/")[1] for code in codes]
    assert [[name in page for name in ("daegu", "osan")] for page in listed] == [[True, True]] * 2


def test_what_is_derived_is_true_after_the_last_step(codes):
    """An older code may have indexed what it saved in its own way."""
    _old, new = codes

    for command in ("rebuild_index", "rebuild_search"):
        new.told("manage.py", command)
    found = new.run("manage.py", "check_data", "--format", "json").stdout.splitlines()

    assert {json.loads(line)["rule"] for line in found} & {"entry-is-not-its-record", "search-is-not-true"} == set()
    assert found != []  # of the small site there is always something to say
