"""Two editors at one record: nobody's work is overwritten, nothing typed is lost, and one click keeps both."""

import pytest
from django.urls import reverse

from tests import make
from tests.admin.forms import address, chosen, errors_of, messages_of, post_change, post_form, row, seen
from timeline.models import Citation, Place, Proposal, Revision, Round, Statement, Topic

pytestmark = [pytest.mark.deep(12, of="this file"), pytest.mark.django_db]
PUT_TOGETHER = reverse("admin:timeline_put_together")


@pytest.fixture
def draft():
    made = make.round(state="draft", outcome="As it was.", venue="As it was.")
    make.citation(made, quote="As it was.")
    return made


def opened(client, record):
    return client.get(address(type(record), "change", record.pk))


def clashing(hana, jun, record, theirs, mine):
    """Both have the form open; jun saves first."""
    read = opened(hana, record)
    post_change(jun, record, **theirs)
    return post_form(hana, read, **mine)


def put_together(client, page, choice=""):
    choices = {f"choice-{each.name}": choice for each in page.context["conflicts"]}
    posted = {"payload": page.context["payload"], "_reason": "Both were right."}
    return client.post(PUT_TOGETHER, posted | choices, follow=True)


def stored():
    made = Round.objects.get()
    return made.outcome, made.venue, sorted(made.citations.values_list("quote", flat=True))


# --- the page


def test_the_page_shows_what_was_typed_what_is_stored_and_who_saved_it_when(hana, jun, draft):
    page = clashing(hana, jun, draft, {"outcome": "Theirs."}, {"outcome": "Mine."})

    (side,) = page.context["sides"]
    assert page.status_code == 409
    assert [(each.label, each.before, each.after) for each in side.theirs] == [("Outcome", "As it was.", "Theirs.")]
    assert [(each.label, each.before, each.after) for each in side.mine] == [("Outcome", "As it was.", "Mine.")]
    assert [each.by_name for each in side.revisions] == ["jun"]
    assert "Mine." in page.content.decode()
    assert stored()[0] == "Theirs."


@pytest.mark.parametrize(("choice", "outcome"), [("mine", "Mine."), ("theirs", "Theirs.")])
def test_who_typed_the_same_field_chooses(hana, jun, draft, choice, outcome):
    page = clashing(hana, jun, draft, {"outcome": "Theirs."}, {"outcome": "Mine.", "venue": "Hotel."})

    put_together(hana, page, choice=choice)

    assert stored() == (outcome, "Hotel.", ["As it was."])


def test_who_chooses_all_as_it_is_stored_comes_to_the_record_and_is_told(hana, jun, draft):
    page = clashing(hana, jun, draft, {"outcome": "Theirs."}, {"outcome": "Mine."})

    response = put_together(hana, page, choice="theirs")

    assert response.status_code == 200
    assert response.request["PATH_INFO"] == address(Round, "change", draft.pk)
    assert messages_of(response) == [f"Nothing was saved: “{draft}” says already what you chose."]
    assert stored()[0] == "Theirs."


@pytest.mark.deep(1)
@pytest.mark.parametrize("choice", ["", "both", "\x00", "x" * 100_000])
def test_without_a_choice_the_page_comes_again(hana, jun, draft, choice):
    page = clashing(hana, jun, draft, {"outcome": "Theirs."}, {"outcome": "Mine."})

    again = put_together(hana, page, choice=choice)

    assert again.status_code == 409
    assert "Mine." in again.content.decode()
    assert stored()[0] == "Theirs."


def test_different_fields_need_one_click(hana, jun, draft):
    page = clashing(hana, jun, draft, {"outcome": "Theirs."}, {"venue": "Mine."})

    response = put_together(hana, page)

    assert page.context["conflicts"] == []
    assert messages_of(response) == ["1 record is saved."]
    assert stored() == ("Theirs.", "Mine.", ["As it was."])


def test_what_was_put_together_is_one_entry_of_the_history(hana, jun, draft):
    page = clashing(hana, jun, draft, {"outcome": "Theirs."}, {"venue": "Mine."})
    before = Revision.objects.count()

    put_together(hana, page)

    last = Revision.objects.of(draft).newest_first().first()
    assert Revision.objects.count() == before + 1
    assert (last.by, last.why) == (hana.user, "Both were right.")


def test_a_row_beside_a_field(hana, jun, draft):
    page = clashing(hana, jun, draft, {"citations-0-quote": "Theirs."}, {"outcome": "Mine."})

    put_together(hana, page)

    assert stored() == ("Mine.", "As it was.", ["Theirs."])


def test_both_add_a_citation(hana, jun, draft):
    sources = make.source().pk, make.source().pk
    theirs = row("citations", 1, 2, source=sources[0], quote="Theirs.", order=0)
    mine = row("citations", 1, 2, source=sources[1], quote="Mine.", order=0)

    put_together(hana, clashing(hana, jun, draft, theirs, mine))

    assert stored()[2] == ["As it was.", "Mine.", "Theirs."]


@pytest.mark.parametrize(("choice", "quotes"), [("mine", ["Mine."]), ("theirs", [])])
def test_one_deletes_the_row_that_the_other_edits(hana, jun, draft, choice, quotes):
    page = clashing(hana, jun, draft, {"citations-0-DELETE": "on"}, {"citations-0-quote": "Mine."})

    put_together(hana, page, choice=choice)

    assert "Mine." in page.content.decode()
    assert stored()[2] == quotes


@pytest.mark.parametrize(("choice", "quotes"), [("mine", []), ("theirs", ["Theirs."])])
def test_one_edits_the_row_that_the_other_deletes(hana, jun, draft, choice, quotes):
    page = clashing(hana, jun, draft, {"citations-0-quote": "Theirs."}, {"citations-0-DELETE": "on"})

    put_together(hana, page, choice=choice)

    assert stored()[2] == quotes


def test_what_is_wrong_in_the_form_is_said_first_and_stays_typed(hana, jun, draft):
    page = clashing(hana, jun, draft, {"outcome": "Theirs."}, {"venue": "Mine.", "when": "no date"})

    assert list(errors_of(page)) == ["when"]
    assert page.context["adminform"].form["venue"].value() == "Mine."
    assert messages_of(page)[0].startswith(f"“{draft}” was changed meanwhile, by jun, ")


def test_what_the_rules_refuse_is_said_with_the_clash_and_stays_typed(desk, ari):
    public = make.round()
    make.citation(public)
    read = opened(desk, public)
    post_change(ari, public, outcome="Theirs.")

    page = post_form(desk, read, outcome="Mine.", **{"citations-0-DELETE": "on"})

    assert [said.partition(" ")[0] for said in errors_of(page)["__all__"]] == [
        "“" + str(public).partition(" ")[0],
        str(public).partition(" ")[0],
    ]
    assert page.context["adminform"].form["outcome"].value() == "Mine."


def test_a_save_that_typed_nothing_leads_back_to_the_record(hana, jun, draft):
    response = clashing(hana, jun, draft, {"outcome": "Theirs."}, {})

    assert response.redirect_chain == [(address(Round, "change", draft.pk), 302)]
    assert messages_of(response)[0].startswith(f"“{draft}” was changed meanwhile, by jun, ")


def test_what_would_have_been_said_of_the_save_is_not_said(hana, jun, draft):
    page = clashing(hana, jun, draft, {"outcome": "Theirs."}, {"venue": "Mine."})

    assert messages_of(page) == []


# --- three in a row


def test_a_third_save_before_the_click_gives_the_page_again_with_all_three(hana, jun, desk, draft):
    page = clashing(hana, jun, draft, {"outcome": "Theirs."}, {"venue": "Mine."})
    post_change(desk, draft, date_note="Third.")

    again = put_together(hana, page)
    put_together(hana, again)

    assert again.status_code == 409
    assert "Mine." in again.content.decode()
    assert stored()[:2] == ("Theirs.", "Mine.")
    assert Round.objects.get().date_note == "Third."


# --- gone, or elsewhere


def test_what_was_typed_into_a_record_that_is_gone_is_shown(hana, jun, draft):
    read = opened(hana, draft)
    jun.post(address(Round, "delete", draft.pk), {"post": "yes"} | seen(draft))

    page = post_form(hana, read, outcome="Typed for an hour.")

    assert page.status_code == 409
    assert page.context["clash"].sentences[0].startswith(f"“{draft}” was deleted meanwhile, by jun, ")
    assert "Typed for an hour." in page.content.decode()
    assert not Round.objects.exists()


def test_the_page_of_a_clash_with_a_deletion_brings_nothing_back(hana, jun, draft):
    read = opened(hana, draft)
    jun.post(address(Round, "delete", draft.pk), {"post": "yes"} | seen(draft))
    page = post_form(hana, read, outcome="Typed for an hour.")

    again = put_together(hana, page)

    assert again.status_code == 409
    assert "Typed for an hour." in again.content.decode()
    assert not Round.objects.exists()


def test_a_record_deleted_before_the_click_is_not_brought_back(hana, jun, draft):
    page = clashing(hana, jun, draft, {"outcome": "Theirs."}, {"venue": "Mine."})
    jun.post(address(Round, "delete", draft.pk), {"post": "yes"} | seen(draft))

    again = put_together(hana, page)

    assert again.status_code == 409
    assert "Mine." in again.content.decode()
    assert not Round.objects.exists()


def test_a_statement_changed_on_its_own_page_clashes_with_its_row(hana, jun, draft):
    said = make.statement(state="draft", made_at_round=draft, text="As it was.", medium="tweet")
    read = opened(hana, draft)
    post_change(jun, said, text="Theirs.")

    page = post_form(hana, read, venue="Mine.", **{"statements-0-medium": "remarks"})
    before = stored()[1]
    put_together(hana, page)

    said.refresh_from_db()
    assert (page.status_code, before) == (409, "As it was.")
    assert (said.text, said.medium, stored()[1]) == ("Theirs.", "remarks", "Mine.")


def test_a_new_statement_typed_with_a_clash_is_kept_too(hana, jun, draft):
    typed = row("statements", 0, 1, text="We agree.", attribution="an official", language="en", medium="remarks")

    put_together(hana, clashing(hana, jun, draft, {"outcome": "Theirs."}, typed))

    assert [(each.text, each.made_at_round, each.state) for each in Statement.objects.all()] == [
        ("We agree.", draft, "draft")
    ]


# --- what a form says of its version


@pytest.mark.deep(3)
@pytest.mark.parametrize("forged", ["", "round", "round.x.1", "place.abcd1234.1", "\x00", "x" * 100_000, "round..-1"])
def test_a_post_that_does_not_say_what_it_was_opened_on_is_refused_and_stays_typed(hana, draft, forged):
    page = post_form(hana, opened(hana, draft), outcome="Mine.", seen=forged)

    assert stored()[0] == "As it was."
    assert "Mine." in page.content.decode()


def test_the_version_of_another_record_is_refused(hana, draft):
    other = make.round(state="draft", outcome="Another.")

    page = post_form(hana, opened(hana, draft), outcome="Mine.", seen=seen(other)["_seen"][0])

    assert errors_of(page)["__all__"] == ["This form is that of another record. Open it anew."]
    assert sorted(Round.objects.values_list("outcome", flat=True)) == ["Another.", "As it was."]


def test_a_version_that_never_was_is_refused(hana, draft):
    page = post_form(hana, opened(hana, draft), outcome="Mine.", seen=f"round.{draft.code}.999999999")

    assert stored()[0] == "As it was."
    assert "Mine." in page.content.decode()


# --- the click


def test_the_page_of_somebody_else_is_not_theirs_to_send(hana, jun, ari, draft):
    page = clashing(hana, jun, draft, {"outcome": "Theirs."}, {"venue": "Mine."})

    response = put_together(ari, page)

    assert messages_of(response) == [
        "This page is not yours, or it is incomplete. What you typed is kept in your browser."
    ]
    assert stored()[1] == "As it was."


@pytest.mark.parametrize("payload", ["", "x", "\x00", "a:b:c", "x" * 100_000])
def test_a_forged_page_is_refused(hana, payload):
    response = hana.post(PUT_TOGETHER, {"payload": payload}, follow=True)

    assert messages_of(response) == [
        "This page is not yours, or it is incomplete. What you typed is kept in your browser."
    ]


def test_a_change_put_together_on_what_became_public_waits(hana, jun, draft):
    page = clashing(hana, jun, draft, {"outcome": "Theirs."}, {"venue": "Mine."})
    draft.refresh_from_db()
    draft.state, draft.published_at = "published", make.FIRST_PUBLISHED
    draft.save()

    again = put_together(hana, page)
    put_together(hana, again)

    assert stored()[1] == "As it was."
    assert Proposal.objects.get().proposed_by == hana.user


# --- lists and confirmations


def test_a_list_that_is_out_of_date_gives_no_draft_to_review(hana, jun):
    record = make.place(state="draft")
    read = seen(record)
    post_change(jun, record, name="Busan")

    response = hana.post(address(Place, "changelist"), chosen("submit_selected", record, **read), follow=True)

    assert "was changed meanwhile, by jun, " in messages_of(response)[0]
    assert Place.objects.get().state == "draft"


@pytest.mark.parametrize("how", ["page", "list"])
def test_what_was_changed_since_the_question_was_asked_is_not_deleted(hana, jun, how):
    record = make.topic(state="draft", created_by=hana.user)
    read = seen(record)
    post_change(jun, record, name="Furloughs")

    if how == "page":
        response = hana.post(address(Topic, "delete", record.pk), {"post": "yes"} | read, follow=True)
    else:
        typed = chosen("delete_selected", record, post="yes", **read)
        response = hana.post(address(Topic, "changelist"), typed, follow=True)

    assert "was changed meanwhile, by jun, " in messages_of(response)[0]
    assert Topic.objects.get().name == "Furloughs"


def test_a_part_with_a_page_of_its_own_has_the_version_of_its_record(hana, jun):
    official = make.official(state="draft")
    post = make.appointment(official)
    read = opened(hana, post)
    post_change(jun, official, summary="Theirs.")

    page = post_form(hana, read, title="Minister")
    put_together(hana, page)

    post.refresh_from_db()
    official.refresh_from_db()
    assert (page.status_code, post.title, official.summary) == (409, "Minister", "Theirs.")
    assert Citation.objects.count() == 0
