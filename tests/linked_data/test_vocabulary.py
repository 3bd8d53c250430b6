"""Every page's structured data is schema.org and nothing else: read as RDF, with the vocabulary at hand."""

import pytest
from django.conf import settings

from tests import shipped
from tests.admin.records import MAKERS
from tests.conftest import sample
from tests.linked_data import reading
from timeline import index
from timeline.contents import RECORDS
from timeline.enums import State

pytestmark = pytest.mark.django_db
WITH_PAGES = [model for model in RECORDS if model.url_name]
LISTS = (
    "/", "/timeline/", "/agreements/", "/figures/", "/officials/", "/organizations/", "/places/", "/topics/",
    "/sources/", "/disagreements/", "/gaps/",
    "/downloads/",
)  # fmt: skip


@pytest.mark.parametrize("model", WITH_PAGES, ids=lambda model: model._meta.model_name)
def test_each_kind_of_record_becomes_triples_without_a_key_dropped_or_misused(client, model):
    record = MAKERS[model._meta.model_name](state=State.PUBLISHED)
    nodes = reading.graph_of(client.get(record.get_absolute_url()))

    found = reading.triples(nodes)

    assert reading.misused(nodes) == set()
    assert {f"{settings.SITE_URL}/e/{record.code}/"} <= {subject for subject, _predicate, _object in found}


@pytest.mark.deep(4)
@pytest.mark.parametrize("address", LISTS)
def test_each_list_becomes_triples_without_a_key_dropped_or_misused(client, address):
    with index.suspended():
        for make_one in MAKERS.values():
            make_one()

    nodes = reading.graph_of(client.get(address))

    assert reading.triples(nodes)
    assert reading.misused(nodes) == set()


def test_a_key_that_schema_org_does_not_know_is_found():
    nodes = [{"@type": "Event", "@id": "https://x.example/1", "startdate": "2024"}]

    with pytest.raises(AssertionError, match="no property"):
        reading.triples(nodes)


def test_a_property_that_does_not_belong_to_its_type_is_found():
    assert reading.misused([{"@type": "Event", "spokenByCharacter": "x"}]) == {("Event", "spokenByCharacter")}


@pytest.mark.deep
def test_the_pages_of_all_shipped_records_are_schema_org(client):
    shipped.load()
    addresses = [
        record.get_absolute_url() for model in WITH_PAGES for record in model._default_manager.published().in_order()
    ]
    faults = {}

    for address in sample(addresses, 12):
        nodes = reading.graph_of(client.get(address))
        reading.triples(nodes)
        if wrong := reading.misused(nodes):
            faults[address] = wrong

    assert faults == {}
