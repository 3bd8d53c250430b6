"""What the admin pages of all records share: who and when, the state in words, and the doors to `actions`."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin as DjangoBaseModelAdmin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import models
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline import actions, history, roles, slugs
from timeline.admin import once, saved_forms
from timeline.admin.checklists import ChecklistMixin
from timeline.admin.duplicates import DuplicatesMixin
from timeline.admin.forms import (
    CitedForm,
    DateFormField,
    DatesField,
    LineFormField,
    LinesField,
    ProseFormField,
    RecordForm,
)
from timeline.admin.help_texts import HELP_TEXTS
from timeline.admin.history import HistoryMixin, HistoryOfOwnerMixin
from timeline.admin.merging import MergingMixin
from timeline.admin.pickers import RecordSelect, RecordSelectMultiple, RecordsField
from timeline.admin.presence import PresenceMixin
from timeline.admin.previews import PreviewMixin
from timeline.admin.review import ReviewMixin, reason_row
from timeline.admin.saving import SavingMixin, stamp_of
from timeline.admin.seen import LIST_FIELD, parse, seen_of
from timeline.enums import State
from timeline.models import Record, Round, Statement
from timeline.models.fields import ByteOrderedCharField, EdtfField, validate_days

if TYPE_CHECKING:  # the stubs know these as generic, Django itself does not
    BaseModelAdmin = DjangoBaseModelAdmin[Any]
    ModelAdmin = admin.ModelAdmin[Any]
else:
    BaseModelAdmin = DjangoBaseModelAdmin
    ModelAdmin = admin.ModelAdmin

MOST_IN_SMALL_COLUMN = 32_767  # what PostgreSQL holds in one; SQLite would take more, and could not move over then
LONG_TEXT = 5_000
OF_ONE_LINE = (models.CharField, ByteOrderedCharField)
# What the name of a record in a list or a choice reads from other tables.
NAMED_AFTER: dict[type[models.Model], tuple[str, ...]] = {
    Round: ("agreement",),
    Statement: ("speaker", "on_behalf_of"),
}


class FieldsMixin(BaseModelAdmin):
    """The form fields of our own, for pages and for the rows within them."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        help_text: Any = HELP_TEXTS.get(f"{db_field.model._meta.model_name}.{db_field.name}")
        if help_text:
            kwargs["help_text"] = help_text
        if isinstance(db_field, models.JSONField):
            form_class = DatesField if validate_days in db_field.validators else LinesField
            kwargs.pop("encoder", None)
            help_text = help_text or db_field.help_text
            return form_class(label=db_field.verbose_name, required=not db_field.blank, help_text=help_text)
        if isinstance(db_field, models.TextField):
            kwargs["form_class"] = ProseFormField
        elif isinstance(db_field, EdtfField):
            kwargs["form_class"] = DateFormField
        elif type(db_field) in OF_ONE_LINE:
            kwargs["form_class"] = LineFormField
        if isinstance(db_field, models.PositiveSmallIntegerField):
            kwargs["max_value"] = MOST_IN_SMALL_COLUMN
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, forms.Field):
            fit(field.widget, db_field)
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", RecordSelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", RecordSelectMultiple(db_field, self.admin_site))
            kwargs.setdefault("form_class", RecordsField)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> Any:
        queryset = super().get_field_queryset(db, db_field, request)
        if related := NAMED_AFTER.get(db_field.remote_field.model):
            manager = db_field.remote_field.model._default_manager
            return (manager.all() if queryset is None else queryset).select_related(*related)
        return queryset


def fit(widget: Any, db_field: Any) -> None:
    """Boxes as high as what belongs in them, and beside a choice only the button that adds what is missing."""
    if isinstance(widget, forms.Textarea):
        widget.attrs["rows"] = 12 if db_field.max_length and db_field.max_length > LONG_TEXT else 3
    if isinstance(db_field, EdtfField):
        widget.attrs["data-date-in-words"] = ""
    if isinstance(widget, RelatedFieldWidgetWrapper):
        widget.can_change_related = widget.can_delete_related = widget.can_view_related = False


class GuardedAdmin(PresenceMixin, SavingMixin, FieldsMixin, ModelAdmin):
    """A page whose form is shown again, as it was typed, when what was typed could not be saved as a whole."""

    list_per_page = 50
    show_full_result_count = False
    save_on_top = False
    form: Any = RecordForm
    list_joins: ClassVar[tuple[str, ...]] = ()  # what the list reads from other tables, besides the records' own names

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        queryset = super().get_queryset(request)
        related = {*NAMED_AFTER.get(self.model, ()), *self.list_joins}
        return queryset.select_related(*related) if related else queryset

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.refusals = getattr(request, "refusals", ())  # type: ignore[attr-defined]
        return form

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        own = self.own_proposal(request, str(context["original"].pk)) if context.get("original") else None
        context |= {
            "also_open": self.also_open(request, context.get("original")),
            "local_draft": saved_forms.name_of(request),  # that of a form that is shown again
            "own_proposal": own,
            "own_proposal_stamp": stamp_of(own) if own else "",
            **once.shown(request),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        saved_forms.note(request)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        saved_forms.note(request)
        return super().response_change(request, obj)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        rows = formset.save(commit=False)
        for gone in formset.deleted_objects:  # first: a row may take the place of one that goes
            gone.delete()
        prefixes = {id(each.instance): each.prefix for each in formset.forms}
        for row in rows:
            if row._state.adding:
                row.code = once.code_of(request, row, prefixes[id(row)])
            if isinstance(row, Record):
                if not getattr(request, "trial", False):  # which is about the versions that were read
                    hold(row, formset)
                sign(row, request)
            row.save()
        formset.save_m2m()
        for each in formset.forms:
            if isinstance(each, CitedForm) and each.has_changed():
                each.save_citation()

    def refuse_errors(self, records: Iterable[Record]) -> None:
        """What is public must stay right: a change that would break it is refused as a whole."""
        actions.refuse_errors([type(each)._default_manager.get(pk=each.pk) for each in records if each.is_published])

    # Who did what stands in the history, once for each record: Django's own log would be a second one.

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        return None

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        return None

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:  # type: ignore[override]
        return None


def hold(row: Record, formset: Any) -> None:
    """A record entered on the form of another one has a version of its own."""
    if row._state.adding:
        return
    form = next(each for each in formset.forms if each.instance is row)
    seen = parse(form.cleaned_data.get("seen", ""))
    actions.locked(row, seen.version if seen is not None and seen.code == row.code else -1)


def sign(record: Record, request: HttpRequest) -> None:
    """Who made and who changed it; a record entered within another's form gets its slug here."""
    if record._state.adding:
        record.created_by = request.user  # type: ignore[assignment]
    record.updated_by = request.user  # type: ignore[assignment]
    if not record.slug:
        record.slug = slugs.propose(record)


class RecordAdmin(HistoryMixin, DuplicatesMixin, MergingMixin, ReviewMixin, ChecklistMixin, PreviewMixin, GuardedAdmin):
    """The page of a record. `main` are its fieldsets; the state and the address follow of themselves."""

    main: ClassVar[list[tuple[Any, dict[str, Any]]]] = []
    readonly_fields = ("state_words", "code", "created", "updated")
    actions = ("submit_selected", "publish_selected", "withdraw_selected", "merge_selected", "delete_selected")
    ordering: ClassVar[Any] = ("slug",)

    # --- what is shown

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = ("state_words", "code", "created", "updated") if obj else ()
        seen = ("seen",) if obj and self.has_change_permission(request, obj) else ()
        address = (gettext_lazy("Address and state"), {"fields": ("slug", *shown, *seen)})
        checks = (gettext_lazy("Findings of the checks"), {"fields": ("acknowledged",), "classes": ("collapse",)})
        return [*self.main, address, checks]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if "slug" in form.base_fields and obj is None:
            form.base_fields["slug"].help_text = _(
                "The last part of the page’s address. Leave it empty: it is made of what is entered above."
            )
        return form

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        if obj is None or not obj.is_published:
            return None
        try:
            return str(obj.get_absolute_url())
        except NoReverseMatch:  # the form is shown again, with what was typed for a slug
            return None

    @admin.display(description=gettext_lazy("state"))
    def state_words(self, record: Record) -> str:
        if record.state == State.WITHDRAWN and record.withdrawn_at:
            return _("withdrawn on %(day)s: %(reason)s") % {
                "day": date_format(record.withdrawn_at),
                "reason": record.withdrawal_reason,
            }
        if record.is_published and record.published_at:
            return _("published, public since %(day)s") % {"day": date_format(record.published_at)}
        return str(record.get_state_display())

    @admin.display(description=gettext_lazy("entered"))
    def created(self, record: Record) -> str:
        return _when_and_who(record.created_at, record.created_by)

    @admin.display(description=gettext_lazy("last changed"))
    def updated(self, record: Record) -> str:
        return _when_and_who(record.updated_at, record.updated_by)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        context |= self.buttons(request, context.get("original"))
        return super().render_change_form(request, context, *args, **kwargs)

    # --- saving

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        form.propose_slug()
        return super().save_form(request, form, change)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        new_slug = ""
        if change and obj.published_at and "slug" in form.changed_data:
            new_slug, obj.slug = obj.slug, form.initial["slug"]
            if not obj.is_published and not request.user.has_perm(roles.REVIEW):  # no second person would read it
                raise actions.Refused([_("Its old address is public: a reviewer renames it, or publishes it first.")])
        if not change or form.has_changed():  # a save that changes nothing is none
            sign(obj, request)
            super().save_model(request, obj, form, change)
        if new_slug:
            actions.rename(obj, slug=new_slug, by=request.user)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        rows = (each.instance for formset in formsets for each in formset.forms if each.has_changed())
        self.refuse_errors([form.instance, *(row for row in rows if isinstance(row, Record) and row.pk)])

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        self.act_if_asked(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        self.act_if_asked(request, obj)
        return super().response_change(request, obj)


class AliasSearch(ModelAdmin):
    """Searches the other forms of a name too. SQLite keeps Hangul in JSON escaped, so it is asked for in both forms."""

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        if words := search_term.strip():
            escaped = json.dumps(words)[1:-1]
            found = found | queryset.filter(Q(aliases__icontains=words) | Q(aliases__icontains=escaped))
        return found, may_repeat


class PartAdmin(HistoryOfOwnerMixin, GuardedAdmin):
    """The page of a part that has parts of its own. A change to it is a change to the record named by `owner_field`."""

    owner_field = ""
    actions = None  # a part goes one by one, with the version of its record

    @property
    def kind_added(self) -> str:
        return str(self.opts.get_field(self.owner_field).related_model._meta.model_name)  # type: ignore[union-attr]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.code = once.code_of(request, obj)
        if not change or form.has_changed():
            super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        owner = getattr(form.instance, self.owner_field)
        left = form.initial.get(self.owner_field)  # another one, if the part has moved
        self.refuse_errors(type(owner)._default_manager.filter(pk__in={owner.pk, left} - {None}))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        part = context.get("original")
        is_public = part is None or getattr(part, self.owner_field).is_published  # whose a new one is shows when saved
        may = self.has_change_permission(request, part) if part else self.has_add_permission(request)
        context |= reason_row(request, may=may, is_public=is_public)
        return super().render_change_form(request, context, *args, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A part of what is public goes on the form of its record, where the rules are asked of the whole."""
        owner = getattr(obj, self.owner_field) if obj is not None else None
        return not (owner is not None and owner.is_published) and super().has_delete_permission(request, obj)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        part = self.get_object(request, object_id)
        seen = {"seen_name": LIST_FIELD, "seen": [seen_of(getattr(part, self.owner_field))] if part else []}
        return super().delete_view(request, object_id, (extra_context or {}) | seen)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        seen, owner = parse(request.POST.get(LIST_FIELD, "")), getattr(obj, self.owner_field)
        with history.unit(by=request.user):
            actions.locked(owner, seen.version if seen is not None and seen.code == owner.code else -1)
            super().delete_model(request, obj)

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        owner = getattr(obj, self.owner_field) if obj is not None else None
        return owner.get_absolute_url() if owner is not None and owner.is_published else None


def _when_and_who(when: Any, who: Any) -> str:
    day = date_format(when, "DATETIME_FORMAT")
    return _("%(when)s by %(who)s") % {"when": day, "who": who} if who else day
