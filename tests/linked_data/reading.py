"""Pages read as other programs read them: their structured data by `extruct` and `pyld`, without a network."""

import json
from pathlib import Path

import extruct
from pyld import jsonld

VOCABULARY = json.loads(Path(__file__).with_name("schema_org.json").read_text())
SCHEMA = "http://schema.org/"
DATES = {"Date", "DateTime"}
# What may stand between a thing and what its property says of it: schema.org, "Introducing Role".
ROLES = {"Role", "OrganizationRole"}
QUERY_INPUT = "query-input"  # no property: how a search action says what it asks for


def graph_of(response):
    """The nodes of the page: what it is, then what it is about."""
    found = extruct.extract(response.text, syntaxes=["json-ld"])["json-ld"]
    (document,) = found
    assert document["@context"] == "https://schema.org"
    return document["@graph"]


def open_graph(response):
    """Each property with its content, in order."""
    (found,) = extruct.extract(response.text, syntaxes=["opengraph"])["opengraph"]
    return dict(found["properties"])


def context():
    """schema.org's, of the terms that our pages use; a term that is not among them is dropped, and so is found."""
    terms = {name: {"@id": SCHEMA + name} for name in (*VOCABULARY["types"], QUERY_INPUT)}
    for name, known in VOCABULARY["properties"].items():
        terms[name] = {"@id": SCHEMA + name} | _coerced(set(known["range"]))
    return {"@context": terms}


def _coerced(ranges):
    if ranges <= DATES:
        return {"@type": SCHEMA + "Date"}
    return {} if ranges & {"Text", "Number", "Integer", "Boolean"} else {"@type": "@id"}


def load(address, options=None):
    assert address.rstrip("/") == "https://schema.org", f"asked the network for {address}"
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": address, "document": context()}


def triples(nodes):
    """Each statement of the page as subject, property and object, by pyld; `AssertionError` where it dropped a key."""
    document = {"@context": "https://schema.org", "@graph": nodes}
    expanded = jsonld.expand(document, {"documentLoader": load})
    assert count_keys(expanded) == count_keys(nodes), "A key is no property of schema.org."
    dataset = jsonld.to_rdf(document, {"documentLoader": load})
    return [
        (row["subject"]["value"], row["predicate"]["value"].removeprefix(SCHEMA), row["object"]["value"])
        for row in dataset["@default"]
    ]


def count_keys(node):
    """The properties in it, at whatever depth."""
    if isinstance(node, list):
        return sum(map(count_keys, node))
    if not isinstance(node, dict):
        return 0
    return sum((not key.startswith("@")) + count_keys(value) for key, value in node.items())


def misused(nodes):
    """The properties that schema.org does not know of the type on which they stand."""
    wrong = set()
    for node in walk(nodes):
        kinds = above(node.get("@type", ""))
        for name in node:
            if not name.startswith("@") and name != QUERY_INPUT and not kinds & (set(domain(name)) | ROLES):
                wrong.add((node["@type"], name))
    return wrong


def walk(node):
    if isinstance(node, list):
        for each in node:
            yield from walk(each)
    elif isinstance(node, dict) and "@value" not in node:
        if "@type" in node:
            yield node
        for value in node.values():
            yield from walk(value)


def domain(name):
    return VOCABULARY["properties"][name]["domain"]


def above(kind):
    """The type and all that it is a kind of."""
    found, waiting = set(), [kind]
    while waiting:
        found.add(name := waiting.pop())
        waiting += [each for each in VOCABULARY["types"].get(name, ()) if each not in found]
    return found
