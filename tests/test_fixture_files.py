"""The fixtures as files: what is written, what is read back, and what happens to everything that is wrong with them."""

import datetime as dt
import os
import signal
import subprocess
import sys
from decimal import Decimal
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from django.apps import apps
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import given, strategies

from tests import make
from timeline import actions, fixture_files, index
from timeline.contents.kinds import KINDS, OWNERS, RECORDS
from timeline.contents.pieces import Piece
from timeline.fixture_files import FixtureError
from timeline.fixture_files.files import FILES
from timeline.fixture_files.writing import file_text
from timeline.models import (
    Citation,
    ContentVersion,
    Delegate,
    Event,
    Gap,
    LoadedRecord,
    Place,
    Redirect,
    Round,
    Source,
    Stage,
    Statement,
    Tombstone,
    Topic,
)

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parent.parent
ODD_TEXTS = [
    "line\nbreak",
    "Windows\r\nbreak",
    "ends with a break\n",
    "ends with two\n\n",
    "  begins with spaces\nand goes on",
    "- looks like a list\n- of two",
    "key: value # and no comment",
    "'single' and \"double\"",
    "분담금 😀 \u2028 \x85 \ufeff",
    "2019-08-07",
    "1991",
    "null",
    "yes",
    "[a, b]",
    "tab\tand \\n no break",
    "long " * 100 + "end",
]


@index.refreshed_at_once
def everything_of_a_kind():
    """One of each kind of record and part, pointing at one another in every way that there is."""
    seoul, washington = make.place(), make.place(name="Washington", country="US")
    ministry, source = make.organization(aliases=["외무부", "MOFAT"]), make.source(archived_on=dt.date(2024, 6, 1))
    lee = make.official(aliases=["Yi T'ae-u"], note="A note.")
    post = make.appointment(lee, organization=ministry, attested=["2024-03", "2024-05-21"])
    sma = make.agreement(text_source=source)
    make.chief_negotiator(sma, official=lee, note="from round 2")
    meeting = make.round(agreement=sma, place=seoul)
    make.delegate(meeting, official=lee)
    signing = make.event(kind="signing", agreement=sma, place=seoul)
    signing.also_at.add(washington, seoul)
    make.participant(signing, official=lee, is_signatory=True)
    make.participant(signing, organization=ministry, order=1)
    make.stage(sma, signing)
    said = make.statement(speaker=lee, on_behalf_of=ministry, made_at_round=meeting, agreement=sma, attribution="")
    said.co_speakers.add(make.official(name="Linda Specht", country="US"))
    figure = make.figure(agreement=sma, arose_at_statement=said, growth_percent=Decimal("13.900"))
    make.topic(meeting, said, signing)
    dispute = make.disagreement(figure, signing, ministry)
    reported = make.position(dispute)
    make.relation(said, signing, kind="answers")
    make.gap(agreement=sma)
    for target in (meeting, signing, sma, said, figure, lee, ministry, post, reported):
        make.citation(target, source=source, locator="p. 4")


def texts(folder):
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())}


def exported(folder, **options):
    fixture_files.export(folder, **options)
    return texts(folder)


def empty_the_database():
    for model in [*reversed(OWNERS), *reversed(RECORDS), LoadedRecord, Redirect, Tombstone]:
        model.objects.all().delete()


def state_of_the_database():
    """Every row of every table of ours."""
    models = apps.get_app_config("timeline").get_models(include_auto_created=True)
    return {model.__name__: list(model.objects.order_by("pk").values_list()) for model in models}


def as_loaded(folder, *, everything=False):
    """The database written to the folder, and known to the loader as its own."""
    fixture_files.export(folder, everything=everything)
    fixture_files.load(folder)


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, text
    path.write_text(text.replace(old, new), encoding="utf-8")


def counts(report):
    return (report.added, report.updated, report.unchanged, [str(clash) for clash in report.clashes])


# Round trips


def test_every_kind_of_record_and_part_comes_back_the_same(tmp_path):
    everything_of_a_kind()
    before = exported(tmp_path / "before")
    empty_the_database()

    fixture_files.load(tmp_path / "before")

    assert exported(tmp_path / "after") == before
    assert all(kind.objects.exists() for kind in KINDS.values())


def test_plain_loaddata_reads_the_same_files(tmp_path):
    everything_of_a_kind()
    before = exported(tmp_path / "before")
    empty_the_database()

    call_command("loaddata", *sorted((tmp_path / "before").iterdir()), verbosity=0)

    assert exported(tmp_path / "after") == before
    assert index.differences() == []


def test_plain_loaddata_is_refused_where_there_are_records(tmp_path):
    event = make.event(title="As an editor left it")
    fixture_files.export(tmp_path)
    type(event).objects.update(title="Edited since")

    with pytest.raises(CommandError, match="load_fixtures"):
        call_command("loaddata", *sorted(tmp_path.iterdir()), verbosity=0)

    assert type(event).objects.get().title == "Edited since"


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_an_odd_text_comes_back_letter_for_letter(tmp_path, text):
    gap = make.gap(text=text)
    fixture_files.export(tmp_path)
    empty_the_database()

    fixture_files.load(tmp_path)

    assert type(gap).objects.get().text == text


@given(text=strategies.text(strategies.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_text_is_written_so_that_yaml_reads_it_letter_for_letter(text):
    gap = Piece(Gap, {"code": "abcd2345", "slug": "gap", "text": text, "since": text})

    written = file_text("Gaps", [[gap], [gap]], {})

    assert [record["fields"] for record in yaml.safe_load(written)] == [gap.values, gap.values]


def test_a_record_is_followed_by_its_parts_and_a_part_by_its_own(tmp_path):
    lee = make.official()
    make.citation(lee, quote="took office")
    make.citation(make.appointment(lee), quote="in the post")

    text = exported(tmp_path)["04-officials.yaml"]

    models = [line.removeprefix("- model: timeline.") for line in text.splitlines() if line.startswith("- model")]
    assert models == ["official", "appointment", "citation", "citation"]
    assert text.index("in the post") < text.index("took office")


def test_fields_that_say_nothing_are_left_out(tmp_path):
    make.place(slug="seoul", code="abcd2345", name_ko="", longitude=Decimal("126.978"))

    text = exported(tmp_path)["01-places.yaml"]

    assert text.partition("\n\n")[2] == (
        "- model: timeline.place\n"
        "  fields:\n"
        "    code: abcd2345\n"
        "    slug: seoul\n"
        "    state: published\n"
        f"    updated_at: {Place.objects.get().updated_at.isoformat().replace('+00:00', 'Z')}\n"
        "    published_at: 2024-05-24T09:00:00Z\n"
        "    name: Seoul\n"
        "    kind: city\n"
        "    country: KR\n"
        "    latitude: '37.5665'\n"
        "    longitude: '126.978'\n"
        "    time_zone: Asia/Seoul\n"
    )


def test_records_stand_in_the_order_of_their_slugs(tmp_path):
    for slug in ("seoul", "busan", "seoul-2", "jeju"):
        make.place(slug=slug)

    lines = exported(tmp_path)["01-places.yaml"].splitlines()

    slugs = [line.strip() for line in lines if line.startswith("    slug:")]
    assert slugs == ["slug: busan", "slug: jeju", "slug: seoul", "slug: seoul-2"]


# Loading again


def test_a_second_load_writes_no_row(tmp_path):
    everything_of_a_kind()
    as_loaded(tmp_path)
    before = state_of_the_database()

    report = fixture_files.load(tmp_path)

    assert counts(report) == (0, 0, len(before["LoadedRecord"]), [])
    assert state_of_the_database() == before


def test_a_changed_fixture_changes_a_record_that_nobody_touched(tmp_path):
    seoul = make.place(slug="seoul")
    as_loaded(tmp_path)
    edit(tmp_path / "01-places.yaml", "name: Seoul\n", "name: Seoul City\n")

    report = fixture_files.load(tmp_path)

    seoul.refresh_from_db()
    assert counts(report) == (0, 1, 0, [])
    assert (seoul.name, seoul.version) == ("Seoul City", 2)


def test_a_record_that_an_editor_changed_is_left_and_listed(tmp_path):
    seoul = make.place(slug="seoul")
    as_loaded(tmp_path)
    seoul.name = "Seoul, the capital"
    seoul.save()
    edit(tmp_path / "01-places.yaml", "name: Seoul\n", "name: Seoul City\n")

    report = fixture_files.load(tmp_path)

    seoul.refresh_from_db()
    assert counts(report) == (0, 0, 0, ["place seoul: it was changed here since it was last loaded"])
    assert seoul.name == "Seoul, the capital"


def test_a_save_without_a_change_is_no_touch(tmp_path):
    seoul = make.place(slug="seoul")
    as_loaded(tmp_path)
    seoul.save()
    edit(tmp_path / "01-places.yaml", "name: Seoul\n", "name: Seoul City\n")

    assert counts(fixture_files.load(tmp_path)) == (0, 1, 0, [])


def test_what_an_editor_changed_and_exported_is_unchanged_again(tmp_path):
    seoul = make.place(slug="seoul")
    as_loaded(tmp_path)
    seoul.name = "Seoul, the capital"
    seoul.save()
    fixture_files.export(tmp_path)

    assert counts(fixture_files.load(tmp_path)) == (0, 0, 1, [])
    edit(tmp_path / "01-places.yaml", "name: Seoul, the capital\n", "name: Seoul City\n")
    assert counts(fixture_files.load(tmp_path)) == (0, 1, 0, [])


@pytest.mark.parametrize("change", ["add", "change", "remove"])
def test_a_part_that_an_editor_touched_makes_its_record_a_clash(tmp_path, change):
    meeting = make.round(slug="sma-12-round-2")
    delegate = make.delegate(meeting)
    as_loaded(tmp_path)
    if change == "add":
        make.citation(meeting)
    elif change == "change":
        Delegate.objects.update(role="deputy")
    else:
        delegate.delete()
    edit(tmp_path / "06-rounds.yaml", "outcome: Views were exchanged.", "outcome: Nothing was agreed.")

    clashes = [clash.record for clash in fixture_files.load(tmp_path).clashes]

    assert clashes == ["round sma-12-round-2"]


def test_a_stage_that_an_editor_touched_makes_its_agreement_a_clash(tmp_path):
    sma = make.agreement(slug="sma-12")
    make.stage(sma, make.event())
    as_loaded(tmp_path)
    Stage.objects.update(stage="concluded")
    edit(tmp_path / "05-agreements.yaml", "status: expired", "status: in_force")

    assert [clash.record for clash in fixture_files.load(tmp_path).clashes] == ["agreement sma-12"]


def test_a_part_that_left_the_file_leaves_its_record(tmp_path):
    lee = make.official()
    make.citation(lee, code="keepme22", quote="took office")
    make.citation(lee, code="leaveme2", quote="left office", order=1)
    as_loaded(tmp_path)
    path = tmp_path / "04-officials.yaml"
    path.write_text(path.read_text().partition("- model: timeline.citation\n  fields:\n    code: leaveme2")[0])

    report = fixture_files.load(tmp_path)

    assert (report.updated, [citation.code for citation in lee.citations.all()]) == (1, ["keepme22"])


def test_a_record_that_left_the_files_stays(tmp_path):
    make.place(slug="seoul")
    as_loaded(tmp_path)
    (tmp_path / "01-places.yaml").write_text("")

    report = fixture_files.load(tmp_path)

    assert (counts(report), Place.objects.count()) == ((0, 0, 0, []), 1)


def test_a_record_that_was_deleted_here_does_not_come_back(tmp_path):
    make.place(slug="seoul")
    as_loaded(tmp_path)
    Place.objects.all().delete()

    report = fixture_files.load(tmp_path)

    assert counts(report) == (0, 0, 0, ["place seoul: it was deleted here since it was last loaded"])


def test_the_citations_of_a_changed_post_stay(tmp_path):
    lee = make.official()
    make.citation(make.appointment(lee, title="Chief negotiator"))
    as_loaded(tmp_path)
    edit(tmp_path / "04-officials.yaml", "title: Chief negotiator", "title: Chief delegate")

    fixture_files.load(tmp_path)

    assert Citation.objects.get().appointment.title == "Chief delegate"


def test_two_delegates_may_change_places(tmp_path):
    meeting, lee, specht = make.round(), make.official(slug="lee"), make.official(slug="specht")
    make.delegate(meeting, official=lee, code="first222")
    make.delegate(meeting, official=specht, code="second22", order=1)
    as_loaded(tmp_path)
    path = tmp_path / "06-rounds.yaml"
    path.write_text(path.read_text().replace("[lee]", "[x]").replace("[specht]", "[lee]").replace("[x]", "[specht]"))

    fixture_files.load(tmp_path)

    assert list(Delegate.objects.values_list("code", "official__slug")) == [("first222", "specht"), ("second22", "lee")]


def exchange_codes(path):
    text = path.read_text().replace("first222", "x").replace("second22", "first222").replace("x\n", "second22\n")
    path.write_text(text)


def test_two_drafts_of_rounds_may_exchange_their_numbers_and_slugs(tmp_path):
    sma = make.agreement()
    make.round(agreement=sma, number=1, slug="round-1", code="first222", state="draft", published_at=None)
    make.round(agreement=sma, number=2, slug="round-2", code="second22", state="draft", published_at=None)
    as_loaded(tmp_path, everything=True)
    exchange_codes(tmp_path / "06-rounds.yaml")

    report = fixture_files.load(tmp_path)

    assert (report.updated, report.clashes) == (2, [])
    assert list(Round.objects.order_by("number").values_list("slug", "code")) == [
        ("round-1", "second22"),
        ("round-2", "first222"),
    ]


def test_two_published_rounds_may_exchange_their_numbers_but_not_their_slugs(tmp_path):
    sma = make.agreement()
    make.round(agreement=sma, number=1, slug="round-1", code="first222")
    make.round(agreement=sma, number=2, slug="round-2", code="second22")
    as_loaded(tmp_path)
    path = tmp_path / "06-rounds.yaml"
    path.write_text(path.read_text().replace("number: 1", "number: 0").replace("number: 2", "number: 1"))
    path.write_text(path.read_text().replace("number: 0", "number: 2"))

    numbers = fixture_files.load(tmp_path)
    exchange_codes(path)
    slugs = fixture_files.load(tmp_path)

    assert (numbers.updated, numbers.clashes) == (2, [])
    assert [str(clash) for clash in slugs.clashes] == [
        "round round-1: its slug belongs to round round-1",
        "round round-2: its slug belongs to round round-2",
    ]


def test_a_slug_that_the_fixture_changes_leaves_a_redirect(tmp_path):
    make.official(slug="lee")
    as_loaded(tmp_path)
    edit(tmp_path / "04-officials.yaml", "slug: lee\n", "slug: lee-tae-woo\n")

    fixture_files.load(tmp_path)

    assert list(Redirect.objects.values_list("kind", "old_slug", "new_slug")) == [("official", "lee", "lee-tae-woo")]


def test_a_slug_that_an_editor_changed_is_a_clash_of_that_record_alone(tmp_path):
    lee = make.official(slug="lee")
    make.citation(make.statement(speaker=lee, slug="2024-05-23-lee", attribution=""))
    as_loaded(tmp_path)
    actions.rename(lee, slug="lee-tae-woo", by=None)
    edit(tmp_path / "08-statements.yaml", "medium: tweet", "medium: speech")

    report = fixture_files.load(tmp_path)

    assert [clash.record for clash in report.clashes] == ["official lee"]
    assert list(Statement.objects.values_list("medium", "speaker__slug")) == [("speech", "lee-tae-woo")]


# What is taken


def test_a_slug_of_another_record_is_a_clash(tmp_path):
    make.place(slug="seoul", code="ours2222")
    fixture_files.export(tmp_path)
    empty_the_database()
    make.place(slug="seoul", code="theirs22")

    report = fixture_files.load(tmp_path)

    assert counts(report) == (0, 0, 0, ["place seoul: its slug belongs to place seoul"])
    assert Place.objects.get().code == "theirs22"


def test_rounds_statements_and_events_share_their_slugs(tmp_path):
    make.event(slug="2024-05-23-talks")
    fixture_files.export(tmp_path)
    empty_the_database()
    make.statement(slug="2024-05-23-talks")

    report = fixture_files.load(tmp_path)

    assert counts(report) == (0, 0, 0, ["event 2024-05-23-talks: its slug belongs to statement 2024-05-23-talks"])


def test_a_slug_that_was_once_used_is_never_given_again(tmp_path):
    make.place(slug="seoul")
    fixture_files.export(tmp_path)
    empty_the_database()
    Redirect.objects.create(kind="place", old_slug="seoul", new_slug="seoul-city")

    report = fixture_files.load(tmp_path)

    assert counts(report)[3] == ["place seoul: its slug belongs to place seoul-city, whose slug it once was"]


def test_a_round_whose_number_is_taken_is_a_clash_and_so_is_what_refers_to_it(tmp_path):
    sma = make.agreement(slug="sma-12", ordinal=12)
    meeting = make.round(agreement=sma, number=2, slug="sma-12-round-2")
    make.statement(made_at_round=meeting, slug="2024-05-23-said")
    fixture_files.export(tmp_path)
    Statement.objects.all().delete()
    Round.objects.all().delete()
    make.round(agreement=sma, number=2, slug="sma-12-second-round")

    report = fixture_files.load(tmp_path)

    assert [str(clash) for clash in report.clashes] == [
        "round sma-12-round-2: its number belongs to round sma-12-second-round",
        "statement 2024-05-23-said: it refers to round sma-12-round-2, which was left out",
    ]


def test_a_code_of_another_record_is_a_clash(tmp_path):
    make.citation(make.official(slug="lee"), code="taken222")
    fixture_files.export(tmp_path)
    empty_the_database()
    make.citation(make.official(slug="kim"), code="taken222")

    clashes = [str(clash) for clash in fixture_files.load(tmp_path).clashes]

    assert "official lee: the code taken222 is taken by another record" in clashes


# What is wrong with a file


BROKEN = [
    ("01-places.yaml", "country: KR", "country: KOR", "place seoul", "country"),
    ("01-places.yaml", "country: KR", "country: NO", "place seoul", "country"),
    ("01-places.yaml", "name: Seoul\n", "name: 1991\n", "place seoul", "name"),
    ("01-places.yaml", "name: Seoul\n", "name: Seoul\n    name: Busan\n", "place seoul", "name"),
    ("01-places.yaml", "name: Seoul\n", 'name: "Se\\0oul"\n', "place seoul", "name"),
    ("01-places.yaml", "name: Seoul\n", "name: [Seoul]\n", "place seoul", "name"),
    ("01-places.yaml", "name: Seoul\n", "name: ''\n", "place seoul", "name"),
    ("01-places.yaml", "    name: Seoul\n", "", "place seoul", "name"),
    ("01-places.yaml", "name: Seoul\n", "title: Seoul\n", "place seoul", "title"),
    ("01-places.yaml", "name: Seoul\n", "name: Seoul\n    private_text: x\n", "place seoul", "private_text"),
    ("01-places.yaml", "name: Seoul\n", "name: &a Seoul\n    name_ko: *a\n", "line 11", ""),
    ("01-places.yaml", "name: Seoul\n", "name: !!python/object:os.system x\n", "place seoul", "name"),
    ("01-places.yaml", "name: Seoul\n", "name: 'Seoul\n", "line ", ""),
    ("08-statements.yaml", "slug: spoken", "slug: Spoken Words", "statement Spoken Words", "slug"),
    ("01-places.yaml", "    slug: seoul\n", "", "place placecod", "slug"),
    ("01-places.yaml", "    code: placecod\n", "", "place seoul", "code"),
    ("01-places.yaml", "latitude: '37.5665'", "latitude: north", "place seoul", "latitude"),
    ("01-places.yaml", "latitude: '37.5665'", "latitude: .nan", "place seoul", "latitude"),
    ("01-places.yaml", "latitude: '37.5665'", "latitude: 97", "place seoul", "latitude"),
    ("01-places.yaml", "state: published", "state: public", "place seoul", "state"),
    ("01-places.yaml", "published_at: 2024-05-24T09:00:00Z", "published_at: 2024-05-24", "place seoul", "published_at"),
    ("01-places.yaml", "t: 2024-05-24T09:00:00Z", "t: 9999-12-31T23:00:00-14:00", "place seoul", "published_at"),
    ("01-places.yaml", "    published_at: 2024-05-24T09:00:00Z\n", "", "place seoul", "published_at, state"),
    ("01-places.yaml", "model: timeline.place", "model: auth.user", "line 4", "model"),
    ("01-places.yaml", "  fields:", "  pk: 1\n  fields:", "line 4", "pk"),
    ("04-officials.yaml", "name_order: family_first", "name_order: last_first", "official lee", "name_order"),
    ("04-officials.yaml", "end: '2024-11-30'", "end: 2024-13", "appointment postcode", "end"),
    ("04-officials.yaml", "end: '2024-11-30'", "end: '2023-01'", "appointment postcode", "end"),
    (
        "04-officials.yaml",
        "official: [lee]\n    ti",
        "official: [kim]\n    ti",
        "appointment postcode",
        "official",
    ),
    ("04-officials.yaml", "official: [lee]\n    ti", "official: lee\n    ti", "appointment postcode", "official"),
    ("04-officials.yaml", "    official: [lee]\n    ti", "    ti", "appointment postcode", "official"),
    ("04-officials.yaml", "attested: ['2024-05-21']", "attested: [2024-05-21]", "appointment postcode", "attested"),
    ("04-officials.yaml", "attested: ['2024-05-21']", "attested: May", "appointment postcode", "attested"),
    ("07-events.yaml", "position: 15", "position: many", "event signing", "position"),
    ("07-events.yaml", "position: 15", "position: 015", "event signing", "position"),
    ("07-events.yaml", "position: 15", "position: -1", "event signing", "position"),
    ("07-events.yaml", "when: '2019-08-09'", "when: 2019-02-30", "event signing", "when"),
    ("07-events.yaml", "is_head: true", "is_head: 1", "participant partcode", "is_head"),
    ("07-events.yaml", "also_at:\n    - [seoul]", "also_at:\n    - [busan]", "event signing", "also_at"),
    ("08-statements.yaml", "slug: spoken", "slug: signing", "statement signing", "slug"),
    ("08-statements.yaml", "text: South", f"text: {'word ' * 60}South", "statement spoken", "text"),
    ("08-statements.yaml", "attribution: a Seoul official", "venue: Seoul", "statement spoken", ""),
]


@pytest.fixture
def folder(tmp_path):
    """Files of a small valid database, which is empty again."""
    seoul = make.place(slug="seoul", code="placecod")
    lee = make.official(slug="lee")
    make.appointment(lee, code="postcode", end="2024-11-30", attested=["2024-05-21"])
    signing = make.event(slug="signing", position=15)
    signing.also_at.add(seoul)
    make.participant(signing, official=lee, code="partcode", is_head=True)
    make.statement(slug="spoken")
    fixture_files.export(tmp_path)
    empty_the_database()
    make.gap(slug="already-here")
    return tmp_path


@pytest.mark.deep(12)
@pytest.mark.parametrize(("file", "old", "new", "record", "field"), BROKEN)
def test_a_broken_file_is_refused_with_file_record_and_field(folder, file, old, new, record, field):
    edit(folder / file, old, new)
    before = state_of_the_database()

    with pytest.raises(FixtureError) as refusal:
        fixture_files.load(folder)

    error = refusal.value
    assert (error.file, error.record[: len(record)], error.field) == (file, record, field)
    assert error.sentence
    assert state_of_the_database() == before


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfe", "The file is not text in UTF-8."),
        (b"records: none", "The file is not a list of records: each begins with “- model:”."),
        (b"- place\n", "Fields are written as “name: value”, one a line."),
        (b"- fields: {}\n", "A record has “model” and “fields”."),
        (b"[" * 5000, "The file is not YAML: exceeded maximum nesting depth."),
        (b"a: \x00", "The file is not YAML: "),
    ],
)
def test_a_file_that_is_no_fixture_says_what_it_is_not(tmp_path, content, sentence):
    (tmp_path / "01-places.yaml").write_bytes(content)

    with pytest.raises(FixtureError) as refusal:
        fixture_files.load(tmp_path)

    assert (refusal.value.file, refusal.value.sentence[: len(sentence)]) == ("01-places.yaml", sentence)


def test_aliases_that_multiply_are_refused_before_they_do(tmp_path):
    lines = ["- &a0 [x, x]"] + [f"- &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    (tmp_path / "01-places.yaml").write_text("\n".join(lines))

    with pytest.raises(FixtureError, match="YAML aliases"):
        fixture_files.load(tmp_path)


def test_a_folder_without_files_is_named(tmp_path):
    with pytest.raises(FixtureError, match=r"There is no file whose name ends in \.yaml"):
        fixture_files.load(tmp_path / "nowhere")


def test_a_part_without_a_code_is_offered_a_fresh_one(folder):
    edit(folder / "04-officials.yaml", "    code: postcode\n", "")

    with pytest.raises(FixtureError) as refusal:
        fixture_files.load(folder)

    code = refusal.value.sentence.rpartition(": ")[2]
    assert (refusal.value.sentence, len(code)) == (f"It has no code. Take this new one: {code}", 8)


def test_two_records_with_one_slug_are_both_named(folder):
    text = (folder / "01-places.yaml").read_text()
    (folder / "01-places-more.yaml").write_text(text.replace("placecod", "another2"))

    with pytest.raises(FixtureError) as refusal:
        fixture_files.load(folder)

    assert str(refusal.value) == (
        "01-places.yaml, place seoul, field slug: place seoul in 01-places-more.yaml, line 4, has the same."
    )


def test_two_records_with_one_code_are_both_named(folder):
    edit(folder / "04-officials.yaml", "code: postcode", "code: placecod")

    with pytest.raises(FixtureError) as refusal:
        fixture_files.load(folder)

    assert str(refusal.value).startswith(
        "04-officials.yaml, appointment placecod, field code: place seoul in 01-places"
    )


def test_a_part_whose_record_is_not_in_the_files_is_refused(folder):
    as_loaded(folder)
    text = "- model: timeline.participant\n  fields: {code: partcode, event: [signing], official: [lee]}\n"
    (folder / "07-events.yaml").write_text(text)

    with pytest.raises(FixtureError) as refusal:
        fixture_files.load(folder)

    assert (refusal.value.record, refusal.value.field) == ("participant partcode", "event")


# What must not be written


@pytest.mark.parametrize("state", ["draft", "in_review", "withdrawn"])
def test_only_published_records_are_exported(tmp_path, state):
    make.place(slug="seoul")
    make.place(slug="hidden", state=state)

    written = exported(tmp_path)

    assert written["01-places.yaml"].count("slug:") == 1
    assert not [name for name, text in written.items() if "hidden" in text and name != "16-tombstones.yaml"]


def test_everything_is_exported_on_demand(tmp_path):
    make.statement(speaker=make.official(state="draft"), attribution="", state="withdrawn")

    before = exported(tmp_path / "before", everything=True)
    empty_the_database()
    fixture_files.load(tmp_path / "before")

    assert exported(tmp_path / "after", everything=True) == before
    assert Statement.objects.get().withdrawal_reason == "It was entered twice."


def test_nothing_in_the_files_points_at_a_draft(tmp_path):
    hidden = make.official(slug="hidden-official", state="draft")
    hidden_source = make.source(slug="hidden-source", state="draft")
    hidden_event = make.event(slug="hidden-event", state="draft")
    sma = make.agreement(text_source=hidden_source)
    make.chief_negotiator(sma, official=hidden)
    make.stage(sma, hidden_event)
    meeting = make.round(agreement=sma, place=make.place(slug="hidden-place", state="draft"))
    make.delegate(meeting, official=hidden)
    make.citation(meeting, source=hidden_source)
    make.topic(meeting, hidden_event)
    make.relation(meeting, hidden_event)
    make.disagreement(hidden_event, meeting)
    post = make.appointment(make.official(), organization=make.organization(slug="hidden-body", state="draft"))
    make.citation(post, quote="of the hidden post")
    warnings = []

    written = exported(tmp_path, warn=warnings.append)

    assert [name for name, text in written.items() if "hidden" in text] == []
    assert warnings == []
    empty_the_database()
    assert fixture_files.load(tmp_path).added == 6


def test_a_record_that_cannot_stand_without_a_draft_is_left_out_aloud(tmp_path):
    meeting = make.round(slug="sma-12-round-2", agreement=make.agreement(state="draft"))
    make.statement(slug="spoken", made_at_round=meeting)
    make.statement(slug="unspoken", speaker=make.official(state="draft"), attribution="")
    warnings = []

    written = exported(tmp_path, warn=warnings.append)

    assert warnings == [
        "round sma-12-round-2 was left out: its agreement is not published.",
        "statement unspoken was left out: its speaker is not published.",
    ]
    assert [name for name, text in written.items() if "sma-12-round-2" in text or "unspoken" in text] == []
    empty_the_database()
    assert fixture_files.load(tmp_path).added == 1


@pytest.mark.parametrize("everything", [False, True])
def test_pasted_text_and_users_are_never_written(tmp_path, everything):
    editor = User.objects.create(username="editor-in-chief")
    make.source(private_text="the whole article", created_by=editor, updated_by=editor)

    written = "".join(exported(tmp_path, everything=everything).values())

    assert [word for word in ("the whole article", "private_text", "editor-in-chief", "_by") if word in written] == []


def test_pasted_text_survives_a_changed_fixture(tmp_path):
    source = make.source(slug="yonhap", private_text="the whole article")
    as_loaded(tmp_path)
    edit(tmp_path / "02-sources.yaml", "publisher: Yonhap", "publisher: Yonhap News Agency")

    fixture_files.load(tmp_path)

    source.refresh_from_db()
    assert (source.publisher, source.private_text) == ("Yonhap News Agency", "the whole article")


def test_a_failed_export_leaves_the_old_files_and_nothing_beside_them(tmp_path):
    make.place(slug="seoul")
    before = exported(tmp_path)
    Place.objects.update(name="Seoul City")
    (tmp_path / "01-places.yaml").unlink()
    (tmp_path / "01-places.yaml").mkdir()  # what cannot be replaced by a file

    with pytest.raises(OSError, match="01-places"):
        fixture_files.export(tmp_path)

    (tmp_path / "01-places.yaml").rmdir()
    del before["01-places.yaml"]
    assert texts(tmp_path) == before


# The commands


def run(*arguments):
    out, errors = StringIO(), StringIO()
    call_command(*arguments, stdout=out, stderr=errors)
    return out.getvalue().strip(), errors.getvalue().strip()


def test_the_commands_report_what_they_did(tmp_path):
    make.place(slug="seoul")
    assert run("export_fixtures", tmp_path)[0] == f"1 records written to {tmp_path}."
    edit(tmp_path / "01-places.yaml", "name: Seoul\n", "name: Seoul City\n")

    assert run("load_fixtures", tmp_path)[0].splitlines() == [
        "Left as it is: place seoul: it was changed here since it was last loaded",
        "Records: 0 added, 0 updated, 0 unchanged, 1 left as they are.",
    ]


def test_the_first_load_may_ask_for_an_empty_database(folder):
    assert run("load_fixtures", folder, "--if-empty")[0] == "The database holds records already; nothing was loaded."
    empty_the_database()
    assert run("load_fixtures", folder, "--if-empty")[0].startswith("Records: 4 added")


@pytest.mark.both
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite's plans need no counts")
def test_after_a_load_postgresql_has_counted_what_there_is(folder):
    empty_the_database()
    run("load_fixtures", folder)

    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'timeline_place'::regclass")
        assert cursor.fetchone()[0] == Place.objects.count() > 0


def test_a_refused_load_ends_the_command_with_the_sentence(folder):
    edit(folder / "01-places.yaml", "country: KR", "country: KOR")

    with pytest.raises(CommandError, match=r"Nothing was loaded. 01-places.yaml, place seoul, field country: "):
        run("load_fixtures", folder)


def test_a_record_left_out_is_said_on_the_error_stream(tmp_path):
    make.round(slug="sma-12-round-2", agreement=make.agreement(state="draft"))

    assert run("export_fixtures", tmp_path)[1] == "round sma-12-round-2 was left out: its agreement is not published."


def test_drafts_are_written_with_all(tmp_path):
    make.place(slug="seoul", state="draft")

    assert run("export_fixtures", tmp_path, "--all")[0] == f"1 records written to {tmp_path}."


# The derived tables


def test_a_load_refreshes_the_timeline_once(tmp_path):
    everything_of_a_kind()
    fixture_files.export(tmp_path)
    empty_the_database()
    before = ContentVersion.current()

    fixture_files.load(tmp_path)

    assert (index.differences(), ContentVersion.current()) == ([], before + 1)


def test_a_topic_and_its_entries_arrive_whatever_the_order_of_the_files(tmp_path):
    make.topic(make.event())
    fixture_files.export(tmp_path)
    empty_the_database()
    (tmp_path / "11-topics.yaml").rename(tmp_path / "00-topics.yaml")

    fixture_files.load(tmp_path)

    assert Topic.objects.get().events.count() == 1


# Other processes


LOAD = """
import os, signal, sys
import django
django.setup()
from pathlib import Path
from django.db.models.signals import post_save
from timeline import fixture_files
from timeline.models import Event
saved = []
def die(**kwargs):
    saved.append(1)
    if len(saved) == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
post_save.connect(die, sender=Event)
report = fixture_files.load(Path(sys.argv[1]))
print(report.added, report.unchanged)
"""


def environment():
    """Of a process that works on the database of the tests."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        url = f"sqlite:///{name}"
    else:
        url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    return os.environ | {"DATABASE_URL": url, "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "sma_site.settings"}


def loading(folder, *, killed_at=0):
    command = [sys.executable, "-c", LOAD, str(folder), str(killed_at)]
    return subprocess.Popen(command, env=environment(), cwd=ROOT, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def three_events(tmp_path):
    for _each in range(3):
        make.citation(make.event())
    fixture_files.export(tmp_path)
    empty_the_database()
    return tmp_path


@pytest.mark.django_db(transaction=True)
def test_a_load_that_is_killed_leaves_the_old_state(three_events):
    make.place(slug="already-here")
    before = state_of_the_database()

    process = loading(three_events, killed_at=2)
    process.communicate()

    assert process.returncode == -signal.SIGKILL
    assert state_of_the_database() == before


@pytest.mark.django_db(transaction=True)
def test_two_loads_at_once_add_everything_once(three_events):
    processes = [loading(three_events), loading(three_events)]

    reports = sorted(process.communicate()[0].strip() for process in processes)

    assert reports == ["0 6", "6 0"]
    assert (Event.objects.count(), Source.objects.count(), Citation.objects.count()) == (3, 3, 3)


def test_every_model_with_a_natural_key_has_its_file():
    models = apps.get_app_config("timeline").get_models()

    assert {model for model in models if hasattr(model, "natural_key")} == {*RECORDS, *OWNERS}
    assert {kind for file in FILES for kind in file.kinds} == {*RECORDS, *OWNERS}
