"""What holds for every type of public page."""

import pytest

from tests.browser.looks import axe_script, look_at
from tests.browser.pages import ANSWERED_WITH_AN_ERROR, NO_PAGES, PAGES, WITH_CHARTS
from tests.conftest import sample
from timeline import urls

pytestmark = [pytest.mark.deep, pytest.mark.browser]
each_page = pytest.mark.parametrize("name", sample([*PAGES, *ANSWERED_WITH_AN_ERROR], 4))
looks = {}


@pytest.fixture
def look(browser, site, name, request):
    """Each page is looked at once, whatever the number of tests that ask what was seen."""
    if name in WITH_CHARTS:
        request.getfixturevalue("charts")
    if name not in looks:
        looks[name] = look_at(browser, site + (PAGES | ANSWERED_WITH_AN_ERROR)[name], axe_script())
    return looks[name]


def test_every_address_of_the_site_is_among_the_pages_looked_at():
    assert {pattern.name for pattern in urls.urlpatterns} - NO_PAGES == {name for name in PAGES if "," not in name}


@each_page
def test_nothing_is_said_on_the_console_and_the_policy_is_not_broken(look, name):
    expected = [line for line in look.console if name in ANSWERED_WITH_AN_ERROR and "server responded with" in line]

    assert look.console == expected


@each_page
def test_nothing_moves_while_the_page_is_loading(look):
    assert look.shifts == []


@each_page
def test_no_page_scrolls_sideways_on_any_screen(look):
    assert look.wider == []


@each_page
def test_no_way_to_an_address_makes_a_line_of_its_own_on_any_screen(look):
    assert look.alone == []


@each_page
def test_what_scrolls_sideways_on_a_phone_shows_that_it_goes_on_and_scrolls_by_keyboard(look):
    assert look.sideways == []


@each_page
def test_paper_shows_all_that_is_folded_the_addresses_of_links_and_nothing_to_press(look):
    assert look.printed == []


@each_page
def test_axe_finds_no_violation_in_light_or_dark(look):
    if not axe_script():
        pytest.skip("axe is not installed here: pip install axe-playwright-python")

    assert look.violations == []
