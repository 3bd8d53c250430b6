"""The `Link:` header of the page of a record (RFC 8288): machines learn of its other forms without reading HTML.

Its relations are those of Signposting: how to cite the page, and where it is described.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from timeline.addresses import path_of
from timeline.models import Record

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
CSL_JSON = "application/vnd.citationstyles.csl+json"
BIBTEX = "application/x-bibtex"
RIS = "application/x-research-info-systems"


def with_links(request: HttpRequest, record: Record, response: HttpResponse) -> HttpResponse:
    """Only a page that is there and public has them; a preview names no address that does not work yet."""
    if response.status_code == 200 and not getattr(request, "preview", None):
        response["Link"] = link_header(record)
    return response


def link_header(record: Record) -> str:
    page = settings.SITE_URL + record.get_absolute_url()
    links = [
        _link(settings.SITE_URL + path_of("short-link", record.code), "cite-as"),
        _link(f"{page.removesuffix('/')}.json", "describedby", "application/json"),
        _link(f"{page}cite.json", "describedby", CSL_JSON),
        _link(f"{page}cite.bib", "alternate", BIBTEX),
        _link(f"{page}cite.ris", "alternate", RIS),
        _link(LICENCE, "license"),
    ]
    return ", ".join(links)


def _link(address: str, relation: str, media_type: str = "") -> str:
    kind = f'; type="{media_type}"' if media_type else ""
    return f'<{address}>; rel="{relation}"{kind}'
