"""Signing in: the password, the code, what is refused, and how long it lasts."""

import time
from urllib.parse import quote

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.admin.signed_in import sign_in
from timeline.admin.sign_in import NEW_KEY, PENDING, SECONDS_FOR_THE_CODE
from timeline.security import second_factor, sessions

pytestmark = pytest.mark.django_db
LOGIN, CODE, TWO_FACTOR, INDEX = (reverse(f"admin:{name}") for name in ("login", "sign_in_code", "two_factor", "index"))
PASSWORD = "a long password"
ELSEWHERE = "198.51.100.7"


@pytest.fixture
def contributor(django_user_model):
    return django_user_model.objects.create_user("jun", password=PASSWORD, is_staff=True)


@pytest.fixture
def reviewer(django_user_model):
    """Who may publish, and has a phone."""
    user = django_user_model.objects.create_user("sora", password=PASSWORD, is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="review_record"))
    TOTPDevice.objects.create(user=user, name="phone")
    return user


def code_of(user, *, steps=0):
    """What the phone shows now, or some half minutes from now."""
    return f"{totp(TOTPDevice.objects.get(user=user, confirmed=True).bin_key, drift=steps):06}"


def type_password(client, name, password=PASSWORD, onward="", **headers):
    return client.post(LOGIN, {"username": name, "password": password, "next": onward}, **headers)


def type_code(client, code):
    return client.post(CODE, {"code": code})


def lines_of(caplog):
    return [record.getMessage() for record in caplog.records if record.name == "sma.security"]


# --- the password


def test_a_contributor_signs_in_with_the_password_and_lands_where_they_were_going(client, contributor):
    page = f"{reverse('admin:timeline_round_changelist')}?state=draft"

    assert type_password(client, "jun", onward=page).url == page
    assert client.get(INDEX).status_code == 200


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "/" + "a" * 3000, "javascript:alert(1)"])
def test_nobody_is_led_off_the_site(client, contributor, onward):
    assert type_password(client, "jun", onward=onward).url == INDEX


def test_the_key_of_the_session_is_a_new_one_after_signing_in(client, contributor):
    client.get(LOGIN)
    client.session.save()
    before = client.session.session_key
    type_password(client, "jun")

    assert client.session.session_key != before


@pytest.mark.parametrize("typed", [{"username": "a" * 100_000}, {"username": "a\x00b"}, {"password": "a\x00b"}])
def test_what_nobody_could_be_called_gets_a_sentence(client, contributor, typed):
    response = client.post(LOGIN, {"username": "jun", "password": "wrong"} | typed)

    assert response.status_code == 200
    assert response.context["form"].errors


# --- throttling


def fail(client, name, times, address="127.0.0.1"):
    return [type_password(client, name, "wrong", REMOTE_ADDR=address).status_code for _each in range(times)]


def test_the_fifth_failure_locks_with_the_time_to_wait(client, contributor):
    assert fail(client, "jun", 5) == [200, 200, 200, 200, 429]

    refused = type_password(client, "jun")

    assert refused.status_code == 429
    assert "You can try again in <strong>15 minutes</strong>" in refused.text
    assert 880 < int(refused.headers["Retry-After"]) <= 900


def test_trying_again_does_not_make_the_wait_longer(client, contributor, monkeypatch):
    fail(client, "jun", 5)
    later = timezone.now() + timezone.timedelta(minutes=14)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    monkeypatch.setattr("axes.handlers.proxy.now", lambda: later)
    first = type_password(client, "jun").headers["Retry-After"]

    assert 0 < int(first) <= 60
    assert int(type_password(client, "jun").headers["Retry-After"]) <= int(first)


def test_after_the_wait_the_right_password_is_let_in(client, contributor, monkeypatch):
    fail(client, "jun", 5)
    later = timezone.now() + timezone.timedelta(minutes=16)
    monkeypatch.setattr("axes.handlers.proxy.now", lambda: later)

    assert type_password(client, "jun").url == INDEX


def test_a_stranger_elsewhere_cannot_lock_the_owner_out(client, contributor):
    fail(client, "jun", 30, ELSEWHERE)

    assert type_password(client, "jun", REMOTE_ADDR=ELSEWHERE).status_code == 429
    assert type_password(client, "jun").url == INDEX


def test_others_at_the_same_address_still_sign_in(client, contributor, django_user_model):
    fail(client, "jun", 10)
    django_user_model.objects.create_user("hana", password=PASSWORD, is_staff=True)

    assert client.get(LOGIN).status_code == 200
    assert type_password(client, "hana").url == INDEX


def test_many_accounts_tried_from_one_address_lock_that_address(client, contributor):
    tried = [status for number in range(20) for status in fail(client, f"guess-{number}", 1, ELSEWHERE)]

    assert tried == [200] * 19 + [429]
    assert type_password(client, "jun", REMOTE_ADDR=ELSEWHERE).status_code == 429


def test_an_account_of_ones_own_gives_no_new_beginning_with_those_of_others(client, contributor):
    for number in range(19):
        fail(client, f"guess-{number}", 1, ELSEWHERE)
    type_password(client, "jun", REMOTE_ADDR=ELSEWHERE)

    assert fail(client, "guess-20", 1, ELSEWHERE) == [429]


def test_a_network_of_ipv6_counts_as_one_address(client, contributor):
    tried = [fail(client, "jun", 1, f"2001:db8:1:2::{number}")[0] for number in range(1, 6)]

    assert tried == [200, 200, 200, 200, 429]


def test_a_success_forgets_the_failures_before_it(client, contributor):
    fail(client, "jun", 4)
    type_password(client, "jun")

    assert fail(client, "jun", 4) == [200] * 4


# --- the code


def test_who_has_a_phone_is_asked_for_the_code_and_is_nobody_until_then(client, reviewer):
    page = reverse("admin:password_change")
    asked = type_password(client, "sora", onward=page)

    assert asked.url == CODE
    assert client.get(page).url == f"{LOGIN}?next={page}"
    assert client.get(CODE).wsgi_request.user.is_anonymous
    assert type_code(client, code_of(reviewer)).url == page
    assert client.get(page).status_code == 200


def test_the_key_of_the_session_changes_with_the_password_and_with_the_code(client, reviewer):
    type_password(client, "sora")
    half_way = client.session.session_key
    type_code(client, code_of(reviewer))

    assert client.session.session_key != half_way
    assert PENDING not in client.session


@pytest.mark.parametrize("code", ["000000", "", "12345", "１２３４５６", "a" * 100_000, "a\x00b", "abcd-efgh"])
def test_a_wrong_code_is_refused_with_a_sentence(client, reviewer, code):
    type_password(client, "sora")
    refused = type_code(client, code)

    assert refused.status_code == 200
    assert refused.context["form"].errors["code"]
    assert client.get(INDEX).status_code == 302


def test_a_code_is_valid_once(client, reviewer):
    code = code_of(reviewer)
    type_password(client, "sora")
    type_code(client, code)
    client.post(reverse("admin:logout"))
    type_password(client, "sora")

    assert type_code(client, code).context["form"].errors["code"] == [
        "This code is not right. Each is valid for half a minute, and once."
    ]


def test_after_a_wrong_code_the_next_has_to_wait(client, reviewer):
    type_password(client, "sora")
    type_code(client, "000000")
    refused = type_code(client, code_of(reviewer))

    assert refused.status_code == 429
    assert refused.context["form"].errors["code"] == ["Too many wrong codes. The next one is looked at in 1 second."]


def test_wrong_codes_lock_like_wrong_passwords_and_the_password_gives_no_new_beginning(client, reviewer):
    type_password(client, "sora")
    for _each in range(4):
        type_code(client, "000000")
    type_password(client, "sora")

    assert type_code(client, "000000").status_code == 429
    assert type_password(client, "sora").status_code == 429
    assert type_code(client, code_of(reviewer)).status_code == 429


def test_the_wait_of_a_phone_has_an_end(reviewer):
    TOTPDevice.objects.update(throttling_failure_count=40, throttling_failure_timestamp=timezone.now())

    assert 500 < second_factor.check(reviewer, "000000").wait <= 512


def test_the_time_for_the_code_runs_out(client, reviewer, monkeypatch):
    type_password(client, "sora", onward=TWO_FACTOR)
    late = time.time() + SECONDS_FOR_THE_CODE
    monkeypatch.setattr("timeline.admin.sign_in.time.time", lambda: late)

    assert type_code(client, code_of(reviewer)).url == f"{LOGIN}?next={TWO_FACTOR}"


def test_a_password_changed_in_between_ends_the_half_sign_in(client, reviewer):
    type_password(client, "sora")
    reviewer.set_password("another long one")
    reviewer.save()

    assert type_code(client, code_of(reviewer)).url == f"{LOGIN}?next={INDEX}"


def test_without_a_password_before_it_there_is_no_page_for_the_code(client, reviewer):
    assert client.get(CODE).url == f"{LOGIN}?next={INDEX}"


def test_a_recovery_code_lets_in_once_and_says_how_many_are_left(client, reviewer):
    code = second_factor.new_recovery_codes(reviewer)[0]
    type_password(client, "sora")
    said = client.post(CODE, {"code": code.upper()}, follow=True)

    assert [str(message) for message in said.context["messages"]] == [
        "You signed in with a recovery code. 9 are left; if the phone is lost, set up another."
    ]
    assert second_factor.check(reviewer, code).device is None


# --- every door


def test_whoever_may_publish_and_has_no_phone_is_led_to_set_it_up_from_every_page(client, editor):
    client.force_login(editor)
    page = reverse("admin:timeline_round_add")
    led = client.get(page, follow=True)

    assert led.redirect_chain[-1] == (f"{TWO_FACTOR}?next={quote(page)}", 302)
    assert led.context["available_apps"] == []


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "page",
    [
        "index",
        "password_change",
        "password_change_done",
        "autocomplete",
        "jsi18n",
        "timeline_date_in_words",
        "timeline_round_changelist",
        "timeline_round_add",
        "auth_user_changelist",
        "auth_user_add",
    ],
)
def test_a_sign_in_without_the_code_opens_no_door(client, reviewer, page, method):
    client.force_login(reviewer)
    refused = getattr(client, method)(reverse(f"admin:{page}"))

    assert (refused.status_code, refused.url.partition("?")[0]) == (302, LOGIN)


@pytest.mark.parametrize("page", ["change", "history", "delete"])
def test_nor_does_it_open_the_pages_of_one_person(client, reviewer, page):
    client.force_login(reviewer)

    assert client.get(reverse(f"admin:auth_user_{page}", args=[reviewer.pk])).status_code == 302


def test_who_has_come_halfway_can_sign_out(client, editor):
    client.force_login(editor)
    client.post(reverse("admin:logout"))

    assert client.get(LOGIN).wsgi_request.user.is_anonymous


def test_a_right_given_to_somebody_signed_in_asks_for_the_second_factor_at_once(client, contributor):
    type_password(client, "jun")
    contributor.user_permissions.add(Permission.objects.get(codename="review_record"))

    assert client.get(INDEX, follow=True).redirect_chain[-1][0] == f"{TWO_FACTOR}?next={INDEX}"


# --- setting it up


def set_up(client, onward=""):
    client.get(TWO_FACTOR)
    key = bytes.fromhex(client.session[NEW_KEY])
    return client.post(TWO_FACTOR, {"code": f"{totp(key):06}", "next": onward})


def test_setting_it_up_shows_ten_recovery_codes_once_and_opens_the_pages(client, editor):
    client.force_login(editor)
    shown = set_up(client, onward=reverse("admin:timeline_round_add"))

    assert len(shown.context["codes"]) == StaticToken.objects.count() == 10
    assert shown.context["onward"] == reverse("admin:timeline_round_add")
    assert "no-store" in shown.headers["Cache-Control"]
    assert client.get(INDEX).status_code == 200
    assert shown.context["codes"][0] not in client.get(TWO_FACTOR).text


def test_the_picture_and_the_text_say_the_same_key_without_inline_style(client, editor):
    client.force_login(editor)
    page = client.get(TWO_FACTOR)
    key = bytes.fromhex(client.session[NEW_KEY])
    device = second_factor.candidate(editor, key.hex())

    assert page.context["secret"].replace(" ", "") in device.config_url
    assert "issuer=SMA%20Timeline" in device.config_url
    assert "<svg" in page.context["picture"]
    assert "style=" not in page.context["picture"]


def test_reloading_the_page_keeps_the_key(client, editor):
    client.force_login(editor)

    assert client.get(TWO_FACTOR).context["secret"] == client.get(TWO_FACTOR).context["secret"]


def test_a_wrong_code_sets_nothing_up(client, editor):
    client.force_login(editor)
    client.get(TWO_FACTOR)
    refused = client.post(TWO_FACTOR, {"code": "abc"})

    assert refused.context["form"].errors
    assert not TOTPDevice.objects.exists()


def test_setting_it_up_ends_sign_ins_elsewhere(client, contributor):
    other = type(client)()
    other.force_login(contributor)
    client.force_login(contributor)
    set_up(client)

    assert (client.get(INDEX).status_code, other.get(INDEX).url) == (200, f"{LOGIN}?next={INDEX}")


def test_a_contributor_may_set_it_up_and_turn_it_off(client, contributor):
    client.force_login(contributor)
    set_up(client)
    code = second_factor.new_recovery_codes(contributor)[0]
    off = client.post(TWO_FACTOR, {"code": code, "_turn_off": "1"})

    assert off.url == f"{LOGIN}?next={INDEX}"
    assert second_factor.device_of(contributor) is None
    assert type_password(client, "jun").url == INDEX


def test_who_must_have_it_cannot_turn_it_off(client, reviewer):
    sign_in(client, reviewer)
    client.post(TWO_FACTOR, {"code": code_of(reviewer), "_turn_off": "1"})

    assert second_factor.device_of(reviewer) is not None


def test_new_recovery_codes_take_a_code_and_make_the_old_ones_void(client, reviewer):
    old = second_factor.new_recovery_codes(reviewer)
    sign_in(client, reviewer)
    refused = client.post(TWO_FACTOR, {"code": "abcd-efgh", "_codes": "1"})
    shown = client.post(TWO_FACTOR, {"code": code_of(reviewer), "_codes": "1"})

    assert "codes" not in refused.context
    assert set(shown.context["codes"]).isdisjoint(old)
    assert StaticToken.objects.count() == 10


def test_another_phone_takes_the_place_of_the_first_once_it_has_shown_a_code(client, reviewer):
    sign_in(client, reviewer)
    first = second_factor.device_of(reviewer)
    client.post(TWO_FACTOR, {"code": code_of(reviewer), "_phone": "1"})

    assert client.get(TWO_FACTOR).context["replaces"]
    assert second_factor.device_of(reviewer) == first
    set_up(client)
    assert TOTPDevice.objects.filter(user=reviewer).exclude(pk=first.pk).count() == TOTPDevice.objects.count() == 1
    assert client.get(INDEX).status_code == 200


def test_changing_ones_mind_keeps_the_phone(client, reviewer):
    sign_in(client, reviewer)
    client.post(TWO_FACTOR, {"code": code_of(reviewer), "_phone": "1"})
    client.post(TWO_FACTOR, {"_cancel": "1"})

    assert "device" in client.get(TWO_FACTOR).context


def test_the_page_is_for_whoever_is_signed_in(client, reviewer):
    assert client.get(TWO_FACTOR).url == f"{LOGIN}?next={TWO_FACTOR}"
    client.force_login(reviewer)
    assert client.get(TWO_FACTOR).url == f"{LOGIN}?next={TWO_FACTOR}"


# --- the way back


def test_the_command_gives_a_new_beginning_and_ends_sign_ins(client, reviewer, capsys):
    second_factor.new_recovery_codes(reviewer)
    sign_in(client, reviewer)
    call_command("reset_two_factor", "sora")

    assert (TOTPDevice.objects.count(), StaticToken.objects.count()) == (0, 0)
    assert client.get(INDEX).url == f"{LOGIN}?next={INDEX}"
    assert "sora signs in with the password alone next time" in capsys.readouterr().out


def test_the_command_knows_nobody_of_another_name():
    with pytest.raises(CommandError, match="There is nobody of the name “nobody”"):
        call_command("reset_two_factor", "nobody")


# --- sign-ins that end


def age(client, **seconds):
    session = client.session
    for key, value in seconds.items():
        session[{"started": sessions.STARTED, "seen": sessions.SEEN}[key]] = int(time.time()) - value
    session.save()


@pytest.mark.parametrize(
    ("ages", "status"),
    [
        ({"seen": sessions.IDLE - 60}, 200),
        ({"seen": sessions.IDLE + 1}, 302),
        ({"started": sessions.AT_MOST - 60}, 200),
        ({"started": sessions.AT_MOST + 1}, 302),
    ],
)
def test_a_sign_in_ends_after_two_hours_idle_and_twelve_at_most(desk, ages, status):
    age(desk, **ages)

    assert desk.get(INDEX).status_code == status


def test_a_post_after_the_end_leads_to_the_sign_in_page_and_back_to_the_form(desk):
    age(desk, seen=sessions.IDLE + 1)
    page = reverse("admin:timeline_round_add") + "?from=sma-12-round-1"
    led = desk.post(page, {"venue": "typed for an hour"}, follow=True)

    assert led.redirect_chain == [(f"{LOGIN}?next={quote(page)}", 302)]
    assert [str(message) for message in led.context["messages"]] == [
        "Your sign-in has ended: after two hours without use, after twelve in any case."
    ]
    assert led.context["next"] == page


@pytest.mark.parametrize(
    ("said", "onward"),
    [
        ("http://testserver/admin/import/7/?show=added", "/admin/import/7/?show=added"),
        ("", "/admin/import/7/apply/"),
        ("http://testserver/timeline/", "/admin/import/7/apply/"),
        ("http://elsewhere.example/admin/import/7/", "/admin/import/7/apply/"),
        ("http://testserver//elsewhere.example/admin/", "/admin/import/7/apply/"),
        ("http://[/admin/", "/admin/import/7/apply/"),
    ],
)
def test_a_post_after_the_end_leads_back_to_the_page_on_which_the_form_stood(desk, said, onward):
    age(desk, seen=sessions.IDLE + 1)

    led = desk.post("/admin/import/7/apply/", headers={"Referer": said})

    assert led.url == f"{LOGIN}?next={quote(onward)}"


def test_use_is_noted_once_a_minute(desk):
    age(desk, seen=sessions.NOTED_EVERY - 10)
    before = desk.session[sessions.SEEN]
    desk.get(INDEX)
    within = desk.session[sessions.SEEN]
    age(desk, seen=sessions.NOTED_EVERY)
    desk.get(INDEX)

    assert within == before
    assert desk.session[sessions.SEEN] >= int(time.time()) - 5


def test_a_form_left_open_is_no_use(desk):
    age(desk, seen=sessions.IDLE - 60)
    before = desk.session[sessions.SEEN]
    desk.post(reverse("admin:timeline_round_presence", args=[1]), {"tab": "x"})

    assert desk.session[sessions.SEEN] == before


def test_a_new_password_ends_the_sign_ins_elsewhere(client, contributor):
    other = type(client)()
    for each in (client, other):
        each.force_login(contributor)
    typed = {"old_password": PASSWORD, "new_password1": "quite another one", "new_password2": "quite another one"}
    client.post(reverse("admin:password_change"), typed)

    assert (client.get(INDEX).status_code, other.get(INDEX).status_code) == (200, 302)


def test_public_pages_neither_read_nor_write_the_session(desk):
    age(desk, seen=600)
    before = desk.session.items()
    response = desk.get("/timeline/")

    assert "Cookie" not in response.headers.get("Vary", "")
    assert not response.cookies
    assert desk.session.items() == before


@pytest.mark.parametrize("length", [11, 12])
def test_a_password_has_twelve_characters_at_least(client, contributor, length):
    new = "x7-kQz-Qw83Ldp"[:length]
    client.force_login(contributor)
    typed = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    response = client.post(reverse("admin:password_change"), typed)

    assert response.status_code == (302 if length == 12 else 200)


# --- the log


def test_a_whole_sign_in_is_logged_line_by_line(client, reviewer, caplog):
    caplog.set_level("INFO", "sma.security")
    type_password(client, "sora", "wrong")
    type_password(client, "sora")
    type_code(client, "000000")
    TOTPDevice.objects.update(throttling_failure_count=0)
    type_code(client, code_of(reviewer))
    client.post(reverse("admin:logout"))

    said = 'user="sora" address="127.0.0.1"'
    assert lines_of(caplog) == [
        f"sign-in-failed {said}",
        f"password-accepted {said}",
        f"code-refused {said} wait=0",
        f"signed-in {said}",
        f"signed-out {said}",
    ]


def test_the_log_holds_no_secret_and_no_line_that_somebody_typed(client, contributor, caplog):
    caplog.set_level("INFO", "sma.security")
    type_password(client, PASSWORD, "wrong")
    type_password(client, 'jun\nsigned-in user="minji"', "wrong", REMOTE_ADDR="1.2.3.4\nsigned-in")

    assert lines_of(caplog) == [
        'sign-in-failed user=null address="127.0.0.1"',
        'sign-in-failed user=null address="0.0.0.0"',
    ]


def test_a_lock_is_logged(client, contributor, caplog):
    fail(client, "jun", 6)

    said = 'user="jun" address="127.0.0.1"'
    assert lines_of(caplog)[-6:] == [f"sign-in-failed {said}"] * 4 + [f"locked-out {said}"] * 2


def test_the_end_of_a_sign_in_and_a_reset_at_the_shell_are_logged(desk, editor, caplog):
    caplog.set_level("INFO", "sma.security")
    age(desk, seen=sessions.IDLE + 1)
    desk.get(INDEX)
    call_command("reset_two_factor", "minji", verbosity=0)

    assert lines_of(caplog) == [
        'session-ended user="minji" address="127.0.0.1"',
        'second-factor-reset user="minji" address="shell"',
    ]


# --- what was typed


def test_a_form_from_before_the_last_sign_in_is_refused_with_a_way_back_to_it(editor, client):
    strict = type(client)(enforce_csrf_checks=True)
    sign_in(strict, editor)
    page = reverse("admin:timeline_round_add")
    refused = strict.post(page, {"venue": "typed for an hour"})

    assert refused.status_code == 403
    assert "Nothing was saved." in refused.text
    assert f'href="{page}"' in refused.text


def test_signing_out_says_so(desk):
    assert "You are signed out" in desk.post(reverse("admin:logout")).text
