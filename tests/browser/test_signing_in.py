"""The first sign-in of an administrator, typed by hand: password, set-up, recovery codes, and the next day's code."""

from base64 import b32decode

import pytest
from django_otp.oath import totp
from playwright.sync_api import expect

from tests.browser import desk
from tests.browser.looks import WIDER
from tests.browser.test_the_desk import NAMELESS, NARROW, SMALL, WIDE, violations_in_light_and_dark

pytestmark = pytest.mark.browser
PASSWORD = "a long password"
MAKE_OWNER = f"""
from django.contrib.auth import get_user_model
get_user_model().objects.create_superuser("owner", password="{PASSWORD}")
print(1)
"""


def found_on(page):
    """What is wrong with the page once it is whole: a click waits for the first of its bytes only."""
    page.wait_for_load_state()
    said = page.evaluate(NAMELESS)
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        said += page.evaluate(WIDER, width) + page.evaluate(SMALL)
    return said + violations_in_light_and_dark(page)


def type_password(page):
    page.get_by_label("Username").fill("owner")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_an_owner_signs_in_sets_up_a_phone_and_comes_back_with_it_or_without(running_site, open_page):
    desk.within(running_site, MAKE_OWNER)
    page = open_page("/admin/timeline/round/", reduced_motion="reduce")
    type_password(page)
    found = {"set-up": found_on(page)}
    key = b32decode(page.locator(".secret").inner_text().replace(" ", ""))
    page.get_by_role("textbox", name="Code").fill(f"{totp(key):06}")
    page.get_by_role("button", name="Confirm").click()
    shown = page.locator(".recovery-codes code")
    expect(shown).to_have_count(10)
    codes = shown.all_inner_texts()
    found |= {"recovery codes": found_on(page)}
    page.get_by_role("link", name="I have kept them: continue").click()
    assert page.url.removeprefix(running_site.address) == "/admin/timeline/round/"

    page.goto("/admin/two-factor/")
    found |= {"two-factor": found_on(page)}
    page.get_by_role("button", name="Log out").click()
    found |= {"signed out": found_on(page)}
    page.goto("/admin/timeline/round/")
    type_password(page)
    page.get_by_role("textbox", name="Code").fill("000000")
    page.get_by_role("button", name="Sign in").click()
    found |= {"code, refused": found_on(page)}
    page.wait_for_timeout(1_000)  # until the next code is looked at
    page.get_by_role("textbox", name="Code").fill(codes[0])
    page.get_by_role("button", name="Sign in").click()

    assert page.url.removeprefix(running_site.address) == "/admin/timeline/round/"
    assert "9 are left" in page.locator(".messagelist").inner_text()
    assert found == {name: [] for name in found}


def test_who_guesses_is_told_how_long_to_wait(open_page):
    page = open_page("/admin/login/", reduced_motion="reduce")
    for number in range(5):
        page.goto("/admin/login/")
        page.get_by_label("Username").fill("nobody-of-this-name")
        page.get_by_label("Password").fill(f"a guess, {number}")
        page.get_by_role("button", name="Sign in").click()

    assert "You can try again in 15 minutes" in page.locator("#content-main").inner_text()
    assert found_on(page) == []
