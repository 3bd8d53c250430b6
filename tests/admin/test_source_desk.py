"""A source added where it is cited: read of what was pasted, fetched on request, refused in words, saved as a draft."""

import fcntl
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from tests import make
from tests.admin.forms import address
from tests.admin.signed_in import sign_in
from tests.test_fetching import redirect, serving
from timeline.admin import source_desk
from timeline.models import Citation, Revision, Round, Source

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]
ARTICLE = """Delegations meet in Seoul for second round

2024. 5. 24. 11:52

The United States and South Korea met in Seoul for the second round of the talks, the embassy said of the week.
"""
HEADLINE = "Delegations meet in Seoul for second round"
PAGE = f"""<html><head><meta property="og:title" content="{HEADLINE}"></head>
<body><p>The United States and South Korea met in Seoul for the second round of the talks.</p></body></html>"""
TYPED = {
    "url": "https://news.example/view/20240524001",
    "private_text": ARTICLE,
    "title": HEADLINE,
    "publisher": "The Korea Herald",
    "published_on": "2024-05-24",
    "language": "en",
    "kind": "news",
    "author": "",
}


def post(client, ask, **values):
    return client.post(reverse("admin:timeline_source_desk"), values | {"ask": ask})


def shown(response):
    """Field by field what stands in it, and beside it."""
    rows = [*response.context["given"], *response.context["found"]]
    return {row.field.name: (row.field.value() or "", str(row.hint)) for row in rows}


def errors_of(response):
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}


def test_the_forms_that_cite_offer_the_desk(desk):
    page = desk.get(address(Round, "add"))

    assert f'data-source-desk="{reverse("admin:timeline_source_desk")}"' in page.text
    assert 'src="/static/timeline/js/source-desk.js"' in page.text
    assert page.text.count('data-model-ref="source"') >= 3  # citations, statements, figures


def test_it_opens_empty(desk):
    response = desk.get(reverse("admin:timeline_source_desk"))

    assert {value for value, _hint in shown(response).values()} == {""}


def test_the_pasted_text_fills_in_what_it_says(desk):
    make.source(publisher="The Korea Herald", url="https://m.news.example/view/1", language="en", kind="news")

    response = post(desk, "read", url=TYPED["url"], private_text=ARTICLE)

    assert shown(response) == {
        "url": (TYPED["url"], ""),
        "private_text": (ARTICLE.strip(), ""),
        "title": (HEADLINE, "Read from the first line."),
        "publisher": ("The Korea Herald", "Read from other sources of this site."),
        "published_on": ("2024-05-24", "Read from the line with the date."),
        "language": ("en", "Read from the words of the text."),
        "kind": ("news", "Read from other sources of this site."),
        "author": ("", ""),
    }


def test_what_was_typed_stays_and_what_was_read_stands_beside_it(desk):
    response = post(desk, "read", private_text=ARTICLE, title="A title of my own", language="ko")

    assert shown(response)["title"] == ("A title of my own", f"Read from the first line: “{HEADLINE}”.")
    assert shown(response)["language"] == ("ko", "Read from the words of the text: “English”.")


def test_of_a_pasted_page_the_text_is_kept(desk):
    response = post(desk, "read", private_text=PAGE)

    assert shown(response)["private_text"][0] == (
        "The United States and South Korea met in Seoul for the second round of the talks."
    )


def test_nothing_pasted_gets_a_sentence(desk):
    assert post(desk, "read").context["remarks"] == ["Paste the address or the text first."]
    assert post(desk, "fetch").context["remarks"] == ["Paste the address first."]


def test_a_text_that_says_nothing_certain_gets_a_sentence(desk):
    assert post(desk, "read", private_text="회의").context["remarks"] == [
        "Nothing could be read from it for certain. Please fill in the fields."
    ]


def test_the_source_is_saved_as_a_draft_with_its_text(desk, editor):
    response = post(desk, "save", **TYPED)

    made = Source.objects.get()
    assert response.json() == {"id": str(made.pk), "text": f"The Korea Herald, {HEADLINE}"}
    assert (made.state, made.created_by, made.slug) == (
        "draft",
        editor,
        "korea-herald-2024-05-24-delegations-meet-seoul-second-round".replace("korea-herald", "the-korea-herald"),
    )
    assert made.private_text == ARTICLE.strip()


def test_saving_it_is_written_into_the_history_once(desk, editor):
    post(desk, "save", **TYPED)

    written = Revision.objects.get(kind="source")
    assert (written.act, written.by, written.why) == ("created", editor, "Added where it is cited.")


def test_what_cannot_be_saved_is_said_field_by_field_and_stays_typed(desk):
    wrong = {"url": "news.example", "title": "", "published_on": "24 May", "language": "xx", "kind": ""}

    response = post(desk, "save", **TYPED | wrong)

    assert sorted(errors_of(response)) == ["kind", "language", "published_on", "title", "url"]
    assert shown(response)["published_on"][0] == "24 May"
    assert not Source.objects.exists()


@pytest.mark.parametrize(
    "same", ["http://www.news.example/view/20240524001/", "https://m.news.example/view/20240524001"]
)
def test_a_source_that_is_there_is_offered(desk, same):
    there = make.source(url=same, title="Delegations meet")

    response = post(desk, "read", url=TYPED["url"])

    assert [each.record for each in response.context["candidates"]] == [there]
    assert f'data-use="{there.pk}"' in response.text
    assert response.context["is_there"]


def test_a_second_source_at_one_address_is_added_on_purpose_only(desk):
    make.source(url=TYPED["url"])

    refused = post(desk, "save", **TYPED)
    assert refused.context["remarks"] == ["There is a source at this address already."]
    post(desk, "save", **TYPED, all_the_same="on")

    assert Source.objects.count() == 2


# --- fetching


@pytest.fixture
def site(monkeypatch):
    with serving(b"") as server:
        monkeypatch.setattr(source_desk, "REACH", server.reach)
        yield server


def answer(body, status=200, content_type="text/html; charset=utf-8"):
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\nContent-Length: {len(body.encode())}\r\n\r\n"
    return head.encode() + body.encode()


def test_a_page_is_fetched_when_the_editor_asks_for_it(desk, site):
    site.answers = [answer(PAGE)]

    response = post(desk, "fetch", url=site.url("/view/20240524001"))

    assert shown(response)["title"] == (HEADLINE, "Read from the page’s data.")
    assert shown(response)["published_on"] == ("2024-05-24", "Read from the address.")
    assert response.context["remarks"] == ["The page was fetched. Look whether it is the one that you mean."]


def test_nothing_is_fetched_by_reading_or_saving(desk, site):
    post(desk, "read", **TYPED | {"url": site.url("/a")})
    post(desk, "save", **TYPED | {"url": site.url("/a")})

    assert site.asked == []


def test_where_a_redirect_leads_is_said(desk, site):
    site.answers = [redirect("/moved"), answer(PAGE)]

    response = post(desk, "fetch", url=site.url("/a"))

    assert response.context["remarks"][1] == f"The address leads on to {site.url('/moved')}."


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (answer("", 403), "The site does not let programs in (403)."),
        (answer("", 404), "The site answered that there is no such page (404)."),
        (
            answer("x", content_type="application/pdf"),
            "What stands at the address is no page of text (application/pdf).",
        ),
        (redirect("http://169.254.169.254/"), "Only the usual ports of the web, 80 and 443, are asked."),
        (b"nonsense", "The connection failed, or what came is not a web page."),
    ],
)
def test_a_page_that_does_not_come_gets_a_sentence_and_what_was_typed_stays(desk, site, said, problem):
    site.answers = [said]

    response = post(desk, "fetch", url=site.url("/a"), title="Typed")

    assert response.context["remarks"] == [f"{problem} Open it yourself and paste its text here."]
    assert shown(response)["title"][0] == "Typed"


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "http://localhost/admin/", "http://[::1]/"])
def test_this_machine_is_not_asked(desk, url):
    response = post(desk, "fetch", url=url)

    assert response.context["remarks"] == [
        "The address leads into a private network. It is not fetched. Open it yourself and paste its text here."
    ]


def test_one_page_is_fetched_at_a_time(desk, site, settings):
    with (Path(settings.VAR_DIR) / ".fetching").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        response = post(desk, "fetch", url=site.url("/a"))

    assert response.context["remarks"] == ["Another page is being fetched at this moment. Try again in a few seconds."]
    assert site.asked == []


# --- who may, and what is hostile


def test_only_those_who_may_add_a_source_may_ask(client, django_user_model):
    someone = django_user_model.objects.create_user("reader", password="a long password", is_staff=True)
    someone.user_permissions.add(Permission.objects.get(codename="add_round"))
    client.force_login(someone)

    assert client.get(reverse("admin:timeline_source_desk")).status_code == 403
    assert post(client, "save", **TYPED).status_code == 403
    assert "data-source-desk" not in client.get(address(Round, "add")).text
    assert not Source.objects.exists()


def test_a_post_without_its_token_is_refused(editor):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    sign_in(strict, editor)

    assert post(strict, "save", **TYPED).status_code == 403


@pytest.mark.parametrize("ask", ["read", "fetch", "save", "nonsense", ""])
@pytest.mark.parametrize(
    "text", ["\x00", "a\x00b", "x" * 100_000, "<script>alert(1)</script>", "\ud800".encode("utf-8", "surrogatepass")]
)
def test_hostile_text_gets_an_answer(desk, ask, text):
    response = post(desk, ask, **dict.fromkeys(TYPED, text))

    assert response.status_code == 200
    assert "<script>alert" not in response.text
    assert not Source.objects.exists()


def test_words_of_a_page_are_shown_as_words(desk):
    make.source(title="<img src=x>", url=TYPED["url"])

    response = post(desk, "read", url=TYPED["url"], private_text='<html><h1>&lt;b onclick="a"&gt;</h1></html>')

    assert "<img src=x>" not in response.text
    assert "<b onclick" not in response.text


def test_a_citation_of_the_draft_can_be_saved(desk):
    made = Source.objects.get(pk=post(desk, "save", **TYPED).json()["id"])
    record = make.round(state="draft")
    make.citation(record, source=made, quote="met in Seoul")

    assert Citation.objects.get().source == made
