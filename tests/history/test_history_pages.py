"""The history on the editors' pages: each change in words, two versions side by side, and the way back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import make
from tests.admin.forms import address, messages_of
from tests.admin.signed_in import sign_in
from tests.views.reading import plain
from timeline import actions, history
from timeline.models import Event, Official, Proposal, Revision, Round

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(django_user_model):
    return django_user_model.objects.create_superuser("minji", password="a long password")


@pytest.fixture
def desk(client, editor):
    return sign_in(client, editor)


def main_of(response):
    return plain(response.text.partition('id="content-main"')[2])


def change(record, by=None, why="", **values):
    with history.unit(by=by, why=why):
        for name, value in values.items():
            setattr(record, name, value)
        record.save()


def test_it_says_who_did_what_when_and_why(desk, editor):
    event = make.event(title="Ministers meet", when="2019-08-09")
    change(event, by=editor, why="The paper corrected itself.", when="2019-08-10")

    text = main_of(desk.get(address(Event, "history", event.pk)))

    assert "Version 2: changed" in text
    assert "by minji" in text
    assert "The paper corrected itself. When 9 August 2019 → 10 August 2019".lower() in text.lower()
    assert "Version 1: entered" in text


def test_parts_are_named(desk):
    round = make.round()
    make.delegate(round, official=make.official(name="Linda Specht"))

    assert "Delegate Linda Specht: added" in main_of(desk.get(address(Round, "history", round.pk)))


def test_the_history_of_a_part_is_that_of_its_record(desk):
    official = make.official()
    post = make.appointment(official)

    response = desk.get(address(type(post), "history", post.pk))

    assert response.url == address(Official, "history", official.pk)


def test_what_was_typed_is_text_and_no_markup(desk):
    event = make.event()
    change(event, summary="<script>alert(1)</script> and </del>")

    response = desk.get(address(Event, "history", event.pk))

    assert "<script>alert" not in response.text
    assert "&lt;script&gt;alert" in response.text


def test_it_goes_on_page_by_page(desk):
    event = make.event()
    for number in range(30):
        change(event, title=f"Title {number}")

    first = desk.get(address(Event, "history", event.pk))
    second = desk.get(address(Event, "history", event.pk) + f"?before={first.context['older']}")

    assert [entry.revision.version for entry in first.context["entries"]] == list(range(31, 6, -1))
    assert [entry.revision.version for entry in second.context["entries"]] == list(range(6, 0, -1))
    assert "Title 3 → Title 4" in main_of(second)
    assert second.context["older"] is None


def test_any_two_versions_are_compared(desk):
    event = make.event(title="One")
    for title in ("Two", "Three"):
        change(event, title=title)

    text = main_of(desk.get(address(Event, "compare", event.pk) + "?from=3&to=1"))

    assert "One → Three" in text


@pytest.mark.parametrize("query", ["", "?from=1&to=1", "?from=1&to=99", "?from=x&to=1", "?from=1&to=" + "9" * 400])
def test_versions_that_are_not_there_get_a_sentence(desk, query):
    event = make.event()

    response = desk.get(address(Event, "compare", event.pk) + query, follow=True)

    assert messages_of(response) == ["Choose two different versions to compare."]


@pytest.mark.parametrize("page", ["history", "compare"])
@pytest.mark.parametrize("key", ["99999", "x", "1" * 60])
def test_of_a_record_that_is_not_there_a_sentence_says_so(desk, page, key):
    assert desk.get(address(Event, page, key), follow=True).status_code == 200


def test_it_is_for_those_who_may_see_the_record(client, django_user_model):
    event = make.event()
    sign_in(client, django_user_model.objects.create_user("nobody", is_staff=True))

    for page in (address(Event, "history", event.pk), address(Event, "compare", event.pk), "/admin/deleted/"):
        assert client.get(page).status_code == 403


@pytest.mark.parametrize("count", [2, 12])
def test_it_costs_the_same_whatever_has_changed(desk, count):
    round = make.round(place=make.place())
    for number in range(count):
        with history.unit():
            make.citation(round, quote=f"Quote {number}")
            make.delegate(round, official=make.official())
            make.relation(round, make.statement(speaker=make.official()))
            change(round, place=make.place())
    page = address(Round, "history", round.pk)
    desk.get(page)

    with CaptureQueriesContext(connection) as queries:
        desk.get(page)

    assert len(queries) == QUERIES


QUERIES = 9


# --- restoring


def post_restore(desk, record, version, **values):
    page = address(type(record), "restore", record.pk, version)
    shown = desk.get(page).context["version"]
    return desk.post(page, {"version": shown, "why": "It was right."} | values, follow=True)


def test_before_restoring_one_reads_what_would_change(desk):
    event = make.event(state="draft", title="Before")
    change(event, title="After")

    text = main_of(desk.get(address(Event, "restore", event.pk, 1)))

    assert "After → Before" in text


def test_a_draft_is_restored_at_once(desk):
    event = make.event(state="draft", title="Before")
    change(event, title="After")

    response = post_restore(desk, event, 1)

    assert messages_of(response) == ["“Before” says again what it said in version 1."]
    assert Event.objects.get().title == "Before"
    assert Revision.objects.get(act="restored").why == "It was right."


def test_of_a_public_record_it_waits_and_says_so(desk):
    event = make.event(title="Before")
    make.citation(event)
    change(event, title="After")

    response = post_restore(desk, event, 2)

    assert messages_of(response) == [
        "It waits as a proposed change until somebody else has read it. The public page stays as it is."
    ]
    assert Event.objects.get().title == "After"
    assert Proposal.objects.get().remark == "It was right."


def test_who_may_publish_alone_restores_it_at_once(desk):
    event = make.event(title="Before")
    make.citation(event)
    change(event, title="After")

    post_restore(desk, event, 2, _alone="1")

    assert Event.objects.get().title == "Before"


def test_on_another_version_than_was_read_nothing_is_restored(desk):
    event = make.event(state="draft", title="Before")
    change(event, title="After")
    page = address(Event, "restore", event.pk, 1)

    for version in ("1", "", "x"):
        response = desk.post(page, {"version": version, "why": ""}, follow=True)
        assert len(messages_of(response)) == 1

    assert Event.objects.get().title == "After"


@pytest.mark.parametrize("why", ["\x00", "a" * 100_000])
def test_a_hostile_reason_gets_a_sentence(desk, why):
    event = make.event(state="draft", title="Before")
    change(event, title="After")

    response = post_restore(desk, event, 1, why=why)

    assert response.status_code == 200
    assert response.context["form"].errors["why"]
    assert Event.objects.get().title == "After"


def test_a_version_that_is_not_there_gets_a_sentence(desk):
    event = make.event()

    for version in (99, 10**30):
        response = desk.get(address(Event, "restore", event.pk, version), follow=True)
        assert messages_of(response) == ["This record has no such version."]


# --- deleted records


def test_deleted_records_are_listed_and_come_back(desk, editor):
    round = make.round(state="draft", agreement=make.agreement(name="12th SMA"), number=2)
    make.statement(state="draft", text="We agreed.", attribution="an official").delete()
    actions.delete(round, by=editor, why="Entered twice.")

    listed = desk.get("/admin/deleted/")
    deletion = Revision.objects.deletions().get(kind="round")
    page = f"/admin/deleted/{deletion.pk}/restore/"
    shown = desk.get(page)
    done = desk.post(page, {"why": "It was not."}, follow=True)

    assert "round 12th SMA talks, round 2" in main_of(listed)
    assert "by minji Entered twice." in main_of(listed)
    assert "statement an official: “We agreed.”" in main_of(listed)
    assert "12th SMA" in main_of(shown)
    assert messages_of(done) == ["“12th SMA talks, round 2” is back, as a draft."]
    assert Round.objects.get().state == "draft"
    assert "12th SMA" not in main_of(desk.get("/admin/deleted/"))


def test_who_restores_one_reads_what_named_it(desk):
    event = make.event(state="draft")
    make.topic(event, name="Furlough")
    make.relation(make.event(title="Another meeting"), event)
    actions.delete(event, by=None)
    page = f"/admin/deleted/{Revision.objects.deletions().get().pk}/restore/"

    shown, done = desk.get(page), desk.post(page, {"why": ""}, follow=True)

    assert "Another meeting Furlough" in main_of(shown)
    assert messages_of(done)[1] == (
        "These named it when it was deleted, and do not name it again by themselves: Another meeting; Furlough."
    )


def test_one_that_is_back_already_gets_a_sentence(desk):
    event = make.event(state="draft")
    actions.delete(event, by=None)
    deletion = Revision.objects.deletions().get()
    actions.restore(deletion, by=None)

    for key in (deletion.pk, 10**30):
        response = desk.get(f"/admin/deleted/{key}/restore/", follow=True)
        assert messages_of(response) == ["There is no such deleted record. Somebody may have restored it already."]


def test_the_list_of_deleted_records_goes_on(desk):
    for number in range(27):
        actions.delete(make.event(state="draft", title=f"Event {number}"), by=None)

    first = desk.get("/admin/deleted/")
    second = desk.get(f"/admin/deleted/?before={first.context['older']}")

    assert len(first.context["deleted"]) == 25
    assert [each.title for each in second.context["deleted"]] == ["Event 1", "Event 0"]
