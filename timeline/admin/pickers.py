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

KEY = re.compile(r"[0-9]{1,18}")  # what both databases hold as a number


def is_key(value: object) -> bool:
    return KEY.fullmatch(str(value)) is not None


class KeysOnly(AutocompleteMixin):
    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> Any:
        return super().optgroups(name, [each for each in value if is_key(each)], attr)


class RecordSelect(KeysOnly, AutocompleteSelect):
    """One record."""


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
