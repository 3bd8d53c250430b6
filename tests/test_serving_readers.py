"""Readers are answered without a session; the desk has one."""

import pytest
from django.conf import settings

from tests import make
from tests.admin.signed_in import sign_in

pytestmark = pytest.mark.django_db
FOR_THE_DESK = ("session", "user", "_messages")


@pytest.mark.parametrize(("path", "known"), [("/", []), ("/nothing/", []), ("/admin/login/", list(FOR_THE_DESK))])
def test_a_request_knows_who_asks_only_at_the_desk(client, path, known):
    request = client.get(path).wsgi_request

    assert [name for name in FOR_THE_DESK if hasattr(request, name)] == known


def test_a_reader_who_is_signed_in_reads_what_all_read(client):
    path = make.event().get_absolute_url()
    before = client.get(path)

    after = sign_in(client, make.user("Editor")).get(path)

    assert (after.content, after.cookies) == (before.content, before.cookies)


def test_a_path_without_its_slash_leads_to_the_page(client):
    path = make.event().get_absolute_url()

    answer = client.get(path.rstrip("/"))

    assert (answer.status_code, answer["Location"]) == (301, path)


def test_readers_pages_stand_in_no_frame(client):
    assert client.get("/")["X-Frame-Options"] == settings.X_FRAME_OPTIONS
