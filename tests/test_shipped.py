import pytest
from django.conf import settings
from django.db import transaction

from tests import make, shipped
from timeline import fixture_files, index, search

pytestmark = [pytest.mark.both, pytest.mark.django_db]


@pytest.fixture
def _read_in():
    """By the second time at the latest it is not loaded any more."""
    with transaction.atomic():
        shipped.load()
        transaction.set_rollback(True)
    shipped.load()


@pytest.mark.usefixtures("_read_in")
def test_what_is_read_in_is_what_a_load_leaves():
    assert index.differences() == []
    assert list(search.differences()) == []

    report = fixture_files.load(settings.FIXTURE_DIRS[0])
    assert (report.added, report.updated, report.clashes) == (0, 0, [])
    assert report.unchanged > 1_000


@pytest.mark.usefixtures("_read_in")
def test_a_record_can_be_added_to_it():
    make.citation(make.event())

    assert index.differences() == []


def test_where_there_are_records_it_is_not_put_between_them():
    make.place()

    with pytest.raises(AssertionError):
        shipped.load()
