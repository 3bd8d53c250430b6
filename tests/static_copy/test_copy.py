"""A copy of a small site: everything public, nothing else, every link leads somewhere, a second run changes little."""

import json
import os
import random
import subprocess

import pytest

from tests import make
from tests.admin.records import RECORDS
from tests.conftest import IS_DEEP
from tests.static_copy.reading import broken, differing, tree
from tests.test_nothing_leaks import SECRET, hang_on, hidden
from timeline import actions, index, static_copy
from timeline.enums import State
from timeline.models import Event, Official, Statement
from timeline.static_copy import addresses

pytestmark = pytest.mark.django_db


def small_site():
    agreement = make.agreement(ordinal=12, slug="sma-12", name="12th Agreement", status="in_force")
    place, speaker = make.place(), make.official()
    round = make.round(agreement=agreement, place=place)
    made = [round, make.round(agreement=agreement, place=place), make.event(agreement=agreement, place=place)]
    said = make.statement(made_at_round=round, speaker=speaker, attribution="", agreement=agreement)
    made += [
        said,
        make.statement(speaker=speaker, attribution=""),
        make.figure(agreement=agreement),
        make.organization(),
    ]
    source = make.source()
    for record in [agreement, *made, speaker]:
        make.citation(record, source=source)
    make.relation(made[2], round)
    make.topic(*made[:3])
    disagreement = make.disagreement(made[5])
    make.citation(make.position(disagreement), source=source)
    make.gap(agreement=agreement)
    return made


def test_every_address_of_the_site_is_in_the_copy_or_named_as_left_out():
    known = addresses.NOT_COPIED | addresses.FOUND | addresses.FORMS.keys()

    open_names = {name for name, is_open in addresses.names().items() if is_open and not name.endswith("-detail")}

    assert open_names - known == set()


def test_every_link_of_the_copy_leads_to_a_file_and_every_fragment_to_its_target(tmp_path):
    small_site()

    report = static_copy.write(tmp_path / "copy")

    assert (report.missing, broken(tmp_path / "copy")) == ({}, [])


@pytest.mark.parametrize("state", [State.DRAFT, State.WITHDRAWN])
def test_nothing_that_is_not_public_is_in_the_copy(tmp_path, state):
    public = small_site()
    for name in RECORDS:
        hang_on(public, hidden(name, state))
    index.rebuild()

    static_copy.write(tmp_path / "copy")

    assert [path for path, content in tree(tmp_path / "copy").items() if SECRET.encode() in content.lower()] == []


def test_the_sums_are_those_of_the_files(tmp_path):
    small_site()
    static_copy.write(tmp_path / "copy")

    checked = subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=tmp_path / "copy", check=False)

    listed = {file["path"] for file in json.loads((tmp_path / "copy/manifest.json").read_text())["files"]}
    assert checked.returncode == 0
    assert listed == tree(tmp_path / "copy").keys() - {"manifest.json", "SHA256SUMS"}


def test_two_whole_copies_are_the_same_bytes(tmp_path):
    small_site()

    static_copy.write(tmp_path / "one")
    static_copy.write(tmp_path / "two")

    assert differing(tmp_path / "one", tmp_path / "two") == []


def test_a_second_run_after_an_edit_leaves_the_same_bytes_as_a_whole_copy(tmp_path):
    made = small_site()
    static_copy.write(tmp_path / "copy")
    event = made[2]
    event.title = "Another title"
    event.save()

    report = static_copy.write(tmp_path / "copy")
    static_copy.write(tmp_path / "whole")

    assert differing(tmp_path / "copy", tmp_path / "whole") == []
    assert report.made < report.addresses


def test_what_is_withdrawn_is_gone_and_what_is_renamed_leads_on(tmp_path):
    editor = make.user("Administrator", is_superuser=True)
    event, moved = make.event(slug="2019-once"), make.event(slug="2019-before", title="It moved")
    for record in (event, moved):
        make.citation(record)
    static_copy.write(tmp_path / "copy")
    actions.withdraw(event, by=editor, reason="It never happened.")
    actions.rename(moved, slug="2019-after", by=editor)

    static_copy.write(tmp_path / "copy")

    copy = tmp_path / "copy"
    assert "It never happened." in (copy / "events/2019-once/index.html").read_text()
    assert "url=../2019-after/index.html" in (copy / "events/2019-before/index.html").read_text()
    assert "/events/2019-before/ /events/2019-after/ 301" in (copy / "_redirects").read_text()
    assert broken(copy) == []


def test_a_folder_that_holds_something_else_is_refused(tmp_path):
    (tmp_path / "mine").write_text("precious")

    with pytest.raises(static_copy.NotOurs):
        static_copy.write(tmp_path)

    assert (tmp_path / "mine").read_text() == "precious"


def test_a_copy_that_fails_leaves_the_one_before(tmp_path, monkeypatch):
    small_site()
    static_copy.write(tmp_path / "copy")
    before = tree(tmp_path / "copy")
    make.event()
    monkeypatch.setattr("timeline.static_copy.writing.Path.replace", lambda *paths: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        static_copy.write(tmp_path / "copy")

    assert tree(tmp_path / "copy") == before


def test_a_second_writer_of_the_same_copy_is_refused(tmp_path):
    shelf = static_copy.writing.Shelf(tmp_path / "copy")

    with static_copy.copying._alone(shelf), pytest.raises(static_copy.Busy):
        static_copy.write(tmp_path / "copy")


# --- many edits ------------------------------------------------------------------------------------------------------


def retitle(chance):
    event = chance.choice(list(Event.objects.order_by("code")))
    event.title = f"Title {chance.random()}"
    event.save()


def rename_official(chance):
    official = chance.choice(list(Official.objects.order_by("code")))
    official.name = f"Name {chance.random()}"
    official.save()


def move_event(chance):
    event = chance.choice(list(Event.objects.order_by("code")))
    event.when = f"20{chance.randrange(18, 22)}-08-09"
    event.save()


def reword(chance):
    statement = chance.choice(list(Statement.objects.order_by("code")))
    statement.text = f"Words {chance.random()}"
    statement.save()


def add(chance):
    record = chance.choice([make.event, make.statement, make.figure])(
        agreement=Event.objects.order_by("code")[0].agreement
    )
    make.citation(record)


def cite(chance):
    make.citation(chance.choice(list(Statement.objects.order_by("code"))))


def repost(chance):
    make.appointment(chance.choice(list(Official.objects.order_by("code"))), title=f"Post {chance.random()}")


EDITS = (retitle, rename_official, move_event, reword, add, cite, repost)


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(12 if IS_DEEP else 1))
def test_any_edits_leave_the_same_bytes_as_a_whole_copy(tmp_path, seed):
    chance = random.Random(f"{os.environ['SAMPLE_SEED']} {seed}")
    small_site()
    static_copy.write(tmp_path / "copy")

    for step in range(len(EDITS) if IS_DEEP else 3):
        edit = chance.choice(EDITS)
        edit(chance)
        static_copy.write(tmp_path / "copy")
        static_copy.write(tmp_path / f"whole-{step}")
        assert (edit.__name__, differing(tmp_path / "copy", tmp_path / f"whole-{step}")) == (edit.__name__, [])
