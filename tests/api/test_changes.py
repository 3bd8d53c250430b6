import datetime as dt

import pytest
from django.utils import timezone

from tests import make
from tests.api.asking import RECORDS, all_items, ask, codes, items, of_every_kind, slugs
from timeline import actions, history, roles
from timeline.enums import Act
from timeline.models import Redirect, Tombstone, Topic

pytestmark = pytest.mark.django_db
DAY = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)


def changed(record, at):
    """As if it had been written at that moment."""
    type(record).objects.filter(pk=record.pk).update(updated_at=at)
    return record


def hours(count):
    return DAY + dt.timedelta(hours=count)


def test_a_list_since_a_moment_says_what_was_changed_then_or_later(client):
    changed(make.topic(), hours(1))
    second, third = changed(make.topic(), hours(2)), changed(make.topic(), hours(3))

    assert slugs(items(client, "topics", since="2026-11-25T02:00:00Z")) == [second.slug, third.slug]
    assert slugs(items(client, "topics", since="2026-11-25T03:00:00+01:00")) == [second.slug, third.slug]


def test_what_was_withdrawn_says_so_with_the_reason_and_nothing_else(client):
    gone = changed(make.topic(state="withdrawn", name="Long forgotten"), hours(2))

    assert items(client, "topics", since="2026-11-25T00:00:00Z") == [
        {
            "type": "topic",
            "code": gone.code,
            "slug": gone.slug,
            "deleted": True,
            "withdrawn_at": "2024-05-24T09:00:00.000000Z",
            "reason": "It was entered twice.",
            "moved_to": None,
            "updated_at": "2026-11-25T02:00:00.000000Z",
        }
    ]
    assert items(client, "topics") == []


def test_what_was_merged_says_into_what(client):
    stays, gone = make.topic(), make.topic(state="withdrawn")
    Redirect.objects.create(kind="topic", old_slug=gone.slug, new_slug=stays.slug)

    found = {row["code"]: row.get("moved_to") for row in items(client, "changes", since="2026-01-01T00:00:00Z")}

    assert found == {stays.code: None, gone.code: stays.slug}


def test_what_was_merged_into_a_draft_does_not_say_so(client):
    hidden, gone = make.topic(state="draft"), make.topic(state="withdrawn")
    Redirect.objects.create(kind="topic", old_slug=gone.slug, new_slug=hidden.slug)

    assert [row["moved_to"] for row in items(client, "topics", since="2026-01-01T00:00:00Z")] == [None]


def test_a_tombstone_without_its_record_is_told_at_the_moment_of_withdrawal(client):
    Tombstone.objects.create(kind="topic", code="abcd2345", slug="lost", withdrawn_at=hours(2), reason="Entered twice.")
    first, last = changed(make.topic(), hours(1)), changed(make.topic(), hours(3))

    assert slugs(all_items(client, "topics", since="2026-11-25T00:00:00Z", limit=1)) == [first.slug, "lost", last.slug]
    assert ask(client, "codes/abcd2345").status_code == 410


def test_a_tombstone_of_a_record_that_is_there_again_is_not_told(client):
    made = make.topic()
    Tombstone.objects.create(kind="topic", code=made.code, slug=made.slug, withdrawn_at=hours(2), reason="Twice.")

    assert [row.get("deleted") for row in items(client, "topics", since="2026-01-01T00:00:00Z")] == [None]


def test_thousands_that_were_changed_at_the_same_moment_are_read_in_pages(client):
    of_every_kind()
    for kind in RECORDS:
        kind.model.objects.update(updated_at=DAY)

    whole = all_items(client, "changes", since="2026-11-25T00:00:00Z", limit=200)

    assert all_items(client, "changes", since="2026-11-25T00:00:00Z", limit=3) == whole
    assert [(row["type"], row["slug"]) for row in whole] == sorted((row["type"], row["slug"]) for row in whole)
    assert sorted(codes(whole)) == sorted(
        code for kind in RECORDS for code in kind.model.objects.exclude(state="draft").values_list("code", flat=True)
    )


def test_changes_of_all_kinds_are_merged_by_their_moment(client):
    topic, place, agreement = make.topic(), make.place(), make.agreement()
    for number, record in enumerate((topic, place, agreement)):
        changed(record, hours(number))

    assert codes(all_items(client, "changes", limit=1)) == [topic.code, place.code, agreement.code]
    assert codes(items(client, "changes", since="2026-11-25T01:00:00Z")) == [place.code, agreement.code]


def test_who_keeps_until_of_the_first_page_misses_no_change_that_is_seen_late(client):
    early = timezone.now() - dt.timedelta(minutes=3)
    until = ask(client, "changes").json()["until"]
    late = changed(make.topic(), early)  # written before the answer, seen after it

    assert slugs(items(client, "changes", since=until)) == [late.slug]
    assert dt.datetime.fromisoformat(until) < early


def test_later_pages_do_not_say_until(client):
    make.topic()
    make.topic()
    first = ask(client, "topics", "since=2026-01-01T00:00:00Z&limit=1").json()

    assert first["until"] is not None
    assert client.get(first["next"]).json()["until"] is None
    assert ask(client, "topics").json()["until"] is None


def test_who_asks_from_before_a_load_is_answered_with_everything(client):
    """Records that are loaded keep the moments of their origin."""
    with history.unit(act=Act.LOADED):
        made = make.topic()
    changed(made, DAY - dt.timedelta(days=500))

    assert slugs(items(client, "topics", since=(timezone.now() - dt.timedelta(hours=1)).isoformat()[:19] + "Z")) == [
        made.slug
    ]
    assert items(client, "topics", since=(timezone.now() + dt.timedelta(hours=1)).isoformat()[:19] + "Z") == []


def test_a_change_of_a_part_is_one_of_its_record(client):
    made = changed(make.round(), hours(0))
    with history.unit():
        make.delegate(made)

    assert slugs(items(client, "rounds", since="2026-11-25T01:00:00Z")) == [made.slug]


def test_withdrawing_is_a_change(client):
    made = changed(make.topic(), hours(0))
    actions.withdraw(Topic.objects.get(pk=made.pk), by=make.user(roles.CHIEF_EDITOR), reason="It was entered twice.")

    assert codes(items(client, "topics", since="2026-11-25T01:00:00Z")) == [made.code]


def test_filters_narrow_down_what_is_there_and_not_what_is_gone(client):
    agreement = make.agreement()
    wanted, _other = make.round(agreement=agreement), make.round()
    gone = make.round(state="withdrawn")

    found = items(client, "rounds", since="2026-01-01T00:00:00Z", agreement=agreement.slug)

    assert sorted(slugs(found)) == sorted([wanted.slug, gone.slug])


def test_pages_of_changes_belong_to_since_and_others_do_not(client):
    key = "2026-11-25T00:00:00.000000Z.round.sma-12-round-2"

    assert ask(client, "rounds", f"after={key}").status_code == 400
    assert ask(client, "changes", "after=2026-02-30T00:00:00.000000Z.round.x").status_code == 400
    assert ask(client, "rounds", f"after={key}&since=2026-11-25T00:00:00Z").json()["items"] == []
    assert ask(client, "rounds", "after=sma-12&since=2026-11-25T00:00:00Z").status_code == 400


@pytest.mark.parametrize("count", [1, 2])
def test_changes_ask_as_often_for_many_as_for_few(client, django_assert_num_queries, count):
    for _each in range(count):
        of_every_kind()

    with django_assert_num_queries(60):
        assert len(items(client, "changes", limit=200)) > 24 * count
