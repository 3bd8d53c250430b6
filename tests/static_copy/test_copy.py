"""A copy of a small site: everything public, nothing else, every link leads somewhere, a second run changes little."""

import datetime as dt
import errno
import json
import os
import random
import shutil
import subprocess

import pytest

from tests import make
from tests.admin.records import RECORDS
from tests.conftest import IS_DEEP
from tests.edits import EDITS, small_site
from tests.static_copy.reading import broken, differing, tree
from tests.test_nothing_leaks import SECRET, hang_on, hidden
from timeline import actions, index, merging, static_copy
from timeline.enums import State
from timeline.models import Redirect, Revision, Tombstone
from timeline.static_copy import addresses, changes, copying
from timeline.static_copy.links import file_of

pytestmark = [pytest.mark.deep(6, of="this file"), pytest.mark.django_db]


def test_every_address_of_the_site_is_in_the_copy_or_named_as_left_out():
    known = addresses.NOT_COPIED | addresses.FOUND | addresses.FORMS.keys()

    open_names = {name for name, is_open in addresses.names().items() if is_open and not name.endswith("-detail")}

    assert open_names - known == set()


def test_at_every_address_without_a_part_to_be_filled_in_there_is_a_file(tmp_path):
    small_site()
    static_copy.write(tmp_path / "copy")

    assert [each for each in addresses.fixed() if not (tmp_path / "copy" / file_of(each)).is_file()] == []


def test_every_link_of_the_copy_leads_to_a_file_and_every_fragment_to_its_target(tmp_path):
    small_site()

    report = static_copy.write(tmp_path / "copy")

    assert (report.missing, broken(tmp_path / "copy")) == ({}, [])


@pytest.mark.deep(1)
@pytest.mark.parametrize("state", [State.DRAFT, State.WITHDRAWN])
def test_nothing_that_is_not_public_is_in_the_copy(tmp_path, state):
    public = small_site()
    with index.suspended():
        for name in RECORDS:
            hang_on(public, hidden(name, state))

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
    assert "url=../../events/2019-after/index.html" in (copy / "events/2019-before/index.html").read_text()
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


def test_an_empty_folder_is_not_taken_away_to_put_a_link_in_its_place(tmp_path):
    (tmp_path / "copy").mkdir()

    with pytest.raises(static_copy.NotOurs):
        static_copy.write(tmp_path / "copy")

    assert (tmp_path / "copy").is_dir()


def test_a_link_to_something_else_is_refused_also_where_that_is_gone(tmp_path):
    (tmp_path / "copy").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(static_copy.NotOurs):
        static_copy.write(tmp_path / "copy")

    assert (tmp_path / "copy").readlink() == tmp_path / "elsewhere"


def test_where_the_copy_behind_the_link_is_gone_a_whole_one_is_made(tmp_path):
    make.event()
    static_copy.write(tmp_path / "copy")
    shutil.rmtree(tmp_path / ".copy.copies")

    report = static_copy.write(tmp_path / "copy")

    assert report.made == report.addresses
    assert broken(tmp_path / "copy") == []


def test_a_tree_that_was_left_half_is_neither_served_nor_built_upon(tmp_path):
    event = make.event()
    static_copy.write(tmp_path / "copy")
    shelf = static_copy.writing.Shelf(tmp_path / "copy")
    shutil.rmtree(shelf.before / "site" / "events")
    shelf.before.rename(shelf.copies / "2")  # as a run does before it touches it
    event.title = "Another title"
    event.save()

    static_copy.write(tmp_path / "copy")
    static_copy.write(tmp_path / "whole")

    assert differing(tmp_path / "copy", tmp_path / "whole") == []
    assert sorted(each.name for each in shelf.copies.iterdir()) == ["3", "before-3", "lock"]


def test_an_edit_writes_only_what_it_changes_and_shares_the_rest_with_the_tree_of_before(tmp_path):
    event, other = make.event(), make.event(when="2011-08-09")
    static_copy.write(tmp_path / "copy")
    for title in ("One title", "Another title"):
        event.title = title
        event.save()
        static_copy.write(tmp_path / "copy")
    shelf = static_copy.writing.Shelf(tmp_path / "copy")

    def is_shared(path):
        return (shelf.current / "site" / path).samefile(shelf.before / "site" / path)

    assert [is_shared(f"events/{each.slug}/index.html") for each in (event, other)] == [False, True]


def test_a_database_that_was_restored_is_copied_as_a_whole(tmp_path):
    event = make.event()
    static_copy.write(tmp_path / "copy")
    Revision.objects.update(unit="another")
    event.title = "Another title"
    event.save()

    report = static_copy.write(tmp_path / "copy")

    assert report.made == report.addresses


def test_a_copy_whose_state_is_of_another_form_is_made_as_a_whole(tmp_path):
    make.event()
    static_copy.write(tmp_path / "copy")
    state = copying.State.of(tmp_path / ".copy.copies" / "1" / "state.sqlite")
    state.tell(form=1)
    state.close()

    report = static_copy.write(tmp_path / "copy")

    assert report.made == report.addresses


def test_where_more_has_changed_than_is_looked_at_a_whole_copy_is_made(tmp_path, monkeypatch):
    monkeypatch.setattr(changes, "MOST_LOOKED_AT", 2)
    changed, often = make.event(), make.event()
    static_copy.write(tmp_path / "copy")
    for event, title in ((changed, "Before all"), (often, "Then"), (often, "Again"), (often, "Once more")):
        event.title = title
        event.save()

    static_copy.write(tmp_path / "copy")

    assert "Before all" in (tmp_path / "copy" / "events" / changed.slug / "index.html").read_text()


def test_where_very_many_records_have_changed_a_whole_copy_is_made(tmp_path, monkeypatch):
    monkeypatch.setattr(changes, "MOST_CHANGED", 1)
    events = [make.event(), make.event()]
    static_copy.write(tmp_path / "copy")
    for event in events:
        event.title = "Another title"
        event.save()

    report = static_copy.write(tmp_path / "copy")

    assert report.made == report.addresses


def test_what_is_published_while_a_copy_is_made_is_in_it_at_the_end(tmp_path, monkeypatch):
    event, make_downloads = make.event(), copying.Downloads.made

    def made_while_somebody_saves():
        monkeypatch.undo()
        downloads = make_downloads()
        event.title = "Published meanwhile"
        event.save()
        return downloads

    monkeypatch.setattr(copying.Downloads, "made", made_while_somebody_saves)
    static_copy.write(tmp_path / "copy")
    static_copy.write(tmp_path / "whole")

    assert differing(tmp_path / "copy", tmp_path / "whole") == []


def test_files_on_another_disk_are_copied(tmp_path, monkeypatch):
    def linked(source, target, link=os.link):
        if str(source).startswith(str(tmp_path / "var")):
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        link(source, target)

    make.event()
    static_copy.write(tmp_path / "copy")
    monkeypatch.setattr("os.link", linked)

    static_copy.write(tmp_path / "other")

    assert differing(tmp_path / "copy", tmp_path / "other") == []


def test_the_corrections_of_a_record_name_another_as_it_is_called_now(tmp_path):
    source, event = make.source(title="Talks open"), make.event()
    make.citation(event, source=source)
    cited = event.citations.get()
    static_copy.write(tmp_path / "copy")
    cited.source = make.source()
    cited.save()
    static_copy.write(tmp_path / "copy")
    source.title = "Talks open in Seoul"
    source.save()

    static_copy.write(tmp_path / "copy")
    static_copy.write(tmp_path / "whole")

    assert differing(tmp_path / "copy", tmp_path / "whole") == []


def test_a_gap_is_told_of_anew_on_the_page_of_its_agreement(tmp_path):
    gap = make.gap(agreement=make.agreement())
    static_copy.write(tmp_path / "copy")
    gap.text = "Nobody has published the annex."
    gap.save()

    static_copy.write(tmp_path / "copy")
    static_copy.write(tmp_path / "whole")

    assert differing(tmp_path / "copy", tmp_path / "whole") == []


def test_an_edit_makes_the_page_of_a_long_list_again_on_which_it_is_shown(tmp_path):
    place = make.place()
    events = [make.event(place=place, when=f"2019-{number // 28 + 1:02}-{number % 28 + 1:02}") for number in range(120)]
    static_copy.write(tmp_path / "copy")
    pages = [tmp_path / "copy" / "places" / place.slug / path for path in ("page/2/index.html", "page/3/index.html")]
    before = [page.stat().st_ino for page in pages]
    events[70].title = "Another title"
    events[70].save()

    static_copy.write(tmp_path / "copy")
    static_copy.write(tmp_path / "whole")

    assert [page.stat().st_ino == number for page, number in zip(pages, before, strict=True)] == [False, True]
    assert differing(tmp_path / "copy", tmp_path / "whole") == []


def test_a_second_writer_of_the_same_copy_is_refused(tmp_path):
    shelf = static_copy.writing.Shelf(tmp_path / "copy")

    with static_copy.copying._alone(shelf), pytest.raises(static_copy.Busy):
        static_copy.write(tmp_path / "copy")


# --- what random edits had not found


def is_as_a_whole_one(folder):
    static_copy.write(folder / "copy")
    static_copy.write(folder / "whole", anew=True)
    return differing(folder / "copy", folder / "whole") == []


@pytest.mark.parametrize("kind", ["organization", "place", "source", "topic"])
def test_two_records_that_became_one_are_copied(tmp_path, kind):
    loser, winner = getattr(make, kind)(), getattr(make, kind)()
    for each in (loser, winner) if kind == "organization" else ():
        make.citation(each)
    merging.merge(loser, into=winner, by=editor(), why="They are one.")

    static_copy.write(tmp_path / "copy")

    assert f"{loser.get_absolute_url()} {winner.get_absolute_url()} 301" in (tmp_path / "copy/_redirects").read_text()


def test_a_merge_that_is_taken_back_leaves_both_records_with_all_of_their_files(tmp_path):
    loser, winner, by = make.topic(), make.topic(), editor()
    static_copy.write(tmp_path / "copy")
    merged = merging.merge(loser, into=winner, by=by, why="They are one.")
    assert is_as_a_whole_one(tmp_path)
    merging.unmerge(merged, by=by, why="They are two.")
    assert is_as_a_whole_one(tmp_path)
    loser.refresh_from_db()
    loser.description = "Other words."
    loser.save()

    assert is_as_a_whole_one(tmp_path)


def test_a_tombstone_that_is_loaded_beside_an_edit_is_in_the_copy(tmp_path):
    event = make.event()
    static_copy.write(tmp_path / "copy")
    event.title = "Another title"
    event.save()
    tombstone("gone-for-good")

    assert is_as_a_whole_one(tmp_path)


def test_an_old_name_of_what_only_a_tombstone_is_left_of_is_in_the_copy(tmp_path):
    tombstone("gone-for-good")
    Redirect.objects.create(kind="event", old_slug="once-so", new_slug="gone-for-good")

    static_copy.write(tmp_path / "copy")

    assert (tmp_path / "copy/events/once-so/index.html").is_file()


def test_a_new_disagreement_is_shown_on_the_record_that_it_concerns(tmp_path):
    round = small_site()[0]
    static_copy.write(tmp_path / "copy")
    make.citation(make.position(make.disagreement(round)))

    assert is_as_a_whole_one(tmp_path)


def test_a_disagreement_whose_record_has_another_agreement_by_now_stands_on_another_page_of_the_list(tmp_path):
    first, last = (make.agreement(ordinal=ordinal) for ordinal in (1, 9))
    for _number in range(50):
        make.disagreement(first)
    figure = make.figure(agreement=last)
    make.disagreement(figure)
    static_copy.write(tmp_path / "copy")
    figure.agreement = None
    figure.save()

    assert is_as_a_whole_one(tmp_path)


def test_an_address_that_was_led_to_in_vain_stays_when_it_was_that_of_a_record_once(tmp_path):
    event, other, by = make.event(summary="See [it](/events/new-name/)."), make.event(), editor()
    static_copy.write(tmp_path / "copy")
    for slug in ("new-name", "newer-name"):
        actions.rename(other, slug=slug, by=by)
        static_copy.write(tmp_path / "copy")
        other.refresh_from_db()
    event.summary = "Nothing."
    event.save()

    assert is_as_a_whole_one(tmp_path)


def editor():
    return make.user("Administrator", is_superuser=True)


def tombstone(slug):
    gone = {"withdrawn_at": dt.datetime(2024, 1, 1, tzinfo=dt.UTC), "reason": "It never happened."}
    Tombstone.objects.create(kind="event", code="abcdefgh", slug=slug, **gone)


# --- many edits ------------------------------------------------------------------------------------------------------


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(12 if IS_DEEP else 1))
def test_any_edits_leave_the_same_bytes_as_a_whole_copy(tmp_path, seed):
    chance = random.Random(f"{os.environ['SAMPLE_SEED']} {seed}")
    small_site()
    static_copy.write(tmp_path / "copy")

    for step in range(9 if IS_DEEP else 3):
        edit = chance.choice(EDITS)
        edit(chance)
        static_copy.write(tmp_path / "copy")
        static_copy.write(tmp_path / f"whole-{step}")
        assert (edit.__name__, differing(tmp_path / "copy", tmp_path / f"whole-{step}")) == (edit.__name__, [])
