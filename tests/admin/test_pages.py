"""Every page of the admin, over the registry: it opens, costs the same at any size, and is for editors alone."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import make
from tests.admin.forms import address, our_admins, seen
from tests.admin.records import MAKERS, PARTS, RECORDS
from timeline import models as timeline_models
from timeline.admin.seen import LIST_FIELD
from timeline.models import Merge, Official, Part, Proposal, Record, Redirect, Revision

pytestmark = pytest.mark.django_db
OF_NO_RECORD = {Merge, Proposal, Revision}  # pages that show what was done; each has tests of its own
PAGES = {page.opts.model_name: page for page in our_admins() if page.model not in OF_NO_RECORD}
EDITED = sorted(PAGES.keys() - {"redirect"})


def test_every_kind_of_record_has_its_pages():
    kinds = {model for model in vars(timeline_models).values() if isinstance(model, type) and issubclass(model, Record)}
    concrete = {model for model in kinds if not model._meta.abstract}

    assert concrete - {page.model for page in PAGES.values()} == set()
    assert set(PAGES) == set(MAKERS)


def test_every_kind_of_part_is_entered_somewhere():
    kinds = {model for model in vars(timeline_models).values() if isinstance(model, type) and issubclass(model, Part)}
    inlines = {inline.model for page in PAGES.values() for inline in page.inlines}

    assert {model for model in kinds if not model._meta.abstract} - inlines == set()


@pytest.mark.deep(6)
@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_list_opens_and_shows_the_record(desk, name):
    record = MAKERS[name]()

    response = desk.get(address(PAGES[name].model, "changelist"))

    assert record in response.context["cl"].result_list
    assert response.status_code == 200


@pytest.mark.parametrize("name", EDITED)
def test_the_add_page_opens(desk, name):
    response = desk.get(address(PAGES[name].model, "add"))

    assert response.status_code == 200
    assert response.context["adminform"].form.errors == {}


@pytest.mark.deep(6)
@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_change_page_opens(desk, name):
    record = MAKERS[name]()

    response = desk.get(address(PAGES[name].model, "change", record.pk))

    assert response.status_code == 200
    assert response.context["original"] == record


@pytest.mark.deep(6)
@pytest.mark.parametrize("name", [*sorted(PAGES), "user"])
def test_a_field_to_lead_to_that_is_given_and_empty_is_none(desk, editor, name):
    model, key = (PAGES[name].model, MAKERS[name]().pk) if name in PAGES else (type(editor), editor.pk)
    page = reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_change", args=[key])

    asked = (desk.get(f"{page}?_to_field="), desk.post(page, {"_to_field": ""}))

    assert [answer.status_code < 500 for answer in asked] == [True, True]


@pytest.mark.deep(6)
@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_history_page_opens(desk, name):
    record = MAKERS[name]()

    assert desk.get(address(PAGES[name].model, "history", record.pk), follow=True).status_code == 200


@pytest.mark.parametrize("name", RECORDS)
def test_the_delete_page_of_a_draft_opens(desk, name):
    record = MAKERS[name](state="draft")

    assert desk.get(address(PAGES[name].model, "delete", record.pk)).status_code == 200


@pytest.mark.parametrize("name", sorted(PARTS))
def test_a_part_is_deleted_on_its_own_page_only_while_its_record_is_a_draft(desk, name):
    part = MAKERS[name]()
    owner = getattr(part, PAGES[name].owner_field)
    page = address(PAGES[name].model, "delete", part.pk)

    of_public = desk.get(page).status_code
    type(owner).objects.update(state="draft")

    assert (of_public, desk.get(page).status_code) == (403, 200)


@pytest.mark.deep(4)
@pytest.mark.parametrize("name", RECORDS)
def test_the_withdrawal_page_opens(desk, name):
    record = MAKERS[name]()

    response = desk.get(address(PAGES[name].model, "withdraw", record.pk))

    assert [(record, *seen(record)[LIST_FIELD])] == response.context["records"]


@pytest.mark.deep(4)
@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_list_costs_the_same_for_two_records_and_for_six(desk, name):
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert desk.get(address(PAGES[name].model, "changelist")).status_code == 200
        return len(queries)

    for _each in range(2):
        MAKERS[name]()
    at_two = cost()
    for _each in range(4):
        MAKERS[name]()

    assert cost() == at_two
    assert at_two <= 12


@pytest.mark.deep(4)
@pytest.mark.parametrize("name", EDITED)
def test_what_a_choice_offers_costs_the_same_for_two_records_and_for_six(desk, name):
    if not any(name == field.remote_field.model._meta.model_name for field in _autocompleted()):
        return
    field = next(field for field in _autocompleted() if field.remote_field.model._meta.model_name == name)
    query = {"app_label": "timeline", "model_name": field.model._meta.model_name, "field_name": field.name}

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            response = desk.get(reverse("admin:autocomplete"), query)
        assert len(response.json()["results"]) >= 2
        return len(queries)

    for _each in range(2):
        MAKERS[name]()
    at_two = cost()
    for _each in range(4):
        MAKERS[name]()

    assert cost() == at_two


def _autocompleted():
    for page in PAGES.values():
        for each in [page, *(inline(page.model, admin.site) for inline in page.inlines)]:
            yield from (each.model._meta.get_field(name) for name in each.autocomplete_fields)


def test_whatever_is_pointed_at_is_chosen_by_typing():
    plain = {
        f"{each.model._meta.model_name}.{name}"
        for page in PAGES.values()
        for each in [page, *(inline(page.model, admin.site) for inline in page.inlines)]
        for name in _editable_keys(each)
        if name not in each.autocomplete_fields
    }

    assert plain == set()


def _editable_keys(each):
    if isinstance(each, admin.ModelAdmin):
        shown = str(each.main if hasattr(each, "main") else each.fields)
    else:
        shown = str(each.fields or each.fieldsets)
    keys = [*each.model._meta.many_to_many, *(field for field in each.model._meta.fields if field.is_relation)]
    return [key.name for key in keys if f"'{key.name}'" in shown]


@pytest.mark.parametrize("name", EDITED)
def test_every_field_is_explained(desk, rf, editor, name):
    request = rf.get("/")
    request.user = editor
    page = PAGES[name]
    forms = [page.get_form(request)] + [
        inline.get_formset(request).form for inline in page.get_inline_instances(request)
    ]

    silent = {
        f"{form._meta.model.__name__}.{key}"
        for form in forms
        for key, field in form.base_fields.items()
        if not field.help_text and not field.disabled
    }

    assert silent == set()


@pytest.mark.deep(4)
@pytest.mark.parametrize("name", RECORDS)
def test_a_published_record_links_to_its_page_and_a_draft_does_not(desk, name):
    published, draft = MAKERS[name](), MAKERS[name](state="draft")

    shown = desk.get(address(PAGES[name].model, "change", published.pk))
    hidden = desk.get(address(PAGES[name].model, "change", draft.pk))

    assert shown.context["absolute_url"] == published.get_absolute_url()
    assert hidden.context["absolute_url"] is None


@pytest.mark.parametrize("name", sorted(PAGES))
def test_an_anonymous_visitor_gets_the_sign_in_page(client, name):
    page = address(PAGES[name].model, "changelist")

    assert client.get(page).url == f"{reverse('admin:login')}?next={page}"


def test_a_user_who_is_no_editor_gets_the_sign_in_page(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("reader"))
    page = address(Official, "changelist")

    assert client.get(page).url == f"{reverse('admin:login')}?next={page}"


def test_an_editor_who_may_only_look_sees_no_button_that_writes(client, django_user_model):
    from django.contrib.auth.models import Permission

    looker = django_user_model.objects.create_user("looker", is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_official"))
    client.force_login(looker)
    official = make.official()

    response = client.get(address(Official, "change", official.pk))

    assert not response.context["show_publish"]
    assert not response.context["show_withdraw"]
    assert client.get(address(Official, "withdraw", official.pk)).status_code == 403


def test_the_sign_in_page_says_how_the_first_administrator_is_made(client):
    assert "make admin" in client.get(reverse("admin:login")).content.decode()


def test_once_there_is_somebody_the_sign_in_page_says_nothing_of_it(client, editor):
    assert "make admin" not in client.get(reverse("admin:login")).content.decode()


def test_redirects_are_to_look_at_only(desk):
    redirect = Redirect.objects.create(kind="round", old_slug="old", new_slug="new")

    assert desk.get(address(Redirect, "add")).status_code == 403
    assert desk.post(address(Redirect, "change", redirect.pk), {"old_slug": "x"}).status_code == 403
    assert desk.get(address(Redirect, "delete", redirect.pk)).status_code == 403
