"""“Looks like …” on the forms, merging from the lists, and taking a merge back: for whom it is, and what is said."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from tests import make
from tests.admin.forms import address, messages_of, post_add, post_change
from tests.admin.records import RECORDS
from timeline import duplicates, merging
from timeline.models import Event, Merge, Official, Source

pytestmark = pytest.mark.django_db
HOSTILE = [
    {},
    {"title": "\x00" * 5, "when": "2019-08-09\x00", "kind": "meeting"},
    {"title": "x" * 100_000, "when": "9" * 100_000, "kind": "k" * 100_000, "agreement": "9" * 100},
    {"title": "<script>", "when": "../..", "of": "1; drop", "agreement": "-1", "number": "1e400", "amount": "NaN"},
    {"title": "\N{GRINNING FACE}" * 400, "when": "2019-08-09/..", "ordinal": "99999999999999999999"},
]


def near(client, model, **values):
    return client.post(address(model, "near"), values)


def candidates(response):
    return [(each.name, each.why) for each in response.context["candidates"]]


def staff(django_user_model, *permissions):
    user = django_user_model.objects.create_user("new", password="a long password", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


def merge_address(model, *records):
    return address(model, "merge") + "?" + "&".join(f"record={record.pk}" for record in records)


# --- while it is typed


def test_what_is_typed_is_answered_with_what_it_looks_like(desk):
    stored = make.event(state="draft")

    response = near(desk, Event, kind="meeting", title="The ministers meet in Seoul", when="2019-08-09")

    assert candidates(response) == [(stored.title, "It is of the same day and kind, in similar words.")]
    page = response.content.decode()
    assert f'href="{address(Event, "change", stored.pk)}" target="_blank"' in page
    assert "(draft)" in page


def test_a_record_that_is_changed_does_not_look_like_itself(desk):
    stored = make.official()

    assert candidates(near(desk, Official, name="Yi Tae-woo", of=stored.pk)) == []
    assert len(candidates(near(desk, Official, name="Yi Tae-woo"))) == 1


def test_names_are_escaped(desk):
    make.event(title="<b>Ministers</b> meet in Seoul")

    page = near(desk, Event, kind="meeting", title="Ministers meet in Seoul b", when="2019-08-09").content.decode()

    assert "&lt;b&gt;Ministers" in page


@pytest.mark.parametrize("name", RECORDS)
@pytest.mark.parametrize("values", HOSTILE)
def test_whatever_is_sent_is_answered(desk, name, values):
    url = reverse(f"admin:timeline_{name}_near")

    response = desk.post(url, values)

    assert [response.status_code, response.context["candidates"]] == [200, []]


def test_it_is_for_editors_alone(client, django_user_model):
    make.event(state="draft")
    typed = {"kind": "meeting", "title": "Ministers meet in Seoul", "when": "2019-08-09"}

    assert near(client, Event, **typed).status_code == 302
    client.force_login(staff(django_user_model, "view_official"))
    assert near(client, Event, **typed).status_code == 403
    assert near(client, Official, name="x").status_code == 200


def test_the_address_takes_posts_alone(desk):
    assert desk.get(address(Event, "near")).status_code == 405


@pytest.mark.parametrize("name", RECORDS)
def test_every_form_watches_fields_that_it_has(desk, name):
    response = desk.get(reverse(f"admin:timeline_{name}_add"))

    watched = response.context["near_fields"].split()
    assert set(watched) <= {*response.context["adminform"].form.fields}
    assert 'data-near="' in response.content.decode()


# --- without JavaScript


def test_it_is_said_once_when_it_is_saved(desk):
    stored = make.official(name="Lee Tae-woo")
    typed = {"name": "Yi Tae-woo", "name_order": "family_first", "country": "KR"}

    response = post_add(desk, Official, **typed)

    link = f'<a href="{address(Official, "change", stored.pk)}" target="_blank" rel="noopener">Lee Tae-woo</a>'
    said = [message for message in messages_of(response) if "looks like" in message]
    assert said == [f"It is saved. It looks like {link}: The name can be another spelling or order of this one."]


def test_what_the_form_has_shown_is_not_said_again(desk):
    stored = make.official()

    response = post_add(
        desk, Official, name="Yi Tae-woo", name_order="family_first", country="KR", _near_seen=f"x {stored.code}"
    )

    assert [message for message in messages_of(response) if "looks like" in message] == []


def test_a_change_of_something_else_says_nothing(desk):
    make.official()
    other = make.official(name="Yi Tae-woo", state="draft", published_at=None)

    quiet, loud = post_change(desk, other, note="A note."), post_change(desk, other, name="Rhee Tae-woo")

    assert ["looks like" in " ".join(messages_of(each)) for each in (quiet, loud)] == [False, True]


# --- merging


def test_two_chosen_rows_lead_to_the_page_that_shows_both(desk):
    one, other = make.official(), make.official(name="Yi Tae-u", summary="He led the talks.")
    make.citation(other)

    chosen = {"action": "merge_selected", "_selected_action": [one.pk, other.pk]}
    page = desk.post(address(Official, "changelist"), chosen, follow=True)

    assert {side.record for side in page.context["sides"]} == {one, other}
    assert [choice.name for choice in page.context["choices"]] == ["name", "summary"]
    assert [side.moves for side in page.context["sides"]] == [[], ["1 citation (official)"]]


@pytest.mark.parametrize("count", [1, 3])
def test_one_row_or_three_are_not_merged(desk, count):
    chosen = {"action": "merge_selected", "_selected_action": [make.official().pk for _each in range(count)]}

    response = desk.post(address(Official, "changelist"), chosen, follow=True)

    assert messages_of(response) == ["Choose exactly two records to merge."]


def test_a_field_that_the_winner_lacks_is_taken_from_the_other_unless_chosen_otherwise(desk):
    one, other = make.official(), make.official(name="Yi Tae-u", summary="He led the talks.")

    choices = desk.get(merge_address(Official, one, other)).context["choices"]

    assert {choice.name: choice.chosen for choice in choices} == {"name": str(one.pk), "summary": str(other.pk)}


def test_merging_moves_and_says_so(desk):
    one, other = make.official(), make.official(name="Yi Tae-u", summary="He led the talks.")
    chosen = {"winner": one.pk, "field-name": one.pk, "field-summary": other.pk, "why": "The same person."}

    response = desk.post(merge_address(Official, one, other), chosen, follow=True)

    one.refresh_from_db()
    other.refresh_from_db()
    assert [one.summary, one.aliases, other.state] == ["He led the talks.", ["Yi Tae-u"], "withdrawn"]
    assert messages_of(response)[0].startswith("“Yi Tae-u” is merged into “Lee Tae-woo”.")


def test_what_is_refused_is_said_and_what_was_chosen_stays(desk):
    public, draft = make.official(), make.official(name="Yi Tae-u", state="draft")

    response = desk.post(merge_address(Official, public, draft), {"winner": draft.pk, "why": "The same."})

    assert messages_of(response)[0].startswith("“Lee Tae-woo” was public and “Yi Tae-u” is not")
    assert [side.record for side in response.context["sides"] if side.is_winner] == [draft]
    assert "The same." in response.content.decode()


@pytest.mark.parametrize(
    "query", ["", "?record=1", "?record=x&record=y", "?record=999998&record=999999", "?record=1&record=1"]
)
def test_a_page_for_records_that_are_not_there_says_so(desk, query):
    response = desk.get(address(Official, "merge") + query, follow=True)

    assert messages_of(response) == ["Choose two records to merge. One of those asked for does not exist."]


@pytest.mark.parametrize("values", [{}, {"winner": "x" * 9, "why": ""}, {"winner": "0", "field-name": "\x00"}])
def test_a_hostile_post_shows_the_page_again(desk, values):
    one, other = make.official(), make.official(name="Yi Tae-u")

    response = desk.post(merge_address(Official, one, other), values)

    assert [response.status_code, Merge.objects.count()] == [200, 0]


def test_merging_is_for_those_who_may(client, django_user_model):
    one, other = make.official(), make.official()
    editor = staff(django_user_model, "view_official", "change_official", "view_merge")
    client.force_login(editor)

    assert client.get(merge_address(Official, one, other)).status_code == 403
    assert client.get(address(Merge, "changelist")).status_code == 403
    choices = client.get(address(Official, "changelist")).context["action_form"].fields["action"].choices
    assert "merge_selected" not in {name for name, _label in choices}


def test_the_panel_of_a_stored_record_offers_to_merge_to_those_who_may(desk):
    one, other = make.official(), make.official(name="Yi Tae-woo")

    page = near(desk, Official, name="Yi Tae-woo", of=other.pk).content.decode()

    assert f'href="{address(Official, "merge")}?record={other.pk}&amp;record={one.pk}"' in page


# --- taking it back


def merged(by):
    return merging.merge(make.official(name="Yi Tae-u"), into=make.official(), by=by, why="The same person.")


def test_a_merge_is_taken_back_from_the_list_of_merges(desk, editor):
    made = merged(editor)
    page = desk.get(address(Merge, "change", made.pk)).content.decode()

    response = desk.post(address(Merge, "unmerge", made.pk), {"why": "They are two."}, follow=True)

    assert address(Merge, "unmerge", made.pk) in page
    assert messages_of(response) == ["“Yi Tae-u” is a record of its own again."]
    assert Official.objects.get(name="Yi Tae-u").state == "published"
    assert address(Merge, "unmerge", made.pk) not in response.content.decode()


def test_what_cannot_be_taken_back_is_said(desk, editor):
    made = merged(editor)
    merging.unmerge(made, by=editor, why="They are two.")

    response = desk.post(address(Merge, "unmerge", made.pk), {"why": "They are two."})

    assert messages_of(response) == ["This merge has been taken back already."]


@pytest.mark.parametrize("key", ["0", "x", "9" * 30])
def test_a_merge_that_is_not_there_is_said(desk, key):
    response = desk.get(address(Merge, "unmerge", key), follow=True)

    assert messages_of(response) == ["This merge does not exist."]


def test_merges_are_neither_added_nor_changed_nor_deleted_by_hand(desk, editor):
    made = merged(editor)

    assert [
        desk.get(address(Merge, "add")).status_code,
        desk.post(address(Merge, "change", made.pk), {"why": "x"}).status_code,
        desk.get(address(Merge, "delete", made.pk)).status_code,
    ] == [403, 403, 403]


# --- nothing of it is public


def test_a_draft_that_looks_like_something_is_on_no_public_page(client):
    make.event(state="draft", title="The secret meeting in Seoul")
    make.source(state="draft", title="The secret meeting")

    pages = [client.get(page).content.decode() for page in ("/timeline/?q=secret", "/sources/", "/")]

    assert ["secret meeting" in page for page in pages] == [False, False, False]
    assert set(duplicates.READS) >= {Event, Source}
