"""What holds for every page that an editor uses."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.browser import desk
from tests.browser.looks import IN_THE_DARK, WIDER, axe_script, violations
from tests.conftest import sample

pytestmark = [pytest.mark.deep, pytest.mark.browser]
KINDS = [
    "agreement",
    "appointment",
    "disagreement",
    "event",
    "figure",
    "gap",
    "official",
    "organization",
    "place",
    "position",
    "round",
    "source",
    "statement",
    "topic",
]
# By whom they are looked at: a superuser, a contributor, or somebody who has not signed in.
MINJI, HANA, ARI, NOBODY = "minji", "hana", "ari", ""
PARTS = ("review", "sent-back", "drafts", "scheduled", "gaps", "links", "changes")


def clash(page):
    """Saved in another window meanwhile, with another text."""
    other = page.context.new_page()
    other.goto(page.url)
    for each, text in ((other, "Somebody says where."), (page, "Nobody says when.")):
        each.locator("[name=text]").fill(text)
        each.locator("[name=_save]").click()
        each.wait_for_load_state()
    other.close()


def type_what_is_there_already(page):
    page.locator("[name=kind]").select_option("announcement")
    page.locator("[name=when]").fill("2024-10-04")
    page.locator("[name=title]").fill("Seoul and Washington announce the 12th SMA")
    page.locator(".near__list li").first.wait_for()


def open_the_preview(page):
    page.locator(".preview summary").click()
    page.frame_locator(".preview__frame").locator("h1").first.wait_for()


def open_the_window_for_a_source(page):
    page.locator(".source-desk-open").first.click()
    page.locator("dialog.source-desk form[data-form], dialog.source-desk .source-desk__row").first.wait_for()


def leave_something_typed(page):
    page.locator("[name=venue]").fill("A hall with a long name")
    page.wait_for_timeout(1_500)  # until it is kept
    page.reload()
    page.locator(".draft-bar").wait_for()


@dataclass(frozen=True)
class Desk:
    """One page of the desk: where it is, who looks at it, and what is done there before anybody looks."""

    address: str
    by: str = MINJI
    do: Callable[[Any], None] | None = None
    answer: int = 200  # 409 and 410 are said on the console as well


PAGES = {
    "sign-in": Desk("/admin/login/?next=/admin/", NOBODY),
    "index": Desk("/admin/"),
    "index of a contributor": Desk("/admin/", HANA),
    "index of an administrator": Desk("/admin/", ARI),
    **{f"part {name}": Desk(f"/admin/desk/{name}/") for name in PARTS},
    "what was sent back": Desk("/admin/desk/sent-back/", HANA),
    "records": Desk("/admin/timeline/"),
    "list": Desk("/admin/timeline/round/"),
    "list, narrowed": Desk("/admin/timeline/round/?status__exact=held&first_day__year=2024&q=talks"),
    "list, nothing found": Desk("/admin/timeline/statement/?q=nothing-of-this-kind"),
    "list of sources": Desk("/admin/timeline/source/"),
    "redirects": Desk("/admin/timeline/redirect/"),
    "proposals": Desk("/admin/timeline/proposal/"),
    "proposal": Desk("/admin/timeline/proposal/{waiting}/change/"),
    "proposal, in conflict": Desk("/admin/timeline/proposal/{conflict}/change/"),
    "proposal, one’s own": Desk("/admin/timeline/proposal/{own}/change/"),
    "proposal, sent back": Desk("/admin/timeline/proposal/{refused}/change/", HANA),
    "merges": Desk("/admin/timeline/merge/"),
    "merge": Desk("/admin/timeline/merge/{merge}/change/"),
    "merging": Desk("/admin/timeline/official/merge/?record={officials[0]}&record={officials[1]}"),
    "merge, taken back": Desk("/admin/timeline/merge/{merge}/unmerge/"),
    "near-duplicates": Desk("/admin/timeline/event/add/", do=type_what_is_there_already),
    "clash": Desk("/admin/timeline/gap/{disputed}/change/", do=clash, answer=409),
    "history": Desk("/admin/timeline/round/{talks}/history/"),
    "comparison": Desk("/admin/timeline/round/{talks}/history/compare/?from={misprinted}&to={version}"),
    "restoring": Desk("/admin/timeline/round/{talks}/history/{misprinted}/restore/"),
    "deleted records": Desk("/admin/deleted/"),
    "restoring what was deleted": Desk("/admin/deleted/{deleted}/restore/"),
    "checklist": Desk("/admin/timeline/event/{met}/checklist/"),
    "in review": Desk("/admin/timeline/event/{met}/change/"),
    "in review, of a contributor": Desk("/admin/timeline/event/{met}/change/", HANA),
    "sending back": Desk("/admin/timeline/event/{met}/send-back/"),
    "preview": Desk("/admin/timeline/event/{met}/change/", do=open_the_preview),
    "public record of a contributor": Desk("/admin/timeline/round/{talks}/change/", HANA),
    "next round": Desk("/admin/timeline/round/add/?next_of={agreement}"),
    "kept draft": Desk("/admin/timeline/round/add/", HANA, leave_something_typed),
    "window for a source": Desk("/admin/timeline/round/{talks}/change/", do=open_the_window_for_a_source),
    "withdrawal": Desk("/admin/timeline/source/{source}/withdraw/"),
    "deletion": Desk("/admin/timeline/gap/{gap}/delete/"),
    "popup": Desk("/admin/timeline/source/add/?_to_field=id&_popup=1"),
    "import": Desk("/admin/import/?kind=round"),
    "import, with faults": Desk("/admin/import/{batch}/"),
    "import, to be added": Desk("/admin/import/{batch}/?show=added"),
    "import, to be proposed": Desk("/admin/import/{batch}/?show=proposed"),
    "import, applied": Desk("/admin/import/{applied}/"),
    "password": Desk("/admin/password_change/"),
    "users": Desk("/admin/auth/user/"),
    "user": Desk("/admin/auth/user/{user}/change/"),
    "user of an administrator": Desk("/admin/auth/user/{user}/change/", ARI),
    "password of a user": Desk("/admin/auth/user/{user}/password/"),
    "history of a user": Desk("/admin/auth/user/{user}/history/"),
    "second factor of a user": Desk("/admin/auth/user/{user}/two-factor/reset/"),
    "add user": Desk("/admin/auth/user/add/"),
    "two-factor sign-in": Desk("/admin/two-factor/"),
    "reviewer’s link": Desk("/preview/{link}/", NOBODY),
    "reviewer’s link, ended": Desk("/preview/{old_link}/", NOBODY, answer=410),
    **{f"add {kind}": Desk(f"/admin/timeline/{kind}/add/") for kind in KINDS},
    **{f"change {kind}": Desk(f"/admin/timeline/{kind}/1/change/") for kind in KINDS},
}
each_page = pytest.mark.parametrize("name", sample(PAGES, 4))
NARROW, WIDE = 320, 1440
BETWEEN = (768, 1100)
ADVICE = "verbose"  # what Chromium says to developers who ask for everything
# WCAG 2.5.8: 24 by 24, links within a sentence excepted. What select2 stands for is on the page, but not to be hit.
SMALL = """() => [...document.querySelectorAll(
  "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]"
)].filter(each => {
  const box = each.getBoundingClientRect();
  const isSeen = each.checkVisibility({visibilityProperty: true}) && box.width > 1 && box.height > 1;
  const isInSentence = each.matches("p a, .help a") && getComputedStyle(each).display === "inline";
  return isSeen && !isInSentence && (box.width < 23.9 || box.height < 23.9);
}).map(each => each.outerHTML.slice(0, 120))"""
NAMELESS = """() => [...document.querySelectorAll("input:not([type=hidden]), select, textarea")].filter(
  each => !each.closest(".empty-form") && each.checkVisibility()
).filter(
  each => !each.labels?.length && !each.ariaLabel && !each.hasAttribute("aria-labelledby") && each.type !== "submit"
).map(each => each.outerHTML.slice(0, 120))"""

# The words of a title, not its box, which is as wide as the page.
COVERED = """() => [...document.querySelectorAll("#content > h1, #content > h2")].filter(title => {
  const words = document.createRange();
  words.selectNodeContents(title);
  return [...words.getClientRects()].some(line => [...document.querySelectorAll(".object-tools a")].some(each => {
    const box = each.getBoundingClientRect();
    return line.left < box.right && box.left < line.right && line.top < box.bottom && box.top < line.bottom;
  }));
}).map(title => title.outerHTML.slice(0, 120))"""


looks = {}


@dataclass
class Look:
    console: list[str] = field(default_factory=list)
    wider: list[str] = field(default_factory=list)
    covered: list[str] = field(default_factory=list)
    small: list[str] = field(default_factory=list)
    nameless: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def windows(browser, running_site, site):
    """A window for each editor, in which all of their pages are looked at."""
    editors = {MINJI: desk.editor(running_site, MINJI, "Minji", "Park")}
    laid_out = desk.laid_out(running_site)
    editors |= {name: desk.editor(running_site, name, "", "") for name in (HANA, ARI)}
    contexts = {name: browser.new_context(base_url=site, reduced_motion="reduce") for name in (*editors, NOBODY)}
    for name, each in editors.items():
        contexts[name].add_cookies([each.cookie])
    yield contexts, laid_out
    for context in contexts.values():
        context.close()


@pytest.fixture
def look(windows, name):
    """Each page is looked at once, whatever the number of tests that ask what was seen."""
    contexts, laid_out = windows
    if name not in looks:
        page = contexts[PAGES[name].by].new_page()
        page.set_default_timeout(10_000)
        looks[name] = look_at(page, PAGES[name], laid_out)
        page.close()
    return looks[name]


def look_at(page, seen, laid_out):
    look = Look()
    page.on("console", lambda message: look.console.append(message.text) if message.type != ADVICE else None)
    page.on("pageerror", lambda error: look.console.append(str(error)))
    page.set_viewport_size({"width": WIDE, "height": 900})
    page.goto(seen.address.format(**laid_out))
    assert page.url.endswith(seen.address.format(**laid_out)), page.url  # it did not lead elsewhere
    if seen.do:
        seen.do(page)
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        look.wider += page.evaluate(WIDER, width)
        look.small += page.evaluate(SMALL) if "/admin/" in page.url else []
    for width in BETWEEN:
        page.set_viewport_size({"width": width, "height": 900})
        look.covered += page.evaluate(COVERED)
    look.nameless += page.evaluate(NAMELESS)
    said = list(look.console)  # axe says more: it copies what Django's forms.css imports into the page
    look.violations += violations_in_light_and_dark(page)
    look.console = said
    return look


def violations_in_light_and_dark(page):
    """All rules in light, where there is room for all of the page; of dark, and of a phone, what is seen of colours."""
    if not axe_script():
        return []
    page.evaluate(axe_script())
    page.set_viewport_size({"width": WIDE, "height": 900})
    page.emulate_media(color_scheme="light", reduced_motion="reduce")  # no color halfway to another
    found = violations(page, f"light, {WIDE}", {})
    page.set_viewport_size({"width": NARROW, "height": 900})
    page.emulate_media(color_scheme="dark")
    return found + violations(page, f"dark, {NARROW}", {"runOnly": IN_THE_DARK})


@each_page
def test_nothing_is_said_on_the_console_and_the_policy_is_not_broken(look, name):
    answer = PAGES[name].answer
    expected = [line for line in look.console if f"responded with a status of {answer}" in line]

    assert look.console == expected
    assert len(expected) == (answer != 200)


@each_page
def test_no_page_scrolls_sideways_on_a_phone(look):
    assert look.wider == []


@each_page
def test_no_button_lies_over_a_title(look):
    assert look.covered == []


@each_page
def test_everything_to_press_is_large_enough_for_a_thumb(look):
    assert look.small == []


@each_page
def test_everything_to_fill_in_says_what_it_is(look):
    assert look.nameless == []


@each_page
def test_axe_finds_no_violation_in_light_or_dark(look):
    if not axe_script():
        pytest.skip("axe is not installed here: pip install axe-playwright-python")

    assert look.violations == []
