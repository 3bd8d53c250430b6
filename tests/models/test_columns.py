"""Pages read the columns that they show, and no others."""

import pytest
from django.db.models import Model

from tests import make, shipped
from timeline.models import Event, Place, Topic
from timeline.models.columns import Shown, for_readers
from timeline.static_copy import addresses
from timeline.static_copy.batches import answers

pytestmark = pytest.mark.django_db
EVENTS = Shown(Event, lambda pk: Event.objects.filter(pk=pk).select_related("place", "agreement"))


def test_what_only_the_desk_reads_is_left_out_of_the_records_themselves():
    event = make.event()

    found = EVENTS.first(event.pk)
    assert found.get_deferred_fields() == {
        "created_at", "created_by_id", "updated_by_id", "withdrawn_at", "withdrawal_reason", "acknowledged",
    }  # fmt: skip
    assert (found.slug, found.version, found.updated_at) == (event.slug, event.version, event.updated_at)


def test_of_an_agreement_that_comes_with_them_only_what_names_it_is_read(django_assert_num_queries):
    event = make.event(agreement=make.agreement(ordinal=11, name="11th Agreement"))
    agreement = EVENTS.first(event.pk).agreement

    with django_assert_num_queries(0):
        assert (agreement.name, agreement.ordinal, agreement.is_published) == ("11th Agreement", 11, True)
    with django_assert_num_queries(1):
        assert agreement.summary == event.agreement.summary


@pytest.mark.parametrize(
    "queryset",
    [
        Topic.objects.values_list("slug"),
        Topic.objects.only("slug"),
        Topic.objects.filter(slug="a").union(Topic.objects.filter(slug="b")),
    ],
)
def test_what_chooses_its_columns_is_left_as_it_is(queryset):
    assert for_readers(queryset) is queryset


def test_what_is_left_out_already_stays_left_out():
    places = for_readers(Place.objects.defer("latitude"))

    assert "latitude" not in str(places.query)
    assert "withdrawn_at" not in str(places.query)


@pytest.fixture
def fetched(db, monkeypatch):
    """Which columns of shipped records were fetched one by one."""
    shipped.load()
    found, refresh = [], Model.refresh_from_db

    def noted(record, using=None, fields=None, **options):
        found.append((type(record), *(fields or ())))
        return refresh(record, using=using, fields=fields, **options)

    monkeypatch.setattr(Model, "refresh_from_db", noted)
    return found


def test_no_form_of_a_shipped_record_asks_for_what_was_left_out(fetched):
    wanted = sorted(address for named in addresses.named() for address in addresses.of(named))

    assert {answer.status for _address, answer in answers(wanted[::17])} <= {200, 301}
    assert fetched == []
