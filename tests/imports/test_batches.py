"""A table into records and back: what is shown is what is stored, in one piece, and nobody's work is lost."""

import pytest

from tests import make
from tests.imports.files import csv_bytes
from timeline import actions, contents, history, imports
from timeline.actions import Refused
from timeline.imports import KINDS, outcomes_of
from timeline.models import (
    Citation,
    Delegate,
    Event,
    ImportBatch,
    Official,
    Proposal,
    Revision,
    Round,
    Source,
    Statement,
)

pytestmark = pytest.mark.django_db
HEAD = ["agreement", "number", "when", "place", "kr_head", "us_head", "source", "quote"]


@pytest.fixture
def editor(django_user_model):
    return django_user_model.objects.create_superuser("minji")


@pytest.fixture
def contributor(django_user_model):
    from django.contrib.auth.models import Group

    user = django_user_model.objects.create_user("jun", is_staff=True)
    user.groups.add(Group.objects.get(name="Contributor"))
    return user


def person(name, **values):
    given, _space, family = name.rpartition(" ")
    return make.official(name=name, family_name=family, given_name=given, name_ko="", **values)


def looked_at(kind, *rows, by, file="rounds.csv"):
    table = imports.read(csv_bytes([list(row) for row in rows]), file)
    return imports.preview(KINDS[kind], table, by=by)


def imported(kind, *rows, by, file="rounds.csv"):
    return imports.apply(looked_at(kind, *rows, by=by, file=file), by=by)


def only(batch):
    (outcome,) = outcomes_of(batch)
    return outcome


def effect_of(batch):
    """Label by label what the one row of a batch changes."""
    return {field.label: (field.before, field.after) for field in only(batch).fields}


def faults_of(batch):
    return [str(fault) for outcome in outcomes_of(batch) for fault in outcome.faults]


def sentences(act, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        act(*args, **kwargs)
    return refused.value.sentences


def everything():
    """All that is stored, whole."""
    return {
        (str(model._meta.model_name), row.code): contents.digest(contents.read_records([row]).popitem()[1])
        for model in (Round, Event, Statement, Official, Source)
        for row in model._default_manager.all()
    }


# --- showing


def test_a_preview_says_what_would_be_added_and_stores_nothing(editor):
    make.agreement(ordinal=12)
    make.place()
    person("Linda Specht", country="US")
    before = everything()

    batch = looked_at(
        "round", HEAD, ["12", "2", "2024-05-21/2024-05-23", "Seoul", "", "Linda Specht", "", ""], by=editor
    )

    assert effect_of(batch) == {
        "Agreement": ("", "12th Special Measures Agreement"),
        "Number": ("", "2"),
        "When": ("", "2024-05-21/2024-05-23"),
        "Place": ("", "Seoul"),
        "Us head": ("", "Linda Specht"),
    }
    assert (only(batch).status, only(batch).name) == ("added", "12th Special Measures Agreement talks, round 2")
    assert everything() == before
    assert Revision.objects.filter(act="imported").count() == Round.objects.count() == 0


def test_a_preview_says_field_by_field_what_would_change(editor):
    stored = make.round(state="draft", venue="Old hall", outcome="Views were exchanged.")

    batch = looked_at(
        "round", ["slug", "venue", "outcome"], [stored.slug, "New hall", "Views were exchanged."], by=editor
    )

    assert (only(batch).status, effect_of(batch)) == ("changed", {"Venue": ("Old hall", "New hall")})


def test_an_empty_cell_leaves_a_field_and_the_word_for_it_empties_one(editor):
    stored = make.round(state="draft", venue="Old hall", place=make.place(), date_note="Derived.")

    batch = imported(
        "round", ["slug", "venue", "date_note", "place"], [stored.slug, "", "(empty)", "(empty)"], by=editor
    )

    stored.refresh_from_db()
    assert effect_of(batch) == {"Note on the date": ("Derived.", ""), "Place": ("Seoul", "")}
    assert (stored.venue, stored.date_note, stored.place) == ("Old hall", "", None)


def test_every_fault_is_told_at_once_with_its_cell(editor):
    make.agreement(ordinal=12)

    batch = looked_at(
        "round",
        ["slug", "agreement", "number", "when", "place", "quote"],
        ["", "12", "0", "2024-05-21", "", ""],
        ["no-such-round", "13", "x", "21.5.2024", "Atlantis", "words"],
        by=editor,
    )

    forms = "2024-05-21, 2024-05, 2024, 2024-05-21/2024-05-23, and ~ (about) or ? (uncertain) behind a date"
    assert faults_of(batch) == [
        "row 2: Rounds are numbered from 1.",
        "A3: No round has the slug “no-such-round”. To add one, leave the cell empty.",
        "B3: No agreement is known as “13”.",
        "C3: “x” is no whole number.",
        f"D3: “21.5.2024” is not a date in a form that we keep: {forms}.",
        "E3: No place is known as “Atlantis”.",
        "F3: Say from which source the quote is.",
    ]


def test_what_a_new_record_needs_is_asked_for(editor):
    batch = looked_at("source", ["title", "publisher"], ["Talks open", ""], by=editor)

    assert faults_of(batch) == [
        "B2: “publisher” is needed.",
        "row 2: “language” is needed.",
        "row 2: “kind” is needed.",
    ]


def test_a_round_that_is_there_already_is_named(editor):
    stored = make.round(agreement=make.agreement(ordinal=12), number=2)

    batch = looked_at("round", ["agreement", "number", "when"], ["12", "2", "2024-05"], by=editor)

    assert faults_of(batch) == [
        f"B2: This round is there already: {stored.slug}. To change it, give that slug in the column “slug”."
    ]


def test_one_record_in_two_rows_is_refused(editor):
    stored = make.round(state="draft")
    make.agreement(ordinal=12)

    twice = looked_at("round", ["slug", "venue"], [stored.slug, "a"], [stored.code, "b"], by=editor)
    new = looked_at("round", ["agreement", "number", "when"], ["12", "2", "2024"], ["12", "2", "2025"], by=editor)

    assert faults_of(twice) == ["A3: This record stands in row 2 already."]
    assert faults_of(new) == ["B3: The same round stands in row 2."]


def test_possible_duplicates_are_shown(editor):
    stored = make.source(url="https://news.example/talks")

    batch = looked_at(
        "source",
        ["publisher", "title", "language", "kind", "url"],
        ["Yonhap", "Other words", "en", "news", "https://news.example/talks"],
        by=editor,
    )

    assert [like.key for like in only(batch).likes] == [stored.pk]


def test_what_keeps_a_new_record_from_being_public_is_shown(editor):
    make.agreement(ordinal=12)

    batch = looked_at("round", ["agreement", "number", "when"], ["12", "2", "2024-05"], by=editor)

    assert "No public source is cited. Add a citation: the source, and its exact words." in only(batch).notices


def test_more_rows_than_are_stored_in_one_piece_are_a_sentence(editor):
    rows = [["Yonhap", f"Talks {number}", "en", "news"] for number in range(3)]
    most = imports.batches.MOST_STORED
    imports.batches.MOST_STORED = 2
    try:
        with pytest.raises(imports.Unreadable) as refused:
            looked_at("source", ["publisher", "title", "language", "kind"], *rows, by=editor)
    finally:
        imports.batches.MOST_STORED = most

    assert str(refused.value) == "The table adds or changes more than 2 records. Divide it into several files."


# --- storing


def test_an_import_is_one_unit_with_one_revision_for_each_record(editor):
    make.agreement(ordinal=12)
    source = make.source()

    batch = imported(
        "round",
        [*HEAD, "kr_delegates"],
        ["12", "1", "2024-04", "", "", "", source.slug, "The talks were held", ""],
        ["12", "2", "2024-05", "", "", "", "", "", ""],
        by=editor,
    )

    revisions = Revision.objects.filter(unit=batch.unit)
    assert sorted((each.slug, each.act, each.by, each.why, each.version) for each in revisions) == [
        ("sma-12-round-1", "imported", editor, "Imported from rounds.csv", 1),
        ("sma-12-round-2", "imported", editor, "Imported from rounds.csv", 1),
    ]
    assert set(Round.objects.values_list("state", "created_by")) == {("draft", editor.pk)}


def test_delegations_and_citations_come_with_their_round(editor):
    make.agreement(ordinal=12)
    source = make.source()
    lee, specht = person("Lee Tae-woo"), person("Linda Specht", country="US")
    ministry = make.organization(abbreviation="MND")

    imported(
        "round",
        [*HEAD, "kr_delegates", "locator"],
        [
            "12",
            "2",
            "2024-05",
            "",
            "Lee Tae-woo",
            "Linda Specht",
            source.url,
            "The talks were held",
            "MND; Lee Tae-woo",
            "p. 2",
        ],
        by=editor,
    )

    made = Round.objects.get()
    rows = [(row.side, row.party, row.is_head) for row in made.delegate_set.in_order()]
    assert sorted(rows, key=lambda row: str(row[1])) == [
        ("KR", lee, True),
        ("US", specht, True),
        ("KR", ministry, False),
    ]
    assert list(made.citations.values_list("source", "quote", "locator")) == [
        (source.pk, "The talks were held", "p. 2")
    ]


def test_an_import_of_what_is_stored_changes_nothing(editor):
    stored = make.round(state="draft", place=make.place())
    make.delegate(stored, official=person("Lee Tae-woo"))
    citation = make.citation(stored)
    row = [stored.slug, stored.agreement.slug, stored.number, stored.when, "Seoul", "lee tae woo"]

    batch = looked_at(
        "round",
        ["slug", *HEAD[:5], "source", "quote"],
        [*row, citation.source.slug, citation.quote],
        by=editor,
    )

    assert (only(batch).status, effect_of(batch)) == ("unchanged", {})
    assert sentences(imports.apply, batch, by=editor) == ["There is nothing to import: every row says what is stored."]


def test_another_head_takes_the_place_of_the_one_before_who_stays_a_delegate(editor):
    stored = make.round(state="draft")
    before = make.delegate(stored, official=person("Chang Won-sam"))
    person("Lee Tae-woo")

    batch = imported("round", ["slug", "kr_head"], [stored.slug, "Lee Tae-woo"], by=editor)

    assert effect_of(batch) == {"Kr head": ("Chang Won-sam", "Lee Tae-woo")}
    assert [(row.party.name, row.is_head) for row in Delegate.objects.in_order()] == [
        ("Lee Tae-woo", True),
        ("Chang Won-sam", False),
    ]
    assert Delegate.objects.filter(pk=before.pk).exists()


def test_a_statement_is_its_own_quotation(editor):
    source, speaker = make.source(), person("Donald Trump", country="US")
    place = make.round()

    imported(
        "statement",
        ["text", "language", "medium", "when", "speaker", "made_at", "source"],
        ["Talks have begun.", "en", "tweet", "2019-08-07", "Donald Trump", place.slug, source.slug],
        by=editor,
    )

    made = Statement.objects.get()
    assert (made.speaker, made.made_at_round, made.slug) == (speaker, place, "2019-08-07-trump-talks-begun")
    assert Citation.objects.get().quote == "Talks have begun."


def test_lists_and_signatories_of_an_event(editor):
    seoul, washington = make.place(), make.place(name="Washington", name_ko="워싱턴")
    signer = person("Philip Goldberg", country="US")

    imported(
        "event",
        ["kind", "title", "when", "place", "also_at", "signatories", "participants"],
        ["signing", "The agreement is signed", "2024-11-04", "Seoul", "워싱턴", "Philip Goldberg", "Philip Goldberg"],
        by=editor,
    )

    made = Event.objects.get()
    assert (made.place, list(made.also_at.all())) == (seoul, [washington])
    assert [(row.party, row.is_signatory) for row in made.participant_set.all()] == [(signer, True)]


def test_a_change_to_what_is_public_waits_as_a_proposal(contributor):
    stored = make.round(venue="Old hall")
    version = stored.version

    batch = imported("round", ["slug", "venue"], [stored.slug, "New hall"], by=contributor)

    stored.refresh_from_db()
    proposal = Proposal.objects.get()
    (piece, *_parts) = contents.from_json(proposal.content)
    assert (only(batch).status, stored.venue, stored.version) == ("proposed", "Old hall", version)
    assert (piece.values["venue"], proposal.proposed_by, proposal.remark) == (
        "New hall",
        contributor,
        "From an imported table, row 2.",
    )
    assert batch.proposals == [proposal.pk]
    assert not Revision.objects.filter(unit=batch.unit).exists()


def test_ones_own_change_that_waits_already_is_not_overwritten(contributor):
    stored = make.round(venue="Old hall")
    imported("round", ["slug", "venue"], [stored.slug, "New hall"], by=contributor)

    again = looked_at("round", ["slug", "venue"], [stored.slug, "Third hall"], by=contributor)

    assert faults_of(again) == ["A2: A change of yours to this record waits for review already: take it back first."]


def test_who_may_only_look_imports_nothing(django_user_model):
    reader = django_user_model.objects.create_user("reader", is_staff=True)

    batch = looked_at(
        "source", ["publisher", "title", "language", "kind"], ["Yonhap", "Talks", "en", "news"], by=reader
    )

    assert faults_of(batch) == ["row 2: You may not store this: ask an administrator for the right to."]


# --- what must not happen


def test_a_batch_is_stored_once(editor):
    batch = looked_at(
        "source", ["publisher", "title", "language", "kind"], ["Yonhap", "Talks", "en", "news"], by=editor
    )
    imports.apply(batch, by=editor)

    assert sentences(imports.apply, batch, by=editor) == ["This cannot be done twice: the import is “imported”."]
    assert Source.objects.count() == 1


def test_the_same_table_chosen_twice_is_stored_once(editor):
    table = [["publisher", "title", "language", "kind"], ["Yonhap", "Talks", "en", "news"]]
    first, second = looked_at("source", *table, by=editor), looked_at("source", *table, by=editor, file="again.csv")
    imports.apply(first, by=editor)

    assert sentences(imports.apply, second, by=editor) == [
        "The same table was imported meanwhile. Choose the file again to see what it comes to now."
    ]
    assert Source.objects.count() == 1


def test_only_its_author_stores_a_batch(editor, contributor):
    batch = looked_at(
        "source", ["publisher", "title", "language", "kind"], ["Yonhap", "Talks", "en", "news"], by=editor
    )

    assert sentences(imports.apply, batch, by=contributor) == ["Somebody else has chosen this file: they import it."]


def test_faults_keep_the_whole_from_being_stored(editor):
    batch = looked_at(
        "source",
        ["publisher", "title", "language", "kind"],
        ["Yonhap", "Talks", "en", "news"],
        ["Yonhap", "", "en", "news"],
        by=editor,
    )

    assert sentences(imports.apply, batch, by=editor) == [
        "Some rows have faults. Mend them in the file, and choose it again."
    ]
    assert Source.objects.count() == 0


def test_what_somebody_changed_since_is_not_overwritten(editor, contributor):
    stored, other = make.round(state="draft"), make.round(state="draft")
    batch = looked_at("round", ["slug", "venue"], [stored.slug, "Mine"], [other.slug, "Mine"], by=editor)
    with history.unit(by=contributor):
        stored.outcome = "They parted early."
        stored.save()

    (sentence,) = sentences(imports.apply, batch, by=editor)

    assert sentence.startswith(f"“{stored}” was changed meanwhile, by jun, ")
    assert set(Round.objects.values_list("venue", flat=True)) == {""}


def test_what_somebody_deleted_since_does_not_come_back(editor, contributor):
    stored = make.round(state="draft")
    name = str(stored)
    batch = looked_at("round", ["slug", "venue"], [stored.slug, "Mine"], by=editor)
    actions.delete(stored, by=contributor)

    (sentence,) = sentences(imports.apply, batch, by=editor)

    assert sentence.startswith(f"“{name}” was deleted meanwhile, by jun, ")
    assert Round.objects.count() == 0


def test_rows_that_mean_something_else_by_now_are_looked_at_again(editor):
    lee, other = person("Lee Tae-woo"), person("Lee Seo-jin")
    stored = make.round(state="draft")
    batch = looked_at("round", ["slug", "kr_head"], [stored.slug, lee.slug], by=editor)
    for record, slug in ((lee, "somebody-else"), (other, lee.slug)):
        Official.objects.filter(pk=record.pk).update(slug=slug)

    refused = sentences(imports.apply, batch, by=editor)
    imports.look_again(batch)
    batch.refresh_from_db()

    assert refused == ["By now the rows come to something else than was shown. Look at them again."]
    assert effect_of(batch) == {"Kr head": ("", "Lee Seo-jin")}
    assert imports.apply(batch, by=editor).is_applied


# --- undoing


def test_an_import_is_undone_as_a_whole(editor):
    make.agreement(ordinal=12)
    source = make.source()
    changed = make.round(state="draft", venue="Old hall")
    make.delegate(changed, official=person("Chang Won-sam"))
    person("Lee Tae-woo")
    before = everything()

    batch = imported(
        "round",
        ["slug", *HEAD, "venue"],
        ["", "12", "2", "2024-05", "", "Lee Tae-woo", "", source.slug, "The talks were held", ""],
        [changed.slug, "", "", "", "", "Lee Tae-woo", "", source.slug, "Other words", "New hall"],
        by=editor,
    )
    stored = everything()
    undone = imports.undo(batch, by=editor)

    assert stored != before
    assert everything() == before
    assert (undone.status, undone.undone_by) == ("undone", editor)
    assert sentences(imports.undo, batch, by=editor) == ["This cannot be done twice: the import is “undone”."]


def test_what_it_proposed_is_taken_back(contributor):
    stored = make.round(venue="Old hall")
    batch = imported("round", ["slug", "venue"], [stored.slug, "New hall"], by=contributor)

    imports.undo(batch, by=contributor)

    assert Proposal.objects.get().status == "taken_back"


def test_what_somebody_has_worked_on_since_is_not_undone(editor, contributor):
    first, second = make.round(state="draft"), make.round(state="draft")
    batch = imported("round", ["slug", "venue"], [first.slug, "New"], [second.slug, "New"], by=editor)
    with history.unit(by=contributor):
        second.refresh_from_db()
        second.outcome = "They parted early."
        second.save()
    before = everything()

    touched, whole = sentences(imports.undo, batch, by=editor)

    assert touched.startswith(f"“{second}” was changed meanwhile, by jun, ")
    assert whole == "Nothing was undone, so that nobody’s work is lost."
    assert everything() == before


def test_what_others_name_by_now_is_not_deleted(editor):
    make.agreement(ordinal=12)
    batch = imported("round", ["agreement", "number", "when"], ["12", "2", "2024-05"], by=editor)
    said = make.statement(state="draft", made_at_round=Round.objects.get())

    assert sentences(imports.undo, batch, by=editor) == [
        f"“12th Special Measures Agreement talks, round 2” is named by {said} by now. Nothing was undone."
    ]
    assert Round.objects.count() == 1


def test_somebody_elses_import_is_undone_by_a_reviewer_alone(editor, contributor):
    batch = imported("source", ["publisher", "title", "language", "kind"], ["Yonhap", "Talks", "en", "news"], by=editor)

    assert sentences(imports.undo, batch, by=contributor) == [
        "Only who has imported it, or a reviewer, undoes an import."
    ]
    assert ImportBatch.objects.get().status == "applied"
