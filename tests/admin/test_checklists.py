"""What keeps a record from being published is said on its page, item by item, before anybody tries."""

import pytest
from django.contrib.auth.models import Group

from tests import make
from tests.admin.forms import address
from tests.admin.records import MAKERS, RECORDS
from tests.admin.signed_in import sign_in
from timeline import actions, history, roles
from timeline.admin.checklists import SHOWN
from timeline.models import Event, Figure, Official, Round, Source, Statement

pytestmark = [pytest.mark.deep(8, of="this file"), pytest.mark.django_db]


def checklist_on(desk, record):
    return desk.get(address(type(record), "change", record.pk)).context["checklist"]


def sentences(items):
    return [item.sentence for item in items]


def person(django_user_model, role):
    user = django_user_model.objects.create_user(role.lower().replace(" ", "-"), is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


def test_each_error_leads_to_the_field_or_the_rows_where_it_is_mended(desk):
    record = make.official(state="draft", name_ko_basis="")

    found = checklist_on(desk, record)

    page = desk.get(address(Official, "change", record.pk)).text
    assert [(item.sentence, item.url) for item in found.errors] == [
        ("It is not said where the Korean name comes from.", "#id_name_ko_basis"),
        ("No public source is cited.", "#citations-group"),
    ]
    assert all(f'id="{item.url[1:]}"' in page for item in found.errors)


def test_errors_come_first_and_notices_keep_nothing_back(desk):
    record = make.figure(state="draft", party="")
    make.citation(record)

    found = checklist_on(desk, record)

    assert (sentences(found.errors), sentences(found.notices)) == (
        [],
        ["It is not said who demanded, offered or pays."],
    )


def test_what_is_wrong_with_a_source_that_goes_with_it_leads_to_the_page_of_the_source(desk):
    record, source = make.event(state="draft"), make.source(state="draft", url="")
    make.citation(record, source=source)
    make.citation(record)

    found = checklist_on(desk, record)

    assert found.errors == []
    assert [(item.about, item.sentence, item.url) for item in found.notices] == [
        (str(source), "Readers cannot follow it: it has no address.", f"{address(Source, 'change', source.pk)}#id_url")
    ]


def test_a_quote_is_looked_for_in_the_text_of_a_source_that_is_not_public_yet(desk):
    event = make.event(state="draft")
    source = make.source(state="draft", private_text="Something else.")
    make.citation(event, source=source, quote="They met in Seoul")

    assert sentences(checklist_on(desk, event).errors) == [
        f"“They met in Seoul” is not in the text pasted for its source, {source}."
    ]


def test_a_quote_that_is_not_in_the_pasted_text_is_named(desk):
    record = make.topic(state="draft")
    event = make.event(state="draft")
    make.citation(event, source=make.source(private_text="Something else."), quote="They met in Seoul")

    (item,) = checklist_on(desk, event).errors

    assert item.sentence.startswith("“They met in Seoul” is not in the text pasted for its source")
    assert checklist_on(desk, record).errors == []


def test_a_role_that_is_unknown_that_day_is_a_notice_on_the_delegates(desk):
    record = make.round(state="draft")
    make.citation(record)
    make.delegate(record, role="")

    found = [(item.sentence, item.url) for item in checklist_on(desk, record).notices]

    assert (
        "The role of Lee Tae-woo on this day is unknown (21–23 May 2024).",
        "#delegate_set-group",
    ) in found


def test_what_is_entered_on_the_form_is_looked_at_with_it_and_leads_to_its_row(desk):
    record = make.round(state="draft")
    make.citation(record)
    cited = make.statement(made_at_round=record, state="draft", text="We seek more.", slug="z-first")
    make.citation(cited)
    make.statement(made_at_round=record, state="draft", text="We do not.", slug="a-second")
    make.figure(arose_at_round=record, state="draft")

    found = checklist_on(desk, record)

    assert [(item.about, item.sentence, item.url) for item in found.errors] == [
        ("a Seoul official: “We do not.”", "No public source is cited.", "#id_statements-1-cited_source"),
        ("agreed: 1.1833 trillion won", "No public source is cited.", "#id_figures-0-cited_source"),
    ]
    page = desk.get(address(Round, "change", record.pk)).text
    assert all(f'id="{item.url[1:]}"' in page for item in found.errors)


def test_records_that_become_public_together_do_not_keep_each_other_back(desk):
    record = make.round(state="draft")
    statement = make.statement(made_at_round=record, state="draft")
    for each in (record, statement):
        make.citation(each)
    make.relation(record, statement)

    assert checklist_on(desk, record).errors == []
    assert len(actions.publish(record, by=None)) == 2


def test_the_same_words_entered_twice_on_one_form_are_found_before_they_are_public(desk):
    record = make.round(state="draft")
    make.citation(record)
    for slug in ("one", "two"):
        make.citation(make.statement(made_at_round=record, state="draft", slug=slug))

    assert sentences(checklist_on(desk, record).errors) == [
        "The same words stand on the same day in two.",
        "The same words stand on the same day in one.",
    ]


@pytest.mark.deep(4)
@pytest.mark.parametrize("name", RECORDS)
def test_it_says_what_publishing_says(desk, name):
    record = MAKERS[name](state="draft")
    for citation in getattr(record, "citations", record.__class__.objects.none()).all():
        citation.delete()

    found = checklist_on(desk, record)

    try:
        actions.publish(record, by=None)
        refused = []
    except actions.Refused as refusal:
        refused = refusal.sentences
    assert len(found.errors) == len(refused)
    assert all(item.sentence in "\n".join(refused) for item in found.errors)


def test_looking_at_it_changes_nothing(desk):
    record = make.round(state="draft")
    make.statement(made_at_round=record, state="draft")
    before = Statement.objects.get().version, Round.objects.get().version

    checklist_on(desk, record)

    assert (Statement.objects.get().version, Round.objects.get().version) == before
    assert {Statement.objects.get().state, Round.objects.get().state} == {"draft"}


def test_each_role_is_told_who_may_publish(client, django_user_model):
    writer = person(django_user_model, roles.EDITOR)
    record = make.topic(state="draft")
    with history.unit(by=writer):
        record.name_ko = "휴직"
        record.save()

    contributor, chief = (person(django_user_model, role) for role in (roles.CONTRIBUTOR, roles.CHIEF_EDITOR))

    said = {user.username: checklist_on(sign_in(client, user), record).roles for user in (writer, contributor, chief)}
    assert said == {
        "editor": ["You have written at “Furlough” yourself: somebody else reviews and publishes it."],
        "contributor": ["You may not publish. Give it to review: an editor publishes it."],
        "chief-editor": ["Somebody else has written it: you may publish it."],
    }


def test_of_a_public_record_nobody_has_to_publish_anything(desk):
    record = make.topic()

    assert checklist_on(desk, record).roles == []


def test_a_long_checklist_has_a_page_of_its_own_with_links_to_the_form(desk):
    record = make.event(state="draft")
    for number in range(SHOWN):
        make.statement(made_at_event=record, state="draft", slug=f"said-{number}", text=f"Number {number}.")

    short = checklist_on(desk, record)
    page = desk.get(address(Event, "checklist", record.pk))

    whole = page.context["checklist"]
    assert (len(short.first_errors), short.has_more, len(whole.errors)) == (SHOWN, True, SHOWN + 1)
    assert whole.errors[0].url == f"{address(Event, 'change', record.pk)}#citations-group"
    assert address(Event, "checklist", record.pk) in desk.get(address(Event, "change", record.pk)).text


def test_the_checklist_of_a_record_that_does_not_exist_leads_back(desk):
    assert desk.get(address(Figure, "checklist", 999)).status_code == 302


def test_an_acknowledged_finding_says_why_it_is_right(desk):
    record = make.figure(state="draft", party="", acknowledged="no-party: the paper does not say")
    make.citation(record)

    assert [item.acknowledged for item in checklist_on(desk, record).notices] == ["the paper does not say"]
