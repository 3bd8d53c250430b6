"""The second round of the 12th talks as an editor would have entered it on Friday, 24 May 2024, from one article."""

import subprocess
import sys
from binascii import unhexlify

import pytest
from django.conf import settings
from django_otp.oath import totp
from playwright.sync_api import expect

from tests.browser import desk
from tests.browser.before import fixtures_without
from tests.browser.site import served
from tests.browser.sitting import PASSWORD, PATIENCE, Keys, Sitting

pytestmark = pytest.mark.browser
# What had not happened, or had not been read.
NOT_YET = {*(f"sma-12-round-{number}" for number in range(2, 9)), "joongang-2024-05-24-mutually-acceptable"}
NOT_YET |= {"fig-sma-11-demand-5bn"}
MAKE_PEOPLE = f"""
import json
from django_otp.plugins.otp_totp.models import TOTPDevice
from tests import make
from timeline import roles
for name, role in (("hana", roles.CONTRIBUTOR), ("jun", roles.EDITOR)):
    user = make.user(role, name)
    user.set_password("{PASSWORD}")
    user.save()
print(json.dumps(TOTPDevice.objects.create(user=user, name="phone").key))
"""
STATES = """
import json
from timeline.models import Round
entered = Round.objects.get(slug="sma-12-round-2")
source = entered.citations.get().source
print(json.dumps([each.state for each in (entered, *entered.statements.all(), *entered.figures.all(), source)]))
"""
STORED = """
import json, sys
from timeline.models import Round
entered = Round.objects.get(agreement__slug="sma-12", number=sys.argv[1])
cited = (entered, *entered.statements.all(), *entered.figures.all())
print(json.dumps({
    "place": entered.place.slug,
    "delegates": [each.official.name for each in entered.delegate_set.all()],
    "statements": [each.on_behalf_of.name for each in entered.statements.all()],
    "figures": [each.agreement.slug for each in entered.figures.all()],
    "sources": [each.citations.get().source.slug for each in cited],
}))
"""
NAME = "12th Special Measures Agreement talks, round 2"
PAGE = "/rounds/sma-12-round-2/"
HEADLINE = "U.S. says it will work toward 'mutually acceptable' defense cost-sharing deal with Korea"
HELD = (
    "The United States issued a statement after holding the second round of the negotiations in Seoul that took place "
    "from Tuesday through Thursday."
)
SAID = (
    "The delegations from the United States and the Republic of Korea [ROK] continued productive and substantive "
    "discussions, as we continue to work toward our common objective of a mutually acceptable agreement that supports "
    "our shared security"
)
DEMANDED = "a more than fivefold increase to $5 billion"
AGREED = "by 13.9 percent from 2019 to $1.03 billion for 2021"
# Of the article, the lines that the round rests on; the rest is its publisher's.
ARTICLE = f"""{HEADLINE}

2024. 5. 24. 11:52
글자크기 설정 파란원을 좌우로 움직이시면 글자크기가 변경 됩니다.

{HELD}

"{SAID}," the statement released by the U.S. Embassy in Seoul read, referring to Korea by its official name.

Korea had a hard time in the last SMA negotiations as Washington, under Trump's presidency, demanded {DEMANDED}.

Under the current six-year SMA, due to end in 2025, Korea agreed to raise the payment {AGREED}.

Yonhap

Copyright © 코리아중앙데일리. 무단전재 및 재배포 금지.
"""
OUTCOME = "The United States called the discussions productive and substantive."
MENDED = f"{OUTCOME} A Seoul official spoke of a better understanding of each other’s positions."
REMARK = "Say what the Seoul official said as well."


@pytest.fixture(scope="module")
def quiet_site(browser, tmp_path_factory):
    """The site as it was before that Friday."""
    fixtures = tmp_path_factory.mktemp("fixtures")
    fixtures_without(NOT_YET, fixtures)
    with served(tmp_path_factory.mktemp("quiet_site"), fixtures) as running:
        yield running


@pytest.fixture(scope="module")
def key(quiet_site):
    """That of the editor's phone; both people are there by then."""
    return unhexlify(desk.within(quiet_site, MAKE_PEOPLE))


@pytest.fixture
def sit_down(browser, quiet_site, key):
    sittings = []

    def sat_down(name="", **options):
        sitting = Sitting(browser, quiet_site.address, **options)
        sittings.append(sitting)
        if name:
            sitting.sign_in(name)
        if name == "jun":
            sitting.page.get_by_role("textbox", name="Code").fill(f"{totp(key):06}")
            sitting.press("Sign in")
        return sitting

    yield sat_down
    for each in sittings:
        each.context.close()


def errors_of(site):
    """What `check_data` has to say of the site."""
    done = subprocess.run(
        [sys.executable, "manage.py", "check_data", "--level", "error"],
        cwd=settings.BASE_DIR,
        env=site.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return [line for line in done.stdout.splitlines() if line.startswith("error")]


def enter_the_round(hana):
    hana.follow("Add next round")
    hana.fill(status="held", when="2024-05-21/2024-05-23", outcome=OUTCOME)
    hana.add_source("citations-0", ARTICLE, publisher="Korea JoongAng Daily", kind="news")
    hana.fill("citations-0", quote=HELD)
    hana.fill("statements-0", text=SAID, on_behalf_of="Department of State", attribution="the U.S. delegation")
    hana.fill("statements-0", when="2024-05-24", medium="press_release", language="en")
    hana.cite_the_same("statements-0")
    talks = {"agreement": "11th Special Measures Agreement", "stated_on": "2024-05-24"}
    hana.fill("figures-0", as_stated=DEMANDED, stance="demanded", party="US", measure="total")
    hana.fill("figures-0", amount="5000000000", currency="USD", **talks)
    hana.cite_the_same("figures-0")
    hana.press("Add another Figure")
    hana.fill("figures-1", as_stated=AGREED, stance="agreed", party="KR", measure="total")
    hana.fill("figures-1", amount="1030000000", currency="USD", growth_percent="13.9", **talks)
    hana.fill("figures-1", year_from="2021", year_to="2021")
    hana.cite_the_same("figures-1")


def previewed(page):
    page.get_by_text("How the page will look").click()
    frame = page.frame_locator("[data-preview] iframe")
    expect(frame.locator("h1")).to_have_text("Round 2, Seoul", timeout=PATIENCE)
    return shown(frame)


def shown(place):
    """What the page of the round tells."""

    def texts(selector):
        return [" ".join(each.split()) for each in place.locator(f"main {selector}").all_text_contents()]

    return {
        "title": texts("h1"),
        "outcome": texts(".outcome > p"),
        "facts": [each.partition(" Source ")[0] for each in texts(".facts dd")],
        "people": texts(".facing .person a"),
        "words": texts(".quotation q"),
        "figures": texts(".figures .money a"),
        "sources": set(texts(".citation cite")),
        "quotes": set(texts(".citation blockquote")),
    }


AS_IT_SHOULD_BE = {
    "title": ["Round 2, Seoul"],
    "outcome": [OUTCOME],
    "facts": ["21–23 May 2024", "Seoul 서울", "held"],
    "people": ["Lee Tae-woo", "Linda Specht", "Department of State"],
    "words": [SAID],
    "figures": ["US$1.03 billion", "US$5 billion"],
    "sources": {HEADLINE},
    "quotes": {HELD, SAID, AGREED, DEMANDED},
}


def send_back(jun):
    jun.page.reload()
    jun.follow(NAME)
    jun.follow("Send back")
    jun.fill(remark=REMARK)
    jun.press("Send back")


def mend(hana):
    hana.follow("Home")
    assert hana.page.locator("[aria-labelledby=desk_sent-back] .desk__remark").all_inner_texts() == [REMARK]
    hana.follow(NAME)
    hana.fill(outcome=MENDED)
    hana.press("Save and give to review")


def publish(jun):
    jun.page.reload()
    jun.follow(NAME)
    jun.press("Save and publish")


def test_a_round_is_entered_sent_back_mended_and_published_and_its_page_is_right(sit_down, quiet_site):
    hana, jun, reader = sit_down("hana"), sit_down("jun"), sit_down()
    assert (hana.counted, jun.counted) == ({"pages": 2, "fields": 0}, {"pages": 3, "fields": 0})

    enter_the_round(hana)
    assert previewed(hana.page) == AS_IT_SHOULD_BE
    hana.press("Save and give to review")
    assert hana.said[0] == f"“{NAME}” is in review, with 5 records in all: somebody else reads and publishes them."
    assert hana.counted == {"pages": 2, "fields": 35}

    send_back(jun)
    assert jun.said == [f"“{NAME}” is back with its author, with your remark."]
    assert jun.counted == {"pages": 4, "fields": 1}
    assert desk.within(quiet_site, STATES) == ["draft"] * 5

    mend(hana)
    assert hana.counted == {"pages": 3, "fields": 1}
    assert reader.page.goto(PAGE).status == 404

    publish(jun)
    assert jun.counted == {"pages": 3, "fields": 0}
    assert desk.within(quiet_site, STATES) == ["published"] * 5
    assert errors_of(quiet_site) == []

    assert reader.page.goto(PAGE).status == 200
    assert shown(reader.page) == AS_IT_SHOULD_BE | {"outcome": [MENDED]}
    source = reader.page.locator(".citation a").first.get_attribute("href")
    assert reader.page.goto(source).status == 200


def test_on_a_phone_the_essential_way_goes_by_keyboard_alone(sit_down, quiet_site):
    keys = Keys(sit_down("hana", width=360).page)

    keys.press_on(keys.page.locator("[aria-labelledby=desk_scheduled] .addlink"))
    keys.page.wait_for_url("**/round/add/**")
    keys.type_into(keys.field("when"), "2024-06-10/2024-06-12")
    keys.press_on(keys.page.locator("#citations-0 .source-desk-open"))
    keys.type_into(keys.page.get_by_label("Pasted text"), ARTICLE.replace(HEADLINE, "Another headline"))
    keys.press_on(keys.page.get_by_role("button", name="Read the pasted text"))
    expect(keys.page.get_by_label("Title", exact=True)).to_be_focused(timeout=PATIENCE)
    keys.type_into(keys.page.locator("dialog [name=kind]"), "News")
    keys.press_on(keys.page.get_by_role("button", name="Add the source and cite it"))
    expect(keys.chooser("citations-0-source")).to_be_focused(timeout=PATIENCE)
    keys.type_into(keys.field("citations-0-quote"), HELD)
    keys.type_into(keys.field("statements-0-text"), "We look forward to continuing our consultations soon")
    keys.choose("statements-0-on_behalf_of", "Department of State")
    keys.type_into(keys.field("statements-0-medium"), "readout")
    keys.type_into(keys.field("statements-0-language"), "English")
    keys.press_on(keys.page.locator("#statements-0 .same-source"))
    keys.press_on(keys.page.get_by_role("button", name="Save and give to review"))

    expect(keys.page.locator(".messagelist")).to_contain_text("is in review, with 3 records in all", timeout=PATIENCE)


def test_without_javascript_a_round_with_what_was_said_and_named_can_be_entered(sit_down, quiet_site):
    hana = sit_down("hana", java_script_enabled=False)
    source = "yonhap-2024-05-23-second-round-ends"

    hana.follow("Add next round")
    number = hana.page.locator("[name=number]").input_value()
    hana.fill(when="2024-07-10/2024-07-12", **{"place-typed": "Honolulu"})
    hana.fill("citations-0", quote="The talks were led by Lee Tae-woo", **{"source-typed": source})
    hana.fill("statements-0", text="enhancing the understanding", medium="press_briefing", language="en")
    hana.fill("statements-0", **{"on_behalf_of-typed": "kr-mofa", "cited_source-typed": source})
    hana.fill("figures-0", as_stated="$5 billion", stance="demanded", measure="total", amount="5000000000")
    hana.fill("figures-0", currency="USD", **{"agreement-typed": "sma-11", "cited_source-typed": source})
    hana.press("Save and give to review")

    assert hana.said[0].endswith("is in review, with 3 records in all: somebody else reads and publishes them.")
    assert desk.within(quiet_site, STORED, number) == {
        "place": "honolulu",
        "delegates": ["Lee Tae-woo", "Linda Specht"],
        "statements": ["Ministry of Foreign Affairs"],
        "figures": ["sma-11"],
        "sources": [source] * 3,
    }
