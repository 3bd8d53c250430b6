"""Editors at the desk of the running site: signed in without typing, as the password and the code together would."""

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from playwright.sync_api import Page

# Runs within the site, on its database.
SIGN_IN = """
import json, sys
from django.contrib.auth import get_user_model
from django.test import Client
from tests.admin.signed_in import sign_in
name, first, last = sys.argv[1:]
users = get_user_model().objects
user = users.filter(username=name).first() or users.create_superuser(
    name, password="a long password", first_name=first, last_name=last
)
print(json.dumps(sign_in(Client(), user).cookies["sessionid"].value))
"""
LAY_OUT = "import json; from tests.browser.busy_desk import lay_out; print(json.dumps(lay_out()))"


@dataclass(frozen=True)
class Editor:
    cookie: dict[str, str]

    def sign_in(self, page: Page) -> None:
        page.context.add_cookies([self.cookie])

    def lose_session(self, page: Page) -> None:
        page.context.clear_cookies(name=self.cookie["name"])


def editor(site: Any, name: str, first: str, last: str) -> Editor:
    key = within(site, SIGN_IN, name, first, last)
    return Editor({"name": settings.SESSION_COOKIE_NAME, "value": key, "url": site.address})


def laid_out(site: Any) -> dict[str, Any]:
    """What the addresses of a busy desk are made of. The editor Minji sits at it."""
    found: dict[str, Any] = within(site, LAY_OUT)
    return found


def within(site: Any, code: str, *arguments: str) -> Any:
    prelude = "import django; django.setup()\n"
    done = subprocess.run(
        [sys.executable, "-c", prelude + code, *arguments],
        cwd=settings.BASE_DIR,
        env=site.environment | {"DJANGO_SETTINGS_MODULE": "sma_site.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
