"""Which citations are public: what they rest on is, and what they support."""

import pytest
from django.db import connection

from tests import make
from timeline.models import Citation
from timeline.models.citations import TARGETS

pytestmark = [pytest.mark.both, pytest.mark.django_db]


def one_of_each(state):
    """What a citation can support, one of each kind, of this state or belonging to something of this state."""
    kinds = ("round", "statement", "event", "agreement", "figure", "official", "organization")
    made = {name: getattr(make, name)(state=state) for name in kinds}
    made["appointment"] = make.appointment(made["official"])
    return made | {"position": make.position(make.disagreement(state=state))}


@pytest.mark.deep(3)
@pytest.mark.parametrize("name", TARGETS)
def test_who_names_the_kind_of_target_gets_the_public_ones_of_it(name):
    public = {kind: make.citation(target) for kind, target in one_of_each("published").items()}
    for target in one_of_each("draft").values():
        make.citation(target)
    make.citation(one_of_each("published")[name], source=make.source(state="draft"))

    assert list(Citation.objects.published([name])) == [public[name]]


def test_all_kinds_together_are_those_of_each_and_of_none_there_are_none():
    made = [make.citation(target) for target in one_of_each("published").values()]

    assert set(Citation.objects.published()) == set(made)
    assert list(Citation.objects.published([])) == []


@pytest.mark.parametrize("name", TARGETS)
def test_of_many_citations_those_of_a_record_are_found_by_its_key(name):
    source, event, target = make.source(), make.event(), one_of_each("published")[name]
    quotes = [f"Round {number} took place" for number in range(300)]
    Citation.objects.bulk_create(Citation(event=event, source=source, quote=quote) for quote in quotes)
    make.citation(target, source=source)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    plan = Citation.objects.published().filter(**{f"{name}__in": [target.pk]}).with_source().in_order().explain()

    assert f"citation_of_{name}" in plan
