"""The public page beside the form, and the link for a reviewer: shown from what is not public, and nothing stays."""

import datetime as dt
import fcntl
import threading
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core import signing
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import make
from tests.admin.forms import address, fields_of, row
from tests.admin.records import MAKERS, RECORDS
from tests.admin.signed_in import sign_in
from timeline import actions, contents, history, index, previews, roles
from timeline.charts import starting
from timeline.models import ContentVersion, Figure, Proposal, Round, Topic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]
NOW = timezone.now()


def preview_of(desk, record, **values):
    page = desk.get(address(type(record), "change", record.pk))
    return desk.post(address(type(record), "preview", record.pk), fields_of(page) | values)


def preview_of_new(desk, model, **values):
    return desk.post(address(model, "preview"), fields_of(desk.get(address(model, "add"))) | values)


def link_to(record):
    record.refresh_from_db()
    return reverse("preview", args=[previews.token_for(record, timezone.now())])


def everything():
    """How many rows each of our tables has, and what is written in the row that every change touches."""
    counts = {
        model._meta.label: model._default_manager.count() for model in apps.get_app_config("timeline").get_models()
    }
    return counts, ContentVersion.stamp()


@pytest.fixture
def typed():
    agreement, source = make.agreement(ordinal=12), make.source()
    return {
        "agreement": agreement.pk,
        "number": 2,
        "when": "2024-05-21/2024-05-23",
        "outcome": "Views were exchanged, *frankly*.",
        **row("delegate_set", 0, 1, side="KR", official=make.official().pk, role="chief delegate", is_head="on"),
        **row("citations", 0, 1, source=source.pk, quote="The talks took place"),
        **row("statements", 0, 1, text="We seek a fair outcome.", attribution="a Seoul official", language="en"),
        **row("statements", 0, 1, medium="remarks", cited_source=source.pk),
        **row("figures", 0, 1, as_stated="1.1 trillion won", stance="reported", measure="total"),
        **row("figures", 0, 1, cited_source=source.pk),
    }


# --- beside the form


def test_a_round_is_shown_as_it_is_typed_with_everything_entered_on_its_form(desk, typed):
    response = preview_of_new(desk, Round, **typed)

    assert response.status_code == 200
    for said in (
        "<em>frankly</em>",
        "We seek a fair outcome.",
        "1.1 trillion won",
        "Lee Tae-woo",
        "The talks took place",
    ):
        assert said in response.text


def test_nothing_of_it_stays_in_the_database(desk, typed, django_capture_on_commit_callbacks):
    before = everything()

    with django_capture_on_commit_callbacks() as after_the_commit:
        preview_of_new(desk, Round, **typed)

    assert everything() == before
    assert after_the_commit == []
    assert index.differences() == []


def test_no_message_and_no_history_is_left_by_a_preview_of_a_change(desk):
    record = make.round(outcome="As it was.", state="draft")
    make.citation(record)
    before = everything()

    response = preview_of(desk, record, outcome="Typed anew.")

    assert ("Typed anew." in response.text, everything() == before) == (True, True)
    record.refresh_from_db()
    assert (record.outcome, record.state) == ("As it was.", "draft")
    assert list(desk.get(reverse("admin:index")).context["messages"]) == []


def test_a_preview_starts_no_drawing_of_charts(desk, settings, monkeypatch):
    settings.DRAW_AFTER_CHANGE = True
    monkeypatch.setattr(starting, "start", lambda: pytest.fail("it was started"))
    record = make.figure(state="draft")

    assert preview_of(desk, record, as_stated="2 trillion won").status_code == 200


@pytest.mark.deep(4)
@pytest.mark.parametrize("name", RECORDS)
def test_every_kind_of_record_can_be_looked_at_before_it_is_public(desk, name):
    record = MAKERS[name](state="draft")

    response = preview_of(desk, record)

    assert response.status_code == 200
    assert "A preview of what is typed. It is not saved." in response.text


def test_links_in_the_frame_open_elsewhere_but_those_within_the_page_do_not(desk):
    response = preview_of(desk, make.topic(state="draft"))

    assert '<a target="_blank" class="site-name"' in response.text
    assert '<a class="skip-link" href="#main_content">' in response.text


def test_what_is_wrong_is_said_in_place_of_a_page(desk, typed):
    response = preview_of_new(desk, Round, **typed | {"when": "2024-02-30", "statements-0-text": ""})

    assert response.status_code == 200
    assert "When: “2024-02-30” is not a day of the calendar." in response.text
    assert "Statement 1: Text: This field is required." in response.text
    assert "site-header" not in response.text


def test_a_draft_that_is_named_stays_hidden_in_the_preview(desk):
    record = make.round(state="draft")
    make.delegate(record, official=make.official(name="Hidden Person", state="draft"))

    assert "Hidden Person" not in preview_of(desk, record).text


def test_a_public_record_is_shown_as_it_would_be_and_readers_see_nothing_of_it(desk, client):
    record = make.topic(name="Furlough")

    shown = preview_of(desk, record, name="Unpaid leave")

    assert "Unpaid leave" in shown.text
    assert "Unpaid leave" not in Client().get(record.get_absolute_url()).text


def test_who_has_proposed_a_change_sees_it_with_what_is_typed_now(client, django_user_model):
    writer = django_user_model.objects.create_user("writer", is_staff=True)
    writer.groups.add(Group.objects.get(name=roles.CONTRIBUTOR))
    record = make.round(outcome="As it was.")
    make.citation(record)
    whole = proposed(record, outcome="Proposed.")
    make_delegate = contents.Piece(
        kind=type(make.delegate(make.round())),
        owner=whole[0].key,
        values={
            "code": "newdelegate",
            "round": record.code,
            "side": "KR",
            "official": make.official(name="Cho Hyun").code,
            "role": "aide",
        },
    )
    actions.propose(record, [*whole, make_delegate], by=writer)
    before = everything()

    shown = preview_of(sign_in(client, writer), record, date_note="As Yonhap says.")

    assert [said in shown.text for said in ("Proposed.", "Cho Hyun", "As Yonhap says.")] == [True] * 3
    assert everything() == before


def test_without_the_permission_there_is_no_preview(client, django_user_model):
    reader = django_user_model.objects.create_user("reader", is_staff=True)
    record = make.topic(state="draft")

    answers = [sign_in(client, reader).post(address(Topic, "preview", *of)) for of in ([], [record.pk])]

    assert [answer.status_code for answer in answers] == [403, 403]


@pytest.mark.parametrize("key", ["999999", "x", "1" * 400])
def test_a_preview_of_a_record_that_does_not_exist_is_not_there(desk, key):
    assert desk.post(address(Topic, "preview", key)).status_code == 404


@pytest.mark.parametrize("text", ["x\x00y", "x" * 100_000])
def test_hostile_text_gets_a_sentence_or_a_page(desk, text):
    assert preview_of(desk, make.topic(state="draft"), name=text).status_code == 200


def test_a_form_that_was_forged_gets_no_fault(desk):
    assert (
        desk.post(address(Round, "preview"), {"agreement": "x", "statements-TOTAL_FORMS": "99999"}).status_code == 200
    )


def test_while_the_database_is_busy_the_frame_says_so(desk, monkeypatch):
    def busy(work):
        raise previews.Busy

    monkeypatch.setattr(previews, "taken_back", busy)

    response = preview_of(desk, make.topic(state="draft"))

    assert (response.status_code, "The database is busy" in response.text) == (503, True)


# --- the link for a reviewer


def proposed(record, **values):
    (whole,) = contents.read_records([record]).values()
    first = contents.Piece(whole[0].kind, whole[0].values | values, None)
    return [first, *whole[1:]]


def test_whoever_has_the_link_sees_the_draft_without_signing_in(client):
    record = make.round(state="in_review", outcome="Views were exchanged.")
    make.citation(record)
    make.statement(state="in_review", made_at_round=record, text="Entered with it.")
    before = everything()

    response = client.get(link_to(record))

    assert response.status_code == 200
    assert [said in response.text for said in ("Views were exchanged.", "Entered with it.")] == [True, True]
    assert f"A preview of version {record.version} (in review). It is not public." in response.text
    assert everything() == before


def test_the_link_is_kept_by_nobody_and_found_by_nobody(client):
    response = client.get(link_to(make.topic(state="draft")))

    assert {name: response[name] for name in ("Cache-Control", "X-Robots-Tag")} == {
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex, nofollow",
    }
    assert '<meta name="robots" content="noindex, nofollow">' in response.text
    assert 'rel="canonical"' not in response.text


def test_the_form_of_a_draft_offers_the_link_and_that_of_a_public_record_does_not(desk):
    draft, public = make.topic(state="draft"), make.topic()

    links = [desk.get(address(Topic, "change", each.pk)).context["reviewers_link"] for each in (draft, public)]

    assert Client().get(links[0].removeprefix("http://testserver")).status_code == 200
    assert links[1] == ""


def test_after_a_week_the_link_says_that_it_has_ended(client):
    token = previews.token_for(make.topic(state="draft"), timezone.now() - dt.timedelta(days=7, seconds=2))

    response = client.get(reverse("preview", args=[token]))

    assert (response.status_code, "it was valid for a week" in response.text) == (410, True)
    assert response["Cache-Control"] == "no-store"


def test_the_link_ends_when_the_record_says_something_else(client):
    record = make.topic(state="draft", name="As it was")
    link = link_to(record)
    with history.unit():
        record.name = "Another"
        record.save()

    response = client.get(link)

    assert (response.status_code, "has changed since" in response.text) == (410, True)
    assert "Another" not in response.text


def test_the_link_goes_on_when_the_record_is_given_to_review(client):
    record = make.topic(state="draft")
    link = link_to(record)
    actions.submit(record, by=None)

    assert client.get(link).status_code == 200


def test_of_what_is_public_by_now_the_link_leads_to_the_page(client):
    record = make.place(state="draft")
    link = link_to(record)
    actions.publish(record, by=None)

    response = client.get(link)

    assert (response.status_code, record.get_absolute_url() in response.text) == (410, True)


def test_a_deleted_draft_has_no_preview_any_more(client):
    record = make.topic(state="draft")
    link = link_to(record)
    record.delete()

    assert client.get(link).status_code == 410


@pytest.fixture
def proposal(django_user_model):
    record = make.topic(name="Furlough")
    writer = django_user_model.objects.create_user("writer")
    return actions.propose(record, proposed(record, name="Unpaid leave"), by=writer)


def test_a_proposed_change_is_shown_as_it_would_be_public(client, proposal):
    link = reverse("preview", args=[previews.token_for_proposal(proposal, timezone.now())])
    before = everything()

    response = client.get(link)

    assert "Unpaid leave" in response.text
    assert "this change waits for approval, on version 1" in response.text
    assert "Unpaid leave" not in client.get(Topic.objects.get().get_absolute_url()).text
    assert everything() == before


def test_the_page_of_a_proposal_offers_the_link(desk, proposal):
    page = desk.get(reverse("admin:timeline_proposal_change", args=[proposal.pk]))

    assert Client().get(page.context["reviewers_link"].removeprefix("http://testserver")).status_code == 200


def test_a_proposal_that_its_author_has_changed_has_another_link(client, proposal):
    link = reverse("preview", args=[previews.token_for_proposal(proposal, timezone.now())])
    actions.propose(Topic.objects.get(), proposed(Topic.objects.get(), name="Leave"), by=proposal.proposed_by)

    assert client.get(link).status_code == 410


def test_a_proposal_that_was_taken_back_has_no_preview(client, proposal):
    link = reverse("preview", args=[previews.token_for_proposal(proposal, timezone.now())])
    actions.take_back(proposal, by=proposal.proposed_by)

    assert client.get(link).status_code == 410


def test_a_proposal_that_does_not_fit_any_more_says_so(client, proposal):
    link = reverse("preview", args=[previews.token_for_proposal(proposal, timezone.now())])
    with history.unit():
        Topic.objects.get().save()
        topic = Topic.objects.get()
        topic.name = "Changed meanwhile"
        topic.save()

    response = client.get(link)

    assert (response.status_code, "does not fit it any more" in response.text) == (410, True)


@pytest.mark.parametrize(
    "token",
    ["x", "x" * 100_000, "%F0%9F%A6%8A", ".x:y", signing.Signer(salt="another").sign_object({"kind": "topic"}), ":"],
)
def test_a_forged_link_is_not_there(client, token):
    assert client.get(f"/preview/{token}/").status_code == 404


def test_a_nul_in_the_link_is_refused(client):
    assert client.get("/preview/x%00y/").status_code == 400


def test_the_link_answers_head_and_takes_no_post(client):
    link = link_to(make.topic(state="draft"))

    assert [client.head(link).status_code, client.head(link).content, client.post(link).status_code] == [200, b"", 405]


def test_a_busy_database_is_said_in_a_sentence(client, monkeypatch):
    def busy(*args, **kwargs):
        raise OperationalError("database is locked")

    monkeypatch.setattr(previews, "public_page", busy)

    response = client.get(link_to(make.topic(state="draft")))

    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert "saving something at this moment" in response.text


@pytest.mark.django_db(transaction=True)
def test_a_preview_leaves_nothing_behind_a_real_transaction_either(client):
    record = make.figure(state="draft")
    link, before = link_to(record), everything()

    assert client.get(link).status_code == 200

    assert everything() == before
    assert Figure.objects.get().state == "draft"
    make.figure()
    assert Figure.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_preview_gives_way_to_whoever_is_saving(client, monkeypatch):
    monkeypatch.setattr(previews, "PATIENCE", 1)
    link = link_to(make.topic(state="draft"))
    saving, done = threading.Event(), threading.Event()

    def save():
        with transaction.atomic():
            index.bump()
            saving.set()
            done.wait(20)
        connection.close()

    editor = threading.Thread(target=save)
    editor.start()
    saving.wait(20)
    try:
        busy = client.get(link)
    finally:
        done.set()
        editor.join()

    assert (busy.status_code, client.get(link).status_code) == (503, 200)


def test_there_is_one_preview_at_a_time(client, settings, monkeypatch):
    monkeypatch.setattr(previews, "PATIENCE", 0)
    link = link_to(make.topic(state="draft"))

    with (Path(settings.VAR_DIR) / ".previewing").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        busy = client.get(link)

    assert (busy.status_code, client.get(link).status_code) == (503, 200)


def test_a_preview_keeps_nothing_for_the_next_reader(client):
    """What is kept in the process is kept by a content version, and that of a preview is never given again."""
    place = make.place(name="Seoul")
    make.round(place=place)
    page = client.get("/").text
    whole = proposed(place, name="Elsewhere")
    proposal = Proposal(kind="place", code=place.code, base_version=place.version, content=contents.to_json(whole))

    shown = previews.taken_back(
        lambda: previews.public_page(
            previews.Link(place, proposal, NOW).make_stored(), client.get("/").wsgi_request, previews.Bar("Preview")
        )
    )

    assert b"Elsewhere" in shown.content
    assert client.get("/").text == page
    assert "Elsewhere" not in client.get("/timeline/").text
