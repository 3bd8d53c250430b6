"""A record chosen without JavaScript: by its slug or its exact name."""

import pytest

from tests import make
from tests.admin.forms import errors_of, post_add
from timeline.models import Round

pytestmark = pytest.mark.django_db
HELD = {"number": 2, "when": "2024-05-21/2024-05-23", "status": "held"}


@pytest.fixture
def talks():
    return make.agreement()


def post_round(desk, talks, typed):
    return post_add(desk, Round, **HELD, **{"agreement": talks.pk, "place-typed": typed})


@pytest.mark.parametrize("typed", ["{0.slug}", " {0.name} "])
def test_a_record_is_found_by_what_is_typed(desk, talks, typed):
    place = make.place(name="Camp Humphreys")

    post_round(desk, talks, typed.format(place))

    assert Round.objects.get().place == place


@pytest.mark.deep(2)
@pytest.mark.parametrize("typed", ["Nowhere", "Seoul", "1", "x" * 100_000])
def test_what_names_no_record_or_two_is_refused_and_stands_there_again(desk, talks, typed):
    make.place(name="Seoul")
    make.place(name="Seoul")

    response = post_round(desk, talks, typed)

    assert errors_of(response) == {"place": ["Select a valid choice. That choice is not one of the available choices."]}
    assert "Its slug or exact name" in response.content.decode()


def test_a_nul_is_refused(desk, talks):
    assert errors_of(post_round(desk, talks, "a\x00b")) == {"place": ["Null characters are not allowed."]}


def test_what_is_typed_goes_before_what_was_chosen(desk, talks):
    chosen, typed = make.place(name="Seoul"), make.place(name="Washington")

    post_add(desk, Round, **HELD, **{"agreement": talks.pk, "place": chosen.pk, "place-typed": typed.slug})

    assert Round.objects.get().place == typed
