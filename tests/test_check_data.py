import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests import make
from timeline.models import Redirect

pytestmark = pytest.mark.django_db


def told(*options: str) -> tuple[list[str], int]:
    """The lines that the command prints, and its exit status."""
    out = StringIO()
    try:
        call_command("check_data", *options, stdout=out)
    except SystemExit as end:
        return out.getvalue().splitlines(), end.code
    return out.getvalue().splitlines(), 0


def a_notice(**values) -> None:
    make.place(**({"slug": "osan", "name": "Osan", "name_ko": ""} | values))


def an_error() -> None:
    make.official(slug="lee-tae-woo")


def test_good_data_is_told_in_one_line():
    make.place()

    assert told() == (["0 errors, 0 notices."], 0)


def test_a_notice_names_record_field_and_rule_and_how_to_mend_it_and_is_no_failure():
    a_notice()

    assert told() == (
        [
            "notice: place osan (name_ko): The Korean name is missing. [korean-name-missing]",
            "    Add the Korean name as a source prints it; never spell it by guess.",
            "0 errors, 1 notice.",
        ],
        0,
    )


def test_an_error_is_a_failure():
    an_error()

    assert told() == (
        [
            "error: official lee-tae-woo (citations): No public source is cited. [no-citation]",
            "    Add a citation: the source, and its exact words.",
            "1 error, 0 notices.",
        ],
        1,
    )


def test_errors_alone_can_be_shown_while_notices_are_still_counted():
    a_notice()
    an_error()

    assert told("--level", "error") == (
        [
            "error: official lee-tae-woo (citations): No public source is cited. [no-citation]",
            "    Add a citation: the source, and its exact words.",
            "1 error, 1 notice.",
        ],
        1,
    )


def test_an_acknowledged_finding_shows_its_reason():
    a_notice(acknowledged="korean-name-missing: No Korean paper names the base.")

    assert told() == (
        [
            "notice: place osan (name_ko): The Korean name is missing. [korean-name-missing]",
            "    Acknowledged: No Korean paper names the base.",
            "0 errors, 1 notice.",
        ],
        0,
    )


def test_json_gives_one_object_a_line_and_nothing_else():
    a_notice()
    an_error()

    lines, status = told("--format", "json")

    assert [json.loads(line) for line in lines] == [
        {
            "level": "notice",
            "rule": "korean-name-missing",
            "kind": "place",
            "slug": "osan",
            "field": "name_ko",
            "sentence": "The Korean name is missing.",
            "mend": "Add the Korean name as a source prints it; never spell it by guess.",
            "acknowledged": "",
        },
        {
            "level": "error",
            "rule": "no-citation",
            "kind": "official",
            "slug": "lee-tae-woo",
            "field": "citations",
            "sentence": "No public source is cited.",
            "mend": "Add a citation: the source, and its exact words.",
            "acknowledged": "",
        },
    ]
    assert status == 1


def test_a_problem_of_no_single_record_is_told_too():
    Redirect.objects.create(kind="event", old_slug="old", new_slug="gone")

    assert told() == (
        [
            "error: the database: event: old → gone leads to no record. [redirect-leads-nowhere]",
            "    Let it lead to the slug that the record has now, in one step.",
            "1 error, 0 notices.",
        ],
        1,
    )


def test_a_level_that_does_not_exist_is_refused():
    with pytest.raises(CommandError, match="invalid choice: 'fatal'"):
        told("--level", "fatal")
