"""What monitors ask, and what everybody else is told while the database is away."""

import os
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.contrib import admin
from django.db import OperationalError
from django.test import Client
from django.urls import path

from timeline import index
from timeline.models import ContentVersion

NO_DATABASE = ["sqlite:////dev/null/none.sqlite3", "postgresql://nobody@127.0.0.1:1/none"]
ASKS = """
import django, logging, sys
django.setup()
logging.disable()
from django.conf import settings
from django.test import Client
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"  # none collected
response = Client(raise_request_exception=False, headers={"host": "127.0.0.1"}).get(sys.argv[1])
print(response.status_code, response.headers.get("Retry-After"), response.headers.get("Cache-Control"))
print(response.text)
"""


def asked_without_database(database_url, address, folder):
    """Status line and text, and how many seconds it took."""
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "sma_site.settings", "DEBUG": "no"}
    environment |= {"DATABASE_URL": database_url, "VAR_DIR": str(folder)}
    started = time.monotonic()
    command = [sys.executable, "-c", ASKS, address]
    done = subprocess.run(
        command, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True, timeout=60
    )
    first, _, text = done.stdout.partition("\n")
    return first, text, time.monotonic() - started


def test_the_process_says_that_it_lives_without_a_database(client):
    response = client.get("/health/live")

    assert (response.status_code, response.text) == (200, "ok\n")


@pytest.mark.django_db
def test_ready_says_the_content_version(client, django_assert_num_queries):
    index.bump()

    with django_assert_num_queries(1):
        response = client.get("/health/ready")

    assert response.json() == {"database": "up", "content_version": ContentVersion.current()}
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("database_url", NO_DATABASE)
def test_without_its_database_the_site_is_not_ready_and_says_when_to_ask_again(tmp_path, database_url):
    first, text, _seconds = asked_without_database(database_url, "/health/ready", tmp_path)

    assert first.split()[:2] == ["503", "5"]
    assert text.strip() == '{"database": "down"}'


@pytest.mark.parametrize("database_url", NO_DATABASE)
@pytest.mark.parametrize("address", ["/", "/timeline/", "/rounds/sma-12-round-2/", "/search/?q=Spect", "/e/4swv96z6/"])
def test_without_its_database_every_page_says_so_in_a_sentence(tmp_path, database_url, address):
    first, text, seconds = asked_without_database(database_url, address, tmp_path)

    assert first == "503 5 no-store"
    assert "The database does not answer at the moment." in text
    assert seconds < 30  # a bound on waiting for ever, not on speed


FAILURES = {
    "full": ("database or disk is full", "The disk of this site is full."),
    "readonly": ("attempt to write a readonly database", "This site can be read but not changed at the moment."),
    "no-space": ("could not extend file: No space left on device", "The disk of this site is full."),
    "locked": ("database is locked", "The database does not answer at the moment."),
}


def failing(request, name):
    raise OperationalError(FAILURES[name][0])


urlpatterns = [path("<str:name>/", failing), path("admin/", admin.site.urls)]
handler500 = "timeline.views.pages.server_error"


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("name", FAILURES)
def test_what_the_database_cannot_do_is_said_in_words_of_ours(name):
    response = Client(raise_request_exception=False).post(f"/{name}/")

    assert response.status_code == 503
    assert FAILURES[name][1] in response.text
    assert FAILURES[name][0] not in response.text
