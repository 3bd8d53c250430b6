"""A source is added from what was pasted, in the row of the form that cites it."""

import pytest
from playwright.sync_api import expect

from tests.browser import desk
from tests.browser.looks import IN_THE_DARK, WIDER, axe_script, violations

pytestmark = pytest.mark.browser
HEADLINE = "Delegations meet in Seoul, and part on good terms"
ARTICLE = f"""{HEADLINE}

2024. 5. 24. 11:52

The delegations of the two countries met in Seoul for the second round of the talks, the embassy said on Friday.
"""
A_SOURCE = """
import json
from timeline.models import Source
source = Source.objects.get(slug="joongang-2024-10-16-money-machine")
print(json.dumps({"url": source.url, "text": str(source)}))
"""


@pytest.fixture(scope="module")
def editor(running_site):
    return desk.editor(running_site, "jihye", "Ji-hye", "Song")


@pytest.fixture
def open_form(open_page, editor):
    """Opens the form of a new round, and keeps what the browser's console says of it."""

    def opened(**options):
        page = open_page("/about/", **options)
        editor.sign_in(page)
        page.said = []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.goto("/admin/timeline/round/add/")
        return page

    return opened


@pytest.fixture
def form(open_form):
    return open_form()


def opened(page, row):
    """The dialog, opened from the row."""
    row.get_by_role("button", name="Add a source").click()
    dialog = page.get_by_role("dialog", name="Add a source")
    expect(dialog.get_by_label("Address")).to_be_focused()
    return dialog


def chosen(row, name):
    return row.locator(f"select[name$={name}] option:checked")


def test_a_source_is_added_in_a_row_that_was_added_itself(form):
    form.get_by_role("button", name="Add another Citation").click()
    row = form.locator("#citations-1")
    dialog = opened(form, row)
    dialog.get_by_label("Address").fill("https://news.example/view/20240524001")
    dialog.get_by_label("Pasted text").fill(ARTICLE)
    dialog.get_by_role("button", name="Read the pasted text").click()
    expect(dialog.get_by_label("Title", exact=True)).to_have_value(HEADLINE)
    expect(dialog.get_by_label("Title", exact=True)).to_be_focused()
    expect(dialog.get_by_label("Published on")).to_have_value("2024-05-24")

    dialog.get_by_role("button", name="Add the source and cite it").click()  # the publisher and the kind are missing
    expect(dialog.get_by_label("Publisher")).to_be_focused()
    dialog.get_by_label("Publisher").fill("The Example")
    dialog.get_by_label("Kind").select_option("news")
    dialog.get_by_role("button", name="Add the source and cite it").click()

    expect(dialog).to_be_hidden()
    expect(chosen(row, "source")).to_have_text(f"The Example, {HEADLINE}")
    expect(row.locator(".select2-selection__rendered")).to_contain_text(HEADLINE)
    expect(row.locator(".select2-selection")).to_be_focused()
    expect(form.locator("#citations-0 select[name$=source]")).to_have_value("")
    assert form.said == []


def test_a_source_that_is_there_is_taken_instead(form, running_site):
    form.get_by_role("button", name="Add another Statement").click()
    row = form.locator("#statements-0")
    dialog = opened(form, row)
    there = desk.within(running_site, A_SOURCE)
    dialog.get_by_label("Address").fill(there["url"].replace("https://", "http://") + "#top")
    dialog.get_by_label("Address").press("Enter")
    expect(dialog.get_by_text("It may be there already")).to_be_visible()

    dialog.get_by_role("button", name="Use this one").click()

    expect(dialog).to_be_hidden()
    expect(chosen(row, "cited_source")).to_have_text(there["text"])
    assert form.said == []


def test_what_was_typed_is_still_there_after_a_sign_in_has_run_out(form, editor):
    dialog = opened(form, form.locator("#citations-0"))
    dialog.get_by_label("Pasted text").fill(ARTICLE)
    editor.lose_session(form)

    dialog.get_by_role("button", name="Read the pasted text").click()

    expect(dialog.get_by_role("alert")).to_contain_text("You are signed out.")
    expect(dialog.get_by_label("Pasted text")).to_have_value(ARTICLE)
    form.keyboard.press("Escape")
    opened_again = opened_without_asking(form)
    expect(opened_again.get_by_label("Pasted text")).to_have_value(ARTICLE)


def opened_without_asking(page):
    page.locator("#citations-0").get_by_role("button", name="Add a source").click()
    return page.get_by_role("dialog", name="Add a source")


def test_an_address_within_is_refused_in_words(form):
    dialog = opened(form, form.locator("#citations-0"))
    dialog.get_by_label("Address").fill("http://localhost/admin/")

    dialog.get_by_role("button", name="Fetch the page").click()

    expect(dialog.get_by_role("status")).to_contain_text("The address leads into a private network.")


@pytest.mark.parametrize(("scheme", "options"), [("light", {}), ("dark", {"runOnly": IN_THE_DARK})])
def test_the_dialog_can_be_read_by_everybody(open_form, scheme, options):
    page = open_form(color_scheme=scheme)
    dialog = opened(page, page.locator("#citations-0"))
    dialog.get_by_label("Pasted text").fill(ARTICLE)
    dialog.get_by_role("button", name="Read the pasted text").click()
    expect(dialog.get_by_label("Title", exact=True)).to_have_value(HEADLINE)

    assert page.said == []  # before axe, which the policy does not let draw

    page.evaluate(axe_script())
    found = violations(page, scheme, options)
    for width in (320, 360):
        page.set_viewport_size({"width": width, "height": 800})
        found += page.evaluate(WIDER, width)

    assert found == []


def test_without_javascript_the_usual_way_remains(open_form):
    page = open_form(java_script_enabled=False)

    expect(page.locator("#citations-0 a.add-related")).to_have_attribute(
        "href", "/admin/timeline/source/add/?_to_field=id&_popup=1"
    )
    assert page.get_by_role("button", name="Add a source").count() == 0
