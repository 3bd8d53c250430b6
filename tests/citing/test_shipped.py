"""Every record that is shipped, in every form."""

import json

import pytest
import rispy
from django.db import transaction
from pybtex.database import parse_string

from tests import shipped as shipped_data
from timeline import citing
from timeline.corrections import with_last_correction
from timeline.models import (
    Agreement,
    Event,
    Figure,
    Official,
    Organization,
    Place,
    Round,
    Source,
    Statement,
    Topic,
)

pytestmark = pytest.mark.django_db
MODELS = (Agreement, Event, Figure, Official, Organization, Place, Round, Source, Statement, Topic)


@pytest.fixture(scope="module", autouse=True)
def _shipped(django_db_setup, django_db_blocker):
    """Loaded once for the module, in a transaction around those of the tests."""
    with django_db_blocker.unblock(), transaction.atomic():
        shipped_data.load()
        yield
        transaction.set_rollback(True)


def shipped(model):
    records = citing.with_what_is_cited(with_last_correction(model._default_manager.published()))
    return [citing.Sheet(record) for record in records.order_by("slug")]


def letters(text):
    return "".join(letter for letter in text if letter.isalnum())


@pytest.mark.deep(2)
@pytest.mark.parametrize("model", MODELS)
def test_every_bibtex_is_read_as_one_bibliography(model):
    sheets = shipped(model)

    read = parse_string("\n".join(sheet.bibtex for sheet in sheets), "bibtex")

    assert list(read.entries) == [sheet.item.key for sheet in sheets]
    assert [entry.fields["date"] for entry in read.entries.values() if "date" in entry.fields] == [
        sheet.item.issued for sheet in sheets if sheet.item.issued
    ]


@pytest.mark.deep(4)
@pytest.mark.parametrize("model", MODELS)
def test_every_ris_is_read_as_one_bibliography(model):
    sheets = shipped(model)

    read = rispy.loads("".join(sheet.ris for sheet in sheets))

    assert [(each["id"], each["title"], each.get("urls", [""])[0]) for each in read] == [
        (sheet.item.key, citing.csl_json(sheet.item)["title"], sheet.item.url) for sheet in sheets
    ]


@pytest.mark.deep(4)
@pytest.mark.parametrize("model", MODELS)
def test_every_citation_is_written_out_with_its_title_and_its_address(model):
    for sheet in shipped(model):
        for words in (str(sheet.chicago_note), str(sheet.chicago_bibliography), str(sheet.apa)):
            assert sheet.item.url in words
            assert letters(sheet.item.title) in letters(words)
            assert "  " not in words
            assert not any("\ue000" <= letter <= "\uefff" for letter in words)
        assert [each["id"] for each in json.loads(sheet.csl_json)] == [sheet.item.key]
