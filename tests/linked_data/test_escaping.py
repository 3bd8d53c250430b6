"""No text of a record can end the element in which its structured data stands, or become a tag in the head."""

import json
import re

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from tests import make
from tests.linked_data import reading
from timeline.linked_data import as_json

HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "--></SCRIPT >",
    "]]>",
    "a\u2028b\u2029c",
    '"},{"@type":"Person"',
    "\\u003c/script>",
    "&lt;/script&gt;",
    "' onload='alert(1)",
    '" onload="alert(1)',
    "{{ 7 * 7 }}",
    "한국 😀 \ufeff\u202e",
]
every_hostile_text = pytest.mark.parametrize("text", HOSTILE)


@pytest.mark.django_db
@every_hostile_text
def test_a_hostile_title_stays_one_text_in_the_structured_data_and_in_the_tags(client, text):
    event = make.event(title=text, summary=text)

    response = client.get(event.get_absolute_url())

    head = response.text.partition("</head>")[0]
    assert [node["name"] for node in reading.graph_of(response)] == [text, text]
    assert reading.open_graph(response)["og:title"].split() == f"{text}, 9 August 2019".split()
    assert re.findall(r"<script(?! type=\"(?:module|application/ld\+json)\")", head) == []
    assert len(re.findall(r"<script type=\"application/ld\+json\">[^<]*</script>", head)) == 1
    assert re.findall(r"<[^>]*onload", re.sub(r"\"[^\"]*\"", "", head.partition("application/ld+json")[0])) == []


@pytest.mark.django_db
@every_hostile_text
def test_a_hostile_quotation_and_a_hostile_name_stay_what_they_are(client, text):
    said = make.statement(text=text, attribution="", speaker=make.official(name=text))

    quotation = reading.graph_of(client.get(said.get_absolute_url()))[1]

    assert quotation["text"] == text
    assert quotation["spokenByCharacter"][0]["name"] == text


@given(st.text())
def test_any_text_comes_back_as_it_was_and_holds_nothing_that_ends_an_element(text):
    written = as_json({"name": text})

    assert json.loads(written) == {"name": text}
    assert re.findall("[<>&\u2028\u2029]", written) == []


@pytest.mark.django_db
def test_a_nul_is_refused_before_it_gets_there():
    with pytest.raises(ValidationError):
        make.event(title="a").__class__(title="a\x00b").clean_fields(exclude=["slug"])
