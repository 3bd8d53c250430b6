"""What a browser would post: the fields of a form as it stands on the page, with some of them typed over."""

from typing import Any

from django.contrib import admin
from django.forms import ModelMultipleChoiceField
from django.urls import reverse


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


def post_add(client: Any, model: Any, *, button: str = "_save", **values: Any) -> Any:
    blank = fields_of(client.get(address(model, "add")))
    return client.post(address(model, "add"), blank | values | {button: "1"}, follow=True)


def post_change(client: Any, record: Any, *, button: str = "_save", **values: Any) -> Any:
    page = address(type(record), "change", record.pk)
    return client.post(page, fields_of(client.get(page)) | values | {button: "1"}, follow=True)


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
