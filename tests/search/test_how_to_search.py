import re

import pytest

from timeline import search

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped")]


def test_every_example_of_the_page_finds_what_it_promises(client):
    shown = client.get("/search/").text
    examples = re.findall(r'<dt><a href="([^"]+)"', shown)

    found = {address: client.get(address.replace("/search/", "/search.json")).json() for address in examples}

    assert len(examples) == 19
    assert [address for address, answer in found.items() if not answer["total"] or not answer["has_all_words"]] == []
    assert [address for address, answer in found.items() if answer["results_are_of"] != answer["query"]] == []


def test_the_example_of_data_is_data(client):
    address = re.search(r'href="(/search\.json[^"]+)"', client.get("/search/").text)[1]

    assert client.get(address).json()["results"][0]["slug"] == "sma-11"


def test_every_kind_that_the_page_names_finds_something(client):
    sentence = re.search(r"<p>kind: can be (.*), or the kind .*, such as (.*)\.</p>", client.get("/search/").text)
    kinds = [*sentence[1].split(", "), *sentence[2].split(" or ")]

    assert len(kinds) == 14
    assert [kind for kind in kinds if not search.search(f"kind:{kind}").total] == []
