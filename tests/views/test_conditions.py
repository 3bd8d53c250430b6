"""Who asks by a date alone is told that nothing has changed only where nothing of that second can have."""

import datetime as dt

import pytest
from django.utils import timezone
from django.utils.http import http_date, parse_http_date

from tests import make
from timeline.models import ContentVersion
from timeline.views.conditions import SETTLED_AFTER

pytestmark = [pytest.mark.both, pytest.mark.django_db]
ADDRESSES = ["/calendar.ics", "/feeds/timeline.atom", "/api/v1/rounds", "/downloads/sma-timeline.jsonl", "/sitemap.xml"]


def changed(*, seconds_ago):
    at = timezone.now().replace(microsecond=300_000) - dt.timedelta(seconds=seconds_ago)
    ContentVersion.objects.update(changed_at=at)
    return int(at.timestamp())


def asked(client, address, **headers):
    response = client.get(address, headers=headers)
    b"".join(response)
    return response


def ready(client, address):
    """A file of the data set is made by whoever asks first."""
    make.round()
    asked(client, address)


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_settled_is_dated_by_its_change_and_not_sent_again(client, address):
    ready(client, address)
    second = changed(seconds_ago=2 * SETTLED_AFTER.seconds)

    first = asked(client, address)
    again = asked(client, address, **{"If-Modified-Since": first["Last-Modified"]})

    assert first["Last-Modified"] == again["Last-Modified"] == http_date(second)
    assert again.status_code == 304


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_has_just_changed_is_dated_before_its_change_and_sent_again(client, address):
    ready(client, address)
    second = changed(seconds_ago=1)

    first = asked(client, address)
    changed(seconds_ago=1)
    again = asked(client, address, **{"If-Modified-Since": first["Last-Modified"]})

    assert parse_http_date(first["Last-Modified"]) == second - 1
    assert again.status_code == 200
