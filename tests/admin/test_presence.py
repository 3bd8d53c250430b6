"""Who has a record open: said to the others, forgotten in minutes, and no part of the record."""

import datetime as dt

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from tests import make
from tests.admin.forms import address
from tests.admin.signed_in import sign_in
from timeline.models import OpenForm, Place

pytestmark = pytest.mark.django_db
TAB, OTHER_TAB = "0123456789abcdef", "fedcba9876543210"


@pytest.fixture
def sam(django_user_model):
    return django_user_model.objects.create_superuser("sam", password="a long password", first_name="Sam")


@pytest.fixture
def place():
    return make.place()


def beat(client, record, now="open", tab=TAB):
    return client.post(address(type(record), "presence", record.pk), {"tab": tab, "now": now})


def test_others_are_told_by_the_page_and_by_the_answer(desk, sam, place):
    beat(desk, place, "opened")
    since = timezone.localtime(OpenForm.objects.get().opened_at)
    at = sign_in(Client(), sam)

    said = f"Also open: minji, since {since:%H:%M} UTC"

    assert beat(at, place, "opened", OTHER_TAB).json() == {"others": said}
    assert at.get(address(Place, "change", place.pk)).context["also_open"] == said
    assert beat(desk, place).json()["others"].startswith("Also open: Sam, since ")


def test_nobody_is_told_of_themselves_in_another_window(desk, place):
    beat(desk, place, "opened")

    assert beat(desk, place, "opened", OTHER_TAB).json() == {"others": ""}
    assert OpenForm.objects.get().tab == OTHER_TAB


def test_a_window_that_closes_takes_only_itself_away(desk, place):
    beat(desk, place, "opened")
    beat(desk, place, "opened", OTHER_TAB)

    beat(desk, place, "closed")
    assert OpenForm.objects.count() == 1

    beat(desk, place, "closed", OTHER_TAB)
    assert OpenForm.objects.count() == 0


def test_who_was_not_seen_for_two_minutes_is_forgotten(desk, sam, place):
    beat(desk, place, "opened")
    OpenForm.objects.update(seen_at=timezone.now() - dt.timedelta(minutes=2, seconds=1))

    assert beat(sign_in(Client(), sam), place, "opened").json() == {"others": ""}
    assert [each.user for each in OpenForm.objects.all()] == [sam]


def test_a_heartbeat_keeps_the_time_since_when_it_is_open(desk, place):
    beat(desk, place, "opened")
    opened = OpenForm.objects.get().opened_at

    beat(desk, place)

    assert OpenForm.objects.get().opened_at == opened


def test_a_heartbeat_changes_nothing_of_the_record(desk, place):
    before = Place.objects.values().get(pk=place.pk)

    beat(desk, place, "opened")

    assert Place.objects.values().get(pk=place.pk) == before


def test_a_heartbeat_writes_once_and_asks_once(desk, place, django_assert_num_queries):
    beat(desk, place, "opened")

    with django_assert_num_queries(6):  # session, user, second factor; the record, the row, the others
        beat(desk, place)


@pytest.mark.parametrize("tab", ["", "x", "a" * 100_000, "0123456\x00", "<script>"])
def test_a_window_without_a_name_is_refused(desk, place, tab):
    assert beat(desk, place, "opened", tab).status_code == 400
    assert OpenForm.objects.count() == 0


@pytest.mark.parametrize("key", ["0", "9" * 30, "nothing", "1%00"])
def test_what_is_no_record_is_not_found(desk, key):
    answer = desk.post(f"/admin/timeline/place/{key}/presence/", {"tab": TAB})

    assert answer.status_code in {400, 404}
    assert OpenForm.objects.count() == 0


def test_only_who_may_see_the_record_is_asked(client, django_user_model, place):
    reader = django_user_model.objects.create_user("reader", password="a long password", is_staff=True)
    sign_in(client, reader)
    assert beat(client, place).status_code == 403

    reader.user_permissions.add(Permission.objects.get(codename="view_place"))
    assert beat(client, place).status_code == 200


def test_without_a_sign_in_the_answer_is_the_page_for_it(client, place):
    assert beat(client, place).status_code == 302
    assert OpenForm.objects.count() == 0
