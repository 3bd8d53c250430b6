"""What monitors ask, and what everybody else is told while the database is away."""

import json
import os
import subprocess
import sys

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
import django, json, logging, sys
django.setup()
logging.disable()
from django.conf import settings
from django.test import Client
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"  # none collected
client = Client(raise_request_exception=False, headers={"host": "127.0.0.1"})
for address in sys.argv[1:]:
    response = client.get(address)
    headers = (response.headers.get(name) for name in ("Retry-After", "Cache-Control"))
    print(json.dumps([address, response.status_code, *headers, response.text]))
"""
PAGES = ("/", "/timeline/", "/rounds/sma-12-round-2/", "/search/?q=Spect", "/e/4swv96z6/")


def asked_without_database(database_url, folder, *addresses):
    """By address: status, when to ask again, how long to keep it, and the text."""
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "sma_site.settings", "DEBUG": "no"}
    environment |= {"DATABASE_URL": database_url, "VAR_DIR": str(folder)}
    command = [sys.executable, "-c", ASKS, *addresses]
    done = subprocess.run(
        command, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True, timeout=60
    )
    return {address: answer for address, *answer in map(json.loads, done.stdout.splitlines())}


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
def test_without_its_database_every_page_says_so_in_a_sentence_and_when_to_ask_again(tmp_path, database_url):
    answers = asked_without_database(database_url, tmp_path, "/health/ready", *PAGES)

    status, retry_after, _kept, text = answers.pop("/health/ready")
    assert (status, retry_after, json.loads(text)) == (503, "5", {"database": "down"})
    assert {page: tuple(answer[:3]) for page, answer in answers.items()} == dict.fromkeys(PAGES, (503, "5", "no-store"))
    assert {page for page, answer in answers.items() if "The database does not answer at the moment." in answer[3]} == {
        *PAGES
    }


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
