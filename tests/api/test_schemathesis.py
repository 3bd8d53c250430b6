"""Each operation is asked what its description allows, and what it does not: no answer may be one it does not name."""

import copy
import os
import zlib

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from tests.api.asking import of_every_kind
from tests.conftest import IS_DEEP, sample
from timeline import exports
from timeline.api.description import document

pytestmark = pytest.mark.django_db
EXAMPLES = 25 if IS_DEEP else 6
OPERATIONS = 10
# What one parameter may say depends on another: asked for by tests of their own.
DEPENDENT = {"after", "to"}
# Twenty values of a hundred characters make an address too long: that is a refusal, too.
CONFIG = {"checks": {"negative_data_rejection": {"expected-statuses": [400, 404, 414]}}}
MODES = {"allowed": GenerationMode.POSITIVE, "not allowed": GenerationMode.NEGATIVE}


def description(mode):
    """Of the parameters that name a record, those that are there: any other is refused, as it must be."""
    made = copy.deepcopy(document())
    made["servers"] = [{"url": "http://localhost"}]
    for operation in (path["get"] for path in made["paths"].values()):
        for parameter in operation["parameters"]:
            schema = parameter["schema"].get("items", parameter["schema"])
            if mode == "allowed" and "x-refers-to" in schema:
                schema["enum"] = [key for name in schema["x-refers-to"] for key in keys(exports.kinds()[name])]
        if mode == "allowed":
            operation["parameters"] = [each for each in operation["parameters"] if each["name"] not in DEPENDENT]
    return made


def keys(kind):
    return list(exports.public(kind).values_list(kind.key, flat=True))


@pytest.fixture
def application():
    """It leaves the connection of the test open, as Django's own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.deep
@pytest.mark.parametrize("mode", MODES)
def test_schemathesis_finds_nothing(application, mode):
    of_every_kind()
    schema = schemathesis.openapi.from_dict(description(mode), config=SchemathesisConfig.from_dict(CONFIG))
    schema.app = application

    for path in sample(document()["paths"], OPERATIONS):
        ask_and_check(schema[path]["GET"], mode)


def ask_and_check(operation, mode):
    @seed(zlib.crc32(os.environ["SAMPLE_SEED"].encode()))
    @settings(
        max_examples=EXAMPLES,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(operation.as_strategy(MODES[mode]))
    def asked(case):
        case.call_and_validate()

    asked()
