"""What editors type: kept, offered again, told in words; and who else has the record open."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser import desk

pytestmark = [pytest.mark.deep(11, of="this file"), pytest.mark.browser]
ADD, CHANGE = "/admin/timeline/round/add/", "/admin/timeline/round/1/change/"
STORED = """
import json, sys
from timeline.models import Round
found = Round.objects.get(agreement__slug="sma-12", number=sys.argv[1])
print(json.dumps({
    "when": found.when,
    "delegates": [[each.side, each.official.name, each.is_head] for each in found.delegate_set.all()],
    "statements": [[each.text, each.attribution, each.citations.get().source.slug] for each in found.statements.all()],
}))
"""
SOURCE = """
import json
from timeline.models import Source
print(json.dumps([Source.objects.order_by("slug").first().slug, Source.objects.order_by("slug").first().title]))
"""
DRAFT = "from timeline.models import Topic; print(Topic.objects.create(slug='by-air', name='By air').pk)"

TWO_CLICKS = """() => {
  const save = document.querySelector("[name=_save]");
  setTimeout(() => save.click());
  setTimeout(() => save.click(), 20);
}"""
COVERED = """() => {
  const row = document.querySelector(".submit-row");
  const [box, over] = [document.activeElement.getBoundingClientRect(), row.getBoundingClientRect()];
  const isCovered = !row.contains(document.activeElement) && box.bottom > over.top && box.top < over.bottom;
  return isCovered ? [document.activeElement.outerHTML.slice(0, 120)] : [];
}"""
NAMED = "import sys; from timeline.models import Topic; print(Topic.objects.filter(name=sys.argv[1]).count())"


@pytest.fixture(scope="module")
def minji(running_site):
    return desk.editor(running_site, "minji", "Minji", "Park")


@pytest.fixture(scope="module")
def sam(running_site):
    return desk.editor(running_site, "sam", "Sam", "Oh")


@pytest.fixture
def at_desk(open_page, minji):
    """A page of the desk, with `minji` at it."""

    def opened(address, by=minji, **options):
        page = open_page("/about/", **options)
        by.sign_in(page)
        page.goto(address, wait_until="networkidle")
        return page

    return opened


def choose(page, name, typed, shown):
    """In a chooser of records: open it, type, take what it finds."""
    page.locator(f"select[name={name}] + .select2-container .select2-selection").click()
    expect(page.locator(".select2-container--open .select2-search__field")).to_be_focused()
    page.keyboard.type(typed)
    page.get_by_role("option", name=shown).first.click()


def add_row(page, prefix, kind):
    """What the names of the new row begin with."""
    number = page.locator(f"[name={prefix}-TOTAL_FORMS]").input_value()
    page.get_by_role("button", name=f"Add another {kind}").press(" ")
    return f"{prefix}-{number}"


def type_a_round(page, number, source_title):
    choose(page, "agreement", "12th", "12th Special Measures Agreement")
    page.get_by_label("Number:").fill(str(number))
    page.get_by_label("When:", exact=True).fill("2027-03-02/2027-03-04")
    delegate = add_row(page, "delegate_set", "Delegate")
    page.locator(f"[name={delegate}-side]").select_option("KR")
    choose(page, f"{delegate}-official", "Lee Tae", re.compile("Lee Tae-woo"))
    page.locator(f"[name={delegate}-is_head]").check()
    statement = add_row(page, "statements", "Statement")
    page.locator(f"[name={statement}-text]").fill("We met and we will meet again.")
    page.locator(f"[name={statement}-attribution]").fill("a Seoul official")
    page.locator(f"[name={statement}-medium]").select_option(index=1)
    page.locator(f"[name={statement}-language]").select_option("en")
    choose(page, f"{statement}-cited_source", source_title[:20], source_title)


def bar(page):
    return page.locator(".draft-bar")


def said(page):
    return bar(page).locator("p:visible")


def drafts(page):
    return page.evaluate("() => Object.keys(localStorage).filter(key => key.startsWith('sma-draft:')).length")


def save(page):
    page.get_by_role("button", name="Save", exact=True).click()


def test_what_was_typed_when_the_session_ran_out_is_put_back_row_by_row_and_saved(at_desk, minji, running_site):
    source, title = desk.within(running_site, SOURCE)
    page = at_desk(ADD)
    type_a_round(page, 91, title)
    minji.lose_session(page)
    save(page)
    expect(page.get_by_label("Password:")).to_be_visible()

    minji.sign_in(page)
    page.goto(ADD)
    expect(said(page)).to_have_text(re.compile(r"You typed this on \d+ \w+, \d\d:\d\d, and it was not saved."))
    bar(page).get_by_role("button", name="Put it back").press("Enter")
    expect(said(page)).to_have_text("It is put back as you typed it. It is not saved yet.")
    save(page)

    expect(page.locator(".messagelist")).to_contain_text("was added successfully")
    assert desk.within(running_site, STORED, "91") == {
        "when": "2027-03-02/2027-03-04",
        "delegates": [["KR", "Lee Tae-woo", True]],
        "statements": [["We met and we will meet again.", "a Seoul official", source]],
    }
    assert drafts(page) == 0


def test_a_form_that_never_arrived_for_want_of_a_network_is_offered_again(at_desk):
    page = at_desk(ADD)
    page.get_by_label("Venue:").fill("The Shilla")
    page.context.set_offline(True)
    save(page)
    page.context.set_offline(False)

    page.goto(ADD)
    bar(page).get_by_role("button", name="Put it back").click()

    expect(page.get_by_label("Venue:")).to_have_value("The Shilla")


def test_a_form_with_errors_keeps_what_was_typed_and_offers_it_to_nobody_twice(at_desk):
    page = at_desk(ADD)
    page.get_by_label("Venue:").fill("The Shilla")
    save(page)

    expect(page.locator(".errornote:visible").first).to_contain_text("Please correct")
    expect(bar(page)).to_have_count(0)
    assert drafts(page) == 1


def test_the_first_field_has_the_focus_and_later_what_is_wrong(at_desk):
    page = at_desk(ADD)
    expect(page.locator("[name=agreement] + .select2-container .select2-selection")).to_be_focused()
    page.get_by_label("Number:").fill("9")
    page.get_by_label("When:", exact=True).fill("2027-3-2")

    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_text("Please correct the errors below.")).to_be_visible()
    expect(page.locator("[name=agreement] + .select2-container .select2-selection")).to_be_focused()
    choose(page, "agreement", "12th", "12th Special Measures Agreement")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_label("When:", exact=True)).to_be_focused()


def test_the_row_of_buttons_lies_over_nothing_that_has_the_focus(at_desk):
    page = at_desk("/admin/timeline/event/add/")

    covered = []
    for _each in range(60):
        page.keyboard.press("Tab")
        covered += page.evaluate(COVERED)

    assert covered == []


def test_a_second_click_while_the_first_is_on_its_way_stores_nothing_twice(at_desk, running_site):
    page = at_desk("/admin/timeline/topic/add/")
    page.get_by_label("Name:", exact=True).fill("Furlough pay")

    page.evaluate(TWO_CLICKS)

    expect(page.get_by_text("was added successfully")).to_be_visible()
    assert desk.within(running_site, NAMED, "Furlough pay") == 1


@pytest.mark.parametrize(("name", "java_script_enabled"), [("Layoff notices", True), ("Layoff pay", False)])
def test_back_and_saved_again_links_to_what_is_stored_and_stores_nothing_twice(
    at_desk, running_site, name, java_script_enabled
):
    page = at_desk("/admin/timeline/topic/add/", java_script_enabled=java_script_enabled)
    page.get_by_label("Name:", exact=True).fill(name)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully")).to_be_visible()

    page.go_back()
    page.get_by_label("Name:", exact=True).fill(name)
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.locator(".errorlist").get_by_role("link", name=f"“{name}”")).to_be_visible()
    assert desk.within(running_site, NAMED, name) == 1


def test_what_is_thrown_away_is_gone_and_comes_back_only_when_asked_at_once(at_desk):
    page = at_desk(ADD)
    page.get_by_label("Venue:").fill("The Shilla")
    page.wait_for_function("() => Object.keys(localStorage).some(key => key.startsWith('sma-draft:'))")
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()

    bar(page).get_by_role("button", name="Throw it away").click()
    assert drafts(page) == 0

    bar(page).get_by_role("button", name="Undo").click()
    assert drafts(page) == 1


def test_leaving_with_something_typed_asks_first_and_without_does_not(at_desk):
    page, asked = at_desk(ADD), []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(ADD)
    assert asked == []

    page.wait_for_load_state("networkidle")
    page.get_by_label("Venue:").click()
    page.keyboard.type("The Shilla")
    page.goto("/admin/")

    assert asked == ["beforeunload"]


def test_neither_passwords_nor_tokens_are_kept(at_desk):
    page = at_desk(ADD)
    page.get_by_label("Venue:").fill("The Shilla")
    page.wait_for_function("() => Object.keys(localStorage).some(key => key.startsWith('sma-draft:'))")

    kept = page.evaluate("() => Object.entries(localStorage).find(([key]) => key.startsWith('sma-draft:'))[1]")

    assert [field["name"] for field in json.loads(kept)["fields"]] == ["venue"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("2024-05-21/2024-05-23", "21–23 May 2024"),
        ("2013-07~", "around July 2013"),
        ("2024-02-30", "“2024-02-30” is not a day of the calendar."),
    ],
)
def test_a_date_is_said_in_words_while_it_is_typed(at_desk, typed, words):
    page = at_desk(ADD)

    page.get_by_label("When:", exact=True).fill(typed)

    expect(page.locator(".field-when .date-words")).to_have_text(words)


def test_what_is_wrong_with_a_date_is_said_once_when_the_form_is_shown_again(at_desk):
    page = at_desk("/admin/timeline/event/add/")
    when, words = page.get_by_label("When:", exact=True), page.locator(".field-when .date-words")
    when.fill("2024-02-30")
    save(page)

    page.wait_for_load_state("networkidle")
    expect(page.locator(".field-when").get_by_text("“2024-02-30” is not a day of the calendar.")).to_have_count(1)

    when.fill("2024-02-31")
    expect(words).to_have_text("“2024-02-31” is not a day of the calendar.")


def test_each_editor_sees_who_else_has_the_record_open_until_they_close_it(at_desk, sam):
    page, theirs = at_desk(CHANGE), at_desk(CHANGE, by=sam)

    expect(theirs.locator("[data-presence]")).to_have_text(re.compile(r"Also open: Minji Park, since \d\d:\d\d UTC"))

    page.goto("/admin/")
    theirs.reload()
    expect(theirs.locator("[data-presence]")).to_have_text("")


def test_a_row_that_is_added_gets_the_focus_and_hands_it_on_when_it_is_removed(at_desk):
    page = at_desk(ADD)
    added = add_row(page, "statements", "Statement")
    expect(page.locator(f"[name={added}-text]")).to_be_focused()

    page.locator(f"#{added} .inline-deletelink").press("Enter")
    expect(page.get_by_role("button", name="Add another Statement")).to_be_focused()


def test_the_link_for_a_reviewer_is_copied_and_that_is_said(at_desk, running_site):
    page = at_desk(f"/admin/timeline/topic/{desk.within(running_site, DRAFT)}/change/")

    page.get_by_role("button", name="Copy a link for a reviewer").click()
    expect(page.locator("[data-copy-status]")).to_have_text("Copied")
    page.locator("[name=description]").press("Control+V")

    assert page.locator("[name=description]").input_value() == page.get_by_label("Link for a reviewer").input_value()
