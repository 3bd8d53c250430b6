"""What was run beforehand, and what is run for it."""

import json

import pytest

from tests.conftest import sample
from timeline.citing import run_styles, styles

READY_MADE = json.loads(styles.READY_MADE.read_text())
USUAL = {shape.name(*form): (*form, shape) for form in run_styles.FORMS for shape in run_styles.usual()}


@pytest.mark.parametrize("name", sample(USUAL, 40))
def test_what_was_made_beforehand_is_what_the_styles_make(name):
    assert READY_MADE[name] == styles.run(*USUAL[name])


def test_every_usual_shape_was_made_beforehand_and_no_other():
    assert list(READY_MADE) == list(USUAL)


def test_a_shape_that_is_not_usual_is_run_when_it_is_asked_for():
    shape = styles.Shape("webpage", run_styles.MOST_AUTHORS + 1, True, True, "day")

    template = styles._template(styles.APA, styles.BIBLIOGRAPHY, shape)

    assert [place.sign for place in template.places] == [
        *"\ue100\ue101\ue102\ue103",
        styles.DATE,
        "\ue000",
        "\ue001",
        "\ue002",
    ]
