"""What a browser would post: the fields of a form as it stands on the page, with some of them typed over."""

from typing import Any

from django.contrib import admin
from django.forms import ModelMultipleChoiceField
from django.urls import reverse

from timeline.admin.seen import LIST_FIELD, seen_of

REASON = "The source was misread."  # what who may publish alone says with every change of what is public


def address(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:timeline_{model._meta.model_name}_{page}", args=args)


def fields_of(response: Any) -> dict[str, Any]:
    """Every field of the form and of its rows, blank extra rows included."""
    forms = [response.context["adminform"].form]
    for formset in response.context["inline_admin_formsets"]:
        forms += [formset.formset.management_form, *formset.formset.forms]
    return {
        bound.html_name: _typed(bound)
        for form in forms
        for bound in form
        if not isinstance(bound.value(), bool) or bound.value()
    }


def _typed(bound: Any) -> Any:
    value = bound.field.prepare_value(bound.value())
    if value is None:
        return [] if isinstance(bound.field, ModelMultipleChoiceField) else ""
    return value


def row(prefix: str, number: int, total: int, **values: Any) -> dict[str, Any]:
    """One row typed into an inline, and how many rows there are with it."""
    return {f"{prefix}-TOTAL_FORMS": total} | {f"{prefix}-{number}-{name}": value for name, value in values.items()}


def chosen(action: str, *records: Any, **values: Any) -> dict[str, Any]:
    """What a list posts when these rows are ticked: each with the version that the list showed."""
    return {"action": action, "_selected_action": [record.pk for record in records]} | seen(*records) | values


def seen(*records: Any) -> dict[str, list[str]]:
    """What a list or a page of confirmation, opened now, says of the versions that it shows."""
    return {LIST_FIELD: [seen_of(type(record)._default_manager.get(pk=record.pk)) for record in records]}


def post_add(client: Any, model: Any, *, button: str = "_save", **values: Any) -> Any:
    return post_form(client, client.get(address(model, "add")), button=button, **values)


def post_change(client: Any, record: Any, *, button: str = "_save", **values: Any) -> Any:
    page = address(type(record), "change", record.pk)
    return post_form(client, client.get(page), button=button, **values)


def post_form(client: Any, shown: Any, *, button: str = "_save", follow: bool = True, **values: Any) -> Any:
    """A form that was opened before, as it stood then, with what its page carries along."""
    typed = fields_of(shown) | {"_proposal": shown.context.get("own_proposal_stamp", "")}
    typed |= {"_form": shown.context.get("form_name", "")}
    typed |= {"_reason": REASON} if shown.context.get("show_reason") else {}
    return client.post(shown.wsgi_request.get_full_path(), typed | values | {button: "1"}, follow=follow)


def errors_of(response: Any) -> dict[str, list[str]]:
    """Field by field the sentences shown; rows under their prefix."""
    form = response.context["adminform"].form
    said = {name: list(errors) for name, errors in form.errors.items()}
    for formset in response.context["inline_admin_formsets"]:
        for each in formset.formset.forms:
            said |= {f"{each.prefix}-{name}": list(errors) for name, errors in each.errors.items()}
    return said


def messages_of(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def our_admins() -> list[Any]:
    return [page for model, page in admin.site._registry.items() if model._meta.app_label == "timeline"]
