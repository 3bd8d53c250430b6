import json

import pytest
from django.db import OperationalError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import make
from tests.api.asking import KINDS, ROOT, ask
from timeline.api.operations import operations
from timeline.models import ContentVersion

pytestmark = pytest.mark.django_db
NAMES = sorted({parameter.name for each in operations() for parameter in each.parameters})
ADDRESSES = sorted(each.path for each in operations() if "{" not in each.path)


def test_an_unknown_parameter_is_refused_with_the_list_of_the_known(client):
    answer = ask(client, "places", "countri=KR")

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "There is no parameter “countri” here. Known are: kind, country, since, after, limit, fields.",
        "parameter": "countri",
        "known": ["kind", "country", "since", "after", "limit", "fields"],
    }


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("limit=0", "“0” does not fit “limit”: write a whole number from 1 to 200."),
        ("limit=201", "“201” does not fit “limit”: write a whole number from 1 to 200."),
        ("limit=1&limit=2", "“limit” is given more than once. Give it once."),
        ("limit=", "“limit” has no value. Give it one or leave it out."),
        ("since=yesterday", "“yesterday” is no moment: write it as in RFC 3339, such as 2026-11-25T00:00:00Z."),
        ("since=2026-11-25", "“2026-11-25” is no moment: write it as in RFC 3339, such as 2026-11-25T00:00:00Z."),
        ("after=Never", "“Never” is no page of this list: follow “next” of the page before."),
        ("kind=village", "“village” is no value of “kind”. It can be: city, base, region, country."),
        ("country=Korea", "“Korea” is no country: write two capital letters, such as KR."),
        ("fields=size", None),
        ("include=citations", None),
    ],
)
def test_a_bad_value_is_refused_with_a_sentence(client, query, sentence):
    answer = ask(client, "places", query)

    assert answer.status_code == 400
    assert answer.json()["parameter"] == query.partition("=")[0]
    assert sentence is None or answer.json()["detail"] == sentence


def test_more_values_than_twenty_are_refused(client):
    answer = ask(client, "timeline", "&".join(["kind=round"] * 21))

    assert (answer.status_code, answer.json()["detail"]) == (400, "At most 20 values of “kind” at once.")


def test_nuls_and_endless_addresses_are_refused_as_problems(client):
    for query, status in (("q=%00", 400), (f"q={'x' * 100_000}", 414)):
        answer = ask(client, "timeline", query)
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


def test_what_is_not_there_is_a_problem_with_a_sentence(client):
    for path in ("rounds/nowhere", "citations/nowhere", "codes/nowhere", "nothing", "rounds/", "rounds/a/b"):
        answer = ask(client, path)
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json"), path
        assert answer["Access-Control-Allow-Origin"] == "*"
    assert client.get("/api").json()["status"] == 404


def test_what_breaks_here_is_a_problem_too(client, monkeypatch):
    client.raise_request_exception = False
    failures = iter((RuntimeError("a secret"), OperationalError("connection refused")))
    monkeypatch.setattr(ContentVersion, "stamp", lambda: fail(next(failures)))

    answers = [ask(client, "rounds"), ask(client, "rounds")]

    assert [answer.status_code for answer in answers] == [500, 503]
    assert {answer["Content-Type"] for answer in answers} == {"application/problem+json"}
    assert "secret" not in answers[0].text
    assert answers[1]["Retry-After"] == "5"


def fail(failure):
    raise failure


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
def test_it_is_for_reading(client, method):
    answer = client.generic(method, f"{ROOT}/rounds")

    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert answer.json()["detail"] == "The API is for reading: ask with GET."


def test_head_says_what_get_says_without_the_body(client):
    make.round()
    asked = [client.get(f"{ROOT}/rounds"), client.head(f"{ROOT}/rounds")]

    assert [answer.status_code for answer in asked] == [200, 200]
    assert asked[1].content == b""
    assert asked[0]["ETag"] == asked[1]["ETag"]
    assert client.head(f"{ROOT}/rounds?size=1").status_code == 400


def test_browsers_of_any_site_may_ask(client):
    plain = client.options(f"{ROOT}/rounds")
    preflight = client.options(
        f"{ROOT}/rounds",
        headers={"Origin": "https://notebook.example", "Access-Control-Request-Method": "GET"},
    )

    assert (plain.status_code, plain["Allow"]) == (204, "GET, HEAD, OPTIONS")
    assert preflight.status_code == 204
    assert preflight["Access-Control-Allow-Origin"] == "*"
    assert preflight["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "If-None-Match" in preflight["Access-Control-Allow-Headers"]
    assert ask(client, "rounds")["Access-Control-Expose-Headers"] == "ETag, Last-Modified, Link"


def test_what_has_not_changed_is_not_answered_twice(client, django_assert_num_queries):
    make.round()
    first = ask(client, "rounds")

    with django_assert_num_queries(1):
        again = ask(client, "rounds", **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Access-Control-Allow-Origin"] == "*"

    make.round()
    assert ask(client, "rounds", **{"If-None-Match": first["ETag"]}).status_code == 200


def test_nothing_is_kept_of_who_asks(client):
    answer = ask(client, "rounds")

    assert answer.cookies == {}
    assert answer.headers.get("Vary", "") == ""
    assert answer["Cache-Control"] == "no-cache"


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(ADDRESSES), st.dictionaries(st.sampled_from(NAMES), st.text(max_size=60), max_size=3))
def test_whatever_is_typed_is_answered_or_refused_with_a_sentence(client, path, query):
    answer = client.get(f"{ROOT}/{path}", query)

    assert answer.status_code in {200, 400}
    assert answer.status_code == 200 or answer.json()["detail"]


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([*(kind.plural for kind in KINDS), "codes"]), st.text(max_size=40))
def test_whatever_is_looked_for_is_found_or_not(client, plural, name):
    answer = client.get(f"{ROOT}/{plural}/{json.dumps(name)[1:-1]}")

    assert answer.status_code in {404, 400, 200}
