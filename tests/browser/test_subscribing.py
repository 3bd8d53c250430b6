"""The timeline's other forms: folded up until a link leads there, and always those of what is shown."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [360, 1440])
def test_a_link_from_the_page_of_a_topic_opens_what_is_offered(open_page, width):
    page = open_page("/topics/furlough/", width=width)

    page.get_by_role("link", name="Follow or take along").click()

    expect(page.get_by_role("link", name="Atom feed")).to_be_visible()
    assert page.get_by_role("link", name="Atom feed").get_attribute("href") == "/feeds/timeline.atom?topic=furlough"


def test_where_the_view_changes_in_place_its_feeds_do_too(open_page):
    page = open_page("/timeline/")
    page.evaluate("() => { window.isTheSame = true }")

    page.get_by_label("Kind").select_option("call")

    expect(page.locator(".chips")).to_contain_text("Call")
    assert page.evaluate("() => window.isTheSame")
    in_the_head = page.locator("head link[data-feed=atom]").get_attribute("href")
    offered = page.locator("a[data-feed=atom]").get_attribute("href")
    assert in_the_head == offered == "/feeds/timeline.atom?kind=call"
