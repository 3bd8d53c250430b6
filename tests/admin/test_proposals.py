"""Changes to what is public, by those who may not publish them: they wait, and readers see nothing of it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import make
from tests.admin.forms import REASON, address, errors_of, fields_of, messages_of, post_change, post_form, row, seen
from timeline.models import Appointment, Official, Place, Proposal, Redirect, Revision, Round, Statement

pytestmark = [pytest.mark.deep(14, of="this file"), pytest.mark.django_db]
SECRET = "Xyzzy"


@pytest.fixture
def public():
    made = make.round(outcome="As it was.", venue="As it was.")
    make.citation(made, quote="As it was.")
    make.delegate(made, official=make.official(name="Linda Specht"))
    return made


def said_row(**values):
    typed = {"text": f"{SECRET} we agree.", "attribution": "an official", "language": "en", "medium": "remarks"}
    return row("statements", 0, 1, **typed | values)


def page_of(proposal):
    return reverse("admin:timeline_proposal_change", args=[proposal.pk])


def decide(client, button, proposal=None, **values):
    proposal = proposal or Proposal.objects.get()
    stamp = client.get(page_of(proposal)).context["stamp"]
    return client.post(page_of(proposal), {"stamp": stamp, button: "1"} | values, follow=True)


def choose(client, button, choice):
    conflicts = client.get(page_of(Proposal.objects.get())).context["conflicts"]
    return decide(client, button, **{f"choice-{each.name}": choice for each in conflicts})


def place_of(client, record, quote):
    """Which row of the form has these words."""
    fields = fields_of(client.get(address(type(record), "change", record.pk)))
    return next(
        name.removesuffix("-quote") for name, value in fields.items() if name.endswith("-quote") and value == quote
    )


def stored():
    made = Round.objects.get()
    return made.outcome, made.venue, sorted(made.citations.values_list("quote", flat=True))


def last_of(record):
    return Revision.objects.of(record).newest_first().first()


# --- it waits


CHANGES = {
    "a field": {"outcome": f"{SECRET} outcome."},
    "a delegate who goes": {"delegate_set-0-DELETE": "on", "note": SECRET},
    "the words of a citation": {"citations-0-quote": f"{SECRET} words"},
    "a draft entered on its form": said_row(),
    "the slug": {"slug": SECRET.lower()},
}


@pytest.mark.deep(2)
@pytest.mark.parametrize("change", CHANGES)
def test_the_public_pages_stay_byte_for_byte_as_they_are(hana, client, public, change):
    addresses = ["/", "/timeline/", public.get_absolute_url(), "/rounds/", "/officials/", "/sources/"]
    before = [client.get(each).content for each in addresses]

    post_change(hana, public, **CHANGES[change])

    assert [client.get(each).content for each in addresses] == before
    assert client.get(f"/rounds/{SECRET.lower()}/").status_code == 404


def test_a_window_that_a_form_has_opened_is_no_way_around_the_second_person(hana, public):
    page = address(Round, "change", public.pk)
    blank = fields_of(hana.get(page))

    hana.post(page, blank | {"outcome": f"{SECRET} outcome.", "_popup": "1"})
    hana.post(address(Appointment, "add"), {"official": Official.objects.get().pk, "title": SECRET, "_popup": "1"})

    assert Round.objects.get().outcome == "As it was."
    assert not Appointment.objects.exists()


@pytest.mark.parametrize("change", sorted(CHANGES.keys() - {"a draft entered on its form"}))
def test_a_change_of_what_is_public_waits_and_is_no_entry_of_the_history(hana, public, change):
    public.refresh_from_db()

    response = post_change(hana, public, **CHANGES[change], _reason="See page 2.")

    proposal = Proposal.objects.get()
    assert (proposal.code, proposal.proposed_by, proposal.remark) == (public.code, hana.user, "See page 2.")
    assert (Round.objects.get().version, Redirect.objects.count()) == (public.version, 0)
    assert not Revision.objects.filter(by=hana.user).exists()
    assert messages_of(response) == [
        f"Your change to “{public}” waits for somebody else to read it. The public page stays as it is."
    ]


def test_a_draft_entered_on_the_form_of_a_public_round_is_saved_and_the_rest_waits(hana, public):
    post_change(hana, public, **said_row(), outcome=f"{SECRET} outcome.")

    said = Statement.objects.get()
    assert (said.state, said.made_at_round, said.created_by) == ("draft", public, hana.user)
    assert stored()[0] == "As it was."
    assert Proposal.objects.get().code == public.code


def test_a_public_statement_changed_on_the_form_of_its_round_waits_for_itself(hana, public):
    said = make.statement(made_at_round=public, text="As it was.")
    make.citation(said)

    post_change(hana, public, **{"statements-0-text": f"{SECRET} words"})

    said.refresh_from_db()
    assert said.text == "As it was."
    assert [(each.kind, each.code) for each in Proposal.objects.all()] == [("statement", said.code)]


def test_a_post_of_a_public_official_waits_as_a_change_of_the_official(hana, jun):
    post = make.appointment(make.official())
    make.citation(post.official)

    post_change(hana, post, title=f"{SECRET} minister")
    waiting = Appointment.objects.get().title
    decide(jun, "_approve")

    assert (waiting, Appointment.objects.get().title) == ("Chief negotiator", f"{SECRET} minister")
    assert Proposal.objects.get().kind == "official"


def test_an_editor_may_not_change_what_is_public_alone_either(jun, public):
    post_change(jun, public, outcome="Mine.")

    assert (stored()[0], Proposal.objects.get().proposed_by) == ("As it was.", jun.user)


def test_a_chief_editor_changes_it_with_a_reason_or_saves_it_for_review(ari, public):
    refused = post_change(ari, public, outcome="Without.", _reason="")
    post_change(ari, public, outcome="With.", _reason="A misprint.")
    at_once = stored()[0]
    post_change(ari, public, button="_review", outcome="For review.")

    assert errors_of(refused)["__all__"] == [
        "This is public, and nobody else has read your change. Give the reason, or save it for review."
    ]
    assert (at_once, stored()[0], Proposal.objects.get().proposed_by) == ("With.", "With.", ari.user)
    assert (last_of(public).why, last_of(public).is_public) == ("A misprint.", True)


def test_a_save_that_changes_nothing_proposes_nothing(hana, public):
    post_change(hana, public)

    assert not Proposal.objects.exists()


# --- the decision


def test_an_approved_change_is_one_entry_of_its_author_with_the_reviewer(hana, jun, public):
    typed = row("citations", 1, 2, source=make.source().pk, quote="New words.", order=0)
    post_change(hana, public, outcome="Mine.", _reason="See page 2.", **typed, **{"delegate_set-0-DELETE": "on"})
    before = Revision.objects.count()

    response = decide(jun, "_approve")

    last = last_of(public)
    assert messages_of(response)[0] == f"The change to “{public}” is public now."
    assert (stored(), public.delegate_set.count()) == (("Mine.", "As it was.", ["As it was.", "New words."]), 0)
    assert Revision.objects.count() == before + 1
    assert (last.by, last.reviewer, last.act, last.why, last.is_public) == (
        hana.user,
        jun.user,
        "approved",
        "See page 2.",
        True,
    )


@pytest.mark.parametrize(
    ("button", "status"), [("_send_back", "sent_back"), ("_refuse", "refused")], ids=["sent back", "refused"]
)
def test_a_change_is_turned_down_with_a_remark(hana, jun, public, button, status):
    post_change(hana, public, outcome="Mine.")

    silent = decide(jun, button, remark=" \x00")
    decide(jun, button, remark="Which paper?")

    proposal = Proposal.objects.get()
    assert messages_of(silent) == ["Say why: the author reads it."]
    assert (proposal.status, proposal.answer, proposal.decided_by) == (status, "Which paper?", jun.user)
    assert stored()[0] == "As it was."


def test_who_wrote_it_and_who_may_not_review_decide_nothing(hana, jun, public):
    post_change(jun, public, outcome="Mine.")

    said = [messages_of(decide(each, "_approve"))[0] for each in (jun, hana)]

    assert said == [
        "You have written this change yourself: somebody else decides on it.",
        "You may not approve changes to what is public.",
    ]
    assert (stored()[0], Proposal.objects.get().status) == ("As it was.", "waiting")


def test_an_author_takes_it_back_and_nobody_else_does(hana, jun, public):
    post_change(hana, public, outcome="Mine.")

    refused = decide(jun, "_take_back")
    status = Proposal.objects.get().status
    decide(hana, "_take_back")

    assert messages_of(refused)[0] == "There is no open change of yours to take back."
    assert (status, Proposal.objects.get().status) == ("waiting", "taken_back")


@pytest.mark.parametrize("stamp", ["", "\x00", "x" * 100_000])
def test_a_forged_decision_decides_nothing(hana, jun, public, stamp):
    post_change(hana, public, outcome="Mine.")

    response = decide(jun, "_approve", stamp=stamp)

    assert messages_of(response) == ["Its author has changed the proposal meanwhile: read it again."]
    assert stored()[0] == "As it was."


def test_a_decision_without_a_button_asks_for_one(hana, jun, public):
    post_change(hana, public, outcome="Mine.")

    assert messages_of(decide(jun, "_nothing")) == ["Choose what is to be done with the change."]
    assert stored()[0] == "As it was."


def test_a_change_decided_on_is_not_decided_on_again(hana, jun, ari, public):
    post_change(hana, public, outcome="Mine.")
    decide(jun, "_refuse", remark="No.")

    response = decide(ari, "_approve")

    assert messages_of(response)[0] == (
        "This change does not wait any more: somebody has decided on it, or it was taken back."
    )
    assert stored()[0] == "As it was."


def test_a_change_that_its_author_mended_meanwhile_is_read_again(hana, jun, public):
    post_change(hana, public, outcome="Mine.")
    stamp = jun.get(page_of(Proposal.objects.get())).context["stamp"]
    post_change(hana, public, outcome="Slipped in.")

    response = jun.post(page_of(Proposal.objects.get()), {"stamp": stamp, "_approve": "1"}, follow=True)

    assert messages_of(response)[0] == "Its author has changed the proposal meanwhile: read it again."
    assert stored()[0] == "As it was."


# --- its author goes on with it


def test_the_form_opens_with_the_proposed_change_in_it(hana, jun, public):
    typed = row("citations", 1, 2, source=make.source().pk, quote="New words.", order=0)
    post_change(hana, public, outcome="Mine.", **typed)
    decide(jun, "_send_back", remark="Which paper?")

    mine, theirs = (each.get(address(Round, "change", public.pk)) for each in (hana, jun))

    assert (fields_of(mine)["outcome"], fields_of(theirs)["outcome"]) == ("Mine.", "As it was.")
    assert "New words." in fields_of(mine).values()
    assert "New words." not in fields_of(theirs).values()
    assert "Which paper?" in mine.content.decode()


def test_a_mended_change_takes_the_place_of_the_first(hana, jun, public):
    typed = row("citations", 1, 2, source=make.source().pk, quote="New words.", order=0)
    post_change(hana, public, outcome="Mine.", **typed)
    decide(jun, "_send_back", remark="Which paper?")

    post_change(hana, public, outcome="Mended.", **{f"{place_of(hana, public, 'New words.')}-quote": "Mended words."})
    waits = Proposal.objects.get()
    decide(jun, "_approve")

    assert (waits.status, waits.decided_by) == ("waiting", None)
    assert stored() == ("Mended.", "As it was.", ["As it was.", "Mended words."])


def test_a_change_of_which_the_form_leaves_nothing_is_taken_back(hana, public):
    post_change(hana, public, outcome="Mine.")
    before = last_of(public)

    page = post_change(hana, public, outcome="As it was.")

    assert messages_of(page) == [f"“{public}” says already what you typed: your change is taken back."]
    assert Proposal.objects.get().status == "taken_back"
    assert page.context["own_proposal"] is None
    assert last_of(public) == before


def test_a_change_to_what_was_withdrawn_meanwhile_is_shown_as_one_and_waits_no_longer_once_it_is_saved(
    hana, ari, public
):
    post_change(hana, public, outcome="Mine.")
    ari.post(address(Round, "withdraw", public.pk), {"reason": "Entered twice."} | seen(public))

    form = hana.get(address(Round, "change", public.pk))
    page = post_form(hana, form, venue="Mine.")

    assert form.context["state_sentence"] == "This was withdrawn: its address says so and gives the reason."
    assert messages_of(page) == ["1 record is saved."]
    assert (stored()[:2], Round.objects.get().state) == (("Mine.", "Mine."), "withdrawn")
    assert Proposal.objects.get().status == "taken_back"


def test_a_row_added_to_the_proposal_can_be_deleted_in_it(hana, jun, public):
    typed = row("citations", 1, 2, source=make.source().pk, quote="New words.", order=0)
    post_change(hana, public, outcome="Mine.", **typed)

    post_change(hana, public, **{f"{place_of(hana, public, 'New words.')}-DELETE": "on"})
    decide(jun, "_approve")

    assert stored() == ("Mine.", "As it was.", ["As it was."])


def test_a_mistake_in_the_mended_form_is_said_and_stays_typed(hana, public):
    post_change(hana, public, outcome="Mine.")

    page = post_change(hana, public, outcome="Mended.", when="no date")

    assert list(errors_of(page)) == ["when"]
    assert page.context["adminform"].form["outcome"].value() == "Mended."


def test_two_windows_of_one_author_do_not_overwrite_each_other(hana, public):
    first, second = (hana.get(address(Round, "change", public.pk)) for _each in range(2))
    post_form(hana, first, outcome="First.")

    page = post_form(hana, second, venue="Second.")

    assert errors_of(page)["__all__"] == [
        "You have proposed a change to this record in another window meanwhile. Open this page anew."
    ]
    assert page.context["adminform"].form["venue"].value() == "Second."
    assert Proposal.objects.get().content[0]["values"]["outcome"] == "First."


def test_a_second_change_by_another_way_goes_on_in_the_first(hana, jun, public):
    said = make.statement(made_at_round=public, text="As it was.", note="As it was.")
    make.citation(said)
    post_change(hana, said, note="On its own page.", _reason="See page 2.")

    post_change(hana, public, **{"statements-0-text": "On the form of the round."}, _reason="")
    waits = Proposal.objects.get()
    decide(jun, "_approve")

    said.refresh_from_db()
    assert (said.note, said.text, waits.remark) == ("On its own page.", "On the form of the round.", "See page 2.")


def test_the_form_of_a_part_opens_with_the_change_that_waits(hana, jun):
    post = make.appointment(make.official())
    make.citation(post.official)
    post_change(hana, post, title="Minister")

    opened = fields_of(hana.get(address(Appointment, "change", post.pk)))["title"]
    post_change(hana, post, title="First minister", note="Typed later.")
    decide(jun, "_approve")

    assert opened == "Minister"
    assert Appointment.objects.values_list("title", "note").get() == ("First minister", "Typed later.")


def test_the_form_of_a_part_asks_who_may_publish_alone_for_the_reason(ari):
    post = make.appointment(make.official())
    make.citation(post.official)

    refused = post_change(ari, post, title="Minister", _reason="")
    post_change(ari, post, title="Minister")

    assert refused.context["reason_is_needed"]
    assert (last_of(post.official).why, Appointment.objects.get().title) == (REASON, "Minister")


def test_a_chief_editor_goes_on_with_a_change_saved_for_review_when_asked_to(ari, public):
    post_change(ari, public, button="_review", outcome="For review.")
    page = address(Round, "change", public.pk)

    opened = ari.get(f"{page}?proposal=own")
    post_form(ari, opened, button="_review", venue="Too.")

    assert (fields_of(ari.get(page))["outcome"], fields_of(opened)["outcome"]) == ("As it was.", "For review.")
    values = Proposal.objects.get().content[0]["values"]
    assert (values["outcome"], values["venue"], stored()[0]) == ("For review.", "Too.", "As it was.")


def test_two_authors_have_a_change_each(hana, jun, ari, public):
    post_change(hana, public, outcome="Hana's.")
    post_change(jun, public, venue="Jun's.")

    for each in Proposal.objects.all():
        decide(ari, "_approve", each)

    assert stored()[:2] == ("Hana's.", "Jun's.")


# --- the record goes on meanwhile


def test_a_change_of_another_field_since_is_kept_by_the_approval(hana, jun, ari, public):
    post_change(hana, public, outcome="Mine.")
    post_change(ari, public, venue="Theirs.", **{"citations-0-quote": "Theirs."})

    decide(jun, "_approve")

    assert stored() == ("Mine.", "Theirs.", ["Theirs."])


@pytest.mark.parametrize(("choice", "outcome"), [("mine", "Mine."), ("theirs", "Theirs.")])
def test_a_change_of_the_same_field_since_needs_a_choice(hana, jun, ari, public, choice, outcome):
    post_change(hana, public, outcome="Mine.", venue="Mine.")
    post_change(ari, public, outcome="Theirs.")

    refused = decide(jun, "_approve")
    before = stored()[:2]
    choose(jun, "_approve", choice)

    assert messages_of(refused)[0] == f"“{public}” was changed in the same fields meanwhile."
    assert (before, stored()[:2]) == (("Theirs.", "As it was."), (outcome, "Mine."))


def test_a_change_of_what_was_withdrawn_meanwhile_does_not_make_it_public(hana, jun, ari, public, client):
    post_change(hana, public, outcome="Mine.")
    ari.post(address(Round, "withdraw", public.pk), {"reason": "Entered twice."} | seen(public))

    decide(jun, "_approve")

    assert (Round.objects.get().state, client.get(public.get_absolute_url()).status_code) == ("withdrawn", 410)


def test_a_change_of_what_is_gone_is_refused_with_a_sentence(hana, jun, public):
    post_change(hana, public, outcome="Mine.")
    Round.objects.all().delete()

    response = decide(jun, "_approve")

    assert messages_of(response)[0] == f"“{public}” has been deleted meanwhile."
    assert Proposal.objects.get().status == "waiting"


def test_what_would_break_a_rule_is_not_approved_and_the_sentence_says_why(hana, jun, ari, public):
    second = make.citation(public, quote="The other words.")
    post_change(hana, public, **{f"{place_of(hana, public, 'As it was.')}-DELETE": "on"})
    post_change(ari, public, **{f"{place_of(ari, public, second.quote)}-DELETE": "on"})

    response = decide(jun, "_approve")

    assert messages_of(response)[0].startswith(f"{public}: ")
    assert (public.citations.count(), Proposal.objects.get().status) == (1, "waiting")


def test_a_slug_taken_by_the_approval_leaves_the_old_one_leading_on(hana, jun, client, public):
    old = public.get_absolute_url()
    post_change(hana, public, slug="sma-12-round-2")

    decide(jun, "_approve")

    assert Round.objects.get().slug == "sma-12-round-2"
    assert [(each.old_slug, each.new_slug) for each in Redirect.objects.all()] == [(public.slug, "sma-12-round-2")]
    assert client.get(old).url == "/rounds/sma-12-round-2/"


def test_a_slug_taken_by_another_meanwhile_is_refused_with_a_sentence(hana, jun, public):
    post_change(hana, public, slug="sma-12-round-2")
    make.event(slug="sma-12-round-2")

    response = decide(jun, "_approve")

    assert messages_of(response) == ["This slug is taken, by a record of another kind (event)."]
    assert Round.objects.get().slug == public.slug


def test_what_it_names_and_is_gone_is_said(hana, jun):
    record = make.official()
    make.citation(record)
    make.appointment(record)
    body = make.organization()
    make.citation(body)
    post_change(hana, record, **{"appointments-0-organization": body.pk})
    body.delete()

    response = decide(jun, "_approve")

    assert "is no longer there" in messages_of(response)[0]
    assert (Official.objects.get().pk, Place.objects.count()) == (record.pk, 0)


def test_the_list_costs_the_same_for_two_and_for_six(hana, jun):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            response = jun.get(reverse("admin:timeline_proposal_changelist"))
        assert list(response.context["cl"].result_list) == list(Proposal.objects.order_by("-proposed_at", "-pk"))
        return len(queries)

    for _each in range(2):
        post_change(hana, make.place(), name="Busan")
    at_two = cost()
    for _each in range(4):
        post_change(hana, make.place(), name="Busan")

    assert cost() == at_two
