"""Hostile text in every text of everything that is public, then every public surface: nothing of it runs, were there no
policy, and nothing that machines read is broken by it.
"""

import re

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tests import make
from tests.admin.records import MAKERS, RECORDS
from tests.conftest import IS_DEEP
from tests.everywhere import every_address
from tests.hostile.judging import findings
from tests.hostile.texts import ADDRESSES, LETTERS, MARK, SCRIPTS
from tests.served import ask, whole_site
from tests.test_nothing_leaks import free_text_fields
from timeline import contents, index
from timeline.models import Source

STORABLE = [text[:1_500] for text in LETTERS if not re.search("[\x00\ud800-\udfff]", text)]
TOGETHER = " ".join(SCRIPTS)
MOST_WORDS = 8  # of what is looked for in the timeline and in the search


def planted(row, text):
    """In every field in which somebody writes what they like: all of it, or of a short field as much as fits."""
    for field in free_text_fields(type(row)):
        if field.get_internal_type() == "JSONField":
            setattr(row, field.name, [text])
        elif field.name in {"url", "archived_url"}:
            setattr(row, field.name, f"https://{MARK}.example/?{text}"[: field.max_length])
        else:
            setattr(row, field.name, (text or MARK)[: field.max_length])
    if type(row)._meta.model_name == "statement":
        row.original_language = "ko"  # which an original text needs
    row.save()


def stored(text):
    records = {name: MAKERS[name]() for name in RECORDS}
    for record in records.values():
        for piece in contents.read_records([record])[contents.key_of(type(record), record.code)]:
            planted(piece.instance, text)
        record.refresh_from_db()
    index.rebuild()
    return records


def surfaces(records):
    yield from (path for paths in every_address(records).values() for path in paths)
    yield from (f"/search/?q=kind:{name}" for name in ("event", *RECORDS))
    yield from (f"/search/?q={MARK}", f"/search.json?q={MARK}", f"/search/suggestions.json?q={MARK[:2]}")
    yield from (f"/timeline/?q={MARK}", f"/timeline/?official={records['official'].slug}", "/agreements/compare/")


@pytest.mark.deep
@pytest.mark.django_db
@pytest.mark.parametrize("text", [TOGETHER, *SCRIPTS, *STORABLE] if IS_DEEP else [TOGETHER])
def test_hostile_texts_that_are_stored_run_nowhere_and_break_nothing(text):
    with whole_site() as site:
        records = stored(text)

        answers = {path: ask(site, path) for path in dict.fromkeys(surfaces(records))}

    assert [(path, found) for path, answer in answers.items() for found in findings(path, answer, 0)] == []
    assert {answer.status for answer in answers.values()} <= {200, 301, 400, 404, 503}
    assert sum(answer.status == 200 for answer in answers.values()) > 100
    assert sum(text[:5].encode() in answer.body or MARK.encode() in answer.body for answer in answers.values()) > 50


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["url", "archived_url"])
@pytest.mark.parametrize("address", [each for each in ADDRESSES if not each.startswith("http")])
def test_an_address_that_is_not_of_the_web_is_refused_by_the_form_and_by_the_database(name, address):
    source = make.source()
    setattr(source, name, address)

    with pytest.raises(ValidationError):
        source.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        Source.objects.filter(pk=source.pk).update(**{name: address})


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["", "http://news.example/a", "HTTPS://news.example/a"])
def test_an_address_of_the_web_is_taken(address):
    source = make.source(url=address)

    source.full_clean()
    assert Source.objects.get(pk=source.pk).url == address
