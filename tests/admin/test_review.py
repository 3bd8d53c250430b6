"""From a draft to the public, as those meet it who write and who review."""

import pytest

from tests import make
from tests.admin.forms import REASON, address, chosen, messages_of, post_add, post_change, post_form, seen
from tests.admin.signed_in import somebody
from timeline import roles
from timeline.models import Place, Revision, Round, Statement, Topic

pytestmark = [pytest.mark.deep(10, of="this file"), pytest.mark.django_db]
OWN = "You have written at “{}” yourself: somebody else reviews and publishes it."
ALONE = "Nobody else has read it. To publish your own work, give the reason: it stays in the history."


@pytest.fixture
def draft(hana):
    """A round that a contributor has entered, with a statement on its form; both cited."""
    made = make.round(state="draft", created_by=hana.user)
    said = make.statement(state="draft", created_by=hana.user, made_at_round=made)
    for each in (made, said):
        make.citation(each)
    return made


def states():
    return [Round.objects.get().state, *(each.state for each in Statement.objects.all())]


def last_of(record):
    return Revision.objects.of(record).newest_first().first()


def send_back(client, record, remark="Which paper?", **values):
    return client.post(address(type(record), "send_back", record.pk), {"remark": remark} | seen(record) | values)


# --- to review and back


def test_a_draft_is_given_to_review_with_what_was_entered_on_its_form(hana, draft):
    response = post_change(hana, draft, button="_submit")

    assert states() == ["in_review", "in_review"]
    assert messages_of(response)[0] == (
        f"“{draft}” is in review, with 2 records in all: somebody else reads and publishes them."
    )


def test_what_was_typed_is_saved_with_it_as_one_entry_of_the_history(hana, draft):
    before = Revision.objects.of(draft).count()

    post_change(hana, draft, button="_submit", outcome="They agreed to meet again.", _reason="Please read it.")

    last = last_of(draft)
    assert Round.objects.get().outcome == "They agreed to meet again."
    assert (last.act, last.by, last.why) == ("submitted", hana.user, "Please read it.")
    assert Revision.objects.of(draft).count() == before + 1


def test_a_new_record_can_be_given_to_review_at_once(hana):
    post_add(hana, Topic, button="_submit", name="Furlough")

    made = Topic.objects.get()
    assert (made.state, made.created_by) == ("in_review", hana.user)


def test_what_is_sent_back_shows_its_author_the_remark(hana, jun, draft):
    post_change(hana, draft, button="_submit")

    send_back(jun, draft)

    page = hana.get(address(Round, "change", draft.pk))
    assert states() == ["draft", "draft"]
    assert (page.context["last_remark"].why, page.context["last_remark"].by) == ("Which paper?", jun.user)
    assert "Which paper?" in page.content.decode()


def test_the_remark_goes_when_the_record_is_given_to_review_again(hana, jun, draft):
    post_change(hana, draft, button="_submit")
    send_back(jun, draft)
    post_change(hana, draft, button="_submit", outcome="Mended.")

    page = hana.get(address(Round, "change", draft.pk))

    assert page.context["last_remark"] is None
    assert "Which paper?" not in page.content.decode()


@pytest.mark.parametrize("remark", ["", "  ", "NUL \x00", "long " * 20_000])
def test_sending_back_needs_a_remark_that_can_be_read(hana, jun, draft, remark):
    post_change(hana, draft, button="_submit")

    response = send_back(jun, draft, remark)

    assert list(response.context["form"].errors) == ["remark"]
    assert states() == ["in_review", "in_review"]


def test_an_author_takes_it_back_and_another_contributor_cannot(hana, draft):
    post_change(hana, draft, button="_submit")

    refused = send_back(somebody(roles.CONTRIBUTOR, "minji"), draft).status_code
    state = Round.objects.get().state
    send_back(hana, draft)

    assert (refused, state, Round.objects.get().state) == (403, "in_review", "draft")


def test_what_was_changed_since_the_page_was_read_is_not_sent_back(hana, jun, draft):
    post_change(hana, draft, button="_submit")
    read = seen(draft)
    post_change(hana, draft, outcome="Mended unasked.")

    response = jun.post(address(Round, "send_back", draft.pk), {"remark": "Mend the outcome."} | read, follow=True)

    assert messages_of(response)[0].startswith(f"“{draft}” was changed meanwhile, by hana, ")
    assert Round.objects.get().state == "in_review"


def test_a_page_that_does_not_say_what_was_read_sends_nothing_back(hana, jun, draft):
    post_change(hana, draft, button="_submit")

    jun.post(address(Round, "send_back", draft.pk), {"remark": "Mend it.", "_seen": "round.x.\x00"})

    assert Round.objects.get().state == "in_review"


# --- to the public


def test_an_editor_publishes_the_work_of_somebody_else(hana, jun, draft):
    post_change(hana, draft, button="_submit")

    post_change(jun, draft, button="_publish")

    assert states() == ["published", "published"]
    assert (last_of(draft).act, last_of(draft).by) == ("published", jun.user)


def test_a_contributor_publishes_nothing_by_a_forged_button_or_from_the_list(hana, draft):
    sees = hana.get(address(Round, "change", draft.pk)).context["show_publish"]

    response = post_change(hana, draft, button="_publish")
    hana.post(address(Round, "changelist"), chosen("publish_selected", draft))

    assert not sees
    assert messages_of(response)[0] == "You may not publish. Give it to review: an editor publishes it."
    assert states() == ["draft", "draft"]


def test_an_editor_does_not_publish_again_what_a_chief_editor_withdrew(jun):
    withdrawn = make.topic(state="withdrawn")

    sees = jun.get(address(Topic, "change", withdrawn.pk)).context["show_publish"]
    response = jun.post(address(Topic, "changelist"), chosen("publish_selected", withdrawn), follow=True)

    assert not sees
    assert "This was withdrawn: ask a chief editor to publish it again." in messages_of(response)[0]
    assert Topic.objects.get().state == "withdrawn"


def test_an_editor_does_not_publish_what_they_entered(jun):
    post_add(jun, Topic, button="_submit", name="Furlough")

    response = post_change(jun, Topic.objects.get(), button="_publish")

    assert messages_of(response)[0] == OWN.format("Furlough")
    assert Topic.objects.get().state == "in_review"


def test_who_changes_it_in_the_same_click_has_written_at_it(hana, jun, draft):
    post_change(hana, draft, button="_submit")

    response = post_change(jun, draft, button="_publish", outcome="Slipped in.")

    assert messages_of(response)[0] == OWN.format(draft)
    assert (states(), Round.objects.get().outcome) == (["in_review", "in_review"], "Slipped in.")


def test_who_changes_a_row_in_the_same_click_has_written_at_it_too(jun, draft):
    response = post_change(jun, draft, button="_publish", **{"citations-0-quote": "Other words"})

    assert messages_of(response)[0] == OWN.format(draft)
    assert states() == ["draft", "draft"]


def test_who_wrote_only_the_statement_on_its_form_does_not_publish_the_round(jun, draft):
    post_change(jun, Statement.objects.get(), text="We seek a fair outcome.")

    response = post_change(jun, draft, button="_publish")

    assert messages_of(response)[0] == OWN.format(Statement.objects.get())
    assert states() == ["draft", "draft"]


def test_a_new_record_is_not_published_by_the_click_that_enters_it(jun):
    post_add(jun, Topic, button="_publish", name="Furlough")

    assert Topic.objects.get().state == "draft"


def test_who_wrote_at_it_before_it_was_public_may_review_what_others_do_since(hana, jun):
    record = make.topic(state="draft", created_by=jun.user)
    post_change(somebody(roles.EDITOR, "minji"), record, button="_publish")
    post_change(somebody(roles.CHIEF_EDITOR, "sora"), record, name="Furloughs")

    assert Topic.objects.get().state == "published"
    assert last_of(record).is_public


def test_a_chief_editor_publishes_their_own_work_with_a_reason_that_the_history_keeps(ari):
    post_add(ari, Topic, name="Furlough")

    refused = post_change(ari, Topic.objects.get(), button="_publish", _reason=" ")
    state = Topic.objects.get().state
    post_change(ari, Topic.objects.get(), button="_publish", _reason="The embargo ends at noon.")

    assert (messages_of(refused)[0], state) == (ALONE, "draft")
    assert Topic.objects.get().state == "published"
    assert last_of(Topic.objects.get()).why == "The embargo ends at noon."


def test_a_chief_editor_needs_no_reason_to_publish_what_another_wrote(ari):
    record = make.topic(state="draft")

    post_change(ari, record, button="_publish", _reason="")

    assert Topic.objects.get().state == "published"


def test_what_its_author_changed_since_the_reviewer_read_it_is_not_published(hana, jun, draft):
    post_change(hana, draft, button="_submit")
    read = jun.get(address(Round, "change", draft.pk))
    post_change(hana, draft, outcome="Written after the review.")

    response = post_form(jun, read, button="_publish")

    assert messages_of(response)[0].startswith(f"“{draft}” was changed meanwhile, by hana, ")
    assert states() == ["in_review", "in_review"]


def test_what_was_changed_since_the_list_was_read_is_not_published_from_it(hana, jun):
    record = make.place(state="in_review")
    read = seen(record)
    post_change(hana, record, name="Busan")

    jun.post(address(Place, "changelist"), chosen("publish_selected", record, **read))

    assert Place.objects.get().state == "in_review"


def test_what_stands_on_other_pages_of_the_list_is_not_given_to_review_unseen(hana):
    records = [make.place(state="draft") for _each in range(3)]
    ticked = chosen("submit_selected", records[0], select_across="1")

    page = hana.post(address(Place, "changelist"), ticked, follow=True)

    assert messages_of(page) == [
        "2 more stand on other pages of the list: nothing was done with them.",
        "“Seoul” is in review: somebody else reads it and publishes it.",
    ]
    assert [each.state for each in Place.objects.order_by("pk")] == ["in_review", "draft", "draft"]


# --- out of the public


def test_an_editor_sees_no_withdrawal_and_a_forged_one_is_refused(jun):
    record = make.topic()
    page = address(Topic, "withdraw", record.pk)

    sees = jun.get(address(Topic, "change", record.pk)).context["show_withdraw"]
    answers = [jun.get(page).status_code, jun.post(page, {"reason": "No."} | seen(record)).status_code]
    jun.post(address(Topic, "changelist"), chosen("withdraw_selected", record, withdraw="1", reason="No."))

    assert (sees, answers, Topic.objects.get().state) == (False, [403, 403], "published")


def test_a_chief_editor_withdraws_and_readers_are_told_why(ari, client):
    record = make.topic()

    ari.post(address(Topic, "withdraw", record.pk), {"reason": "It was entered twice."} | seen(record))

    public = client.get(record.get_absolute_url())
    assert public.status_code == 410
    assert "It was entered twice." in public.content.decode()
    assert (last_of(record).act, last_of(record).why) == ("withdrawn", "It was entered twice.")


def test_a_withdrawal_of_what_was_changed_meanwhile_is_refused(ari, desk):
    record = make.topic()
    read = seen(record)
    post_change(desk, record, name="Furloughs")

    response = ari.post(address(Topic, "withdraw", record.pk), {"reason": "Twice."} | read, follow=True)

    assert messages_of(response)[0].startswith("“Furlough")
    assert Topic.objects.get().state == "published"


# --- drafts that go


@pytest.mark.parametrize("how", ["page", "list"])
def test_a_contributor_deletes_drafts_of_their_own_alone(hana, how):
    own, other = make.place(state="draft", created_by=hana.user), make.place(state="draft")

    for record in (own, other):
        if how == "page":
            hana.post(address(Place, "delete", record.pk), {"post": "yes"} | seen(record))
        else:
            hana.post(address(Place, "changelist"), chosen("delete_selected", record, post="yes"))

    assert list(Place.objects.all()) == [other]


def test_an_editor_deletes_the_draft_of_somebody_else_and_the_history_says_so(jun):
    record = make.place(state="draft")

    jun.post(address(Place, "delete", record.pk), {"post": "yes"} | seen(record))

    last = Revision.objects.newest_first().first()
    assert not Place.objects.exists()
    assert (last.code, last.act, last.by) == (record.code, "deleted", jun.user)


def test_the_reason_of_a_change_is_kept_with_it(ari):
    record = make.topic()

    post_change(ari, record, name="Furloughs")

    assert (last_of(record).why, last_of(record).by, last_of(record).is_public) == (REASON, ari.user, True)
