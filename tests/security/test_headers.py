"""What every answer of the process says of itself, whoever makes it; graded by the rules of the MDN Observatory."""

import runpy
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError
from django.test import override_settings
from django.urls import reverse

from sma_site import security_headers
from tests import make
from tests.admin.forms import address, our_admins
from tests.admin.records import MAKERS, RECORDS
from tests.admin.signed_in import sign_in
from tests.everywhere import every_address
from tests.security.observatory import directives, points_of, score
from tests.served import ask, whole_site
from timeline import index
from timeline.models import ContentVersion
from timeline.views.embeds import MODELS

pytestmark = pytest.mark.django_db
OF_A_PUBLIC_SITE = ("SECURE_", "SESSION_COOKIE_", "CSRF_", "ALLOWED_HOSTS", "X_FRAME_OPTIONS")
PAGE = {
    "default-src": {"'none'"},
    "base-uri": {"'none'"},
    "form-action": {"'self'"},
    "frame-ancestors": {"'none'"},
    "style-src": {"'self'"},
    "img-src": {"'self'"},
    "font-src": {"'self'"},
    "script-src": {"'self'"},
    "connect-src": {"'self'"},
}
CARD = {name: PAGE[name] for name in ("default-src", "base-uri", "style-src", "img-src", "font-src")}
CARD |= {"form-action": {"'none'"}, "frame-ancestors": {"*"}}

NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


@pytest.fixture
def https(tmp_path, monkeypatch) -> Any:
    """The settings of a site at https://sma.example, read as at its start."""
    monkeypatch.setenv("SITE_URL", "https://sma.example")
    monkeypatch.setenv("SECRET_KEY", settings.SECRET_KEY)
    read = runpy.run_path(str(settings.BASE_DIR / "sma_site" / "settings.py"))
    security_headers._of.cache_clear()
    with override_settings(**{name: value for name, value in read.items() if name.startswith(OF_A_PUBLIC_SITE)}):
        yield
    security_headers._of.cache_clear()


@pytest.fixture
def site():
    with whole_site() as made:
        yield made


@pytest.fixture
def public_site(https):
    with whole_site() as made:
        yield lambda path, *args, **more: ask(made, path, *args, scheme="https", host="sma.example", **more)


@pytest.fixture
def records():
    made = {name: MAKERS[name]() for name in RECORDS}
    index.rebuild()
    return made


def kind_of(name, path):
    if name == "embed":
        return "card"
    return "page" if path.partition("?")[0].endswith("/") or name.startswith("api-docs") else "file"


def test_every_public_address_is_graded_with_at_least_130_points(public_site, records):
    """A page even without the points that isolation gives, which are newer than the other rules."""
    kinds = {path: kind_of(name, path) for name, paths in every_address(records).items() for path in paths}
    answers = {path: public_site(path) for path in kinds}
    pages = [answers[path] for path, kind in kinds.items() if kind == "page"]
    files = [answers[path] for path, kind in kinds.items() if kind == "file" and answers[path].status == 200]

    assert {each.status for each in answers.values()} == {200, 301, 404, 503}  # made up: 404; not drawn: 503
    assert {path: points_of(each) for path, each in answers.items() if score(each) < 130} == {}
    assert {score(each, isolation=False) for each in pages} == {130}
    assert {each.headers["cross-origin-resource-policy"] for each in files} == {"cross-origin"}
    assert {each.headers["content-security-policy"] for each in files} == {NOTHING}


def test_every_page_of_the_desk_is_graded_with_at_least_115_points(public_site, records, client, django_user_model):
    sign_in(client, django_user_model.objects.create_superuser("minji", password="a long password"))
    session = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    lists = [address(page.model, "changelist") for page in our_admins()]
    adding = [address(page.model, "add") for page in our_admins() if page.opts.model_name in RECORDS]
    changing = [address(type(record), "change", record.pk) for record in records.values()]

    pages = {path: public_site(path, cookie=session) for path in ["/admin/", *lists, *adding, *changing]}
    pages |= {path: public_site(path) for path in ("/admin/", "/admin/login/", "/admin/nowhere/")}

    assert {answer.status for answer in pages.values()} == {200, 302}
    assert {path: points_of(answer) for path, answer in pages.items() if score(answer, isolation=False) < 115} == {}


def test_a_page_loads_its_own_and_is_framed_by_nobody(public_site, records):
    answer = public_site(records["event"].get_absolute_url())

    assert directives(answer.headers) == PAGE
    assert {name: value for name, value in answer.headers.items() if name in security_headers.OURS} == {
        "content-security-policy": answer.headers["content-security-policy"],
        "cross-origin-embedder-policy": "require-corp",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": ", ".join(f"{name}=()" for name in security_headers.PERMISSIONS),
        "referrer-policy": "strict-origin-when-cross-origin",
        "strict-transport-security": "max-age=63072000; includeSubDomains; preload",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
    }


def ours(answer):
    return {name: value for name, value in answer.headers.items() if name in security_headers.OURS}


def of_its_kind(status, path):
    environ = {"PATH_INFO": path, "wsgi.url_scheme": "https"}
    return {name.lower(): value for name, value in security_headers.security_headers(environ, status)}


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/timeline/?kind=nothing", "GET", 400),
        ("/timeline/?q=%00", "GET", 400),
        ("/nowhere/", "GET", 404),
        ("/nowhere.json", "GET", 404),
        ("/embed/round/nowhere/", "GET", 404),
        ("/", "DELETE", 405),
        ("/", "TRACE", 405),
        ("/api/v1/rounds", "POST", 405),
        (f"/timeline/?q={'a' * 5_000}", "GET", 414),
        ("/api/v1/rounds?nothing=1", "GET", 400),
        ("/timeline", "GET", 301),
        ("/static/nowhere.css", "GET", 404),
    ],
)
def test_what_goes_wrong_says_the_same_of_itself_as_a_page(public_site, path, method, status):
    answer = public_site(path, method)

    assert answer.status == status
    assert ours(answer) == of_its_kind(status, path.partition("?")[0])
    assert directives(answer.headers)["default-src"] == {"'none'"}


def test_a_host_that_is_not_ours_is_refused_with_all_headers(https):
    with whole_site() as made:
        answer = ask(made, "/", scheme="https", host="evil.example")

    assert (answer.status, ours(answer)) == (400, of_its_kind(400, "/"))


def test_a_form_without_its_token_is_refused_with_all_headers(public_site):
    answer = public_site("/admin/login/", "POST", body=b"username=a", kind="application/x-www-form-urlencoded")

    assert (answer.status, ours(answer)) == (403, of_its_kind(403, "/admin/login/"))


@pytest.mark.parametrize(("failure", "status"), [(RuntimeError("no"), 500), (DatabaseError("no"), 500)])
def test_what_breaks_has_all_headers(public_site, monkeypatch, failure, status):
    def fail():
        raise failure

    monkeypatch.setattr(ContentVersion, "current", fail)
    monkeypatch.setattr("timeline.views.pages._counts", fail)

    answer = public_site("/")

    assert (answer.status, ours(answer)) == (status, of_its_kind(status, "/"))


def test_a_record_that_was_withdrawn_has_all_headers(public_site):
    path = make.event(state="withdrawn").get_absolute_url()
    answer = public_site(path)

    assert (answer.status, ours(answer)) == (410, of_its_kind(410, path))


@pytest.mark.django_db(transaction=True)
def test_a_304_of_the_cache_says_what_the_page_said(public_site):
    record = make.event()
    index.rebuild()

    for path in (record.get_absolute_url(), f"/embed/event/{record.slug}/", f"/events/{record.slug}.json"):
        first = public_site(path)
        again = public_site(path, if_none_match=first.headers["etag"])

        assert (first.status, again.status, again.body) == (200, 304, b"")
        assert ours(again) == ours(first) == of_its_kind(200, path)


def test_a_304_of_django_says_what_the_page_said(public_site, client, django_user_model):
    sign_in(client, django_user_model.objects.create_superuser("minji", password="a long password"))
    session = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    path = f"/embed/event/{make.event().slug}/"
    first = public_site(path, cookie=session)

    again = public_site(path, cookie=session, if_none_match=first.headers["etag"])

    assert (again.status, ours(again)) == (304, ours(first))


@pytest.mark.parametrize("name", sorted(MODELS))
def test_the_card_of_each_kind_may_be_framed_by_anybody_and_loads_no_script(public_site, name):
    answer = public_site(f"/embed/{name}/{MAKERS[name]().slug}/")

    assert (answer.status, directives(answer.headers)) == (200, CARD)
    assert "x-frame-options" not in answer.headers
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["cross-origin-embedder-policy"] == "require-corp"


def test_the_card_of_what_was_withdrawn_says_so_in_its_frame(public_site):
    answer = public_site(f"/embed/event/{make.event(state='withdrawn').slug}/")

    assert (answer.status, directives(answer.headers)) == (410, CARD)


@pytest.mark.parametrize("path", ["/", "/timeline/", "/oembed", "/about/", "/nowhere/", "/embed/round/nowhere/"])
def test_no_other_page_may_be_framed(public_site, path):
    answer = public_site(path)

    assert directives(answer.headers)["frame-ancestors"] == {"'none'"}
    assert answer.headers["x-frame-options"] == "DENY"


def test_only_the_desk_can_frame_a_preview(public_site):
    frames = directives(public_site("/admin/timeline/topic/add/").headers)
    framed = public_site("/admin/timeline/topic/preview/")

    assert frames == PAGE | {"frame-src": {"'self'"}}
    assert directives(framed.headers) == PAGE | {"frame-ancestors": {"'self'"}}
    assert framed.headers["x-frame-options"] == "SAMEORIGIN"


def test_a_reviewers_link_is_told_to_nobody(public_site):
    assert public_site(reverse("preview", args=["abc"])).headers["referrer-policy"] == "no-referrer"


def test_over_plain_http_nothing_is_said_of_https(site):
    assert "strict-transport-security" not in ask(site, "/about/").headers


def test_a_proxy_that_is_trusted_says_whether_it_was_https(https):
    with override_settings(SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https")), whole_site() as made:
        told = {said: ask(made, "/about/", host="sma.example", x_forwarded_proto=said) for said in ("https", "http")}

    assert {said: "strict-transport-security" in answer.headers for said, answer in told.items()} == {
        "https": True,
        "http": False,
    }


def test_static_files_say_it_too(tmp_path, https):
    with override_settings(STATIC_ROOT=tmp_path / "static"):
        call_command("collectstatic", interactive=False, verbosity=0)
        with whole_site() as made:
            answer = ask(made, "/static/timeline/css/base.css", scheme="https", host="sma.example")

    assert (answer.status, ours(answer)) == (200, of_its_kind(200, "/static/timeline/css/base.css"))
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
