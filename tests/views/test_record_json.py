"""Each record as JSON beside its page."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import make
from timeline import exports
from timeline.enums import State
from timeline.models import Redirect

pytestmark = pytest.mark.django_db
MAKERS = {
    "agreements": make.agreement,
    "rounds": make.round,
    "events": make.event,
    "statements": make.statement,
    "figures": make.figure,
    "officials": make.official,
    "organizations": make.organization,
    "places": make.place,
    "topics": make.topic,
    "sources": make.source,
}


def address(record):
    return f"{record.get_absolute_url().rstrip('/')}.json"


@pytest.mark.parametrize("family", MAKERS)
def test_every_kind_with_a_page_has_one_that_says_all_of_it(client, family):
    record = MAKERS[family]()

    response = client.get(f"/{family}/{record.slug}.json")

    assert (response.status_code, response["Content-Type"]) == (200, "application/json; charset=utf-8")
    assert response.json()["record"] == exports.whole(record)
    assert response.json()["address"] == f"http://127.0.0.1:8000/{family}/{record.slug}.json"
    assert response.json()["licence"] == "https://creativecommons.org/licenses/by/4.0/"


def test_it_is_readable_from_anywhere_and_hangul_is_hangul(client):
    response = client.get(address(make.place(name_ko="서울")))

    assert "서울" in response.text
    assert response["Access-Control-Allow-Origin"] == "*"


def test_who_has_it_is_told_that_it_is_unchanged(client):
    place = make.place()
    first = client.get(address(place))

    assert client.get(address(place), headers={"If-None-Match": first["ETag"]}).status_code == 304
    place.name = "Another name"
    place.save()
    assert client.get(address(place), headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_a_renamed_record_leads_to_the_same_form_of_its_new_address(client):
    place = make.place(slug="new")
    Redirect.lead_on("place", "old", "new")

    response = client.get("/places/old.json")

    assert (response.status_code, response["Location"]) == (301, address(place))


def test_a_withdrawn_record_says_when_and_why(client):
    place = make.place(slug="gone", state="withdrawn", withdrawal_reason="It was entered twice.")

    response = client.get(address(place))

    assert (response.status_code, response["Content-Type"]) == (410, "application/problem+json; charset=utf-8")
    said = json.loads(response.content)
    assert (said["detail"], said["withdrawn_on"]) == ("It was entered twice.", "2024-05-24")


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW])
def test_a_draft_is_not_there(client, state):
    assert client.get(address(make.place(state=state))).status_code == 404


@pytest.mark.parametrize("path", ["/rounds/nothing.json", "/gaps/x.json", "/nothing/x.json"])
def test_what_is_no_record_with_a_page_is_not_there(client, path):
    assert client.get(path).status_code == 404


def test_it_costs_the_same_for_many_parts_as_for_one(client):
    few, many = make.round(), make.round()
    for round, count in ((few, 1), (many, 5)):
        for _number in range(count):
            make.delegate(round)
            make.citation(round)
    costs = []
    for round in (few, many):
        with CaptureQueriesContext(connection) as queries:
            client.get(address(round))
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_the_page_and_its_json_are_published_together(client):
    round = make.round(state="draft")
    assert client.get(address(round)).status_code == 404

    make.citation(round)
    round.state, round.published_at = State.PUBLISHED, make.FIRST_PUBLISHED
    round.save()

    assert client.get(address(round)).json()["record"]["slug"] == round.slug
