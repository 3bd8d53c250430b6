"""Whatever is answered, it says what a browser or a CDN may make of it."""

import pytest
from django.core.wsgi import get_wsgi_application
from django.test import RequestFactory

from sma_site.cache_control import FOR_ONE, AskEachTime
from sma_site.page_cache import PUBLIC
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)  # the application closes connections
NOBODY_KEEPS = "max-age=0, no-cache, no-store, must-revalidate, private"


def said_of(path, **headers):
    heard = []
    environ = RequestFactory(headers={"host": "127.0.0.1"} | headers).get(path).environ
    AskEachTime(get_wsgi_application())(environ, lambda status, headers, exc_info=None: heard.append(headers))
    return [value for name, value in heard[0] if name.lower() == "cache-control"]


@pytest.mark.parametrize(
    "path", ["/timeline/", "/nowhere/", "/calendar.ics", "/oembed", "/downloads/", "/preview/abc/"]
)
def test_what_is_for_everybody_is_asked_for_each_time(path):
    assert said_of(path) == [PUBLIC]


def test_what_was_asked_for_by_somebody_signed_in_is_theirs(client):
    client.force_login(make.user())

    assert said_of("/nowhere/", cookie=f"sessionid={client.cookies['sessionid'].value}") == [FOR_ONE]


def test_what_says_so_itself_is_left_as_it_is():
    assert said_of("/admin/login/") == [NOBODY_KEEPS]
