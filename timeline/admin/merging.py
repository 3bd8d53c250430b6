"""Merging two records on a page that shows both side by side, and the list of merges, where one is taken back."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import display_for_field, unquote
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline import merging, roles
from timeline.actions import Refused
from timeline.admin.pickers import is_key
from timeline.models import Merge, Record

if TYPE_CHECKING:  # the stubs know it as generic, Django itself does not
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin

TWO = 2
MOST_SHOWN = 600  # characters of a value


class ReasonForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=1_000,
        widget=AdminTextareaWidget(attrs={"rows": 3}),
        help_text=gettext_lazy("A sentence for other editors. It stays in the history."),
    )


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two records."""

    record: Record
    url: str
    state: str
    moves: list[str]  # what points at it, in words
    is_winner: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A field in which the two differ, with both values and the key of the record whose value is chosen."""

    name: str
    label: str
    values: list[tuple[str, str]]  # the key of the record, and what it says
    chosen: str


class MergingMixin(ModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_merge"
        return [path("merge/", self.admin_site.admin_view(self.merge_view), name=name), *super().get_urls()]

    def has_merge_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(roles.MERGE)) and self.has_view_permission(request)

    @admin.action(description=gettext_lazy("Merge the two selected %(verbose_name_plural)s"), permissions=["merge"])
    def merge_selected(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> HttpResponse | None:
        keys = list(queryset.order_by("slug").values_list("pk", flat=True)[: TWO + 1])
        if len(keys) != TWO:
            messages.error(request, _("Choose exactly two records to merge."))
            return None
        return HttpResponseRedirect(f"{self._merge_address()}?record={keys[0]}&record={keys[1]}")

    def merge_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_merge_permission(request):
            raise PermissionDenied
        pair = self._pair(request)
        if pair is None:
            messages.error(request, _("Choose two records to merge. One of those asked for does not exist."))
            return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))
        winner = self._winner(request, pair)
        form = ReasonForm(request.POST if request.method == "POST" else None)
        if form.is_valid() and self._merge(request, pair, winner, form.cleaned_data["why"]):
            address = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
            return HttpResponseRedirect(reverse(address, args=[winner.pk]))
        return self._merge_page(request, form, pair, winner)

    def _pair(self, request: HttpRequest) -> list[Record] | None:
        keys = list(dict.fromkeys(request.GET.getlist("record")))
        if len(keys) != TWO or not all(is_key(key) for key in keys):
            return None
        found = list(self.get_queryset(request).filter(pk__in=keys).order_by("created_at", "pk"))
        return found if len(found) == TWO else None

    def _winner(self, request: HttpRequest, pair: list[Record]) -> Record:
        """The one that was chosen; else the public one, else the older."""
        chosen = request.POST.get("winner")
        by_default = next((each for each in pair if each.is_published), pair[0])
        return next((each for each in pair if str(each.pk) == chosen), by_default)

    def _merge(self, request: HttpRequest, pair: list[Record], winner: Record, why: str) -> bool:
        loser = next(each for each in pair if each is not winner)
        taken = [
            field.name
            for field in merging.differing(loser, winner)
            if request.POST.get(f"field-{field.name}") == str(loser.pk)
        ]
        try:
            merging.merge(loser, into=winner, by=request.user, why=why, take=taken)
        except Refused as refusal:
            said = refusal.sentences
        except IntegrityError:
            said = [_("Somebody points at one of them at this moment. Nothing was changed: try again.")]
        else:
            messages.success(
                request,
                _("“%(loser)s” is merged into “%(winner)s”. It can be taken back in the list of merges.")
                % {"loser": loser, "winner": winner},
            )
            return True
        for sentence in said:
            messages.error(request, sentence)
        return False

    def _merge_page(self, request: HttpRequest, form: ReasonForm, pair: list[Record], winner: Record) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "title": _("Merge two records"),
            "opts": self.opts,
            "form": form,
            "sides": [self._side(each, winner) for each in pair],
            "choices": [self._choice(request, field, pair, winner) for field in merging.differing(*pair)],
            "media": self.media,
        }
        return TemplateResponse(request, "admin/timeline/merge.html", context)

    def _side(self, record: Record, winner: Record) -> Side:
        return Side(
            record=record,
            url=reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[record.pk]),
            state=str(record.get_state_display()),
            moves=[_in_words(each) for each in merging.references_to(record)],
            is_winner=record is winner,
        )

    def _choice(self, request: HttpRequest, field: Any, pair: list[Record], winner: Record) -> Choice:
        values = [(str(each.pk), _said(field, each)) for each in pair]
        loser = next(each for each in pair if each is not winner)
        by_default = winner if getattr(winner, field.attname) not in field.empty_values else loser
        posted = request.POST.get(f"field-{field.name}", "")
        chosen = posted if posted in {key for key, _value in values} else str(by_default.pk)
        return Choice(field.name, str(field.verbose_name), values, chosen)

    def _merge_address(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_merge")


def _in_words(reference: merging.Reference) -> str:
    field: Any = reference.model._meta.get_field(reference.field)
    kind = reference.model._meta
    name = kind.verbose_name if reference.count == 1 else kind.verbose_name_plural
    return _("%(count)s %(kind)s (%(field)s)") % {
        "count": reference.count,
        "kind": name,
        "field": field.verbose_name,
    }


def _said(field: Any, record: Record) -> str:
    value = getattr(record, field.name)
    if field.is_relation:
        return str(value) if value is not None else "–"
    if isinstance(value, str) and not field.choices:
        return value[:MOST_SHOWN] or "–"
    return str(display_for_field(value, field, "–"))


@admin.register(Merge)
class MergeAdmin(ModelAdmin):
    """To look at, and to take back: merges are made where the records are."""

    list_display = ("loser_name", "winner_name", "kind", "by_name", "at", "undone_at")
    list_filter = ("kind", ("undone_at", admin.EmptyFieldListFilter))
    search_fields = ("loser_name", "loser_slug", "winner_name", "winner_slug", "why")
    date_hierarchy = "at"
    list_per_page = 50
    show_full_result_count = False
    fields = (
        "kind",
        ("loser_name", "loser_slug"),
        ("winner_name", "winner_slug"),
        ("by_name", "at"),
        "why",
        ("undone_by", "undone_at"),
        "undone_why",
    )
    change_form_template = "admin/timeline/merge_change_form.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.unmerge_view)
        return [path("<path:object_id>/unmerge/", view, name="timeline_merge_unmerge"), *super().get_urls()]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(roles.MERGE))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm(roles.MERGE))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def unmerge_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        merge = self.get_object(request, unquote(object_id))
        if merge is None:
            messages.error(request, _("This merge does not exist."))
            return HttpResponseRedirect(reverse("admin:timeline_merge_changelist"))
        form = ReasonForm(request.POST if request.method == "POST" else None)
        if form.is_valid() and self._unmerge(request, merge, form.cleaned_data["why"]):
            return HttpResponseRedirect(reverse("admin:timeline_merge_change", args=[merge.pk]))
        context = self.admin_site.each_context(request) | {
            "title": _("Take a merge back"),
            "opts": self.opts,
            "form": form,
            "merge": merge,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/timeline/unmerge.html", context)

    def _unmerge(self, request: HttpRequest, merge: Merge, why: str) -> bool:
        try:
            notes: Iterable[str] = merging.unmerge(merge, by=request.user, why=why)
        except Refused as refusal:
            for sentence in refusal.sentences:
                messages.error(request, sentence)
            return False
        messages.success(request, _("“%(record)s” is a record of its own again.") % {"record": merge.loser_name})
        for note in notes:
            messages.warning(request, note)
        return True
