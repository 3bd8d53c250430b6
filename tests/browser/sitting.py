"""Somebody at the desk, and how much they have to do: the pages that load, and the fields that they fill."""

import re
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

PASSWORD = "a long password"
MOST_TABS = 120
PATIENCE = 20_000  # milliseconds; the machine may be busy


class Sitting:
    def __init__(self, browser: Browser, address: str, width: int = 1440, **options: Any) -> None:
        self.context = browser.new_context(base_url=address, viewport={"width": width, "height": 900}, **options)
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.page.on("load", self._count_load)
        self.loads = self.fields = 0

    def _count_load(self, _page: Page) -> None:
        self.loads += 1

    @property
    def counted(self) -> dict[str, int]:
        """Since it was last asked."""
        counted = {"pages": self.loads, "fields": self.fields}
        self.loads = self.fields = 0
        return counted

    def sign_in(self, name: str) -> None:
        self.page.goto("/admin/")
        self.page.get_by_label("Username").fill(name)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.press("Sign in")

    def press(self, button: str) -> None:
        self.page.get_by_role("button", name=button, exact=True).click()
        self.page.wait_for_load_state()

    def follow(self, link: str | re.Pattern[str]) -> None:
        self.page.get_by_role("link", name=link).first.click()
        self.page.wait_for_load_state()

    def fill(self, row: str = "", **values: str) -> None:
        """The fields of the form, or of one of its rows: text is typed, a choice is made, a record is sought."""
        for field, value in values.items():
            name = f"{row}-{field}" if row else field
            if self.page.locator(f"select[name={name}].admin-autocomplete").count():
                self._seek(name, value)
            else:
                self._put(self.page.locator(f"[name={name}]"), value)

    def _put(self, field: Locator, value: str) -> None:
        self.fields += 1
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)

    def _seek(self, name: str, words: str) -> None:
        self.fields += 1
        self.page.locator(f"select[name={name}] + .select2-container .select2-selection").click()
        search = self.page.locator(".select2-container--open .select2-search__field")
        expect(search).to_be_focused(timeout=PATIENCE)  # or the words could go to the field before
        self.page.keyboard.insert_text(words)
        self.page.get_by_role("option", name=words, exact=True).click()

    def cite_the_same(self, row: str) -> None:
        self.fields += 1
        self.page.locator(f"#{row}").get_by_role("button", name="Same source as above").click()

    def add_source(self, row: str, text: str, **values: str) -> None:
        """In the window that opens over the form: what was pasted is read, what it does not tell is filled in."""
        self.page.locator(f"#{row}").get_by_role("button", name="Add a source").click()
        dialog = self.page.get_by_role("dialog", name="Add a source")
        self._put(dialog.get_by_label("Pasted text"), text)
        dialog.get_by_role("button", name="Read the pasted text").click()
        expect(dialog.get_by_label("Title", exact=True)).to_be_focused(timeout=PATIENCE)
        for name, value in values.items():
            self._put(dialog.locator(f"[name={name}]"), value)
        dialog.get_by_role("button", name="Add the source and cite it").click()
        expect(dialog).to_be_hidden(timeout=PATIENCE)

    @property
    def said(self) -> list[str]:
        return self.page.locator(".messagelist li").all_inner_texts()


class Keys:
    """The keyboard alone: Tab to get there, Enter to press it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def field(self, name: str) -> Locator:
        return self.page.locator(f"[name={name}]")

    def chooser(self, name: str) -> Locator:
        return self.page.locator(f"select[name={name}] + .select2-container .select2-selection")

    def reach(self, place: Locator) -> None:
        place.wait_for()
        for _press in range(MOST_TABS):
            if place.evaluate("place => place === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{place} is not reached by {MOST_TABS} tabs.")

    def press_on(self, place: Locator) -> None:
        self.reach(place)
        self.page.keyboard.press("Enter")

    def type_into(self, place: Locator, words: str) -> None:
        """Into a list, what is typed chooses."""
        self.reach(place)
        if place.evaluate("place => place.tagName") == "SELECT":
            self.page.keyboard.type(words)
        else:
            self.page.keyboard.insert_text(words)

    def choose(self, name: str, words: str) -> None:
        self.press_on(self.chooser(name))
        expect(self.page.locator(".select2-container--open .select2-search__field")).to_be_focused(timeout=PATIENCE)
        self.page.keyboard.insert_text(words)
        expect(self.page.locator(".select2-results__option--highlighted")).to_have_text(words, timeout=PATIENCE)
        self.page.keyboard.press("Enter")
        expect(self.page.locator(f"select[name={name}] option:checked")).to_have_text(words, timeout=PATIENCE)
