"""The search by keyboard and in place; on a phone, in Korean, without JavaScript."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.deep(14, of="this file"), pytest.mark.browser]
with_and_without_javascript = pytest.mark.parametrize("java_script_enabled", [True, False])


def header_box(page):
    """A combobox where there are suggestions; without JavaScript a plain field."""
    return page.get_by_label("Search everything")


def options(page):
    return page.get_by_role("option")


def status(page):
    return page.locator("main > [role=status]")


def narrow_down(page, value):
    if not page.locator(".facets").is_visible():
        page.locator("summary", has_text="Narrow down").click()
    page.locator(".facets").get_by_role("link", name=value).click()


@with_and_without_javascript
@pytest.mark.parametrize("width", [360, 1440])
def test_the_box_of_any_page_leads_to_the_results(open_page, width, java_script_enabled):
    page = open_page("/about/", width=width, java_script_enabled=java_script_enabled)

    header_box(page).fill("cost sharing")
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text("Search")
    assert page.url.endswith("/search/?q=cost+sharing")
    assert page.get_by_label("Words, a name").input_value() == "cost sharing"


@pytest.mark.parametrize(("typed", "marked"), [("tae-woo lee", "Lee"), ("이태우", "이태우")])
def test_the_keyboard_chooses_a_suggestion_in_either_script(open_page, typed, marked):
    page = open_page("/about/", width=360)
    header_box(page).press_sequentially(typed)
    first = options(page).first
    expect(first).to_contain_text("Lee Tae-woo")

    page.keyboard.press("ArrowDown")

    expect(first).to_have_attribute("aria-selected", "true")
    expect(header_box(page)).to_have_attribute("aria-activedescendant", first.get_attribute("id"))
    assert marked in first.locator("b").all_inner_texts()
    assert first.locator("[lang=ko]").inner_text() == "이태우"
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Lee Tae-woo")
    assert page.url.endswith("/officials/lee-tae-woo/")


def test_suggestions_are_there_while_a_syllable_is_put_together_and_its_keys_are_left_alone(open_page):
    page = open_page("/about/")
    keyboard = page.context.new_cdp_session(page)
    header_box(page).focus()

    keyboard.send("Input.imeSetComposition", {"text": "이탱", "selectionStart": 2, "selectionEnd": 2})

    expect(options(page).first).to_contain_text("이태우")
    header_box(page).evaluate(
        "box => box.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowDown', isComposing: true}))"
    )
    expect(page.locator("[role=option][aria-selected=true]")).to_have_count(0)


def test_suggestions_say_how_many_they_are_and_when_things_were_in_words(open_page):
    page = open_page("/about/")

    header_box(page).press_sequentially("11th sma enters")

    expect(options(page)).to_have_count(1)
    assert page.locator(".site-search [role=status]").inner_text() == "1 suggestion"
    assert options(page).locator("small").inner_text() == "Entry into force · 1 September 2021"


def test_escape_closes_then_clears_and_tab_closes(open_page):
    page = open_page("/about/")
    header_box(page).press_sequentially("specht")
    expect(options(page).first).to_be_visible()

    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    assert header_box(page).input_value() == "specht"
    page.keyboard.press("ArrowDown")
    expect(options(page).first).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("listbox")).to_be_hidden()

    header_box(page).focus()
    page.keyboard.press("Escape")
    assert header_box(page).input_value() == ""


def test_home_and_end_stay_in_the_text_and_enter_without_a_choice_searches(open_page):
    page = open_page("/about/")
    header_box(page).press_sequentially("pecht")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Home")

    page.keyboard.type("S")
    expect(options(page).first).to_be_visible()
    page.keyboard.press("Enter")

    expect(page).to_have_url(page.url.partition("/about/")[0] + "/search/?q=Specht")


def test_an_answer_that_comes_too_late_is_not_shown(open_page):
    page = open_page("/about/")
    held = []
    page.route("**/suggestions.json?q=specht", lambda route: held.append(route))  # noqa: PLW0108 - it wants a function
    with page.expect_request("**/suggestions.json?q=specht"):
        header_box(page).fill("specht")

    header_box(page).fill("이태우")
    expect(options(page).first).to_contain_text("Lee Tae-woo")
    held[0].continue_()

    page.wait_for_load_state("networkidle")
    assert [each for each in options(page).all_inner_texts() if "Linda Specht" in each and "이태우" not in each] == []
    assert "Lee Tae-woo" in options(page).first.inner_text()


def test_a_suggestion_opens_in_a_window_of_its_own_where_one_asks_for_it(open_page):
    page = open_page("/about/")
    header_box(page).press_sequentially("specht")

    with page.context.expect_page() as opened:
        options(page).first.click(modifiers=["Control"])

    opened.value.wait_for_url("**/officials/specht-linda/")
    assert page.url.endswith("/about/")


@pytest.mark.parametrize("width", [360, 1440])
def test_results_are_narrowed_down_in_place_and_back_leads_to_all_of_them(open_page, width):
    page = open_page("/search/?q=cost+sharing", width=width)
    everything = page.locator("[data-in-place-count]").inner_text()
    page.evaluate("() => { window.isTheSame = true }")

    narrow_down(page, "Statement")

    expect(page).to_have_url(page.url.partition("?")[0] + "?q=cost+sharing&kind=statement")
    expect(page).to_have_title("Search: cost sharing (Statement) · SMA Timeline")
    expect(status(page)).to_have_text(page.locator("[data-in-place-count]").inner_text())
    assert status(page).inner_text() != everything
    assert page.evaluate("() => window.isTheSame")
    assert page.evaluate("() => document.activeElement.id") == "facet_kind_statement"
    page.go_back()
    expect(page.locator("[data-in-place-count]")).to_have_text(everything)
    expect(page).to_have_title("Search: cost sharing · SMA Timeline")


@with_and_without_javascript
def test_a_filter_is_kept_with_new_words_and_taken_away_by_its_link(open_page, java_script_enabled):
    page = open_page("/search/?q=cost+sharing", java_script_enabled=java_script_enabled)
    narrow_down(page, "Statement")
    expect(page).to_have_url(page.url.partition("?")[0] + "?q=cost+sharing&kind=statement")
    expect(page.get_by_role("list", name="Chosen filters")).to_contain_text("Statement")

    page.get_by_label("Words, a name").fill("Trump")
    page.keyboard.press("Enter")
    expect(page).to_have_url(page.url.partition("?")[0] + "?q=Trump&kind=statement")
    page.get_by_role("list", name="Chosen filters").get_by_role("link").click()

    expect(page).to_have_url(page.url.partition("?")[0] + "?q=Trump")


def test_what_narrows_down_comes_before_the_results_and_is_folded_on_a_phone(open_page):
    page = open_page("/search/?q=cost+sharing", width=360)
    fold = page.locator("details", has_text="Narrow down")
    expect(page.locator(".facets")).to_be_hidden()

    fold.locator("summary").click()

    heights = page.locator(".facets a").evaluate_all("all => all.map(each => each.getBoundingClientRect().height)")
    first_result = page.locator(".search-hit").first.bounding_box()["y"]
    assert min(heights) >= 24
    assert fold.bounding_box()["y"] + fold.bounding_box()["height"] <= first_result


@pytest.mark.deep(2)
@pytest.mark.parametrize(
    "words",
    ["W" * 200, "가" * 200, "שלום עולם " * 20, "😀👩‍👩‍👧‍👦🇰🇷 " * 15, "a-b " * 50, "https://example.org/" + "x/" * 80],
)
def test_whatever_is_typed_the_page_is_no_wider_than_the_screen(open_page, words):
    page = open_page("/about/", width=320)
    header_box(page).fill(words)
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text("Search")
    assert page.evaluate("() => document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize("width", [360, 1440])
def test_axe_finds_nothing_wrong_with_open_suggestions(open_page, width):
    axe = pytest.importorskip("axe_playwright_python.base").AXE_SCRIPT
    page = open_page("/about/", width=width)
    header_box(page).press_sequentially("specht")
    expect(options(page).first).to_be_visible()
    page.keyboard.press("ArrowDown")

    page.evaluate(axe)
    found = page.evaluate("() => axe.run({resultTypes: ['violations']})")["violations"]

    assert [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]] == []
