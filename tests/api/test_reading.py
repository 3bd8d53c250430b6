import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import make
from tests.admin.records import MAKERS
from tests.api.asking import KINDS, PARTS, RECORDS, all_items, ask, codes, items, of_every_kind, slugs
from timeline import exports, index
from timeline.api.reading import names_of_parts
from timeline.models import Redirect

pytestmark = pytest.mark.django_db


def plain(rows):
    return json.loads(json.dumps(rows))


def all_parts(kind):
    return f"include={','.join(names_of_parts(kind))}" if names_of_parts(kind) else ""


def test_a_list_of_each_kind_is_what_the_exports_hand_out(client):
    of_every_kind()
    handed_out = {kind.plural: plain(list(exports.rows(kind))) for kind in KINDS}

    assert {kind.plural: items(client, kind.plural, limit=200) for kind in KINDS} == handed_out
    assert all(handed_out.values())


def test_a_record_of_each_kind_with_all_its_parts_is_what_the_exports_call_whole(client):
    made = of_every_kind()
    whole = {kind.plural: plain(exports.whole(made[kind.name])) for kind in RECORDS}
    for kind in RECORDS:
        if not names_of_parts(kind):
            del whole[kind.plural]["cited_sources"]  # it cites none

    assert {
        kind.plural: ask(client, f"{kind.plural}/{made[kind.name].slug}", all_parts(kind)).json() for kind in RECORDS
    } == whole


def test_a_list_includes_the_parts_of_each_record(client):
    made = of_every_kind()
    with_parts = [kind for kind in RECORDS if names_of_parts(kind)]
    found = {
        row["code"]: row
        for kind in with_parts
        for row in items(client, kind.plural, limit=200, include=",".join(names_of_parts(kind)))
    }

    for kind in with_parts:
        assert found[made[kind.name].code] == plain(exports.whole(made[kind.name]))


def test_a_part_is_read_by_its_code_and_so_is_whatever_has_one(client):
    of_every_kind()

    for kind in KINDS:
        row = plain(next(exports.rows(kind)))
        assert ask(client, f"codes/{row['code']}").json() == row
        if kind in PARTS:
            assert ask(client, f"{kind.plural}/{row['code']}").json() == row


def test_pages_of_two_give_everything_once_and_in_order(client):
    of_every_kind()

    for kind in KINDS:
        assert all_items(client, kind.plural, limit=2) == items(client, kind.plural, limit=200)


def test_the_timeline_is_read_in_pages_in_either_order(client):
    of_every_kind()
    whole = items(client, "timeline", limit=200)

    assert all_items(client, "timeline", limit=2) == whole
    assert all_items(client, "timeline", limit=3, order="newest") == whole[::-1]
    assert len(whole) > 6


def test_the_next_page_is_in_the_link_header_as_well(client):
    make.round()
    make.round()

    answer = ask(client, "rounds", "limit=1&fields=when")

    assert answer["Link"] == f'<{answer.json()["next"]}>; rel="next"'
    assert client.get(answer.json()["next"]).headers.get("Link") is None


def test_fields_leave_out_the_others_but_not_what_says_which_row_it_is(client):
    made = make.place()

    assert items(client, "places", fields="name_ko,latitude") == [
        {"type": "place", "code": made.code, "slug": made.slug, "name_ko": "서울", "latitude": "37.5665"}
    ]


def test_parts_that_are_included_come_beside_the_fields_asked_for(client):
    made = make.round()
    delegate = make.delegate(made)

    row = ask(client, f"rounds/{made.slug}", "fields=when&include=delegates").json()

    assert list(row) == ["type", "code", "slug", "when", "delegates"]
    assert codes(row["delegates"]) == [delegate.code]


def test_parts_stand_in_their_own_order(client):
    made = make.round()
    last, first = make.citation(made, order=2), make.citation(made, order=1)

    (row,) = items(client, "rounds", include="citations")

    assert codes(row["citations"]) == [first.code, last.code]


def test_cited_sources_can_be_included_alone(client):
    made = make.official()
    source = make.citation(make.appointment(made)).source

    (row,) = items(client, "officials", include="cited_sources")

    assert slugs(row["cited_sources"]) == [source.slug]
    assert "appointments" not in row


def test_the_old_address_of_a_renamed_record_leads_to_the_new_one_in_one_hop(client):
    made = make.round()
    Redirect.objects.create(kind="round", old_slug="sma-99-round-1", new_slug=made.slug)

    answer = ask(client, "rounds/sma-99-round-1", "fields=when")

    assert (answer.status_code, answer.url) == (301, f"/api/v1/rounds/{made.slug}?fields=when")


def test_a_withdrawn_record_answers_410_with_the_reason_and_the_day(client):
    for kind in RECORDS:
        made = MAKERS[kind.name](state="withdrawn")
        for path in (f"{kind.plural}/{made.slug}", f"codes/{made.code}"):
            answer = ask(client, path)
            assert (answer.status_code, answer["Content-Type"]) == (410, "application/problem+json")
            assert answer.json()["reason"] == "It was entered twice."
            assert answer.json()["withdrawn_at"] == "2024-05-24T09:00:00.000000Z"


@pytest.mark.parametrize("count", [2, 12])
def test_a_list_asks_as_often_for_twelve_as_for_two(client, django_assert_num_queries, count):
    for _each in range(count):
        made = make.round(place=make.place())
        make.delegate(made, organization=make.organization())
        make.citation(made)

    with django_assert_num_queries(12):
        assert len(items(client, "rounds", include="delegates,citations,cited_sources")) == count


def test_the_first_page_of_a_list_is_asked_for_by_its_key_as_all_others_are(client):
    """Else SQLite reads a million citations and sorts them, for the first fifty."""
    codes = sorted(make.citation(make.event()).code for _each in range(3))

    for further in ({}, {"after": codes[0]}):
        with CaptureQueriesContext(connection) as queries:
            items(client, "citations", limit=1, **further)
        assert ['"code" > ' in each["sql"] for each in queries].count(True) == 1


@pytest.mark.parametrize("count", [2, 12])
def test_the_timeline_asks_as_often_for_twelve_as_for_two(client, django_assert_num_queries, count):
    for _each in range(count):
        make.round(place=make.place())
        make.event(place=make.place())
        make.statement(speaker=make.official())
    index.rebuild()

    with django_assert_num_queries(12):
        assert len(items(client, "timeline", limit=200)) == 3 * count
