"""Two records that are one: everything moves, nothing is lost, and all of it goes back."""

import datetime as dt
import json
import threading
from decimal import Decimal

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.db import connection

from tests import make
from timeline import actions, duplicates, merging, rules, search
from timeline.actions import Refused
from timeline.merging.references import DERIVED, keys_to, memberships_of
from timeline.models import (
    Appointment,
    Citation,
    ConcernedRecord,
    Delegate,
    LinkCheck,
    Merge,
    Official,
    Place,
    Proposal,
    Record,
    Redirect,
    Relation,
    Revision,
    Round,
    Source,
)

pytestmark = pytest.mark.django_db
WHY = "It is the same person."


@pytest.fixture
def chief(django_user_model):
    user = django_user_model.objects.create_user("chief", password="a long password", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="merge_records"))
    return django_user_model.objects.get(pk=user.pk)


def cited(record):
    make.citation(record)
    return record


def merge(loser, winner, by, **values):
    return merging.merge(loser, into=winner, by=by, why=WHY, **values)


def two_officials(**values):
    loser = cited(make.official(**{"name": "Yi Tae-u", "name_ko": ""} | values))
    return loser, cited(make.official(name="Lee Tae-woo", name_ko="이태우"))


def everything():
    """Every row of every table of ours, derived and kept ones aside: what a merge and its way back leave as it was."""
    left_out = {"Merge", "Revision", "Likeness", "ContentVersion", "Entry", "EntryLink", "EntryCard"}
    left_out |= {"SearchDocument", "SearchPerson", "SearchWord"}
    found = {}
    for model in apps.get_app_config("timeline").get_models(include_auto_created=True):
        if model.__name__ in left_out:
            continue
        skip = {"updated_at", "updated_by", "version", "created_at"} | (
            {"id"} if model._meta.auto_created or model is Redirect else set()
        )
        names = [field.attname for field in model._meta.concrete_fields if field.name not in skip]
        found[model.__name__] = sorted(map(repr, model._base_manager.values_list(*names)))
    return found


# --- what moves


def test_what_points_at_the_loser_points_at_the_winner(chief):
    loser, winner = two_officials()
    statement, delegate = make.statement(speaker=loser), make.delegate(make.round(), official=loser)

    merge(loser, winner, chief)

    statement.refresh_from_db()
    delegate.refresh_from_db()
    assert [statement.speaker, delegate.official] == [winner, winner]
    assert winner.citations.count() == 2


def test_every_key_to_a_record_is_moved_so_that_a_new_one_cannot_be_forgotten():
    kinds = {model for model in apps.get_app_config("timeline").get_models() if issubclass(model, Record)}
    pointing = {
        field
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model in kinds and model not in DERIVED
    }
    members = {
        field
        for model in apps.get_models()
        for field in model._meta.many_to_many
        if field.related_model in kinds or model in kinds
    }

    assert {key for kind in kinds for key in keys_to(kind)} == pointing
    assert {field for kind in kinds for field in memberships_of(kind)} == members


def surrounded(kind, **values):
    """A record of a kind with something at every key and membership by which something can point at it."""
    made = getattr(make, kind)(**values)
    model = type(made)
    for key in keys_to(model):
        point_at(made, key)
    for field in memberships_of(model):
        other = getattr(make, (field.related_model if field.model is model else field.model)._meta.model_name)()
        owner, member = (made, other) if field.model is model else (other, made)
        getattr(owner, field.name).add(member)
    return made


def point_at(record, key):
    """A row of the kind that has the key, pointing at the record by it."""
    kind = key.model._meta.model_name
    if kind == "citation" and key.name != "source":
        make.citation(record)
    elif kind == "relation":
        other = "from_event" if key.name.startswith("to_") else "to_event"
        Relation.objects.create(kind="about", **{other: make.event(), key.name: record})
    elif kind == "concernedrecord":
        other = {"disagreement": make.disagreement()} if key.name != "disagreement" else {"event": make.event()}
        ConcernedRecord.objects.create(**other, **{key.name: record})
    elif kind == "linkcheck":
        LinkCheck.objects.create(source=record, field="url", outcome="ok", last_checked_at=make.FIRST_PUBLISHED)
    else:
        MADE_WITH[kind](**{key.name: record})


def attendee(making, owner):
    return lambda **values: making(**{owner: getattr(make, owner)()} | values)


MADE_WITH = {
    "agreement": make.agreement,
    "appointment": lambda **values: make.appointment(**{"official": make.official()} | values),
    "chiefnegotiator": lambda **values: make.chief_negotiator(**{"agreement": make.agreement()} | values),
    "citation": lambda **values: make.citation(make.official(), **values),
    "delegate": attendee(make.delegate, "round"),
    "event": make.event,
    "figure": make.figure,
    "gap": make.gap,
    "participant": attendee(make.participant, "event"),
    "position": make.position,
    "round": make.round,
    "stage": lambda **values: make.stage(**{"agreement": make.agreement(), "event": make.event()} | values),
    "statement": make.statement,
}


KINDS = [
    "agreement",
    "disagreement",
    "event",
    "figure",
    "gap",
    "official",
    "organization",
    "place",
    "round",
    "source",
    "statement",
    "topic",
]


def pointing_at(record):
    return {(reference.model, reference.field): reference.count for reference in merging.references_to(record)}


@pytest.mark.deep(4)
@pytest.mark.parametrize("kind", KINDS)
def test_of_every_kind_nothing_points_at_the_loser_any_more_and_all_of_it_goes_back(kind, monkeypatch):
    monkeypatch.setattr("timeline.merging.joining.refuse_new", lambda errors, before: None)
    monkeypatch.setattr("timeline.merging.parting.refuse_new", lambda errors, before: None)
    loser, winner = surrounded(kind), getattr(make, kind)()
    before, pointed = everything(), pointing_at(loser)
    number_of_ways = len(keys_to(type(loser))) + len(memberships_of(type(loser)))

    made = merge(loser, winner, None)

    assert len(pointed) == number_of_ways
    assert pointing_at(loser) == {}
    assert pointing_at(winner) == pointed
    assert merging.unmerge(made, by=None, why="They are two.") == []
    assert everything() == before
    assert list(search.differences()) == []


def test_a_draft_that_lost_is_deleted_and_comes_back_whole(chief):
    loser = make.official(name="Yi Tae-u", name_ko="", aliases=["Rhee Tae-woo"], state="draft")
    make.appointment(loser, attested=["2024-05"])
    make.statement(speaker=loser, state="draft")
    winner = cited(make.official())
    before = everything()

    made = merge(loser, winner, chief)

    assert not Official.objects.filter(code=loser.code).exists()
    merging.unmerge(made, by=chief, why="They are two.")
    assert everything() == before


def test_what_the_winner_has_already_is_set_aside_and_comes_back(chief):
    loser, winner = two_officials()
    negotiation_round = make.round()
    kept = make.delegate(negotiation_round, official=winner, role="chief delegate")
    make.delegate(negotiation_round, official=loser, role="head of delegation")
    before = everything()

    made = merge(loser, winner, chief)

    assert list(Delegate.objects.all()) == [kept]
    assert merging.unmerge(made, by=chief, why="They are two.") == []
    assert everything() == before


def test_a_part_that_says_the_same_is_set_aside_with_its_own_parts(chief):
    loser, winner = two_officials()
    for official in (loser, winner):
        make.citation(make.appointment(official))
    before = everything()

    made = merge(loser, winner, chief)

    assert [Appointment.objects.count(), Citation.objects.filter(appointment__isnull=False).count()] == [1, 1]
    merging.unmerge(made, by=chief, why="They are two.")
    assert everything() == before


def test_a_relation_between_the_two_is_set_aside(chief):
    loser, winner = cited(make.event()), cited(make.event())
    make.relation(loser, winner)
    before = everything()

    made = merge(loser, winner, chief)

    assert Relation.objects.count() == 0
    merging.unmerge(made, by=chief, why="They are two.")
    assert everything() == before


def test_a_topic_that_has_both_keeps_the_winner_alone(chief):
    loser, winner = cited(make.event()), cited(make.event())
    topic = make.topic(loser, winner)

    made = merge(loser, winner, chief)

    assert list(topic.events.all()) == [winner]
    merging.unmerge(made, by=chief, why="They are two.")
    assert set(topic.events.all()) == {loser, winner}


def test_a_record_that_cannot_be_moved_is_named(chief):
    loser, winner = make.agreement(), make.agreement()
    make.round(agreement=loser, number=1)
    make.round(agreement=winner, number=1)

    with pytest.raises(Refused) as refusal:
        merge(loser, winner, chief)

    assert refusal.value.sentences == [
        f"Both have a record like “{winner} talks, round 1”: merge those two first, or delete one."
    ]
    assert Round.objects.filter(agreement=loser).count() == 1


# --- values


def test_the_names_of_the_loser_become_aliases(chief):
    loser, winner = two_officials(aliases=["Rhee Tae-woo", "이태우"])

    made = merge(loser, winner, chief)

    assert winner.aliases == ["Yi Tae-u", "Rhee Tae-woo"]
    merging.unmerge(made, by=chief, why="They are two.")
    assert Official.objects.get(pk=winner.pk).aliases == []


def test_values_are_taken_over_as_chosen_and_given_back(chief):
    loser, winner = two_officials(summary="The chief negotiator.", country="KR")

    made = merge(loser, winner, chief, take=["summary", "name"])

    assert [winner.summary, winner.name] == ["The chief negotiator.", "Yi Tae-u"]
    assert winner.aliases == ["Lee Tae-woo"]
    merging.unmerge(made, by=chief, why="They are two.")
    winner.refresh_from_db()
    assert [winner.summary, winner.name, winner.aliases] == ["", "Lee Tae-woo", []]


def test_a_value_that_was_changed_since_stays_and_is_named(chief):
    loser, winner = two_officials(summary="The chief negotiator.")
    made = merge(loser, winner, chief, take=["summary"])
    winner.summary = "He led the talks."
    winner.save()

    assert merging.unmerge(made, by=chief, why="They are two.") == ["The field “summary” was changed since and stays."]
    winner.refresh_from_db()
    assert winner.summary == "He led the talks."


def test_values_that_only_one_record_may_have_are_not_offered():
    one, other = make.agreement(), make.agreement()

    assert {"ordinal", "slug", "code", "state"} & {field.name for field in merging.differing(one, other)} == set()


def test_dates_and_amounts_are_taken_over_and_given_back_as_what_they_are(chief):
    loser = make.source(url="", archived_url="https://a.example/x", archived_on=dt.date(2024, 6, 1))
    winner = make.source(url="https://b.example/y")

    made = merge(loser, winner, chief, take=["archived_url", "archived_on"])

    assert Source.objects.get(pk=winner.pk).archived_on == dt.date(2024, 6, 1)
    merging.unmerge(made, by=chief, why="They are two.")
    assert Source.objects.get(pk=winner.pk).archived_on is None
    place, other = make.place(latitude=Decimal("37.5")), make.place(name="Sŏul", latitude=Decimal("37.6"))
    made = merge(other, place, chief, take=["latitude"])
    merging.unmerge(made, by=chief, why="They are two.")
    assert Place.objects.get(pk=place.pk).latitude == Decimal("37.5")


# --- addresses


def test_the_address_of_the_loser_leads_to_the_winner(client, chief):
    loser, winner = two_officials()
    merge(loser, winner, chief)

    for address in (loser.get_absolute_url(), f"/e/{loser.code}/"):
        answer = client.get(address)
        assert [answer.status_code, answer["Location"]] == [301, winner.get_absolute_url()]
    assert [each.rule for each in rules.problems_everywhere() if each.level == "error"] == []


def test_why_the_loser_was_withdrawn_does_not_name_a_winner_that_is_withdrawn_later(client, chief):
    loser, winner = two_officials()
    merge(loser, winner, chief)
    actions.withdraw(winner, by=None, reason="Somebody else.")

    said = client.get("/api/v1/changes").json()

    assert winner.name not in json.dumps(said)
    assert Official.objects.get(pk=loser.pk).withdrawal_reason == f"It was entered twice: see /e/{winner.code}/"


def test_a_record_without_a_page_of_its_own_leads_on_too(client, chief):
    loser, winner = (make.gap(text=text) for text in ("Not found.", "Never found."))
    merge(loser, winner, chief)

    for address in (f"/gaps/?at={loser.slug}", f"/e/{loser.code}/"):
        answer = client.get(address)
        assert [answer.status_code, answer["Location"]] == [301, winner.get_absolute_url()]


def test_a_chain_leads_on_in_one_hop_and_is_taken_back_in_the_opposite_order(client, chief):
    first, second, third = (cited(make.event(title=f"Ministers meet, {number}")) for number in range(3))
    one, two = merge(first, second, chief), merge(second, third, chief)

    assert client.get(first.get_absolute_url())["Location"] == third.get_absolute_url()
    with pytest.raises(Refused) as refusal:
        merging.unmerge(one, by=chief, why="They are two.")
    assert refusal.value.sentences == [
        "“Ministers meet, 1” has itself been merged into “Ministers meet, 2”: take that back first."
    ]
    merging.unmerge(two, by=chief, why="They are two.")
    assert client.get(first.get_absolute_url())["Location"] == second.get_absolute_url()
    merging.unmerge(one, by=chief, why="They are two.")
    assert client.get(first.get_absolute_url()).status_code == 200
    assert Redirect.objects.count() == 0


def test_older_addresses_of_the_loser_lead_on_and_back(client, chief):
    loser, winner = two_officials()
    Redirect.objects.create(kind="official", old_slug="yi-tae-oo", new_slug=loser.slug)

    made = merge(loser, winner, chief)

    assert client.get("/officials/yi-tae-oo/")["Location"] == winner.get_absolute_url()
    merging.unmerge(made, by=chief, why="They are two.")
    assert client.get("/officials/yi-tae-oo/")["Location"] == loser.get_absolute_url()


def test_the_winner_takes_no_address_that_goes_back_with_the_loser(client, chief):
    loser, winner = two_officials()
    Redirect.objects.create(kind="official", old_slug="yi-tae-oo", new_slug=loser.slug)
    made = merge(loser, winner, chief)

    with pytest.raises(Refused) as refusal:
        actions.rename(winner, slug="yi-tae-oo", by=None)

    assert refusal.value.sentences == ["This slug once led to another record, and its links must not change."]
    merging.unmerge(made, by=chief, why="They are two.")
    assert client.get("/officials/yi-tae-oo/")["Location"] == loser.get_absolute_url()


def test_a_merged_record_no_longer_looks_like_one_that_is_typed(chief):
    loser, winner = two_officials()
    merge(loser, winner, chief)

    assert [each.record for each in duplicates.near(Official(name="Yi Tae-woo"))] == [winner]


# --- refusals


def refused(loser, winner, by, why=WHY):
    with pytest.raises(Refused) as refusal:
        merging.merge(loser, into=winner, by=by, why=why)
    return refusal.value.sentences


def test_what_cannot_be_merged_is_refused_with_a_sentence(chief):
    official, other, draft = make.official(), make.official(name="Park Jin"), make.official(state="draft", name="Kim")

    assert refused(official, official, chief) == ["A record cannot be merged into itself."]
    assert refused(official, make.organization(), chief) == ["Only records of one kind can be merged."]
    assert refused(official, other, chief, why=" ") == ["Say why the two are one: it stays in the history."]
    assert refused(official, draft, chief) == [
        "“Lee Tae-woo” was public and “Kim” is not: merge them the other way, or publish that one first."
    ]


def test_a_record_that_was_merged_is_not_merged_again(chief):
    loser, winner = two_officials()
    merge(loser, winner, chief)

    assert refused(loser, make.official(name="Park Jin"), chief) == [
        "“Yi Tae-u” has been merged into another record already."
    ]


def test_a_change_that_waits_is_decided_first(chief):
    loser, winner = two_officials()
    Proposal.objects.create(
        kind="official", code=loser.code, slug=loser.slug, base_version=1, content={}, proposed_by=chief
    )

    assert refused(loser, winner, chief) == ["A change to “Yi Tae-u” waits for review: approve or decline it first."]


def test_somebody_without_the_right_may_not_merge_or_take_back(chief, django_user_model):
    contributor = django_user_model.objects.create_user("new", password="a long password", is_staff=True)
    loser, winner = two_officials()
    made = merge(loser, winner, chief)

    assert refused(winner, make.official(name="Park Jin"), contributor) == [
        "You may not merge records: ask a chief editor."
    ]
    with pytest.raises(Refused):
        merging.unmerge(made, by=contributor, why="They are two.")


def test_what_would_break_a_public_record_is_refused_and_nothing_moved(chief):
    loser, winner = cited(make.official(country="US", name="Yi Tae-u")), cited(make.official(country="KR"))
    delegate = make.delegate(make.round(), official=loser, side="US")

    sentences = refused(loser, winner, chief)

    delegate.refresh_from_db()
    assert sentences[0] == "Records that are public would break:"
    assert delegate.official == loser
    assert not Merge.objects.exists()


def test_a_merge_is_taken_back_once(chief):
    made = merge(*two_officials(), chief)
    merging.unmerge(made, by=chief, why="They are two.")

    with pytest.raises(Refused) as refusal:
        merging.unmerge(made, by=chief, why="They are two.")

    assert refusal.value.sentences == ["This merge has been taken back already."]


# --- what was changed since


def test_what_was_pointed_elsewhere_since_stays_and_is_named(chief):
    loser, winner = two_officials()
    statement = make.statement(speaker=loser, attribution="")
    made = merge(loser, winner, chief)
    statement.refresh_from_db()
    third = make.official(name="Park Jin")
    statement.speaker = third
    statement.save()

    notes = merging.unmerge(made, by=chief, why="They are two.")

    statement.refresh_from_db()
    assert statement.speaker == third
    assert notes == [f"“{statement}” was pointed at another record since and stays."]


def test_what_was_changed_since_goes_back_as_it_is_and_is_named(chief):
    loser, winner = two_officials()
    statement = make.statement(speaker=loser, attribution="")
    made = merge(loser, winner, chief)
    statement.refresh_from_db()
    statement.text = "Seoul will pay more."
    statement.save()

    notes = merging.unmerge(made, by=chief, why="They are two.")

    statement.refresh_from_db()
    assert [statement.speaker, statement.text] == [loser, "Seoul will pay more."]
    assert notes == ["“Lee Tae-woo: “Seoul will pay more.”” was changed since and goes back as it is now."]


def test_what_came_to_the_winner_since_stays_there(chief):
    loser, winner = two_officials()
    made = merge(loser, winner, chief)
    newer = make.statement(speaker=winner)

    merging.unmerge(made, by=chief, why="They are two.")

    newer.refresh_from_db()
    assert newer.speaker == winner


def test_what_was_deleted_since_is_named(chief):
    loser, winner = two_officials()
    delegate = make.delegate(make.round(), official=loser)
    made = merge(loser, winner, chief)
    Delegate.objects.get(pk=delegate.pk).delete()

    assert merging.unmerge(made, by=chief, why="They are two.") == ["A row that had moved was deleted since: delegate."]


def test_a_slug_that_was_given_away_keeps_a_draft_from_coming_back(chief):
    loser = make.official(state="draft", slug="yi-tae-u", name="Yi Tae-u")
    made = merge(loser, cited(make.official()), chief)
    make.official(slug="yi-tae-u", name="Yi Tae-un")

    with pytest.raises(Refused) as refusal:
        merging.unmerge(made, by=chief, why="They are two.")

    assert refusal.value.sentences[0] == "“Yi Tae-u” cannot come back as it was:"


@pytest.mark.django_db(transaction=True)
def test_of_two_merges_of_one_record_at_a_time_one_is_made_and_the_other_refused():
    loser, *winners = (cited(make.official(name=name)) for name in ("Yi Tae-u", "Lee Tae-woo", "Rhee Tae-woo"))
    both_ready, answers = threading.Barrier(2), []

    def merge_into(winner):
        both_ready.wait()
        try:
            answers.append(merge(loser, winner, None).winner_code)
        except Refused as refusal:
            answers.append(refusal.sentences)
        finally:
            connection.close()

    threads = [threading.Thread(target=merge_into, args=[winner]) for winner in winners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    made = Merge.objects.get()
    said = ["“Yi Tae-u” has been merged into another record already."]
    assert sorted(answers, key=str) == sorted([made.winner_code, said], key=str)


# --- history and lists


def test_each_record_that_changed_has_one_revision(chief):
    loser, winner = two_officials()
    statement = make.statement(speaker=loser)

    merge(loser, winner, chief)

    rows = Revision.objects.filter(act="merged").order_by("kind", "slug").values_list("kind", "code", "by_name", "why")
    assert sorted(rows) == sorted(
        (kind, each.code, "chief", WHY)
        for kind, each in (("official", loser), ("official", winner), ("statement", statement))
    )


def test_the_timeline_shows_the_winner(client, chief):
    loser, winner = two_officials()
    cited(make.statement(speaker=loser, attribution=""))

    merge(loser, winner, chief)

    shown = client.get(f"/timeline/?official={winner.slug}").content.decode()
    assert ["Yi Tae-u" in shown, "substantially more" in shown] == [False, True]
