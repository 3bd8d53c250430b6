import re

import pytest

from timeline.api.documentation import sections
from timeline.api.operations import operations

pytestmark = pytest.mark.django_db
each_section = pytest.mark.parametrize("name", sections())


def test_the_first_page_leads_to_every_section(client):
    page = client.get("/api/v1/docs").text

    assert re.findall(r'href="/api/v1/docs/([a-z_]+)"', page) == list(sections())
    assert all(f"<code>/{each.path}</code>" in page for each in operations())


@each_section
def test_each_section_shows_its_operations_with_parameters_fields_and_examples(client, name):
    section = sections()[name]
    page = client.get(f"/api/v1/docs/{name}").text

    for operation in section.operations:
        assert f"GET /api/v1/{operation.path}" in page
        assert all(f"<code>{parameter.name}</code>" in page for parameter in operation.parameters)
    assert page.count("curl &#39;") == len(section.operations)
    if section.kind:
        assert all(f"<code>{field.name}</code>" in page for field in section.kind.fields)


@each_section
def test_the_request_that_a_section_shows_is_one_that_the_api_answers(client, name):
    for address in re.findall(r"curl &#39;https?://[^/]+(.*?)&#39;", client.get(f"/api/v1/docs/{name}").text):
        answer = client.get(address.replace("&amp;", "&"))
        assert answer.status_code in {200, 404}  # the record of the example may not be there
        assert answer.status_code == 200 or "limit" not in address


def test_a_section_that_is_not_there_is_a_page_that_says_so(client):
    answer = client.get("/api/v1/docs/nothing")

    assert answer.status_code == 404


def test_the_map_of_the_site_has_every_page_of_it(client):
    found = re.findall(r"/api/v1/docs/?([a-z_]*)</loc>", client.get("/sitemaps/pages.xml").text)

    assert sorted(found) == ["", *sorted(sections())]


def test_every_page_leads_to_the_documentation(client):
    assert 'href="/api/v1/docs"' in client.get("/about/").text
