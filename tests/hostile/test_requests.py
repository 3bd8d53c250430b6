"""10,000 requests by people who mean harm, over every address and parameter and every form of the desk.

`make test` runs a sample, another one each day; `make test-deep` all of them, over the shipped data. A finding names
the request; SAMPLE_SEED repeats it.
"""

import os
import time
from collections import Counter
from itertools import islice

import pytest
from django.conf import settings

from tests import shipped
from tests.admin.records import MAKERS, RECORDS
from tests.admin.signed_in import sign_in
from tests.conftest import IS_DEEP
from tests.hostile.asking import hostile_asks
from tests.hostile.finding import targets
from tests.hostile.judging import findings
from tests.served import ask, whole_site
from timeline import index

pytestmark = [pytest.mark.deep, pytest.mark.django_db(transaction=True)]
REQUESTS = 10_000 if IS_DEEP else 200
TOKEN = "a" * 32  # of the cookie against forged requests: who can set the one can set the other
ALL_THAT_ARE_MEANT = {200, 400, 403, 404, 405, 414}


@pytest.fixture
def site():
    with whole_site() as made:
        yield made


@pytest.fixture
def visitor(site, client, django_user_model):
    return Visitor(site, client, django_user_model.objects.create_superuser("mallory", password="a long password"))


class Visitor:
    """Somebody who asks, signed in or not, and signs in again where that was ended."""

    def __init__(self, site, client, user):
        self.site, self.client, self.user = site, client, user
        self.statuses = Counter()
        self.sign_in()

    def sign_in(self):
        self.user.save()
        sign_in(self.client, self.user)
        session = self.client.cookies[settings.SESSION_COOKIE_NAME].value
        self.own = {"cookie": f"{settings.SESSION_COOKIE_NAME}={session}; csrftoken={TOKEN}", "x_csrftoken": TOKEN}

    def get(self, path):
        return ask(self.site, path)

    def get_signed_in(self, path):
        return ask(self.site, path, **self.own)

    def findings(self, asked):
        headers = {"host": "testserver"} | (self.own if asked.is_signed_in else {}) | asked.headers
        host = headers.pop("host")
        began = time.process_time()
        answer = ask(self.site, asked.address, asked.method, body=asked.body, kind=asked.kind, host=host, **headers)
        seconds = time.process_time() - began
        self.statuses[answer.status] += 1
        path = asked.address.partition("?")[0]
        if asked.is_signed_in and answer.headers.get("location", "").startswith("/admin/login/"):
            self.sign_in()
        return [f"{asked}: {finding}" for finding in findings(path, answer, seconds)]


@pytest.fixture
def records():
    if IS_DEEP:
        shipped.load()
    made = {name: MAKERS[name]() for name in RECORDS}
    index.rebuild()
    return made


def test_hostile_requests_find_nothing(visitor, records):
    asks = hostile_asks(targets(records, visitor.get, visitor.get_signed_in), os.environ["SAMPLE_SEED"])

    found = [finding for asked in islice(asks, REQUESTS) for finding in visitor.findings(asked)]

    if found:
        pytest.fail("\n".join(found), pytrace=False)
    assert visitor.statuses.keys() >= ALL_THAT_ARE_MEANT, "the requests have reached nothing"
