"""Posts at the very same moment, each by an editor with a connection of their own.

`make test` runs a sample; `make test-deep` runs two hundred of each kind.
"""

import threading

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from tests import make
from tests.admin.forms import address, chosen, fields_of
from tests.admin.signed_in import sign_in
from tests.conftest import IS_DEEP
from timeline.models import Gap, Official, Revision, Round, Statement

pytestmark = [pytest.mark.deep, pytest.mark.django_db(transaction=True)]
AT_ONCE = 8
TIMES = 25 if IS_DEEP else 2


@pytest.fixture
def desks():
    users = [User.objects.create_superuser(f"editor-{number}", password="a long password") for number in range(AT_ONCE)]
    return [sign_in(Client(), user) for user in users]


def at_once(posts):
    """The status codes of all, started together."""
    gate, answers = threading.Barrier(len(posts)), {}

    def post(number, client, page, values):
        try:
            gate.wait(timeout=60)
            answers[number] = client.post(page, values).status_code
        finally:
            connection.close()

    threads = [threading.Thread(target=post, args=(number, *each)) for number, each in enumerate(posts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return [answers.get(number) for number in range(len(posts))]


@pytest.mark.parametrize("time", range(TIMES))
def test_of_posts_on_the_same_version_exactly_one_is_saved(desks, time):
    official = make.official(state="draft")
    page = address(Official, "change", official.pk)
    blank = fields_of(desks[0].get(page))

    answers = at_once(
        [(desk, page, blank | {"note": f"By editor {number}.", "_save": "1"}) for number, desk in enumerate(desks)]
    )

    official.refresh_from_db()
    assert sorted(answers) == [302] + [409] * (AT_ONCE - 1)
    assert (official.version, official.note) == (2, f"By editor {answers.index(302)}.")
    assert Revision.objects.of(official).count() == 2


@pytest.mark.parametrize("time", range(TIMES))
def test_posts_of_the_same_empty_form_add_one_record(desks, time):
    shown = desks[0].get(address(Gap, "add"))
    typed = fields_of(shown) | {"_form": shown.context["form_name"], "text": "Nobody says why.", "since": "2024-05-23"}

    answers = at_once([(desk, address(Gap, "add"), typed | {"_save": "1"}) for desk in desks])

    assert sorted(answers) == [200] * (AT_ONCE - 1) + [302]
    assert Gap.objects.count() == 1


@pytest.mark.parametrize("time", range(TIMES))
def test_posts_on_different_records_are_all_saved(desks, time):
    officials = [make.official(state="draft") for _desk in desks]
    pages = [address(Official, "change", each.pk) for each in officials]
    posts = [
        (desk, page, fields_of(desk.get(page)) | {"note": "Undisturbed.", "_save": "1"})
        for desk, page in zip(desks, pages, strict=True)
    ]

    assert at_once(posts) == [302] * AT_ONCE
    assert {each.note for each in Official.objects.all()} == {"Undisturbed."}


@pytest.mark.parametrize("time", range(TIMES))
def test_of_a_deletion_and_saves_at_once_the_record_is_gone_or_saved_never_both(desks, time):
    official = make.official(state="draft")
    change, delete = address(Official, "change", official.pk), address(Official, "delete", official.pk)
    blank = fields_of(desks[0].get(change))
    seen = desks[0].get(delete).context["seen"][0]

    answers = at_once(
        [(desks[0], delete, {"post": "yes", "_seen": seen})]
        + [
            (desk, change, blank | {"note": f"By editor {number}.", "_save": "1"})
            for number, desk in enumerate(desks[1:], start=1)
        ]
    )

    saved = [number for number, answer in enumerate(answers[1:], start=1) if answer == 302]
    assert [each.note for each in Official.objects.all()] == [f"By editor {number}." for number in saved]
    assert len(saved) in (0, 1)


@pytest.mark.parametrize("time", range(TIMES))
def test_posts_that_hold_the_same_records_in_another_order_wait_for_one_another(desks, time):
    talks = make.round(state="draft")
    said = [make.statement(made_at_round=talks, state="draft") for _row in range(3)]
    page = address(Round, "change", talks.pk)
    typed = fields_of(desks[0].get(page)) | {f"statements-{row}-attribution": "an official" for row in range(3)}
    posts = [
        (desk, page, typed | {"_submit": "1"})
        if number % 2
        else (desk, address(Statement, "changelist"), chosen("submit_selected", *reversed(said)))
        for number, desk in enumerate(desks)
    ]

    assert {*at_once(posts)} <= {302, 409}
