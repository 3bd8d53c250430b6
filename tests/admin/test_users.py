"""Who manages whom: roles are given, never more than one may give, and the log knows of it."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.urls import reverse
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests import make
from tests.admin.forms import messages_of
from tests.admin.signed_in import sign_in
from timeline import history
from timeline.models import Revision
from timeline.security import second_factor

pytestmark = pytest.mark.django_db
ADD, LIST = reverse("admin:auth_user_add"), reverse("admin:auth_user_changelist")
PASSWORD = "quite a long one"
NEW = {"username": "hana", "first_name": "Hana", "last_name": "Lee", "password1": PASSWORD, "password2": PASSWORD}
SET = {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true", "set-password": "1"}


@pytest.fixture
def administrator(django_user_model):
    user = django_user_model.objects.create_user("ari", is_staff=True)
    verbs = [f"{verb}_user" for verb in ("add", "change", "delete", "view")]
    user.user_permissions.set(Permission.objects.filter(codename__in=verbs))
    return user


@pytest.fixture
def office(client, administrator):
    return sign_in(client, administrator)


@pytest.fixture
def role():
    return Group.objects.get_or_create(name="Editor")[0]


def page_of(user, page="change"):
    return reverse(f"admin:auth_user_{page}", args=[user.pk])


def change(client, user, **values):
    typed = {"username": user.username, "is_active": "on", "is_staff": "on"} | values
    return client.post(page_of(user), {name: value for name, value in typed.items() if value is not None})


def lines_of(caplog):
    return [record.getMessage() for record in caplog.records if record.name == "sma.security"]


def test_an_administrator_adds_somebody_who_may_sign_in_with_a_role(office, role):
    office.post(ADD, NEW | {"groups": [role.pk]})
    hana = User.objects.get(username="hana")

    assert (hana.is_staff, hana.is_superuser, list(hana.groups.all())) == (True, False, [role])
    assert hana.check_password(PASSWORD)


def test_the_form_says_where_a_name_stands(office, role):
    office.post(ADD, NEW | {"groups": [role.pk]})
    hana = User.objects.get(username="hana")
    with history.unit(by=hana):
        topic = make.topic()

    form = office.get(page_of(hana)).context["adminform"].form
    assert {form[name].help_text for name in ("first_name", "last_name")} == {
        "Read above the forms that they have open. What they did stands under the username."
    }
    assert Revision.objects.of(topic).newest_first().first().by_name == "hana"


def test_a_short_password_is_refused_with_a_sentence(office):
    refused = office.post(ADD, NEW | {"password1": "kQz-Qw83Ldp", "password2": "kQz-Qw83Ldp"})

    assert "at least 12 characters" in str(refused.context["adminform"].form.errors["password2"])


def test_an_administrator_gives_and_takes_roles(office, role, django_user_model):
    jun = django_user_model.objects.create_user("jun", is_staff=True)

    change(office, jun, groups=[role.pk])
    given = list(jun.groups.all())
    change(office, jun)

    assert (given, list(jun.groups.all())) == ([role], [])


def test_what_an_administrator_may_not_give_is_not_taken_from_a_post(office, django_user_model):
    jun = django_user_model.objects.create_user("jun", is_staff=True)
    any_permission = Permission.objects.first()
    change(office, jun, is_superuser="on", user_permissions=[any_permission.pk])
    office.post(ADD, NEW | {"is_superuser": "on", "user_permissions": [any_permission.pk]})

    assert not User.objects.filter(is_superuser=True).exists()
    assert not User.user_permissions.through.objects.exclude(user__username="ari").exists()


@pytest.mark.parametrize("page", ["change", "delete", "reset"])
def test_a_superuser_is_changed_by_superusers_alone(office, editor, page):
    TOTPDevice.objects.create(user=editor, name="phone")
    refused = office.post(page_of(editor, page), {"username": "taken", "post": "yes"})

    assert refused.status_code == 403
    assert User.objects.filter(username="minji", is_superuser=True).exists()
    assert second_factor.device_of(editor) is not None


def test_nor_is_a_superusers_password_set_by_an_administrator(office, editor):
    page = reverse("admin:auth_user_password_change", args=[editor.pk])

    assert office.post(page, {"password1": PASSWORD, "password2": PASSWORD}).status_code == 403


def test_ones_own_password_is_changed_on_the_page_that_asks_for_the_old_one(desk, editor):
    led = desk.post(reverse("admin:auth_user_password_change", args=[editor.pk]), SET, follow=True)

    assert led.redirect_chain == [(reverse("admin:password_change"), 302)]
    assert messages_of(led) == ["Nothing is changed yet: your own password is changed here, with the old one."]
    assert "your own password is changed here" in led.text
    assert list(led.context["form"].fields) == ["old_password", "new_password1", "new_password2"]
    editor.refresh_from_db()
    assert editor.check_password("a long password")


def test_an_administrator_sets_the_password_of_somebody_else_without_the_old_one(office, django_user_model):
    jun = django_user_model.objects.create_user("jun", is_staff=True)

    office.post(reverse("admin:auth_user_password_change", args=[jun.pk]), SET)

    jun.refresh_from_db()
    assert jun.check_password(PASSWORD)


def test_a_superuser_makes_another(desk, django_user_model):
    jun = django_user_model.objects.create_user("jun", is_staff=True)
    change(desk, jun, is_superuser="on")

    assert User.objects.get(username="jun").is_superuser


def test_nobody_changes_their_own_rights(office, administrator, role):
    change(office, administrator, groups=[role.pk], is_active=None, is_staff=None, first_name="Ari")
    administrator.refresh_from_db()

    assert (administrator.first_name, administrator.is_active, administrator.is_staff) == ("Ari", True, True)
    assert not administrator.groups.exists()


def test_only_who_has_never_signed_in_is_deleted(office, django_user_model):
    mistake = django_user_model.objects.create_user("mistake")
    jun = django_user_model.objects.create_user("jun", last_login="2024-05-21T09:00Z")

    assert office.post(page_of(jun, "delete"), {"post": "yes"}).status_code == 403
    office.post(page_of(mistake, "delete"), {"post": "yes"})
    assert sorted(User.objects.values_list("username", flat=True)) == ["ari", "jun"]


def test_who_is_switched_off_is_out_at_once(client, office, django_user_model):
    jun = django_user_model.objects.create_user("jun", is_staff=True)
    theirs = type(client)()
    theirs.force_login(jun)
    change(office, jun, is_active=None)

    assert theirs.get(reverse("admin:index")).status_code == 302


def test_an_administrator_resets_the_second_factor_of_others_and_not_their_own(client, office, administrator):
    jun = User.objects.create_user("jun", is_staff=True)
    theirs = sign_in(type(client)(), jun)
    second_factor.new_recovery_codes(jun)

    assert office.get(page_of(jun)).context["may_reset"]
    assert office.get(page_of(jun, "reset")).status_code == 200
    office.post(page_of(jun, "reset"))

    assert not TOTPDevice.objects.filter(user=jun).exists()
    assert not StaticDevice.objects.filter(user=jun).exists()
    assert theirs.get(reverse("admin:index")).status_code == 302
    assert "Two-factor sign-in was reset." in office.get(page_of(jun, "history")).text
    assert office.post(page_of(administrator, "reset")).status_code == 403


@pytest.mark.parametrize("who", ["999999", "x", "1%27"])
def test_a_reset_of_nobody_is_not_found(office, who):
    assert office.post(f"{LIST}{who}/two-factor/reset/").status_code == 404


def test_who_may_not_manage_users_sees_none_of_these_pages(client, django_user_model):
    sign_in(client, django_user_model.objects.create_user("jun", is_staff=True))

    assert [client.get(page).status_code for page in (LIST, ADD)] == [403, 403]


def test_groups_have_no_page_nor_have_keys_and_counts_of_failures():
    shown = {model._meta.label for model in admin.site._registry if model._meta.app_label != "timeline"}

    assert shown == {"auth.User"}


def test_the_list_costs_the_same_for_two_and_for_six(office, role, django_assert_max_num_queries):
    for number in range(6):
        User.objects.create_user(f"user-{number}").groups.add(role)

    with django_assert_max_num_queries(10):
        assert len(office.get(LIST).context["cl"].result_list) == 7


def test_what_is_done_to_users_is_logged_with_who_did_it(office, role, caplog):
    caplog.set_level("INFO", "sma.security")
    office.post(ADD, NEW | {"groups": [role.pk]})
    hana = User.objects.get(username="hana")
    change(office, hana, groups=[], is_active=None)
    typed = {"password1": "another long one", "password2": "another long one", "usable_password": "true"}
    office.post(reverse("admin:auth_user_password_change", args=[hana.pk]), typed)
    office.post(page_of(hana, "delete"), {"post": "yes"})

    said = 'user="hana" address="127.0.0.1" by="ari"'
    assert lines_of(caplog) == [
        f"user-made {said} superuser=false",
        f'groups-changed {said} groups=["Editor"]',
        f"user-changed {said} is_active=false",
        f"groups-changed {said} groups=[]",
        f"password-changed {said}",
        f"user-deleted {said}",
    ]
