"""Choosing a record by typing. Unlike Django's own, these take a key that is none for an error and not for a fault."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.widgets import AutocompleteMixin, AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError

if TYPE_CHECKING:  # the stubs know it as generic, Django itself does not
    ModelMultipleChoiceField = forms.ModelMultipleChoiceField[Any]
else:
    ModelMultipleChoiceField = forms.ModelMultipleChoiceField

TYPED = "-typed"  # behind the name of the field
KEY = re.compile(r"[0-9]{1,18}")  # what both databases hold as a number


def is_key(value: object) -> bool:
    return KEY.fullmatch(str(value)) is not None


class KeysOnly(AutocompleteMixin):
    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> Any:
        return super().optgroups(name, [each for each in value if is_key(each)], attr)


class RecordSelect(KeysOnly, AutocompleteSelect):
    """One record. Without JavaScript the list holds only what is chosen, so its slug or name is typed beside it."""

    template_name = "admin/timeline/record_select.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["typed_name"] = f"{name}{TYPED}"
        context["widget"]["typed"] = value if value and isinstance(value, str) and not is_key(value) else ""
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        typed = data.get(f"{name}{TYPED}", "").strip()
        return key_of(self.field.remote_field.model, typed) if typed else super().value_from_datadict(data, files, name)


def key_of(model: Any, typed: str) -> str:
    """That of the one record of this slug or exact name; else what was typed, which is no key."""
    if "\x00" not in typed:
        fields = {field.name for field in model._meta.fields}
        for name in (each for each in ("slug", "name", "title") if each in fields):
            found = list(model._default_manager.filter(**{name: typed}).values_list("pk", flat=True)[:2])
            if len(found) == 1:
                return str(found[0])
    return f"“{typed}”" if is_key(typed) else typed


class RecordSelectMultiple(KeysOnly, AutocompleteSelectMultiple):
    """Any number of records."""


class RecordsField(ModelMultipleChoiceField):
    def clean(self, value: Any) -> Any:
        for each in value or ():
            if not is_key(each):
                raise ValidationError(
                    self.error_messages["invalid_pk_value"], code="invalid_pk_value", params={"pk": each}
                )
        return super().clean(value)
