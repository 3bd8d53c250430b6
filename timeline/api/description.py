"""The OpenAPI document: the operations as ninja knows them, with what each field, parameter and answer says."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from django.conf import settings

from timeline import exports
from timeline.api.names import PREFIX
from timeline.api.operations import Operation, api, operations
from timeline.api.parameters import CODE, SLUG, Parameter
from timeline.api.reading import SOURCES, names_of_parts
from timeline.exports import Field, Kind, Row

JSON = "application/json"
PROBLEM = "application/problem+json"
DECIMAL = r"^-?[0-9]+(\.[0-9]+)?$"
MOMENT = "2026-11-25T00:00:00.000000Z"
FORMATS: dict[str, dict[str, Any]] = {
    "edtf": {"format": "edtf", "minLength": 4},
    "uri": {"format": "uri"},
    "slug": {"pattern": SLUG},
    "code": {"pattern": CODE},
    "markdown": {"contentMediaType": "text/markdown"},
}
TYPES: dict[str, dict[str, Any]] = {
    "number": {"type": "string", "pattern": DECIMAL},  # as text: no digit is lost
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "array": {"type": "array", "items": {"type": "string"}},
}
INTRODUCTION = (
    "Everything public of this knowledge base, for reading, without a key. Lists come in pages: follow `next` until it "
    "is null. Moments are RFC 3339 in UTC, days ISO 8601, uncertain dates EDTF (ISO 8601-2); decimals are text. "
    "References hold the slug of a record or the code of a part, and null where it is not public. Ask with "
    "If-None-Match and the last ETag: while nothing has changed, the answer is 304 and short."
)


def document() -> dict[str, Any]:
    return _document(settings.SITE_URL)


@lru_cache(maxsize=2)
def _document(site: str) -> dict[str, Any]:
    made: dict[str, Any] = dict(api().get_openapi_schema(path_prefix=f"/{PREFIX}"))
    made["info"] |= {
        "description": INTRODUCTION,
        "license": {"name": exports.LICENCE_TITLE, "url": exports.LICENCE_URL},
    }
    made["servers"] = [{"url": site}]
    made["tags"] = [{"name": name} for name in dict.fromkeys(each.section for each in operations())]
    for operation in operations():
        described = made["paths"][f"/{PREFIX}/{operation.path}"]["get"]
        described["parameters"] = [*_path_parameters(operation), *map(_parameter, operation.parameters)]
        described["responses"] = dict(_responses(operation))
    made["components"] = {"schemas": dict(_schemas())}
    return made


# --- parameters ------------------------------------------------------------------------------------------------------


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = parameter.schema
    example = parameter.example
    if parameter.is_repeatable:
        schema, example = {"type": "array", "items": schema, "maxItems": 20, "minItems": 1}, [example]
    made = {"name": parameter.name, "in": "query", "required": False, "description": parameter.description}
    made |= {"schema": schema, "example": example}
    if parameter.is_list:
        made |= {"style": "form", "explode": False}
    return made


def _path_parameters(operation: Operation) -> Iterator[dict[str, Any]]:
    name = operation.path.rpartition("/")[2].strip("{}")
    if name in {"slug", "code"} and "{" in operation.path:
        kind = operation.kinds[0]
        field = kind.field(name)
        yield {
            "name": name,
            "in": "path",
            "required": True,
            "description": field.description,
            "schema": {"type": "string", "minLength": 1},
            "example": field.example,
        }


# --- answers ---------------------------------------------------------------------------------------------------------


def _responses(operation: Operation) -> Iterator[tuple[str, dict[str, Any]]]:
    headers = {
        "ETag": _header("The version of everything that is public: send it back as If-None-Match."),
        "Last-Modified": _header("When anything public was changed last."),
    }
    if operation.is_list:
        headers["Link"] = _header('The next page, as `rel="next"`; not on the last one.')
    content = {JSON: {"schema": _answer(operation), "example": example_of(operation)}}
    yield "200", {"description": "What was asked for.", "headers": headers, "content": content}
    if not operation.is_list:
        yield "301", {"description": "The record stands at another address: it was renamed or merged."}
    yield "304", {"description": "Nothing has changed."}
    yield "400", _problem("The query string says something that cannot be answered.")
    if not operation.is_list:
        yield "404", _problem("There is no such public record.")
        yield "410", _problem("The record was withdrawn: the reason and the day.")
    yield "414", _problem("The address is longer than 4,000 characters.")


def _header(description: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "string"}}


def _problem(description: str) -> dict[str, Any]:
    return {"description": description, "content": {PROBLEM: {"schema": _ref("Problem")}}}


def _answer(operation: Operation) -> dict[str, Any]:
    names = [schema_name(kind) for kind in operation.kinds] + (["Tombstone"] if operation.has_changes else [])
    item = _ref(names[0]) if len(names) == 1 else {"anyOf": [_ref(name) for name in names]}
    if not operation.is_list:
        return item
    properties = {
        "items": {"type": "array", "items": item},
        "next": {"type": ["string", "null"], "format": "uri", "description": "The next page; null on the last one."},
    }
    if operation.has_changes:
        properties["until"] = {
            "type": ["string", "null"],
            "format": "date-time",
            "description": "On the first page of an answer to `since`: ask for `since` this moment next time.",
        }
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def example_of(operation: Operation) -> dict[str, Any]:
    row = example_row(operation.kinds[0])
    if not operation.is_list:
        return row
    return {"items": [row], "next": None} | ({"until": MOMENT} if operation.has_changes else {})


def example_row(kind: Kind) -> Row:
    return {field.name: field.example for field in kind.fields}


# --- schemas ---------------------------------------------------------------------------------------------------------


def schema_name(kind: Kind) -> str:
    return kind.name.title().replace("_", "")


def _schemas() -> Iterator[tuple[str, dict[str, Any]]]:
    for kind in exports.kinds().values():
        yield schema_name(kind), _schema(kind)
    yield "Tombstone", TOMBSTONE
    yield "Problem", PROBLEM_SCHEMA


def _schema(kind: Kind) -> dict[str, Any]:
    """With `fields` some are left out, so only what says which row it is is there in any case."""
    key = ["type", "code", "slug"] if kind.is_record else ["type", "code"]
    return {
        "type": "object",
        "title": str(kind.label).capitalize(),
        "description": kind.description,
        "properties": {field.name: field_schema(field) for field in kind.fields} | dict(_parts(kind)),
        "required": key,
        "additionalProperties": False,
        "examples": [example_row(kind)],
    }


def _parts(kind: Kind) -> Iterator[tuple[str, dict[str, Any]]]:
    names = {part.plural: part for part in exports.part_kinds(kind)}
    for name in names_of_parts(kind):
        of = exports.kinds()["source"] if name == SOURCES else names[name]
        words = "The sources that it and its parts cite." if name == SOURCES else of.description
        yield name, {"type": "array", "items": _ref(schema_name(of)), "description": f"{words} With `include` alone."}


def field_schema(field: Field) -> dict[str, Any]:
    made: dict[str, Any] = {"description": words_of(field), "type": field.type} | TYPES.get(field.type, {})
    made |= FORMATS.get(field.format, {})
    values = [value for value, _label in field.choices if value != ""]
    if values:
        made["enum"] = values if field.is_required else [*values, None]
    if not field.is_required:
        made["type"] = [made["type"], "null"]
    if field.unit:
        made["x-unit"] = field.unit
    if field.refers_to:
        made["x-refers-to"] = list(field.refers_to)
    made["examples"] = [field.example]
    return made


def words_of(field: Field) -> str:
    parts = [field.description]
    if field.unit:
        parts.append(f"Unit: {field.unit}.")
    if field.choices and field.name != "type":
        parts.append("; ".join(meanings(field.choices)) + ".")
    return " ".join(parts)


def meanings(choices: Sequence[tuple[str, Any]]) -> Iterator[str]:
    for value, label in choices:
        if value != "":
            yield f"`{value}`" if str(label) == value else f"`{value}`: {label}"


TOMBSTONE: dict[str, Any] = {
    "type": "object",
    "title": "Tombstone",
    "description": "What is left of a record that was public and is withdrawn.",
    "properties": {
        "type": {"type": "string", "description": "The kind of record that it was."},
        "code": {"type": "string", "pattern": CODE, "description": "Its code: delete what you keep under it."},
        "slug": {"type": "string", "pattern": SLUG, "description": "The last part of its address."},
        "deleted": {"const": True, "description": "Always true: a record that is there has no such field."},
        "withdrawn_at": {"type": "string", "format": "date-time", "description": "When it was withdrawn."},
        "reason": {"type": "string", "description": "Why, in Markdown."},
        "moved_to": {
            "type": ["string", "null"],
            "description": "The slug of the record, of the same kind, into which it was merged.",
        },
        "updated_at": {"type": "string", "format": "date-time", "description": "Where it stands among the changes."},
    },
    "additionalProperties": False,
}
TOMBSTONE["required"] = list(TOMBSTONE["properties"])
PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "What went wrong (RFC 9457).",
    "properties": {
        "type": {"type": "string", "description": "Always `about:blank`: the status says which kind of problem."},
        "title": {"type": "string", "description": "The name of the status."},
        "status": {"type": "integer", "description": "The status."},
        "detail": {"type": "string", "description": "What is wrong, in a sentence."},
        "parameter": {"type": "string", "description": "The parameter that is wrong."},
        "known": {"type": "array", "items": {"type": "string"}, "description": "The parameters that are known here."},
        "reason": {"type": "string", "description": "Why a record was withdrawn."},
        "withdrawn_at": {"type": ["string", "null"], "format": "date-time", "description": "When it was withdrawn."},
        "code": {"type": "string", "description": "The code of the record that was withdrawn."},
        "slug": {"type": "string", "description": "The slug of the record that was withdrawn."},
    },
    "required": ["type", "title", "status", "detail"],
    "examples": [
        {
            "type": "about:blank",
            "title": "Bad Request",
            "status": 400,
            "detail": "There is no agreement “sma-99” in this knowledge base.",
            "parameter": "agreement",
        }
    ],
}
