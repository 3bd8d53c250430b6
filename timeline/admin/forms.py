"""The forms behind the admin pages: slugs of themselves, lists typed line by line, refusals beside what was typed."""

import re
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget, RelatedFieldWidgetWrapper
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext_lazy as _

from timeline import constraint_words, contents, dates, slugs
from timeline.admin.pickers import RecordSelect
from timeline.admin.seen import SeenField, seen_of
from timeline.models import Citation, Source
from timeline.models.citations import QUOTE_WORDS
from timeline.models.fields import ProseField, validate_edtf

if TYPE_CHECKING:  # the stubs know these as generic, Django itself does not
    ModelForm = forms.ModelForm[Any]
    InlineFormSet = BaseInlineFormSet[Any, Any, Any]
else:
    ModelForm = forms.ModelForm
    InlineFormSet = BaseInlineFormSet

MOST_LINES = 100
LONGEST_LINE = 200
# What comes along with copied text: line breaks as word processors and PDFs have them, and what cannot be seen.
BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
UNSEEN = re.compile("[\x01-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")


def as_seen(text: str) -> str:
    """One form for what looks the same. A NUL stays: it gets a sentence."""
    return unicodedata.normalize("NFC", UNSEEN.sub("", BREAKS.sub("\n", text)))


class LineFormField(forms.CharField):
    """A text without line breaks."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return " ".join(as_seen(text).split()) if isinstance(text, str) else text


class DateFormField(LineFormField):
    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return dates.without_spaces(text) if isinstance(text, str) else text


class LinesField(forms.Field):
    """A list of texts, typed one on a line."""

    widget = AdminTextareaWidget
    empty_values = [None, "", []]

    def __init__(self, *, validate_line: Callable[[str], None] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validate_line = validate_line
        self.widget.attrs.setdefault("rows", 4)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(str(each) for each in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        lines = (" ".join(line.split()) for line in as_seen(str(value or "")).splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def validate(self, value: Any) -> None:
        super().validate(value)
        if len(value) > MOST_LINES:
            raise ValidationError(_("At most %(most)s lines, please."), params={"most": MOST_LINES})
        errors = [error for number, line in enumerate(value, start=1) for error in self._errors(number, line)]
        if errors:
            raise ValidationError(errors)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(data) != (initial or [])

    def _errors(self, number: int, line: str) -> list[ValidationError]:
        if "\x00" in line:
            return [
                ValidationError(
                    _("Line %(number)s has a NUL character in it: type it anew."), params={"number": number}
                )
            ]
        if len(line) > LONGEST_LINE:
            return [
                ValidationError(
                    _("Line %(number)s is longer than %(most)s characters."),
                    params={"number": number, "most": LONGEST_LINE},
                )
            ]
        try:
            if self.validate_line:
                self.validate_line(line)
        except ValidationError as error:
            said = " ".join(error.messages)
            return [ValidationError(_("Line %(number)s: %(said)s"), params={"number": number, "said": said})]
        return []


class ProseFormField(forms.CharField):
    """Browsers send line breaks as two characters; kept so, every text that was opened would count as changed."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return as_seen(text).strip() if isinstance(text, str) else text


class DatesField(LinesField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validate_line=validate_edtf, **kwargs)
        self.widget.attrs["data-date-in-words"] = ""


class SpokenForm(ModelForm):
    """A form whose every error is a sentence, those of the database's constraints included.

    `refusals` are the reasons why what was typed could not be saved a moment ago: the form is shown again with them.
    """

    refusals: tuple[str, ...] = ()

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # the stubs leave it out
        said = [str(each) for each in self.errors.pop(NON_FIELD_ERRORS, [])]
        words = constraint_words.of(self.instance)
        for sentence in filter(None, (*(words.get(each, each) for each in said), *self.refusals)):
            self.add_error(None, sentence)


class SeenForm(SpokenForm):
    """A form that says on which version of its record it was opened."""

    seen = SeenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        record = None if self.instance._state.adding else contents.owner_of(self.instance)
        if record is not None:
            self.initial["seen"] = seen_of(record)


class RecordForm(SeenForm):
    """Proposes a slug where none was typed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"] or self.instance.slug  # emptied: as it was
        return slug

    def propose_slug(self) -> None:
        """When everything else is known to be right, so that the slug is made of what is right."""
        if not self.instance.slug:
            self.instance.slug = slugs.propose(self.instance)


class CitedForm(SeenForm):
    """A statement or a figure entered on the form of its occasion, with the first citation that it needs."""

    date_field = ""
    words_field = ""
    occasion: Any = None

    cited_source = forms.ModelChoiceField(
        queryset=Source.objects.all(),
        required=False,
        label=_("Source"),
        help_text=_("Where it is printed. It becomes a citation; more are added on the page of its own."),
    )
    cited_quote = ProseFormField(
        required=False,
        max_length=1_000,
        widget=AdminTextareaWidget(attrs={"rows": 2}),
        label=_("Quote"),
        help_text=_("The exact words of the source, 40 at most. Empty: the same words as above."),
    )

    def __init__(self, *args: Any, occasion: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.occasion = occasion
        if self.date_field in self.fields:
            self.fields[self.date_field].required = False
            self.fields[self.date_field].help_text = _("Empty: the date of the occasion. Else such as 2024-05-23.")
        key = Citation._meta.get_field("source")
        picker = RecordSelect(key, admin.site)
        source: Any = self.fields["cited_source"]
        source.widget = RelatedFieldWidgetWrapper(picker, key.remote_field, admin.site)
        picker.choices = source.choices

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.date_field not in self.errors and not cleaned.get(self.date_field) and _is_date(self.occasion.when):
            cleaned[self.date_field] = self.occasion.when
        if self.instance._state.adding and not cleaned.get("agreement") and self.occasion.agreement_id is not None:
            cleaned["agreement"] = self.instance.agreement = self.occasion.agreement
        self._clean_citation(cleaned)
        return cleaned

    def _clean_citation(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("cited_source"):
            if cleaned.get("cited_quote"):
                self.add_error("cited_source", _("Say from which source the quote is."))
            return
        quote = cleaned.get("cited_quote") or cleaned.get(self.words_field, "")
        if len(quote.split()) > QUOTE_WORDS:
            self.add_error(
                "cited_quote",
                _("A quotation has at most %(most)s words; this has %(count)s. Keep those that carry the fact.")
                % {"most": QUOTE_WORDS, "count": len(quote.split())},
            )
        cleaned["cited_quote"] = quote

    def save_citation(self) -> None:
        if source := self.cleaned_data.get("cited_source"):
            name = str(self.instance._meta.model_name)
            Citation.objects.create(source=source, quote=self.cleaned_data["cited_quote"], **{name: self.instance})


def _is_date(text: str) -> bool:
    """What is wrong with the date of the occasion stands at its own field, and in no row."""
    try:
        dates.parse(text)
    except dates.DateError:
        return False
    return True


class StatementHereForm(CitedForm):
    date_field, words_field = "when", "text"


class FigureHereForm(CitedForm):
    date_field, words_field = "stated_on", "as_stated"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding and "agreement" in self.fields:
            self.fields["agreement"].help_text = _("Whose payment it is. Empty: the agreement of the occasion.")


class PartFormSet(InlineFormSet):
    """Rows entered on the form of their owner, which may itself not be saved yet."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs(index)
        return kwargs | {"occasion": self.instance} if issubclass(self.form, CitedForm) else kwargs

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]  # the stubs leave it out
        setattr(form.instance, self.fk.name, self.instance)
        return form

    def add_fields(self, form: Any, index: int | None) -> None:
        """Every input says what it is: in a table the column's head alone is no label."""
        super().add_fields(form, index)
        for field in form.fields.values():
            if not field.widget.is_hidden:
                widget = getattr(field.widget, "widget", field.widget)  # inside the “+” button's wrapper
                widget.attrs.setdefault("aria-label", str(field.label or ""))

    def clean(self) -> None:
        super().clean()
        for constraint in self.form._meta.model._meta.constraints:
            if isinstance(constraint, models.UniqueConstraint) and self.fk.name in constraint.fields:
                self._refuse_repeated([name for name in constraint.fields if name != self.fk.name])

    def _refuse_repeated(self, names: list[str]) -> None:
        seen = set()
        for form in self.forms:
            value = tuple(getattr(form, "cleaned_data", {}).get(name) for name in names)
            if None in value or form in self.deleted_forms or not all(value):
                continue
            if value in seen:
                form.add_error(names[0], _("This is named in another row already."))
            seen.add(value)


class RemarkForm(forms.Form):
    remark = forms.CharField(
        label=_("Remark"),
        max_length=1_000,
        widget=AdminTextareaWidget(attrs={"rows": 4}),
        help_text=_(
            "What is to be mended. The author reads it on the record’s page and on the first page of the desk."
        ),
    )


class WithdrawalForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=ProseField().max_length,
        widget=AdminTextareaWidget(attrs={"rows": 4}),
        help_text=_("A sentence that readers who follow an old link are shown, with the date."),
    )
