"""What the admin pages of all records share: who and when, the state in words, and the doors to `actions`."""

import json
from collections.abc import Iterable
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected as django_delete_selected
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import BaseModelAdmin as DjangoBaseModelAdmin
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from timeline import actions, index, rules
from timeline.admin import slugs
from timeline.admin.forms import CitedForm, DatesField, LinesField, ProseFormField, RecordForm, WithdrawalForm
from timeline.admin.help_texts import HELP_TEXTS
from timeline.admin.pickers import RecordSelect, RecordSelectMultiple, RecordsField, is_key
from timeline.enums import State
from timeline.models import Record, Round, Statement
from timeline.models.fields import validate_days

if TYPE_CHECKING:  # the stubs know these as generic, Django itself does not
    BaseModelAdmin = DjangoBaseModelAdmin[Any]
    ModelAdmin = admin.ModelAdmin[Any]
else:
    BaseModelAdmin = DjangoBaseModelAdmin
    ModelAdmin = admin.ModelAdmin

MOST_IN_SMALL_COLUMN = 32_767  # what PostgreSQL holds in one; SQLite would take more, and could not move over then
LONG_TEXT = 5_000
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
    if isinstance(widget, RelatedFieldWidgetWrapper):
        widget.can_change_related = widget.can_delete_related = widget.can_view_related = False


class GuardedAdmin(FieldsMixin, ModelAdmin):
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

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        # Only a POST: within a transaction, SQLite lets nobody else write, and looking at a form must not do that.
        saving = index.at_once() if request.method == "POST" else nullcontext()
        try:
            with saving:  # the rows of a form touch the same entries: they are made anew once
                return super().changeform_view(request, object_id, form_url, extra_context)
        except actions.Refused as refusal:  # raised out of the transaction, so all of it is taken back
            sentences = refusal.sentences
        except IntegrityError:
            sentences = [_("Another record or row holds one of these values at this moment. Nothing was saved.")]
        request.refusals = tuple(sentences)  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.refusals = getattr(request, "refusals", ())  # type: ignore[attr-defined]
        return form

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        rows = formset.save(commit=False)
        for gone in formset.deleted_objects:  # first: a row may take the place of one that goes
            gone.delete()
        for row in rows:
            if isinstance(row, Record):
                sign(row, request)
            row.save()
        formset.save_m2m()
        for each in formset.forms:
            if isinstance(each, CitedForm) and each.has_changed():
                each.save_citation()

    def refuse_errors(self, records: Iterable[Record]) -> None:
        """What is public must stay right: a change that would break it is refused as a whole."""
        public = [type(each)._default_manager.get(pk=each.pk) for each in records if each.is_published]
        problems = [problem for each in public for problem in rules.problems_of(each) if problem.level == "error"]
        if problems:
            raise actions.Refused(f"{each.record}: {each.sentence} {each.mend}".strip() for each in problems)


def sign(record: Record, request: HttpRequest) -> None:
    """Who made and who changed it; a record entered within another's form gets its slug here."""
    if record._state.adding:
        record.created_by = request.user  # type: ignore[assignment]
    record.updated_by = request.user  # type: ignore[assignment]
    if not record.slug:
        record.slug = slugs.propose(record)


class RecordAdmin(GuardedAdmin):
    """The page of a record. `main` are its fieldsets; the state and the address follow of themselves."""

    main: ClassVar[list[tuple[Any, dict[str, Any]]]] = []
    readonly_fields = ("state_words", "code", "created", "updated")
    actions = ("publish_selected", "withdraw_selected", "delete_selected")
    ordering: ClassVar[Any] = ("slug",)

    # --- what is shown

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = ("state_words", "code", "created", "updated") if obj else ()
        address = (gettext_lazy("Address and state"), {"fields": ("slug", *shown)})
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
        return obj.get_absolute_url() if obj is not None and obj.is_published else None

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
        record = context.get("original")
        may = self.has_change_permission(request, record) if record else self.has_add_permission(request)
        waiting = actions.entered_with(record) if record else []
        context |= {
            "state_sentence": state_sentence(record),
            "show_publish": may and (record is None or not record.is_published or bool(waiting)),
            "publish_label": _publish_label(record),
            "show_withdraw": may and record is not None and record.is_published,
            "was_public": record is not None and record.published_at is not None,
        }
        return super().render_change_form(request, context, *args, **kwargs)

    # --- saving

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        form.propose_slug()
        return super().save_form(request, form, change)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        new_slug = ""
        if change and obj.published_at and "slug" in form.changed_data:
            new_slug, obj.slug = obj.slug, form.initial["slug"]
        sign(obj, request)
        super().save_model(request, obj, form, change)
        if new_slug:
            actions.rename(obj, slug=new_slug, by=request.user)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        rows = (each.instance for formset in formsets for each in formset.forms if each.has_changed())
        self.refuse_errors([form.instance, *(row for row in rows if isinstance(row, Record) and row.pk)])

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        self._publish_if_asked(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        self._publish_if_asked(request, obj)
        return super().response_change(request, obj)

    # --- publishing and withdrawing

    def _publish_if_asked(self, request: HttpRequest, record: Record) -> None:
        if "_publish" in request.POST and not self._publish(request, record):
            messages.warning(request, _("It is saved as it was typed, and not published yet, for these reasons:"))
            post = request.POST.copy()
            post["_continue"] = "1"  # back to the page on which it can be mended
            request.POST = post  # type: ignore[assignment]

    def _publish(self, request: HttpRequest, record: Record) -> bool:
        """The record with the drafts entered on its form; of a published one, those drafts alone."""
        waiting = actions.entered_with(record) if record.is_published else [record]
        try:
            with transaction.atomic():
                public = [one for each in waiting for one in actions.publish(each, by=request.user)]
        except actions.Refused as refusal:
            request.refused = True  # type: ignore[attr-defined]
            for sentence in refusal.sentences:
                messages.error(request, sentence)
            return False
        for each in public:
            self.log_change(request, each, _("Published."))
        self._say_published(request, record, public)
        return True

    def _say_published(self, request: HttpRequest, record: Record, public: list[Record]) -> None:
        if record in public:
            messages.success(request, _("“%(record)s” is public now.") % {"record": record})
        if others := len(public) - (record in public):
            messages.success(
                request,
                ngettext(
                    "%(count)s draft entered on its form is public as well.",
                    "%(count)s drafts entered on its form are public as well.",
                    others,
                )
                % {"count": others},
            )

    def _withdraw(self, request: HttpRequest, record: Record, reason: str) -> None:
        try:
            actions.withdraw(record, reason=reason, by=request.user)
        except actions.Refused as refusal:
            for sentence in refusal.sentences:
                messages.error(request, sentence)
            return
        self.log_change(request, record, _("Withdrawn: %(reason)s") % {"reason": reason})
        messages.success(
            request,
            _("“%(record)s” is withdrawn. Its address says so and gives the reason.") % {"record": record},
        )

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_withdraw"
        withdrawal = path("<path:object_id>/withdraw/", self.admin_site.admin_view(self.withdraw_view), name=name)
        return [withdrawal, *super().get_urls()]

    def withdraw_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        record = self.get_object(request, unquote(object_id))
        if record is None:
            messages.error(request, _("This record does not exist. It may have been deleted."))
            return HttpResponseRedirect(reverse("admin:index"))
        if not self.has_change_permission(request, record):
            raise PermissionDenied
        form = WithdrawalForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            self._withdraw(request, record, form.cleaned_data["reason"])
            return HttpResponseRedirect(self._change_address(record))
        return self._ask_for_reason(request, form, [record])

    def _change_address(self, record: Record) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[record.pk])

    def _ask_for_reason(self, request: HttpRequest, form: WithdrawalForm, records: list[Record]) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "title": _("Withdraw"),
            "opts": self.opts,
            "form": form,
            "records": records,
            "from_list": "action" in request.POST,
            "checkbox_name": ACTION_CHECKBOX_NAME,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/timeline/withdraw.html", context)

    # --- actions of the list

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any], *args: Any) -> Any:
        if not all(is_key(value) for value in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            messages.error(request, _("One of the chosen rows does not exist. Choose anew."))
            return HttpResponseRedirect(request.get_full_path())
        return super().response_action(request, queryset, *args)

    @admin.action(description=gettext_lazy("Publish selected %(verbose_name_plural)s"), permissions=["change"])
    def publish_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for record in queryset:
            self._publish(request, record)

    @admin.action(description=gettext_lazy("Withdraw selected %(verbose_name_plural)s"), permissions=["change"])
    def withdraw_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        form = WithdrawalForm(request.POST if "withdraw" in request.POST else None)
        if not form.is_valid():
            return self._ask_for_reason(request, form, list(queryset))
        for record in queryset:
            self._withdraw(request, record, form.cleaned_data["reason"])
        return None

    @admin.action(description=gettext_lazy("Delete selected drafts"), permissions=["delete"])
    def delete_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        if once_public := queryset.filter(published_at__isnull=False):
            for record in once_public:
                messages.error(request, _never_deleted(record))
            return None
        return django_delete_selected(self, request, queryset)

    # --- deleting

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        once_public = isinstance(obj, Record) and obj.published_at is not None
        return not once_public and super().has_delete_permission(request, obj)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        record = self.get_object(request, unquote(object_id))
        if record is not None and record.published_at is not None:
            messages.error(request, _never_deleted(record))
            return HttpResponseRedirect(self._change_address(record))
        return super().delete_view(request, object_id, extra_context)


class AliasSearch(ModelAdmin):
    """Searches the other forms of a name too. SQLite keeps Hangul in JSON escaped, so it is asked for in both forms."""

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        if words := search_term.strip():
            escaped = json.dumps(words)[1:-1]
            found = found | queryset.filter(Q(aliases__icontains=words) | Q(aliases__icontains=escaped))
        return found, may_repeat


class PartAdmin(GuardedAdmin):
    """The page of a part that has parts of its own. A change to it is a change to the record named by `owner_field`."""

    owner_field = ""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        owner = getattr(obj, self.owner_field)
        sign(owner, request)
        owner.save()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        self.refuse_errors([getattr(form.instance, self.owner_field)])

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A part of what is public goes on the form of its record, where the rules are asked of the whole."""
        owner = getattr(obj, self.owner_field) if obj is not None else None
        return not (owner is not None and owner.is_published) and super().has_delete_permission(request, obj)

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        owner = getattr(obj, self.owner_field) if obj is not None else None
        return owner.get_absolute_url() if owner is not None and owner.is_published else None


def state_sentence(record: Record | None) -> str:
    if record is None:
        return _("A new record is a draft: only editors see it until it is published.")
    if record.is_published:
        return _("This is public: readers see what you save at once.")
    if record.state == State.WITHDRAWN:
        return _("This was withdrawn: its address says so and gives the reason.")
    return _("This is a draft: only editors see it until it is published.")


def _publish_label(record: Record | None) -> str:
    if record is not None and record.is_published:
        return _("Save and publish the drafts below")
    return _("Save and publish")


def _never_deleted(record: Record) -> str:
    return _("“%(record)s” was public once, so it is never deleted: withdraw it, with the reason.") % {"record": record}


def _when_and_who(when: Any, who: Any) -> str:
    day = date_format(when, "DATETIME_FORMAT")
    return _("%(when)s by %(who)s") % {"when": day, "who": who} if who else day
