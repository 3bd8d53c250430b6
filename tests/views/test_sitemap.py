"""What crawlers are told: every public page once, nothing else, and when each was last changed."""

import datetime as dt
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import make
from tests.admin.records import MAKERS, RECORDS
from timeline import actions
from timeline.models import Event, Record
from timeline.views import sitemaps

pytestmark = pytest.mark.django_db
SITE = "http://127.0.0.1:8000"
SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
CHANGED = dt.datetime(2026, 1, 2, 9, 30, tzinfo=dt.UTC)


def located(client, path):
    """Each address, with the moment of its last change."""
    root = ElementTree.fromstring(client.get(path).content)  # noqa: S314 - it is our own
    return [(each.findtext(f"{SPACE}loc").removeprefix(SITE), each.findtext(f"{SPACE}lastmod")) for each in root]


def files(client):
    return [path for path, _changed in located(client, "/sitemap.xml")]


def pages(client):
    return [path for file in files(client) for path, _changed in located(client, file)]


def of_records(client):
    return [path for file in files(client) if "pages" not in file for path, _changed in located(client, file)]


def test_every_page_of_a_record_stands_in_it_once(client):
    for name in RECORDS:
        MAKERS[name]()
    public = [
        record.get_absolute_url()
        for model in Record.__subclasses__()
        + [each for one in Record.__subclasses__() for each in one.__subclasses__()]
        if not model._meta.abstract and model.url_name
        for record in model._default_manager.published()
    ]

    assert sorted(of_records(client)) == sorted(public)
    assert len(public) > 10


def test_every_page_in_it_answers_and_says_that_it_is_the_page(client):
    for name in RECORDS:
        MAKERS[name]()

    found = pages(client)

    assert len(found) == len(set(found))
    for path in found:
        response = client.get(path)
        assert (response.status_code, path) == (200, path)
        assert f'<link rel="canonical" href="{SITE}{path}">' in response.text
        assert "noindex" not in response.text.partition("</head>")[0]


def test_a_record_was_last_changed_when_it_was_and_a_list_when_anything_was(client):
    event = make.event()
    Event.objects.update(updated_at=CHANGED)

    assert located(client, "/sitemaps/events-1.xml") == [(f"/events/{event.slug}/", "2026-01-02T09:30:00+00:00")]
    lists = dict(located(client, "/sitemaps/pages.xml"))
    assert (bool(lists["/timeline/"]), lists["/about/"]) == (True, None)


@pytest.mark.deep(1)
@pytest.mark.parametrize("state", ["draft", "in_review", "withdrawn"])
def test_what_is_not_public_is_not_in_it(client, state):
    for name in RECORDS:
        record = MAKERS[name](slug=f"secret-{name}")
        type(record).objects.filter(pk=record.pk).update(
            state=state, withdrawn_at=CHANGED, withdrawal_reason="It was entered twice."
        )

    assert [path for path in pages(client) if "secret" in path] == []


def test_files_without_a_public_page_are_not_listed_and_not_there(client, monkeypatch):
    monkeypatch.setattr(sitemaps, "IN_A_FILE", 2)
    made = [make.event() for _each in range(7)]
    gone = [each.pk for each in made if (each.pk - 1) // 2 == (made[3].pk - 1) // 2]
    Event.objects.filter(pk__in=gone).update(state="draft")

    listed = [path for path in files(client) if "events" in path]

    assert sorted(path for file in listed for path, _changed in located(client, file)) == sorted(
        each.get_absolute_url() for each in made if each.pk not in gone
    )
    missing = f"/sitemaps/events-{(made[3].pk - 1) // 2 + 1}.xml"
    assert (missing in listed, client.get(missing).status_code) == (False, 404)


@pytest.mark.parametrize("name", ["events-0", "events-99999999999999999999", "secrets-1", "gaps-1", "disagreements-1"])
def test_other_files_do_not_exist(client, name):
    make.event()
    make.gap()

    assert client.get(f"/sitemaps/{name}.xml").status_code == 404


def test_a_renamed_record_stands_in_it_under_its_new_name_alone(client):
    event = make.event()
    actions.rename(event, slug="new-name", by=None)

    assert of_records(client) == ["/events/new-name/"]


@pytest.mark.parametrize("count", [1, 3])
def test_it_asks_as_often_for_one_record_as_for_three(client, count):
    for _each in range(count):
        make.event()

    asked = []
    for path in ("/sitemap.xml", "/sitemaps/pages.xml", "/sitemaps/events-1.xml"):
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        asked.append(len(queries))

    assert asked == [12, 1, 2]


@pytest.mark.parametrize("path", ["/sitemap.xml", "/sitemaps/pages.xml", "/sitemaps/events-1.xml", "/robots.txt"])
def test_who_has_it_gets_it_again_only_after_a_change(client, path):
    make.event()
    asked = {"If-None-Match": client.get(path)["ETag"]}

    assert client.get(path, headers=asked).status_code == 304
    make.event()
    assert client.get(path, headers=asked).status_code == 200


def test_robots_may_read_what_is_public_and_learn_where_it_is(client):
    lines = client.get("/robots.txt").text.splitlines()

    assert lines[-1] == f"Sitemap: {SITE}/sitemap.xml"
    assert [line for line in lines if line.startswith(("User-agent", "Allow", "Disallow"))] == [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /preview/",
        "Disallow: /timeline/?*&",
        "Disallow: /search/?",
        "Disallow: /search/suggestions.json",
        "Disallow: /search.json",
        "Disallow: /downloads/*?",
    ]
