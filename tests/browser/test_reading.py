"""What readers do: narrow down, open, go back; by keyboard, on a phone, without JavaScript, from a shared address."""

import itertools

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.deep(14, of="this file"), pytest.mark.browser]
# Each word of the drawings that are shown: the size of its letters, and how far the next word of its line is.
WORDS_OF_DRAWINGS = """() => [...document.querySelectorAll(".chart svg")].filter(
  each => each.checkVisibility()
).flatMap(
  drawing => [...drawing.querySelectorAll("text")].filter(each => each.textContent.trim()).map((each, _at, all) => {
    const box = each.getBoundingClientRect(), scale = drawing.clientWidth / drawing.viewBox.baseVal.width;
    const after = all.map(other => other.getBoundingClientRect()).filter(
      other => other.left > box.left && Math.abs(other.bottom - box.bottom) < 4
    ).map(other => other.left - box.right);
    return [each.textContent, parseFloat(getComputedStyle(each).fontSize) * scale, Math.min(99, ...after)];
  })
)"""
with_and_without_javascript = pytest.mark.parametrize("java_script_enabled", [True, False])


def filter_by(page, **chosen):
    """Fills in the form. Without JavaScript it is sent by its button; with it a choice is enough."""
    form = page.get_by_role("form", name="Filter the timeline")
    if not form.is_visible():
        page.locator("summary", has_text="Filter").click()
    for label, value in chosen.items():
        form.get_by_label(label, exact=True).select_option(value)
    if not page.evaluate("() => Boolean(window.htmx)"):
        form.get_by_role("button", name="Show").click()


def entries(page):
    return page.locator("main article.entry")


@with_and_without_javascript
def test_a_filter_leads_to_an_address_that_can_be_shared(open_page, java_script_enabled):
    page = open_page("/timeline/", java_script_enabled=java_script_enabled)
    filter_by(page, Agreement="12")
    expect(page).to_have_url(page.url.split("?")[0] + "?agreement=12")
    first = entries(page).first
    expect(first).to_contain_text("12th Special Measures Agreement")

    shared = open_page("/timeline/?agreement=12", java_script_enabled=java_script_enabled)

    assert entries(shared).all_inner_texts() == entries(page).all_inner_texts()


@with_and_without_javascript
def test_back_from_an_opened_entry_leads_to_the_filtered_timeline_and_back_again_to_all_of_it(
    open_page, java_script_enabled
):
    page = open_page("/timeline/", java_script_enabled=java_script_enabled)
    everything = entries(page).first.inner_text()
    filter_by(page, Agreement="12")
    expect(page).to_have_url(page.url.split("?")[0] + "?agreement=12")
    expect(entries(page).first).to_contain_text("12th Special Measures Agreement")
    filtered = entries(page).first.inner_text()
    entries(page).first.get_by_role("heading").get_by_role("link").click()
    expect(page.locator("h1")).not_to_have_text("Timeline")

    page.go_back()
    expect(page).to_have_url(page.url.split("?")[0] + "?agreement=12")
    expect(entries(page).first).to_have_text(filtered, use_inner_text=True)
    page.go_back()

    expect(entries(page).first).to_have_text(everything, use_inner_text=True)


def test_the_keyboard_alone_skips_the_navigation_and_the_band_and_opens_the_sources_of_an_entry(open_page):
    page = open_page("/timeline/?from=2019-08&to=2019-08")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main_content")).to_be_focused()

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip the overview band")).to_be_focused()
    page.keyboard.press("Enter")

    folded = page.locator("main article.entry details").first
    tab_to(page, folded.locator("summary"))
    page.keyboard.press("Enter")

    expect(folded.locator("q").first).to_be_visible()


def tab_to(page, wanted, *, most=40):
    for _each in range(most):
        page.keyboard.press("Tab")
        if wanted.evaluate("each => each === document.activeElement"):
            return
    pytest.fail("The keyboard does not lead there.")


# An outline around what is pressed; in a drawing, a line around its shape.
WITHOUT_FOCUS_TO_BE_SEEN = """() => {
  const focused = document.activeElement;
  const drawn = focused.closest("svg") ? [...focused.querySelectorAll("*")] : [];
  const lined = drawn.map(each => getComputedStyle(each)).some(
    style => style.stroke !== "none" && parseFloat(style.strokeWidth) >= 2
  );
  const style = getComputedStyle(focused), box = focused.getBoundingClientRect();
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && box.width && box.height;
  return outlined || lined || focused === document.body ? [] : [focused.outerHTML.slice(0, 100)];
}"""


@pytest.mark.deep(2)
@pytest.mark.parametrize("address", ["/", "/timeline/", "/agreements/sma-11/", "/figures/"])
def test_what_has_the_focus_is_always_seen_to_have_it(open_page, address):
    page = open_page(address)
    unseen = []

    for _each in range(60):
        page.keyboard.press("Tab")
        unseen += page.evaluate(WITHOUT_FOCUS_TO_BE_SEEN)

    assert unseen == []


@pytest.mark.deep(3)
@with_and_without_javascript
@pytest.mark.parametrize("width", [320, 360, 768])
def test_every_destination_is_reached_from_the_menu_of_a_narrow_screen(open_page, width, java_script_enabled):
    page = open_page("/about/", width=width, java_script_enabled=java_script_enabled)

    page.locator("summary", has_text="Menu").click()

    destinations = page.get_by_role("navigation", name="Site menu").get_by_role("link")
    assert destinations.all_inner_texts() == [
        "Timeline",
        "Agreements",
        "Figures",
        "Officials",
        "Organizations",
        "Topics",
        "Sources",
        "Disagreements",
    ]
    destinations.last.click()
    expect(page).to_have_url(page.url.rsplit("/", 2)[0] + "/disagreements/")


def test_a_wide_screen_has_all_destinations_and_the_search_in_one_row(open_page):
    page = open_page("/timeline/")

    links = page.get_by_role("navigation", name="Site", exact=True).get_by_role("link")
    middles = [box["y"] + box["height"] / 2 for box in [each.bounding_box() for each in links.all()]]
    field = page.get_by_role("combobox", name="Search everything").bounding_box()

    assert links.count() == 8
    assert max(abs(middle - (field["y"] + field["height"] / 2)) for middle in middles) < 8
    assert page.locator("[aria-current=page]:visible").inner_text() == "Timeline"


def test_sources_of_an_entry_open_without_javascript(open_page):
    page = open_page("/timeline/?from=2019-08&to=2019-08", width=360, java_script_enabled=False)
    folded = page.locator("main article.entry details").first
    expect(folded.locator("q").first).to_be_hidden()

    folded.locator("summary").click()

    expect(folded.locator("q").first).to_be_visible()


def test_the_agreements_are_read_on_a_phone_without_scrolling_their_table(open_page):
    page = open_page("/agreements/", width=360)
    table = page.get_by_role("region", name="Agreements")

    assert table.evaluate("each => each.scrollWidth - each.clientWidth") == 0
    row = page.locator("main tr", has_text="11th Special Measures Agreement")
    shown = ("1 trillion and 38.9 billion won", "2020–2025", "expired", "8 April 2021")
    assert [each for each in shown if not row.get_by_text(each).is_visible()] == []


def test_two_amounts_of_one_year_stand_on_a_phone_each_on_a_line_of_its_own(open_page):
    page = open_page("/agreements/sma-04/", width=360)

    amounts = page.locator(".years-table tbody", has_text="1999").locator(".year-amount", has_text="US$")

    boxes = [each.bounding_box() for each in amounts.all()]
    assert len(boxes) == 2
    assert boxes[0]["y"] + boxes[0]["height"] <= boxes[1]["y"]


def test_a_row_of_the_bargaining_says_on_a_phone_which_of_its_dates_is_the_year_it_is_for(open_page):
    page = open_page("/agreements/sma-11/", width=360)

    year = page.locator(".rungs-offered td", has_text="2020").last

    assert year.evaluate("each => getComputedStyle(each, '::before').content") == '"for "'


@pytest.mark.parametrize("width", [320, 360, 410])
def test_a_span_of_days_breaks_on_a_phone_between_its_ends_alone(open_page, width):
    page = open_page("/", width=width)

    ends = page.locator("main time .whole", has_text="2024")

    assert "2 October 2024" in ends.all_inner_texts()
    assert [each.inner_text() for each in ends.all() if each.evaluate("each => each.getClientRects().length") > 1] == []


@pytest.mark.deep(0)  # to draw the charts takes as long as the rest of the file
@pytest.mark.usefixtures("charts")
@pytest.mark.parametrize("width", [360, 768, 1440])
def test_the_words_of_the_bargaining_ladder_are_apart_and_large_enough_to_read(open_page, width):
    page = open_page("/figures/?agreement=12", width=width)

    words = page.evaluate(WORDS_OF_DRAWINGS)

    assert "around 24 January 2025" in [word for word, _size, _gap in words]
    assert [each for each in words if each[1] < 11.9 or each[2] < 8] == []


@pytest.mark.parametrize("width", [320, 360])
def test_the_years_below_the_bars_of_a_place_stand_apart_on_a_phone(open_page, width):
    page = open_page("/places/washington/", width=width)

    years = [each.bounding_box() for each in page.locator(".year-bars__scale text").all()]

    assert len(years) > 5
    gaps = [after["x"] - before["x"] - before["width"] for before, after in itertools.pairwise(years)]
    assert [gap for gap in gaps if gap < 4] == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_year_of_a_row_stays_in_sight_when_a_wide_table_is_scrolled_on_a_phone(open_page):
    page = open_page("/downloads/", width=360)
    table = page.get_by_role("region", name="Changes by day")
    day = table.locator("tbody th").first
    before = day.bounding_box()["x"]

    table.evaluate("each => each.scrollBy(200, 0)")

    assert table.evaluate("each => each.scrollLeft") > 0
    assert day.bounding_box()["x"] == before


def test_the_number_of_entries_of_a_topic_stays_beside_its_word_on_a_phone(open_page):
    counts = open_page("/topics/", width=360).get_by_text(" entries", exact=False)

    assert counts.count() > 10
    assert [
        each.inner_text() for each in counts.all() if each.evaluate("each => each.getClientRects().length") > 1
    ] == []


def test_the_colours_of_the_system_hide_neither_the_stages_of_an_agreement_nor_which_page_is_open(open_page):
    page = open_page("/", forced_colors="active")
    colour = "(each, [part, name]) => getComputedStyle(each, part || null)[name]"
    ground = page.locator(".standing").evaluate(colour, ["", "backgroundColor"])
    dot = page.locator(".standing .stages li").first.evaluate(colour, ["::before", "backgroundColor"])
    assert dot != ground

    page.goto("/timeline/")

    lines = page.get_by_role("navigation", name="Site", exact=True).get_by_role("link")
    below = [each.evaluate(colour, ["", "borderBottomColor"]) for each in lines.all()]
    assert below[0] not in below[1:]


def test_a_quotation_of_a_paper_has_not_the_bar_of_the_capital_that_it_reports_on(open_page):
    page = open_page("/agreements/sma-11/")
    said = page.locator(".spoken-us", has=page.locator("details")).first
    said.locator("summary").click()
    bar = "each => getComputedStyle(each).borderLeftStyle"

    assert said.locator("blockquote").first.evaluate(bar) == "double"
    assert said.locator(".citation-quote").first.evaluate(bar) == "solid"


def test_a_citation_leads_to_the_very_sentence_at_its_source(open_page):
    page = open_page("/rounds/sma-12-round-2/")

    addresses = [link.get_attribute("href") for link in page.get_by_role("link", name="original", exact=True).all()]

    assert addresses
    assert [address for address in addresses if "#:~:text=" not in address] == []
