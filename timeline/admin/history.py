"""The history of a record: each change with its differences, any two versions side by side, and the way back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline import actions, contents, roles
from timeline.contents import Section, Whole
from timeline.enums import State
from timeline.models import Proposal, Record, Revision
from timeline.models.fields import validate_no_nul

if TYPE_CHECKING:  # the stubs know it as generic, Django itself does not
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin

PAGE_SIZE = 25
MOST_DIGITS = 9  # of a version
MOST_NAMED = 10  # records that named a deleted one


class ReasonForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1_000,
        required=False,
        validators=[validate_no_nul],
        widget=AdminTextareaWidget(attrs={"rows": 3}),
    )


@dataclass(frozen=True)
class Entry:
    """One revision, and what differs from the one before it."""

    revision: Revision
    sections: list[Section]
    is_first: bool
    is_newest: bool


def number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None


def whole_of(revision: Revision) -> Whole:
    """What the record said then; of a deletion, what it said last."""
    return contents.from_json(revision.content)


class HistoryMixin(ModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        compare, restore = (self.admin_site.admin_view(each) for each in (self.compare_view, self.restore_view))
        return [
            path("<path:object_id>/history/compare/", compare, name=f"{name}_compare"),
            path("<path:object_id>/history/<int:version>/restore/", restore, name=f"{name}_restore"),
            *super().get_urls(),
        ]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A page of revisions, the newest first; `?before=` a version goes on from there."""
        record = self._seen(request, object_id)
        if record is None:
            return self._no_such_record(request, object_id)
        before = number(request.GET.get("before", ""))
        found = Revision.objects.of(record).select_related("by", "reviewer").order_by("-version")
        if before is not None:
            found = found.filter(version__lt=before)
        revisions = list(found[: PAGE_SIZE + 1])
        context = self._context(request, record, _("History: %(record)s") % {"record": record}) | {
            "entries": _entries(revisions, is_first_page=before is None),
            "older": revisions[PAGE_SIZE - 1].version if len(revisions) > PAGE_SIZE else None,
            "is_later_page": before is not None,
            "may_restore": self.has_change_permission(request, record),
        }
        return TemplateResponse(request, "admin/timeline/history.html", context | (extra_context or {}))

    def compare_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        record = self._seen(request, object_id)
        if record is None:
            return self._no_such_record(request, object_id)
        asked = (number(request.GET.get(name, "")) for name in ("from", "to"))
        versions = [each for each in asked if each is not None]
        found = {each.version: each for each in Revision.objects.of(record).filter(version__in=versions)}
        if len(found) != len(("from", "to")):
            messages.error(request, _("Choose two different versions to compare."))
            return HttpResponseRedirect(self._address(record, "history"))
        older, newer = (found[version] for version in sorted(found))
        (sections,) = contents.differences([(whole_of(older), whole_of(newer))])
        context = self._context(request, record, _("Two versions of %(record)s") % {"record": record}) | {
            "older": older,
            "newer": newer,
            "sections": sections,
        }
        return TemplateResponse(request, "admin/timeline/compare.html", context)

    # --- restoring

    def restore_view(self, request: HttpRequest, object_id: str, version: int) -> HttpResponse:
        record = self._seen(request, object_id)
        if record is None:
            return self._no_such_record(request, object_id)
        if not self.has_change_permission(request, record):
            raise PermissionDenied
        revision = actions.revision_of(record, version) if version <= 10**MOST_DIGITS else None
        if revision is None:
            messages.error(request, _("This record has no such version."))
            return HttpResponseRedirect(self._address(record, "history"))
        form = ReasonForm(request.POST if request.method == "POST" else None)
        if form.is_valid() and self._restore(request, record, revision, form.cleaned_data["why"]):
            return HttpResponseRedirect(self._address(record, "change"))
        return self._restore_page(request, record, revision, form)

    def _restore(self, request: HttpRequest, record: Record, revision: Revision, why: str) -> bool:
        seen = number(request.POST.get("version", ""))
        if seen is None:
            messages.error(request, _("This form does not say which version it showed. Read it again."))
            return False
        try:
            done = actions.restore(revision, by=request.user, why=why, alone="_alone" in request.POST, version=seen)
        except actions.Refused as refusal:
            for sentence in refusal.sentences:
                messages.error(request, sentence)
            return False
        if isinstance(done, Proposal):
            said = _("It waits as a proposed change until somebody else has read it. The public page stays as it is.")
        else:
            said = _("“%(record)s” says again what it said in version %(version)s.") % {
                "record": done,
                "version": revision.version,
            }
        messages.success(request, said)
        return True

    def _restore_page(self, request: HttpRequest, record: Record, revision: Revision, form: ReasonForm) -> HttpResponse:
        now, then = actions.would_restore(record, revision)
        (sections,) = contents.differences([(now, then)])
        is_public = record.state == State.PUBLISHED
        context = self._context(request, record, _("Restore an earlier version")) | {
            "revision": revision,
            "sections": sections,
            "form": form,
            "version": record.version,
            "is_public": is_public,
            "may_alone": is_public and request.user.has_perm(roles.OVERRIDE),
        }
        return TemplateResponse(request, "admin/timeline/restore.html", context)

    # --- what these pages share

    def _seen(self, request: HttpRequest, object_id: str) -> Record | None:
        record: Record | None = self.get_object(request, unquote(object_id))
        if record is not None and not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        return record

    def _no_such_record(self, request: HttpRequest, object_id: str) -> HttpResponse:
        redirect: HttpResponse = self._get_obj_does_not_exist_redirect(request, self.opts, unquote(object_id))  # type: ignore[attr-defined]
        return redirect

    def _address(self, record: Record, page: str) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=[record.pk])

    def _context(self, request: HttpRequest, record: Record, title: str) -> dict[str, Any]:
        return self.admin_site.each_context(request) | {
            "title": title,
            "subtitle": None,
            "record": record,
            "opts": self.opts,
            "media": self.media,
        }


class HistoryOfOwnerMixin(ModelAdmin):
    """A part has no history of its own: it stands in that of its record."""

    owner_field = ""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        part: Any = self.get_object(request, unquote(object_id))
        if part is None:
            redirect: HttpResponse = self._get_obj_does_not_exist_redirect(request, self.opts, unquote(object_id))  # type: ignore[attr-defined]
            return redirect
        owner = getattr(part, self.owner_field)
        name = f"admin:{self.opts.app_label}_{owner._meta.model_name}_history"
        return HttpResponseRedirect(reverse(name, args=[owner.pk]))


def _entries(revisions: Sequence[Revision], *, is_first_page: bool) -> list[Entry]:
    """The last of more than a page is there to be compared with."""
    before = [*revisions[1:], None][: len(revisions)]
    wholes = [whole_of(each) for each in revisions]
    pairs = list(zip([*wholes[1:], None][: len(wholes)], wholes, strict=True))
    shown = revisions[:PAGE_SIZE]
    return [
        Entry(revision, sections, before[place] is None, place == 0 and is_first_page)
        for place, (revision, sections) in enumerate(zip(shown, contents.differences(pairs[: len(shown)]), strict=True))
    ]


# --- what was deleted


@dataclass(frozen=True)
class Deleted:
    revision: Revision
    kind: str
    title: str
    may_restore: bool


def urls(site: Any) -> list[URLPattern]:
    listing, restore = deleted_view, restore_deleted_view
    return [
        path("deleted/", site.admin_view(_of(site, listing)), name="timeline_deleted"),
        path(
            "deleted/<int:revision_id>/restore/", site.admin_view(_of(site, restore)), name="timeline_restore_deleted"
        ),
    ]


def _of(site: Any, view: Any) -> Any:
    def answer(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm("timeline.view_revision"):
            raise PermissionDenied
        response: HttpResponse = view(site, request, **kwargs)
        return response

    return answer


def deleted_view(site: Any, request: HttpRequest) -> HttpResponse:
    """The newest first; `?before=` the number of a row goes on from there."""
    found = Revision.objects.deletions().select_related("by").order_by("-at", "-pk")
    start = number(request.GET.get("before", ""))
    edge = Revision.objects.filter(pk=start).first() if start is not None else None
    if edge is not None:
        found = found.behind(edge)
    revisions = list(found[: PAGE_SIZE + 1])
    context = site.each_context(request) | {
        "title": _("Deleted records"),
        "subtitle": None,
        "deleted": _titled(request, revisions[:PAGE_SIZE]),
        "older": revisions[PAGE_SIZE - 1].pk if len(revisions) > PAGE_SIZE else None,
        "is_later_page": edge is not None,
    }
    return TemplateResponse(request, "admin/timeline/deleted.html", context)


def _titled(request: HttpRequest, revisions: list[Revision]) -> list[Deleted]:
    wholes = [contents.from_json(each.content) for each in revisions]
    names = contents.look_up({key for whole in wholes for _name, key in whole[0].references()})
    return [
        Deleted(
            revision,
            str(whole[0].kind._meta.verbose_name),
            contents.name_of(whole[0], names),
            request.user.has_perm(f"timeline.add_{revision.kind}"),
        )
        for revision, whole in zip(revisions, wholes, strict=True)
    ]


def restore_deleted_view(site: Any, request: HttpRequest, revision_id: int) -> HttpResponse:
    revision = Revision.objects.deletions().filter(pk=revision_id).first() if revision_id < 2**62 else None
    if revision is None:
        messages.error(request, _("There is no such deleted record. Somebody may have restored it already."))
        return HttpResponseRedirect(reverse("admin:timeline_deleted"))
    (deleted,) = _titled(request, [revision])
    if not deleted.may_restore:
        raise PermissionDenied
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and (restored := _brought_back(request, revision, form.cleaned_data["why"])):
        return HttpResponseRedirect(reverse(f"admin:timeline_{revision.kind}_change", args=[restored.pk]))
    (sections,) = contents.differences([(None, contents.from_json(revision.content))])
    context = site.each_context(request) | {
        "title": _("Restore a deleted record"),
        "subtitle": None,
        "deleted": deleted,
        "sections": sections,
        "named_by": _named_by(revision),
        "form": form,
    }
    return TemplateResponse(request, "admin/timeline/restore_deleted.html", context)


def _brought_back(request: HttpRequest, revision: Revision, why: str) -> Any:
    try:
        restored = actions.restore(revision, by=request.user, why=why)
    except actions.Refused as refusal:
        for sentence in refusal.sentences:
            messages.error(request, sentence)
        return None
    messages.success(request, _("“%(record)s” is back, as a draft.") % {"record": restored})
    if others := _named_by(revision):
        messages.warning(
            request,
            _("These named it when it was deleted, and do not name it again by themselves: %(records)s.")
            % {"records": "; ".join(others)},
        )
    return restored


def _named_by(revision: Revision) -> list[str]:
    """The records from which it was taken when it was deleted: they are in the same unit of work."""
    others = Revision.objects.filter(unit=revision.unit).exclude(kind=revision.kind, code=revision.code)
    pairs = others.exclude(state="").order_by("kind", "slug").values_list("kind", "code")[:MOST_NAMED]
    return sorted(name.words for name in contents.look_up(pairs).values())
