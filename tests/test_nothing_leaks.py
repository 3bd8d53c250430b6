"""A secret word in every text of everything that is not public, looked for on everything that is.

The public site is crawled from its first page on, so that a page family made later is looked at without being named
here; what no page links to is named.
"""

import datetime as dt
import io
import re
import zipfile
from contextlib import suppress
from html import unescape
from io import StringIO
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import IntegrityError, models, transaction

from tests.admin.records import MAKERS, RECORDS
from timeline import actions, contents, index
from timeline.api.operations import operations
from timeline.enums import State
from timeline.models import OpenForm, Proposal, Revision, Source, Statement
from timeline.models.fields import ByteOrderedCharField, EdtfField
from timeline.models.sources import validate_web_address

pytestmark = pytest.mark.django_db
SECRET = "zyzzyva"
NOW = dt.datetime(2026, 1, 15, 12, 0, tzinfo=dt.UTC)
HIDDEN = (State.DRAFT, State.IN_REVIEW, State.WITHDRAWN)
# What a reader of an old link is told of a withdrawn record: that is what the field is for.
TOLD = {"withdrawal_reason"}


def included(operation):
    """All parts, as a list of the API is asked for them."""
    parts = [parameter.values for parameter in operation.parameters if parameter.name == "include"]
    return f"&include={','.join(*parts)}" if parts else ""


# Addresses that no page of the site links to.
UNLINKED = (
    "/feeds/corrections.atom",
    "/corrections/",
    "/feeds/timeline.atom",
    "/feeds/timeline.rss",
    "/feeds/timeline.json",
    "/calendar.ics",
    "/timelinejs.json",
    "/robots.txt",
    "/sitemap.xml",
    "/sitemaps/pages.xml",
    *(f"/sitemaps/{name}s-1.xml" for name in RECORDS),
    "/nowhere/",
    # what has parts, with all of them
    *(f"/api/v1/{each.path}?limit=200{included(each)}" for each in operations() if each.is_list),
    *(f"/api/v1/{name}s?since=2000-01-01T00:00:00Z" for name in RECORDS),
)
SEARCHES = (
    f"/search/?q={SECRET[:-1]}",  # whether it proposes the whole word
    f"/search/suggestions.json?q={SECRET[:4]}",
    *(f"/search.json?q=kind:{kind}" for kind in ("event", *RECORDS)),
)
MOST_PAGES = 1_500


def free_text_fields(model):
    """Those in which somebody writes what they like."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField | models.JSONField)
        and not isinstance(field, EdtfField | ByteOrderedCharField)
        and not field.choices
        and field.name not in TOLD | {"code", "state", "attested", "time_zone", "supports"}
    ]


def is_address(field):
    return validate_web_address in field.validators


def plant(row):
    values = {
        field.name: [SECRET] if isinstance(field, models.JSONField) else f"{SECRET} {field.name}"[: field.max_length]
        for field in free_text_fields(type(row))
        if not is_address(field)
    }
    values |= {
        field.name: f"https://{SECRET}.example/{row.code}" for field in free_text_fields(type(row)) if is_address(field)
    }
    if isinstance(row, Statement):
        values["original_language"] = "ko"  # which an original text needs
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    return row


def hidden(name, state):
    """A record that is not public, with its parts, and the secret in all their texts."""
    record = MAKERS[name](state=State.PUBLISHED)
    for piece in contents.read_records([record])[contents.key_of(type(record), record.code)][1:]:
        plant(piece.instance)
    record.refresh_from_db()
    record.state = state
    if state == State.WITHDRAWN:
        record.withdrawn_at, record.withdrawal_reason = record.published_at, "Entered twice."
    else:
        record.published_at = None
    return plant(record)


def hang_on(public, secret):
    """Let what is public name what is not, wherever a column allows it: no rule is asked here, only the pages."""
    for record in public:
        for field in record._meta.get_fields():
            if field.concrete and field.is_relation and field.related_model is type(secret):
                if field.many_to_many:
                    getattr(record, field.name).add(secret)
                elif field.null:
                    with suppress(IntegrityError), transaction.atomic():  # an occasion may be there already
                        type(record).objects.filter(pk=record.pk).update(**{field.name: secret})


def addresses(response, page):
    found = (urljoin(page, unescape(link)) for link in re.findall(r"""(?:href|src)="([^"#]+)""", response.text))
    return {link for link in found if link.startswith("/") and not link.startswith(("/static/", "/admin/"))}


def crawl(client, start):
    waiting, seen = sorted(start), {}
    while waiting and len(seen) < MOST_PAGES:
        page = waiting.pop()
        response = client.get(page)
        seen[page] = response
        if "text/html" in response.get("Content-Type", "") and response.status_code == 200:
            waiting += sorted(addresses(response, page) - seen.keys() - set(waiting))
        elif response.status_code in (301, 302) and urlsplit(response.url).netloc == "":
            waiting += [response.url] if response.url not in seen else []
    return seen


@pytest.mark.deep(1, of="crawls")
@pytest.mark.parametrize("state", HIDDEN)
def test_what_is_not_public_is_on_no_public_surface(client, state):
    with index.suspended():
        public = [MAKERS[name]() for name in RECORDS]
        secrets = [hidden(name, state) for name in RECORDS]
        for secret in secrets:
            hang_on(public, secret)

    hidden_pages = {address for secret in secrets for address in (secret.get_absolute_url(), *other_forms(secret))}
    seen = crawl(client, {"/", *UNLINKED, *SEARCHES, *hidden_pages})

    assert len(seen) > 3 * len(RECORDS)
    assert {response.status_code for response in seen.values()} <= {200, 301, 302, 400, 404, 410, 503}
    assert leaks(seen) == set()
    assert_the_words_find_nothing(client)


def other_forms(record):
    page = record.get_absolute_url()
    forms = [f"{page}cite.{form}" for form in ("bib", "ris", "json")]
    others = [f"/embed/{record._meta.model_name}/{record.slug}/", f"/oembed?url={settings.SITE_URL}{page}"]
    in_the_api = [f"/api/v1/{record._meta.model_name}s/{record.slug}", f"/api/v1/codes/{record.code}"]
    return [*in_the_api, *([*forms, *others, f"{page.rstrip('/')}.json"] if record.url_name else [])]


def leaks(seen):
    return {page for page, response in seen.items() if SECRET in text_of(response).lower()}


def text_of(response):
    """Whole, also of what is written as it is read, and unpacked."""
    body = response.getvalue()
    if response.get("Content-Type") == "application/zip":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            body = b"".join(map(archive.read, archive.namelist()))
    return body.decode(errors="replace")


def assert_the_words_find_nothing(client):
    """As little as a word that stands nowhere: the page repeats the reader's own words, and has nothing else to say."""
    other = "q" * len(SECRET)
    for page in ("/timeline/", "/search/", "/search.json", "/search/suggestions.json"):
        found, nothing = (client.get(page, {"q": word}).text for word in (SECRET, other))
        assert found.replace(SECRET, other) == nothing


@pytest.mark.deep(1, of="crawls")
def test_neither_proposals_nor_earlier_drafts_nor_pasted_text_are_on_any_public_surface(client, django_user_model):
    author = django_user_model.objects.create_user("author")
    with index.suspended():
        public = [plant_before_publication(name) for name in RECORDS]
    for record in public:
        (whole,) = contents.read_records([record]).values()
        for piece in whole:
            piece.values |= {field.name: f"{SECRET} proposed" for field in free_text_fields(piece.kind)[:3]}
        actions.propose(record, whole, by=author, remark=f"{SECRET} remark")
        OpenForm.objects.create(
            user=author, kind=record._meta.model_name, code=record.code, tab=SECRET, opened_at=NOW, seen_at=NOW
        )
    Source.objects.update(private_text=f"{SECRET} pasted")

    seen = crawl(client, {"/", *UNLINKED, *(record.get_absolute_url() for record in public)})

    assert Proposal.objects.filter(remark__contains=SECRET).count() == len(public)
    assert Revision.objects.filter(content__icontains=SECRET).exists()
    assert leaks(seen) == set()


def plant_before_publication(name):
    """A public record that said the secret while it was a draft."""
    record = MAKERS[name](state=State.DRAFT)
    before = {field.name: getattr(record, field.name) for field in free_text_fields(type(record))}
    plant(record)
    for field, value in before.items():
        setattr(record, field, value)
    record.state, record.published_at = State.PUBLISHED, record.created_at
    record.save()
    return record


@pytest.mark.deep(1)
@pytest.mark.parametrize("state", HIDDEN)
def test_what_is_not_public_is_in_no_exported_file(tmp_path, state):
    with index.suspended():
        public = [MAKERS[name]() for name in RECORDS]
        for name in RECORDS:
            hang_on(public, hidden(name, state))

    call_command("export_fixtures", str(tmp_path), stdout=StringIO(), stderr=StringIO())

    assert [file.name for file in tmp_path.iterdir() if SECRET in file.read_text().lower()] == []


@pytest.mark.deep(1)
@pytest.mark.parametrize("state", HIDDEN)
def test_what_is_not_public_is_in_no_download_whole_or_filtered(tmp_path, settings, state):
    settings.VAR_DIR = tmp_path / "var"
    with index.suspended():
        public = [MAKERS[name]() for name in RECORDS]
        secrets = [hidden(name, state) for name in RECORDS]
        for secret in secrets:
            hang_on(public, secret)
        Source.objects.update(private_text=f"{SECRET} pasted")

    for query in ("", "kind=round&kind=statement", "country=KR"):
        folder = tmp_path / f"out-{query}"
        call_command("export_data", str(folder), f"--filter={query}", stdout=StringIO())
        content = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file() and file.suffix != ".zip")
        assert SECRET.encode() not in content.lower()
        assert [secret.code for secret in secrets if secret.code.encode() in content] == []


def test_every_kind_of_record_has_texts_in_which_a_secret_can_stand():
    assert {model for model in contents.RECORDS if not free_text_fields(model)} == set()
    assert {str(model._meta.model_name) for model in contents.RECORDS} == set(RECORDS)
