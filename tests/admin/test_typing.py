"""What the server adds to typing: dates in words, and the names of the forms that are stored."""

import pytest
from django.urls import reverse

from tests import make
from tests.admin.forms import address, fields_of, post_add
from timeline.models import Place, Topic

pytestmark = pytest.mark.django_db
NAME = "0123456789abcdef"


def words(client, date):
    return client.get(reverse("admin:timeline_date_in_words"), {"date": date})


@pytest.mark.parametrize(
    ("date", "said", "wrong"),
    [
        ("2024-05-21/2024-05-23", "21–23 May 2024", False),
        ("2024-05-21 / 2024-05-23", "21–23 May 2024", False),
        ("2013-07~", "around July 2013", False),
        ("2024-05-21\n2024-05-23", "21 May 2024; 23 May 2024", False),
        ("", "", False),
        ("2024-02-30", "“2024-02-30” is not a day of the calendar.", True),
        ("2024-05-23/2024-05-21", "“2024-05-23/2024-05-21” ends before it begins.", True),
    ],
)
def test_a_date_is_said_as_the_page_prints_it_or_as_the_form_refuses_it(desk, date, said, wrong):
    assert words(desk, date).json() == {"words": said, "wrong": wrong}


@pytest.mark.parametrize("date", ["<script>alert(1)</script>", "9" * 61, "9" * 3_000, "\u202e2024", "٢٠٢٤-٠٥-٢١"])
def test_hostile_dates_get_a_sentence(desk, date):
    assert words(desk, date).json()["wrong"] is True


def test_a_date_too_long_for_an_address_or_with_a_nul_is_refused(desk):
    assert words(desk, "9" * 100_000).status_code == 414
    assert words(desk, "2024\x00").status_code == 400


def test_dates_in_words_are_for_editors_alone_and_only_read(client, desk):
    assert desk.post(reverse("admin:timeline_date_in_words")).status_code == 405

    client.logout()
    assert words(client, "2024").status_code == 302


def test_the_next_page_names_the_form_that_was_stored_and_names_it_once(desk):
    response = post_add(desk, Topic, name="Furlough", _local_draft=NAME)

    assert f'data-saved-forms="{NAME}"' in response.text
    assert 'data-saved-forms=""' in desk.get(address(Topic, "add")).text


def test_a_form_with_an_error_keeps_its_name_and_counts_as_not_stored(desk):
    response = post_add(desk, Topic, name="", _local_draft=NAME)

    assert f'data-local-draft="{NAME}"' in response.text
    assert 'data-saved-forms=""' in response.text


def test_a_form_that_was_taken_back_counts_as_not_stored(desk):
    place = make.place()
    page = address(Place, "change", place.pk)
    typed = fields_of(desk.get(page)) | {"name": "Seoul City", "_local_draft": NAME, "_save": "1"}

    response = desk.post(page, typed)  # public, and no reason is given

    assert Place.objects.get(pk=place.pk).name == place.name
    assert f'data-saved-forms="{NAME}"' not in response.text + desk.get(address(Topic, "add")).text


@pytest.mark.parametrize("name", ["", "x" * 100_000, '"><script>', "AAAAAAAAAA", "0123\x0056789"])
def test_a_forged_name_is_not_repeated(desk, name):
    response = post_add(desk, Topic, name="Furlough", _local_draft=name)

    assert 'data-saved-forms=""' in response.text
