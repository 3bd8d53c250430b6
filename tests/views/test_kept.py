"""Pages of records: given out again while what they read says the same, and made anew as soon as it does not."""

import os
import random
import tracemalloc
from dataclasses import replace

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import override_settings

from tests import make
from tests.conftest import IS_DEEP
from tests.edits import EDITS, small_site
from timeline.models import Topic
from timeline.models.prepared import Prepared
from timeline.views import kept
from timeline.views.embeds import MODELS
from timeline.views.kept import PAGES, Pages, kept_by_what_it_reads

pytestmark = pytest.mark.django_db
TOPICS = Prepared(Topic, lambda: Topic.objects.order_by("slug"))


class Site:
    """One page that names all topics, and how often it was made."""

    def __init__(self, room=kept.ROOM, status=200):
        self.made, self.pages, self.status = 0, Pages(room), status
        self.view = kept_by_what_it_reads(self._names, self.pages)

    def _names(self, request):
        self.made += 1
        names = " ".join(topic.name for topic in TOPICS())
        return HttpResponse(names, status=self.status, headers={"Link": "<https://sma.example/>"})

    def ask(self, path="/topics/", **of_request):
        request = HttpRequest()
        request.path, request.META = path, {"QUERY_STRING": of_request.pop("query", "")}
        request.__dict__.update(of_request)
        return self.view(request)


def test_while_nothing_has_changed_a_page_is_made_once():
    make.topic(name="Burden sharing")
    site = Site()

    assert [(each.content, each["Link"]) for each in (site.ask(), site.ask())] == [
        (b"Burden sharing", "<https://sma.example/>")
    ] * 2
    assert site.made == 1


def test_it_is_made_anew_when_something_that_it_reads_has_changed():
    topic, site = make.topic(name="Burden sharing"), Site()
    site.ask()
    Topic.objects.filter(pk=topic.pk).update(name="Cost sharing")

    assert (site.ask().content, site.made) == (b"Cost sharing", 2)


@pytest.mark.parametrize("asked", [{"query": "order=newest"}, {"copied": True}, {"preview": "signed"}])
def test_what_was_asked_for_in_a_special_way_is_not_kept(asked):
    site = Site()
    site.ask(**asked)
    site.ask(**asked)

    assert site.made == 2


@pytest.mark.parametrize("status", [301, 404, 410])
def test_what_is_not_there_is_not_kept(status):
    site = Site(status=status)

    assert [site.ask().status_code, site.ask().status_code] == [status, status]
    assert site.made == 2


def test_what_asks_the_database_in_another_way_is_not_kept():
    view = kept_by_what_it_reads(lambda request: HttpResponse(f"{Topic.objects.count()} topics"), Pages())
    request = HttpRequest()
    before = view(request).content
    make.topic()

    assert (before, view(request).content) == (b"0 topics", b"1 topics")


@pytest.mark.parametrize("setting", ["SITE_URL", "ERROR_REPORT_ADDRESS"])
def test_it_is_made_anew_for_another_setting_that_pages_show(setting):
    site = Site()
    site.ask()
    with override_settings(**{setting: "https://other.example"}):
        site.ask()

    assert site.made == 2


def test_it_is_made_anew_when_a_chart_was_drawn(tmp_path):
    site = Site()
    with override_settings(DRAWINGS_DIR=tmp_path):
        site.ask()
        os.utime(tmp_path, ns=(1, 1))
        site.ask()

    assert site.made == 2


@override_settings(DEBUG=True)
def test_a_developer_sees_each_change_at_once():
    site = Site()
    site.ask()
    site.ask()

    assert site.made == 2


def test_the_pages_asked_for_last_are_kept_as_far_as_there_is_room():
    site = Site(room=2 * kept.AROUND + 100)
    for path in ("/a/", "/b/", "/c/", "/b/", "/a/"):
        site.ask(path)

    assert site.made == 4


def test_of_a_page_kept_anew_the_room_is_counted_once():
    site = Site()
    site.ask()
    page = site.pages.get("/topics/", kept._state())
    site.pages.put("/topics/", replace(page, packed=b"x" * 50))

    assert site.pages.used == kept.AROUND + 50


def test_what_is_kept_takes_no_more_room_than_it_says():
    pages, request = Pages(kept.ROOM), HttpRequest()
    request.path = "/topics/"
    view = kept_by_what_it_reads(lambda request: HttpResponse("Burden sharing" * 40_000), pages)
    tracemalloc.start()
    view(request)
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()

    assert (len(pages.get(request.path, kept._state()).packed) < 1_000, used < 50_000) == (True, True)


# --- the pages of the site -------------------------------------------------------------------------------------------


def test_kept_are_the_pages_of_records_that_list_no_entries_of_the_timeline(client):
    paths = {kind: getattr(make, kind)().get_absolute_url() for kind in MODELS}
    for path in paths.values():
        client.get(path)

    found = {kind for kind, path in paths.items() if PAGES.get(path, kept._state())}
    assert found == {"event", "figure", "round", "source", "statement"}


@pytest.mark.parametrize("kind", sorted(MODELS))
def test_a_page_given_out_again_is_the_page_that_was_made(client, kind):
    path = getattr(make, kind)().get_absolute_url()

    answers = [client.get(path), client.get(path), client.get(f"{path}?made=anew")]

    assert len({each.content for each in answers}) == 1
    assert len({repr(sorted(each.items())) for each in answers}) == 1


def test_a_page_made_anew_asks_the_database_as_often_as_the_first_time(client, django_assert_num_queries):
    event = make.event()
    make.citation(event)
    client.get(event.get_absolute_url())
    event.title = "Another title"
    event.save()

    with django_assert_num_queries(2):
        assert "Another title" in client.get(event.get_absolute_url()).content.decode()


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(12 if IS_DEEP else 1))
def test_whatever_is_edited_no_page_is_an_old_one(client, seed):
    chance = random.Random(f"{os.environ['SAMPLE_SEED']} {seed}")
    records = [record for record in small_site() if record._meta.model_name in MODELS]

    for _step in range(30 if IS_DEEP else 8):
        edit = chance.choice(EDITS)
        edit(chance)
        for each in records:
            each.refresh_from_db(fields=["slug"])
        pages = [each.get_absolute_url() for each in records]
        old = [page for page in pages if client.get(page).content != client.get(f"{page}?made=anew").content]
        assert (edit.__name__, old) == (edit.__name__, [])
