"""Importing at the desk: choose a file, look at it, store it, take it back; every bad file gets a sentence."""

import io

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests import make
from tests.admin.forms import address, messages_of
from tests.admin.signed_in import sign_in
from tests.imports.files import csv_bytes, workbook
from timeline.imports import KINDS, Unreadable, read
from timeline.models import ImportBatch, Round, Source, Topic

pytestmark = pytest.mark.django_db
START = "/admin/import/"
ARTICLE = [["publisher", "title", "language", "kind"], ["Yonhap", "Talks open", "en", "news"]]


def chosen(client, kind="source", content=None, name="sources.csv", **more):
    file = SimpleUploadedFile(name, csv_bytes(ARTICLE) if content is None else content)
    return client.post(START, {"kind": kind, "file": file}, follow=True, **more)


def act(client, name, batch=None):
    batch = batch or ImportBatch.objects.get()
    return client.post(reverse(f"admin:timeline_import_{name}", args=[batch.pk]), follow=True)


def signed_in(django_user_model, role, name):
    user = django_user_model.objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return sign_in(Client(), user)


class Endless(io.RawIOBase):
    """A body of so many bytes that are made while they are read; it says how many were."""

    def __init__(self, size):
        self.left, self.most_at_once = size, 0

    def read(self, size=-1):
        given = self.left if size < 0 else min(size, self.left)
        self.left -= given
        self.most_at_once = max(self.most_at_once, given)
        return b"x" * given


@pytest.mark.parametrize("name", sorted(KINDS))
def test_the_list_of_each_kind_leads_to_its_import(desk, name):
    response = desk.get(address(KINDS[name].model, "changelist"))

    assert f'href="{START}?kind={name}"' in response.text


def test_the_list_of_another_kind_does_not(desk):
    assert f"{START}?kind=" not in desk.get(address(Topic, "changelist")).text


def test_the_kind_that_one_comes_from_is_chosen(desk):
    assert desk.get(f"{START}?kind=event").context["form"]["kind"].value() == "event"


def test_a_table_is_looked_at_stored_and_taken_back(desk):
    looked = chosen(desk)
    nothing = Source.objects.count()
    stored = act(desk, "apply")
    record = Source.objects.get()
    undone = act(desk, "undo")

    assert (looked.context["may_apply"], looked.context["counts"]) == (True, [("added", "to be added", 1)])
    assert (nothing, Source.objects.count()) == (0, 0)
    assert messages_of(stored) == ["1 row is imported."]
    assert f'href="{address(Source, "change", record.pk)}"' in stored.text
    assert messages_of(undone) == ["The import is undone: everything is as it was before."]


def test_a_workbook_is_taken_as_well(desk):
    response = chosen(desk, content=workbook(ARTICLE), name="sources.xlsx")

    assert response.context["counts"] == [("added", "to be added", 1)]


def test_two_clicks_store_once(desk):
    chosen(desk)
    act(desk, "apply")

    assert messages_of(act(desk, "apply")) == ["This cannot be done twice: the import is “imported”."]
    assert Source.objects.count() == 1


def test_faults_are_shown_first_and_nothing_can_be_stored(desk):
    rows = [*ARTICLE, ["Yonhap", "", "en", "newspaper"]]

    response = chosen(desk, content=csv_bytes(rows))

    assert (response.context["may_apply"], response.context["chosen"]) == (False, "faulty")
    assert "D3: “newspaper” is none of these: news, official, research, legal, social." in response.text
    assert messages_of(act(desk, "apply")) == ["Some rows have faults. Mend them in the file, and choose it again."]


def test_after_a_clash_the_preview_is_made_anew(desk, editor):
    stored = make.round(state="draft", venue="Old hall")
    chosen(desk, "round", csv_bytes([["slug", "venue"], [stored.slug, "New hall"]]), "rounds.csv")
    stored.venue = "Third hall"
    stored.save()

    response = act(desk, "apply")

    (refusal,) = messages_of(response)
    assert refusal.startswith(f"“{stored}” was changed meanwhile, by ")
    assert [(field.before, field.after) for field in response.context["rows"][0].outcome.fields] == [
        ("Third hall", "New hall")
    ]
    assert messages_of(act(desk, "apply")) == ["1 row is imported."]
    assert Round.objects.get().venue == "New hall"


def test_what_is_typed_into_a_table_is_shown_as_text(desk):
    rows = [ARTICLE[0], ["Yonhap", "<script>alert(1)</script>", "en", "news"]]

    response = chosen(desk, content=csv_bytes(rows), name="<b>sources.csv")

    assert "<script>alert" not in response.text
    assert "<b>sources" not in response.text


def test_possible_duplicates_lead_to_what_is_stored(desk):
    stored = make.source(url="https://news.example/talks")
    rows = [[*ARTICLE[0], "url"], [*ARTICLE[1], "https://news.example/talks"]]

    response = chosen(desk, content=csv_bytes(rows))

    assert f'href="{address(Source, "change", stored.pk)}"' in response.text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"title\x00,x\na,b\n", "A1: The cell holds a control character, which cannot be seen: type its text anew."),
        (
            b"%PDF-1.7",
            "This is neither a CSV file nor a workbook, whatever its name says. Choose an .xlsx or .csv file.",
        ),
        (b"PK\x03\x04torn", "The file is damaged: it cannot be unpacked. Save the sheet anew."),
        (
            b"a\xff\xfe\x81\n\xc3",
            "The encoding of the file was not recognised. Save the sheet anew as CSV UTF-8, or as .xlsx.",
        ),
    ],
    ids=["empty", "nul", "pdf", "torn", "noise"],
)
def test_a_bad_file_gets_a_sentence_on_the_page(desk, content, sentence):
    response = chosen(desk, content=content)

    shown = [*response.context["faults"], *response.context["form"].errors.get("file", [])]
    assert (response.status_code, shown) == (200, [sentence])
    assert ImportBatch.objects.count() == 0


def test_an_unknown_column_is_a_sentence_on_the_page(desk):
    response = chosen(desk, content=csv_bytes([["titel"], ["x"]]))

    assert response.context["faults"][0].startswith("A1: “titel” is no column of sources; perhaps title is meant.")


@pytest.mark.parametrize(
    "values", [{}, {"kind": "topic"}, {"kind": "\x00"}, {"kind": "x" * 100_000}, {"kind": "source", "file": "no file"}]
)
def test_a_forged_form_is_asked_again(desk, values):
    response = desk.post(START, values)

    assert (response.status_code, bool(response.context["form"].errors)) == (200, True)


def test_a_hundred_megabytes_get_a_sentence_and_are_not_kept_in_memory(desk):
    body = Endless(100 * 1024 * 1024)

    response = desk.generic(
        "POST",
        START,
        content_type="multipart/form-data; boundary=x",
        **{"wsgi.input": body, "CONTENT_LENGTH": str(body.left)},
    )

    assert response.status_code == 413
    assert response.context["faults"] == ["The file is larger than 5 MB. Divide it into several files."]
    assert (body.left, body.most_at_once) == (0, 64 * 1024)


def test_a_file_just_above_the_bound_is_refused_by_its_own_size(desk):
    response = chosen(desk, content=b"x" * (5 * 1024 * 1024 + 1))

    assert response.context["faults"] == ["The file is larger than 5 MB. Divide it into several files."]


def test_a_form_from_elsewhere_is_refused(editor):
    client = sign_in(Client(enforce_csrf_checks=True), editor)

    response = client.post(START, {"kind": "source", "file": SimpleUploadedFile("s.csv", csv_bytes(ARTICLE))})

    assert (response.status_code, ImportBatch.objects.count()) == (403, 0)


def test_the_form_itself_is_accepted_with_its_token(editor):
    client = sign_in(Client(enforce_csrf_checks=True), editor)
    token = client.get(START).context["csrf_token"]

    response = chosen(client, headers={"X-CSRFToken": str(token)})

    assert (response.status_code, ImportBatch.objects.count()) == (200, 1)


# --- who sees and does what


def test_only_its_author_sees_and_stores_what_is_not_stored_yet(desk, django_user_model):
    other = signed_in(django_user_model, "Editor", "jun")
    chosen(desk)
    batch = ImportBatch.objects.get()

    seen = other.get(reverse("admin:timeline_import_show", args=[batch.pk])).status_code
    stored = act(other, "apply", batch).status_code
    listed = other.get(START).context["imports"]

    assert (seen, stored, listed, Source.objects.count()) == (404, 404, [], 0)


def test_what_is_stored_is_seen_by_all_and_undone_by_a_reviewer(desk, django_user_model):
    contributor = signed_in(django_user_model, "Contributor", "ara")
    reviewer = signed_in(django_user_model, "Editor", "jun")
    chosen(desk)
    act(desk, "apply")

    refused = act(contributor, "undo")
    undone = act(reviewer, "undo")

    assert (refused.context["may_undo"], messages_of(refused)) == (
        False,
        ["Only who has imported it, or a reviewer, undoes an import."],
    )
    assert messages_of(undone) == ["The import is undone: everything is as it was before."]


def test_who_may_add_nothing_has_no_import(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("looker", is_staff=True))

    assert client.get(START).status_code == 403


@pytest.mark.parametrize("page", ["", "template/round.xlsx", "1/", "1/apply/", "1/undo/"])
def test_a_stranger_gets_the_sign_in_page(client, page):
    method = client.post if page.endswith(("apply/", "undo/")) else client.get

    assert method(START + page).url.startswith(reverse("admin:login"))


@pytest.mark.parametrize("key", ["0", "99", "x", "1" * 40, "²"])
def test_a_forged_number_is_not_found(desk, key):
    assert desk.get(f"{START}{key}/").status_code == 404
    assert desk.post(f"{START}{key}/apply/").status_code == 404
    assert desk.post(f"{START}{key}/undo/").status_code == 404


def test_storing_and_taking_back_are_no_links(desk):
    chosen(desk)
    batch = ImportBatch.objects.get()

    assert desk.get(f"{START}{batch.pk}/apply/").status_code == 405
    assert desk.get(f"{START}{batch.pk}/undo/").status_code == 405


# --- what is downloaded


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("name", sorted(KINDS))
def test_the_templates_are_downloaded_under_their_names(desk, name, ending):
    response = desk.get(f"{START}template/{name}.{ending}")

    with pytest.raises(Unreadable) as refused:
        read(response.content, "template")
    assert response["Content-Disposition"] == f'attachment; filename="{name}s.{ending}"'
    assert str(refused.value) == "The file has a head, and no row below it."


@pytest.mark.parametrize("name", ["topic.xlsx", "round.exe", "round", ".csv"])
def test_there_are_no_other_templates(desk, name):
    assert desk.get(f"{START}template/{name}").status_code == 404


# --- many rows


def test_long_tables_are_shown_page_by_page_at_the_same_cost(desk, django_assert_max_num_queries):
    rows = [ARTICLE[0], *(["Yonhap", f"Talks {number}", "en", "news"] for number in range(60))]
    page = chosen(desk, content=csv_bytes(rows)).request["PATH_INFO"]

    with django_assert_max_num_queries(8):
        first = desk.get(page)
    second = desk.get(f"{page}?show=added&page=2")

    assert (len(first.context["rows"]), len(second.context["rows"])) == (50, 10)
    assert len(desk.get(f"{page}?show=nonsense&page=x").context["rows"]) == 50
