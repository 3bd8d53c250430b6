"""What comes out of a printer: how many sheets, and what was left to the screen."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
FOLDED = "main [data-stays-folded]"
OF_DICTIONARY = "The fields of kinds that were folded are not printed. They stand at"
OF_GAPS = "Lists that were folded are not printed. They stand at"


def sheets(page):
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4")))


@pytest.mark.parametrize(("address", "at_most"), [("/downloads/", 6), ("/gaps/", 6)])
def test_the_dictionary_and_the_long_lists_of_gaps_take_no_paper_while_they_are_folded(open_page, address, at_most):
    assert sheets(open_page(address)) <= at_most


@pytest.mark.parametrize(("address", "at_most"), [("/timeline/?agreement=12", 27), ("/officials/specht-linda/", 11)])
def test_what_is_long_with_its_sources_begins_on_the_sheet_that_has_room(open_page, address, at_most):
    assert sheets(open_page(address)) <= at_most


@pytest.mark.parametrize(
    ("address", "words", "at"),
    [("/downloads/", OF_DICTIONARY, "/downloads/#dictionary"), ("/gaps/", OF_GAPS, "/gaps/#derived_gaps")],
)
def test_paper_says_what_was_left_out_and_where_it_stands(open_page, address, words, at):
    page = open_page(address)
    line = page.get_by_text(words)
    expect(line).to_be_hidden()

    page.emulate_media(media="print")

    expect(line).to_be_visible()
    assert line.inner_text().endswith(f"{at}.")


@pytest.mark.parametrize(("address", "words"), [("/downloads/", OF_DICTIONARY), ("/gaps/", OF_GAPS)])
def test_what_a_reader_has_unfolded_is_printed_and_then_nothing_was_left_out(open_page, address, words):
    page = open_page(address)
    page.locator(FOLDED).evaluate_all("folds => folds.forEach(each => { each.open = true })")

    page.emulate_media(media="print")

    shown = [each.is_visible() for each in page.locator(f"{FOLDED} > :not(summary)").all()]
    assert shown
    assert all(shown)
    expect(page.get_by_text(words)).to_be_hidden()


def test_the_code_of_a_card_for_other_sites_is_not_printed(open_page):
    page = open_page("/rounds/sma-12-round-2/")
    expect(page.locator("#embed_this")).to_be_visible()

    page.emulate_media(media="print")

    expect(page.locator("#embed_this")).to_be_hidden()
