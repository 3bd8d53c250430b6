"""Old slugs and what is left of withdrawn records, as files: a site made anew from them keeps every promise."""

import datetime as dt

import pytest
from django.core.management import call_command

from tests import make
from tests.test_fixture_files import as_loaded, counts, edit, empty_the_database, exported
from timeline import actions, fixture_files, merging
from timeline.fixture_files import FixtureError
from timeline.models import Citation, ContentVersion, Place, Redirect, Round, Tombstone

pytestmark = pytest.mark.django_db
REDIRECTS, TOMBSTONES = "15-redirects.yaml", "16-tombstones.yaml"
NOON = dt.datetime(2024, 6, 1, 12, 0, tzinfo=dt.UTC)


def renamed(record, slug):
    actions.rename(record, slug=slug, by=None)
    return record


def withdrawn(record, reason="It was a call."):
    actions.withdraw(record, reason=reason, by=None, at=NOON)
    return record


def redirect(kind="place", old="old-seoul", new="seoul"):
    return Redirect.objects.create(kind=kind, old_slug=old, new_slug=new)


def tombstone(kind="place", slug="busan", code="gone2345"):
    return Tombstone.objects.create(kind=kind, slug=slug, code=code, withdrawn_at=NOON, reason="It was a call.")


def leads():
    return list(Redirect.objects.values_list("kind", "old_slug", "new_slug"))


def buried():
    return list(Tombstone.objects.values_list("kind", "code", "slug", "withdrawn_at", "reason"))


def clashes(folder):
    return [str(clash) for clash in fixture_files.load(folder).clashes]


# --- written


def test_files_without_old_addresses_hold_an_empty_list(tmp_path):
    make.place()

    written = exported(tmp_path)

    assert [written[name].splitlines()[2:] for name in (REDIRECTS, TOMBSTONES)] == [["", "[]"]] * 2


def test_a_renamed_and_a_withdrawn_record_leave_their_address_and_nothing_of_what_they_said(tmp_path):
    renamed(make.place(slug="seul"), "seoul")
    gone = withdrawn(make.place(slug="busan", name="Never to be read", code="gone2345"))

    written = exported(tmp_path)

    assert gone.state == "withdrawn"
    assert written[TOMBSTONES].splitlines()[3:] == [
        "- model: timeline.tombstone",
        "  fields:",
        "    kind: place",
        "    code: gone2345",
        "    slug: busan",
        "    withdrawn_at: 2024-06-01T12:00:00Z",
        "    reason: It was a call.",
    ]
    assert "    old_slug: seul\n    new_slug: seoul\n" in written[REDIRECTS]
    assert "Never to be read" not in "".join(written.values())


def test_with_all_the_withdrawn_record_is_written_and_no_tombstone_besides(tmp_path):
    withdrawn(make.place(slug="busan"))
    tombstone(slug="incheon")

    written = exported(tmp_path, everything=True)

    assert "busan" in written["01-places.yaml"]
    assert written[TOMBSTONES].count("slug:") == written[TOMBSTONES].count("slug: incheon") == 1


def test_they_stand_by_kind_and_slug(tmp_path):
    for kind, slug in (("topic", "a"), ("place", "b"), ("place", "a")):
        tombstone(kind, slug, code=f"{kind[:2]}2345{slug}x")
        redirect(kind, f"old-{slug}", slug)

    written = exported(tmp_path)

    assert [line.split()[-1] for line in written[TOMBSTONES].splitlines() if " slug:" in line] == ["a", "b", "a"]
    assert [line.split()[-1] for line in written[REDIRECTS].splitlines() if "old_slug:" in line] == [
        "old-a",
        "old-b",
        "old-a",
    ]


def test_a_redirect_to_a_record_that_is_not_written_is_not_either(tmp_path):
    redirect(new="nowhere")

    assert "nowhere" not in exported(tmp_path)[REDIRECTS]


# --- read


def a_past():
    """A record renamed twice, one withdrawn after it was renamed, one merged."""
    renamed(renamed(make.place(slug="first"), "second"), "third")
    withdrawn(renamed(make.place(slug="busan", code="gone2345"), "pusan"))
    merging.merge(make.topic(slug="twin", code="twin2345"), into=make.topic(slug="kept"), by=None, why="They are one.")


@pytest.mark.parametrize("load", ["load_fixtures", "loaddata"])
def test_a_site_made_anew_from_the_public_files_keeps_every_promise(client, tmp_path, load):
    a_past()
    before = exported(tmp_path / "before")
    empty_the_database()
    paths = sorted(map(str, (tmp_path / "before").iterdir()))

    call_command(load, *(paths if load == "loaddata" else [tmp_path / "before"]), verbosity=0)

    assert exported(tmp_path / "after") == before
    hops = {"/places/first/": "/places/third/", "/places/second/": "/places/third/", "/topics/twin/": "/topics/kept/"}
    hops["/e/twin2345/"] = "/topics/kept/"
    assert {address: client.get(address)["Location"] for address in hops} == hops
    for address in ("/places/busan/", "/places/pusan/", "/e/gone2345/"):
        answer = client.get(address)
        assert (answer.status_code, "It was a call." in answer.text, "1 June 2024" in answer.text) == (410, True, True)


def test_a_second_load_writes_nothing(tmp_path):
    a_past()
    fixture_files.export(tmp_path)
    empty_the_database()
    first, version = fixture_files.load(tmp_path), ContentVersion.current()

    second = fixture_files.load(tmp_path)

    assert (first.addresses, second.addresses, second.clashes) == (6, 0, [])
    assert ContentVersion.current() == version


def test_what_the_files_no_longer_hold_stays(tmp_path):
    a_past()
    fixture_files.export(tmp_path)
    empty_the_database()
    fixture_files.load(tmp_path)
    there = (leads(), buried())
    for name in (REDIRECTS, TOMBSTONES):
        (tmp_path / name).write_text("[]\n")

    fixture_files.load(tmp_path)

    assert (leads(), buried()) == there


def test_old_addresses_alone_are_news_to_those_who_keep_pages(tmp_path):
    tombstone()
    fixture_files.export(tmp_path)
    Tombstone.objects.all().delete()
    version = ContentVersion.current()

    report = fixture_files.load(tmp_path)

    assert (report.addresses, len(buried())) == (1, 1)
    assert ContentVersion.current() == version + 1


def test_the_command_says_how_many_were_written(tmp_path, capsys):
    tombstone()
    fixture_files.export(tmp_path)
    Tombstone.objects.all().delete()

    call_command("load_fixtures", tmp_path)

    assert "Old addresses: 1 written." in capsys.readouterr().out


# --- a record that is here


def test_a_record_that_nobody_touched_is_withdrawn_as_the_files_say(client, tmp_path):
    make.round(slug="round-3", code="round345")
    as_loaded(tmp_path)
    there = tmp_path / "there"
    withdraw_elsewhere(Round, there)

    report = fixture_files.load(there)

    assert (report.updated, report.clashes) == (1, [])
    assert buried() == []
    answer = client.get("/rounds/round-3/")
    assert (answer.status_code, "It was a call." in answer.text) == (410, True)
    assert fixture_files.load(there).updated == 0


def withdraw_elsewhere(model, folder):
    """Files of a site on which this was withdrawn; here, all is as before."""
    kept = list(model.objects.values())
    for record in model.objects.all():
        withdrawn(record)
    fixture_files.export(folder)
    for values in kept:
        model.objects.filter(pk=values.pop("id")).update(**values)


def test_a_record_that_an_editor_changed_is_left_public_and_listed(tmp_path):
    place = make.place(slug="busan")
    as_loaded(tmp_path)
    place.refresh_from_db()
    place.name = "Pusan"
    place.save()
    withdraw_elsewhere(Place, tmp_path / "there")

    assert clashes(tmp_path / "there") == ["tombstone busan: it was changed here since it was last loaded"]
    assert Place.objects.get().state == "published"


def test_a_citation_that_went_with_a_merge_moves_here_as_well(tmp_path):
    loser, winner = make.event(slug="loser"), make.event(slug="winner")
    make.citation(loser, code="cited234", locator="p. 1")
    make.citation(winner, locator="p. 2")
    as_loaded(tmp_path)
    fixture_files.export(tmp_path / "before")
    merging.merge(loser, into=winner, by=None, why="They are one.")
    fixture_files.export(tmp_path / "there")
    empty_the_database()
    fixture_files.load(tmp_path / "before")

    assert clashes(tmp_path / "there") == []
    assert Citation.objects.get(code="cited234").event.slug == "winner"
    assert leads() == [("event", "loser", "winner")]
    assert exported(tmp_path / "again") == {
        path.name: path.read_text() for path in sorted((tmp_path / "there").iterdir())
    }


def test_a_record_that_is_loaded_takes_its_tombstone_away(client, tmp_path):
    make.place(slug="busan", code="gone2345")
    fixture_files.export(tmp_path)
    empty_the_database()
    tombstone()

    assert clashes(tmp_path) == []
    assert buried() == []
    assert client.get("/places/busan/").status_code == 200


def test_a_record_that_is_published_again_takes_its_tombstone_away():
    place = make.place(slug="busan", code="gone2345", state="withdrawn")
    tombstone()

    actions.publish(place, by=None)

    assert buried() == []


def test_what_was_public_never_becomes_a_draft_by_a_file(tmp_path):
    make.place(slug="seoul")
    as_loaded(tmp_path)
    edit(tmp_path / "01-places.yaml", "state: published", "state: draft")

    assert clashes(tmp_path) == ["place seoul: it was public here, so it is never a draft again: withdraw it"]
    assert Place.objects.get().state == "published"


# --- never given again


def test_the_slug_of_what_is_gone_is_given_to_no_other_record(tmp_path):
    tombstone("event", "2024-05-23-talks")
    statement = make.statement(state="draft")

    with pytest.raises(actions.Refused) as refusal:
        actions.rename(statement, slug="2024-05-23-talks", by=None)

    assert refusal.value.sentences == ["This slug once led to another record, and its links must not change."]


def test_a_file_gives_it_to_no_other_record_either(tmp_path):
    make.place(slug="busan", code="other234")
    fixture_files.export(tmp_path)
    empty_the_database()
    tombstone()

    assert counts(fixture_files.load(tmp_path))[3] == [
        "place busan: its slug belongs to place gone2345, which was withdrawn"
    ]


@pytest.mark.parametrize("other", [{"slug": "busan"}, {"slug": "seoul", "code": "gone2345"}])
def test_a_tombstone_takes_no_slug_and_no_code_from_another_record(tmp_path, other):
    tombstone()
    fixture_files.export(tmp_path)
    Tombstone.objects.all().delete()
    make.topic(**other) if "code" in other else make.place(code="other234", **other)

    expected = "topic gone2345" if "code" in other else "place other234"
    assert clashes(tmp_path) == [f"tombstone busan: its slug or code belongs to {expected}"]


# --- redirects against what is here


def test_a_redirect_leads_to_where_the_record_stands_here(tmp_path):
    place = make.place(slug="seoul")
    redirect()
    as_loaded(tmp_path)
    Redirect.objects.all().delete()
    renamed(place, "seoul-city")

    clashes(tmp_path)

    assert leads() == [("place", "old-seoul", "seoul-city"), ("place", "seoul", "seoul-city")]


@pytest.mark.parametrize(
    ("here", "reason"),
    [
        (lambda: make.place(slug="old-seoul", code="other234"), "its old slug is that of place other234 here"),
        (lambda: (make.place(slug="else"), redirect(new="else")), "it leads to else here"),
        (lambda: Place.objects.filter(slug="seoul").delete(), "it leads to no record that is here"),
    ],
)
def test_a_redirect_that_does_not_go_with_what_is_here_is_listed(tmp_path, here, reason):
    make.place(slug="seoul")
    redirect()
    as_loaded(tmp_path)
    Redirect.objects.all().delete()
    here()

    assert f"redirect old-seoul: {reason}" in clashes(tmp_path)


def test_a_merge_elsewhere_turns_older_redirects_as_well(tmp_path):
    old = renamed(make.topic(slug="oldest"), "twin")
    kept = make.topic(slug="kept")
    fixture_files.export(tmp_path / "before")
    merging.merge(old, into=kept, by=None, why="They are one.")
    fixture_files.export(tmp_path / "there")
    empty_the_database()
    fixture_files.load(tmp_path / "before")

    assert clashes(tmp_path / "there") == []
    assert leads() == [("topic", "oldest", "kept"), ("topic", "twin", "kept")]


# --- files that are wrong


@pytest.fixture
def folder(tmp_path):
    make.place(slug="seoul")
    redirect()
    tombstone()
    fixture_files.export(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        (REDIRECTS, "kind: place", "kind: treaty", "There is no kind of record “treaty”."),
        (REDIRECTS, "new_slug: seoul", "new_slug: old-seoul", "It leads to itself."),
        (REDIRECTS, "old_slug: old-seoul", "old_slug: seoul", "place seoul in 01-places.yaml, line 4, has the same."),
        (REDIRECTS, "    new_slug: seoul\n", "", "This field is missing."),
        (REDIRECTS, "new_slug: seoul", "new_slug: Not A Slug", "small letters"),
        (REDIRECTS, "new_slug: seoul", "new_slug: [seoul]", "Write one value here, not a list."),
        (REDIRECTS, "new_slug: seoul", "to: seoul", "There is no such field here."),
        (TOMBSTONES, "slug: busan", "slug: seoul", "place seoul in 01-places.yaml, line 4, has the same."),
        (TOMBSTONES, "reason: It was a call.", "reason: ''", "This field cannot be blank."),
        (TOMBSTONES, "withdrawn_at: 2024-06-01T12:00:00Z", "withdrawn_at: yesterday", "Write the moment with its zone"),
    ],
)
def test_a_wrong_address_is_refused_with_a_sentence(folder, file, old, new, sentence):
    edit(folder / file, old, new)

    with pytest.raises(FixtureError) as error:
        fixture_files.load(folder)

    assert error.value.file == file
    assert sentence in str(error.value)


def test_a_tombstone_of_a_record_of_the_same_files_is_refused(folder):
    edit(folder / TOMBSTONES, "code: gone2345", f"code: {Place.objects.get().code}")

    with pytest.raises(FixtureError, match=r"16-tombstones.yaml, tombstone busan, field code: place seoul"):
        fixture_files.load(folder)


def test_a_chain_is_refused_with_where_it_leads(folder):
    text = (folder / REDIRECTS).read_text()
    entry = text[text.index("- model") :].replace("new_slug: seoul", "new_slug: old-seoul")
    (folder / REDIRECTS).write_text(text + entry.replace("old_slug: old-seoul", "old_slug: oldest"))

    with pytest.raises(FixtureError, match="Write where that leads: seoul"):
        fixture_files.load(folder)


def test_two_of_one_slug_are_refused(folder):
    for name in (REDIRECTS, TOMBSTONES):
        text = (folder / name).read_text()
        (folder / name).write_text(text + text[text.index("- model") :])
        with pytest.raises(FixtureError, match=f"in {name}, line 4, has the same"):
            fixture_files.load(folder)
        (folder / name).write_text(text)
