"""Publishing, withdrawing, renaming and deleting from the admin, which asks `actions` for each."""

import pytest
from django.urls import reverse

from tests import make
from tests.admin.forms import address, chosen, errors_of, messages_of, post_add, post_change, seen
from tests.admin.records import MAKERS, RECORDS
from timeline.models import Official, Organization, Place, Redirect, Round, Topic

pytestmark = pytest.mark.django_db


@pytest.mark.deep(4)
@pytest.mark.parametrize("name", RECORDS)
def test_a_cited_draft_of_every_kind_is_published_by_the_button(desk, editor, name):
    record = MAKERS[name](state="draft")

    response = post_change(desk, record, button="_publish")

    record.refresh_from_db()
    assert (record.state, record.updated_by) == ("published", editor), messages_of(response)


def test_a_draft_is_published_from_the_list(desk):
    record = make.place(state="draft")

    response = desk.post(address(Place, "changelist"), chosen("publish_selected", record), follow=True)

    record.refresh_from_db()
    assert record.state == "published"
    assert messages_of(response) == ["“Seoul” is public now."]


def test_of_several_chosen_records_those_that_are_right_are_published(desk):
    right, wrong = make.official(state="draft"), make.official(state="draft", slug="wrong", name="Uncited")
    make.citation(right)

    response = desk.post(address(Official, "changelist"), chosen("publish_selected", right, wrong), follow=True)

    assert {each.slug: each.state for each in Official.objects.all()} == {right.slug: "published", "wrong": "draft"}
    assert [said.partition(":")[0] for said in messages_of(response) if "Uncited" in said] == ["Uncited"]


def test_a_withdrawal_asks_for_its_reason(desk):
    record = make.topic()

    response = desk.post(address(Topic, "withdraw", record.pk), {"reason": " "})

    record.refresh_from_db()
    assert response.context["form"].errors == {"reason": ["This field is required."]}
    assert record.state == "published"


def test_a_withdrawal_keeps_its_reason(desk, editor):
    record = make.topic()

    response = desk.post(
        address(Topic, "withdraw", record.pk), {"reason": "Entered twice."} | seen(record), follow=True
    )

    record.refresh_from_db()
    assert (record.state, record.withdrawal_reason, record.updated_by) == ("withdrawn", "Entered twice.", editor)
    assert messages_of(response) == ["“Furlough” is withdrawn. Its address says so and gives the reason."]


def test_a_draft_cannot_be_withdrawn(desk):
    record = make.topic(state="draft")

    response = desk.post(
        address(Topic, "withdraw", record.pk), {"reason": "Entered twice."} | seen(record), follow=True
    )

    record.refresh_from_db()
    assert record.state == "draft"
    assert messages_of(response) == ["“Furlough” is not published, so there is nothing to withdraw."]


def test_the_withdrawal_of_a_record_that_does_not_exist_leads_back(desk):
    assert desk.get(address(Topic, "withdraw", 999)).url == reverse("admin:index")


def test_a_withdrawal_from_the_list_asks_for_one_reason_first(desk):
    records = [make.topic(), make.topic()]

    response = desk.post(address(Topic, "changelist"), chosen("withdraw_selected", *records))

    assert sorted(each.pk for each, _version in response.context["records"]) == [each.pk for each in records]
    assert {each.state for each in Topic.objects.all()} == {"published"}


def test_a_withdrawal_from_the_list_gives_all_the_one_reason(desk):
    records = [make.topic(), make.topic()]

    desk.post(
        address(Topic, "changelist"), chosen("withdraw_selected", *records, withdraw="1", reason="Merged."), follow=True
    )

    assert {(each.state, each.withdrawal_reason) for each in Topic.objects.all()} == {("withdrawn", "Merged.")}


def test_a_withdrawn_record_can_be_published_again(desk):
    record = make.place(state="withdrawn")

    post_change(desk, record, button="_publish")

    record.refresh_from_db()
    assert record.state == "published"


def test_the_page_says_who_sees_the_record(desk):
    notes = [
        desk.get(address(Place, "change", make.place(state=state).pk)).context["state_sentence"]
        for state in ("draft", "published", "withdrawn")
    ]

    assert notes == [
        "This is a draft: only editors see it until it is published.",
        "This is public: readers see what you save at once, unless you save it for review.",
        "This was withdrawn: its address says so and gives the reason.",
    ]


def test_a_new_slug_of_a_published_record_leaves_a_redirect(desk):
    record = make.place(slug="seoul-city")

    post_change(desk, record, slug="seoul")

    record.refresh_from_db()
    assert record.slug == "seoul"
    assert [(each.kind, each.old_slug, each.new_slug) for each in Redirect.objects.all()] == [
        ("place", "seoul-city", "seoul")
    ]


def test_a_new_slug_of_a_draft_leaves_none(desk):
    record = make.place(slug="seoul-city", state="draft")

    post_change(desk, record, slug="seoul")

    record.refresh_from_db()
    assert record.slug == "seoul"
    assert not Redirect.objects.exists()


def test_a_slug_that_leads_to_another_record_is_refused(desk):
    first, second = make.place(slug="one"), make.place(slug="two")
    post_change(desk, first, slug="three")

    response = post_change(desk, second, slug="one")

    assert errors_of(response) == {"slug": ["This slug once led to another record, and its links must not change."]}


def test_a_slug_of_what_is_public_that_is_none_gets_a_sentence_beside_what_was_typed(desk):
    record = make.place(slug="seoul")

    response = post_change(desk, record, slug="<Seoul>", name_ko="서울")

    assert errors_of(response) == {
        "slug": ["Use small letters a to z, digits and single hyphens, such as sma-12-round-2."]
    }
    assert response.context["adminform"].form["name_ko"].value() == "서울"


def test_a_record_can_take_back_its_old_slug(desk):
    record = make.place(slug="one")
    post_change(desk, record, slug="two")
    record.refresh_from_db()

    post_change(desk, record, slug="one")

    record.refresh_from_db()
    assert record.slug == "one"


def test_a_round_does_not_take_the_slug_of_an_event(desk):
    event, negotiation_round = make.event(slug="taken"), make.round()

    response = post_change(desk, negotiation_round, slug=event.slug)

    assert errors_of(response) == {"slug": ["This slug is taken, by a record of another kind (event)."]}


def test_what_was_public_is_not_deleted(desk):
    record = make.place()

    response = desk.post(address(Place, "delete", record.pk), {"post": "yes"}, follow=True)

    assert messages_of(response) == ["“Seoul” was public once, so it is never deleted: withdraw it, with the reason."]
    assert Place.objects.filter(pk=record.pk).exists()


def test_what_was_public_is_not_deleted_from_the_list_either(desk):
    draft, withdrawn = make.place(state="draft"), make.place(state="withdrawn")

    desk.post(address(Place, "changelist"), chosen("delete_selected", draft, withdrawn, post="yes"))

    assert Place.objects.count() == 2


def test_drafts_are_deleted_from_the_list(desk):
    desk.post(address(Place, "changelist"), chosen("delete_selected", make.place(state="draft"), post="yes"))

    assert not Place.objects.exists()


def test_a_draft_that_something_points_at_is_not_deleted_and_the_page_says_what_does(desk):
    body = make.organization(state="draft")
    make.appointment(make.official(), organization=body)

    response = desk.post(address(Organization, "delete", body.pk), {"post": "yes"})

    assert response.status_code == 200
    assert len(response.context["protected"]) == 1
    assert Organization.objects.filter(pk=body.pk).exists()


def test_a_new_record_says_who_entered_it(desk, editor):
    post_add(desk, Topic, name="Furlough")

    assert (Topic.objects.get().created_by, Topic.objects.get().state) == (editor, "draft")


def test_a_change_keeps_who_entered_it(desk, editor, django_user_model):
    first = django_user_model.objects.create_user("first")
    record = make.topic(created_by=first)

    post_change(desk, record, name="Furloughs")

    record.refresh_from_db()
    assert (record.created_by, record.updated_by, record.version) == (first, editor, 2)


def test_a_source_added_in_its_own_window_can_be_published_there(desk):
    from timeline.models import Source

    response = post_add(
        desk,
        Source,
        button="_publish",
        _popup="1",
        title="Talks open",
        publisher="Yonhap",
        language="en",
        kind="news",
        published_on="2024-05-21",
        url="https://news.example/talks",
    )

    assert Source.objects.get().state == "published"
    assert response.templates[0].name == "admin/popup_response.html"


def test_publishing_a_round_says_why_it_could_not_be(desk):
    record = make.round(state="draft")

    response = post_change(desk, record, button="_publish")

    assert messages_of(response)[0].startswith(str(record))
    assert Round.objects.get().state == "draft"
