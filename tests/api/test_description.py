import pytest
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import validate

from tests.api.asking import KINDS
from timeline import exports
from timeline.api.description import document, schema_name
from timeline.api.operations import operations


def schemas():
    return document()["components"]["schemas"]


def checked(schema, value):
    whole = {**schema, "components": document()["components"]}
    return sorted(
        error.message for error in Draft202012Validator(whole, format_checker=FormatChecker()).iter_errors(value)
    )


def described():
    return [(path, each["get"]) for path, each in document()["paths"].items()]


def test_it_follows_the_specification():
    validate(document())


def test_every_operation_is_in_it():
    assert [path for path, _operation in described()] == [f"/api/v1/{each.path}" for each in operations()]
    assert len({operation["operationId"] for _path, operation in described()}) == len(operations())


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.plural)
def test_every_field_says_what_it_is_with_its_unit_and_an_example(kind):
    properties = schemas()[schema_name(kind)]["properties"]

    for field in kind.fields:
        said = properties[field.name]
        assert said["description"].startswith(field.description)
        assert said["examples"] == [field.example]
        assert said.get("x-unit", "") == field.unit
        assert "enum" in said or not field.choices
        assert ("null" in said["type"]) != field.is_required


@pytest.mark.parametrize("name", [*sorted(schema_name(kind) for kind in KINDS), "Problem"])
def test_the_example_of_each_schema_is_one(name):
    (example,) = schemas()[name]["examples"]

    assert checked(schemas()[name], example) == []


def test_the_example_of_each_answer_and_of_each_parameter_is_one():
    wrong = {}
    for path, operation in described():
        answer = operation["responses"]["200"]["content"]["application/json"]
        wrong[path] = checked(answer["schema"], answer["example"])
        for parameter in operation["parameters"]:
            wrong[f"{path} {parameter['name']}"] = checked(parameter["schema"], parameter["example"])

    assert {name: messages for name, messages in wrong.items() if messages} == {}


def test_every_parameter_says_what_it_does():
    assert all(each["description"] for _path, operation in described() for each in operation["parameters"])


def test_every_meaning_of_an_enumeration_is_told():
    measure, party = (schemas()["Figure"]["properties"][name] for name in ("measure", "party"))

    assert "`per_year`: payment per year" in measure["description"]
    assert measure["enum"] == [value for value, _label in exports.kinds()["figure"].field("measure").choices]
    assert party["enum"] == ["KR", "US", None]


def test_it_is_answered_with_a_tag_of_its_content(client):
    answer = client.get("/api/v1/openapi.json")

    assert answer.json()["openapi"] == "3.1.0"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert client.get("/api/v1/openapi.json", headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert client.get("/api/v1/openapi.json?pretty=1").status_code == 400
