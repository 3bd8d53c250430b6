"""Importing a table: choose a file, look at what it comes to, store it as one, take it back as one."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST

from timeline import imports, roles
from timeline.actions import Refused
from timeline.admin.pickers import is_key
from timeline.imports import Outcome
from timeline.imports.outcomes import ADDED, CHANGED, FAULTY, PROPOSED, UNCHANGED
from timeline.models import ImportBatch

MOST_AROUND = 64 * 1024  # what a form adds to the file within it
MOST_DRAINED = 200 * 1024 * 1024
CHUNK = 64 * 1024
ROWS_ON_A_PAGE = 50
IMPORTS_SHOWN = 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LABELS = {
    FAULTY: gettext_lazy("with faults"),
    ADDED: gettext_lazy("to be added"),
    CHANGED: gettext_lazy("to be changed"),
    PROPOSED: gettext_lazy("to be proposed"),
    UNCHANGED: gettext_lazy("unchanged"),
}
DONE_LABELS = LABELS | {
    ADDED: gettext_lazy("added"),
    CHANGED: gettext_lazy("changed"),
    PROPOSED: gettext_lazy("proposed"),
}


class ImportForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("What the table lists"), widget=forms.RadioSelect)
    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.FileInput(attrs={"accept": f".csv,.tsv,.txt,.xlsx,text/csv,{XLSX}"}),
        help_text=gettext_lazy("CSV or XLSX, 5 MB and 5,000 rows at most. Nothing is stored before you have seen it."),
        error_messages={"required": gettext_lazy("Choose a file."), "empty": gettext_lazy("The file is empty.")},
    )

    def __init__(self, *args: Any, kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.choices = [(name, capfirst(imports.KINDS[name].plural)) for name in kinds]
        for name in self.errors if self.is_bound else ():
            self.fields[name].widget.attrs["aria-describedby"] = f"id_{name}_errors"


@dataclass(frozen=True)
class RowShown:
    """A row on the preview page, with what leads to the records that it is about."""

    outcome: Outcome
    label: str
    address: str
    likes: list[tuple[Any, str]]


def urls(site: AdminSite) -> list[URLPattern]:
    pages = ImportPages(site)
    own = site.admin_view
    return [
        # The form is read only after its size is known, so the check against forgery comes after that, too.
        path("import/", csrf_exempt(own(csrf_exempt(pages.start))), name="timeline_import"),
        path("import/template/<str:name>", own(require_GET(pages.template)), name="timeline_import_template"),
        path("import/<str:key>/", own(require_GET(pages.show)), name="timeline_import_show"),
        path("import/<str:key>/apply/", own(require_POST(pages.apply)), name="timeline_import_apply"),
        path("import/<str:key>/undo/", own(require_POST(pages.undo)), name="timeline_import_undo"),
    ]


class ImportPages:
    def __init__(self, site: AdminSite) -> None:
        self.site = site

    # --- choosing

    def start(self, request: HttpRequest) -> HttpResponse:
        kinds = kinds_of(request)
        if not kinds:
            raise PermissionDenied
        if request.method == "POST" and _is_too_large(request):
            _drain(request)
            return self._ask(request, kinds, faults=[imports.too_large_words()], status=413)
        return csrf_protect(self._start)(request)

    def _start(self, request: HttpRequest) -> HttpResponse:
        kinds = kinds_of(request)
        if request.method != "POST":
            return self._ask(request, kinds)
        form = ImportForm(request.POST, request.FILES, kinds=kinds)
        if not form.is_valid():
            return self._ask(request, kinds, form=form)
        kind, file = imports.KINDS[form.cleaned_data["kind"]], form.cleaned_data["file"]
        try:
            table = imports.read(file.read(), file.name)
            batch = imports.preview(kind, table, by=request.user)
        except imports.Unreadable as error:
            return self._ask(request, kinds, form=form, faults=[str(each) for each in error.faults])
        return HttpResponseRedirect(reverse("admin:timeline_import_show", args=[batch.pk]))

    def _ask(
        self,
        request: HttpRequest,
        kinds: list[str],
        *,
        form: ImportForm | None = None,
        faults: list[str] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        context = self.site.each_context(request) | {
            "title": _("Import"),
            "form": form or ImportForm(initial={"kind": request.GET.get("kind", "")}, kinds=kinds),
            "faults": faults or [],
            "kinds": [(name, capfirst(imports.KINDS[name].plural)) for name in kinds],
            "imports": [
                (batch, imports.kind_of(batch).plural)
                for batch in ImportBatch.objects.seen_by(request.user)
                .without_content()
                .select_related("by")
                .newest_first()[:IMPORTS_SHOWN]
            ],
        }
        return TemplateResponse(request, "admin/timeline/import.html", context, status=status)

    def template(self, request: HttpRequest, name: str) -> HttpResponse:
        from timeline.imports import templates  # openpyxl, which most workers never need

        kind_name, _dot, ending = name.rpartition(".")
        makers: dict[str, tuple[Callable[[imports.Kind], bytes], str]] = {
            "csv": (templates.csv_template, "text/csv; charset=utf-8"),
            "xlsx": (templates.workbook_template, XLSX),
        }
        if not kinds_of(request):
            raise PermissionDenied
        if kind_name not in imports.KINDS or ending not in makers:
            raise Http404
        make, content_type = makers[ending]
        response = HttpResponse(make(imports.KINDS[kind_name]), content_type=content_type)
        response["Content-Disposition"] = f'attachment; filename="{kind_name}s.{ending}"'
        return response

    # --- looking at it

    def _batch(self, request: HttpRequest, key: str) -> ImportBatch:
        found = ImportBatch.objects.seen_by(request.user).filter(pk=key).first() if is_key(key) else None
        if found is None:
            raise Http404
        return found

    def show(self, request: HttpRequest, key: str) -> HttpResponse:
        batch = self._batch(request, key)
        outcomes = imports.outcomes_of(batch)
        counts = imports.counts_of(outcomes)
        labels = LABELS if batch.is_previewed else DONE_LABELS
        chosen = request.GET.get("show", "")
        chosen = chosen if counts.get(chosen) else next((each for each in LABELS if counts[each]), UNCHANGED)
        rows = [each for each in outcomes if each.status == chosen]
        page = Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
        context = self.site.each_context(request) | {
            "title": batch.file_name,
            "batch": batch,
            "kind": imports.kind_of(batch),
            "notices": batch.table["notices"],
            "counts": [(each, labels[each], counts[each]) for each in LABELS if counts[each]],
            "chosen": chosen,
            "page": page,
            "rows": shown(batch, page, str(labels[chosen])),
            "may_apply": batch.is_previewed and not counts[FAULTY] and counts[UNCHANGED] < len(outcomes),
            "may_undo": batch.is_applied and may_undo(request, batch),
            "has_faults": bool(counts[FAULTY]),
        }
        return TemplateResponse(request, "admin/timeline/import_show.html", context)

    # --- storing and taking back

    def apply(self, request: HttpRequest, key: str) -> HttpResponse:
        batch = self._batch(request, key)
        try:
            stored = imports.apply(batch, by=request.user)
        except (Refused, imports.Unreadable) as refusal:
            _say(request, refusal)
            self._look_again(request, batch)
        else:
            counts = imports.counts_of(imports.outcomes_of(stored))
            rows = counts[ADDED] + counts[CHANGED] + counts[PROPOSED]
            messages.success(
                request, ngettext("%(count)s row is imported.", "%(count)s rows are imported.", rows) % {"count": rows}
            )
        return HttpResponseRedirect(reverse("admin:timeline_import_show", args=[batch.pk]))

    @staticmethod
    def _look_again(request: HttpRequest, batch: ImportBatch) -> None:
        """So that the page shows what the rows come to by now."""
        if batch.by_id == request.user.pk and batch.is_previewed:
            with suppress(imports.Unreadable):  # said already, as what it comes to has been computed before
                imports.look_again(batch)

    def undo(self, request: HttpRequest, key: str) -> HttpResponse:
        batch = self._batch(request, key)
        try:
            imports.undo(batch, by=request.user)
        except Refused as refusal:
            _say(request, refusal)
        else:
            messages.success(request, _("The import is undone: everything is as it was before."))
        return HttpResponseRedirect(reverse("admin:timeline_import_show", args=[batch.pk]))


def kinds_of(request: HttpRequest) -> list[str]:
    """What the person may add."""
    user: Any = request.user
    return [name for name in imports.KINDS if user.has_perm(f"timeline.add_{name}")]


def may_undo(request: HttpRequest, batch: ImportBatch) -> bool:
    user: Any = request.user
    return batch.by_id == user.pk or bool(user.has_perm(roles.REVIEW))


def shown(batch: ImportBatch, page: "Page[Outcome]", label: str) -> list[RowShown]:
    """The rows of a page; the records that they are about are looked up at once."""
    model = imports.kind_of(batch).model
    codes = {each.code or each.new_code for each in page}
    keys = dict(model._default_manager.filter(code__in=codes - {""}).values_list("code", "pk"))

    def address(key: int | None) -> str:
        return reverse(f"admin:timeline_{batch.kind}_change", args=[key]) if key else ""

    return [
        RowShown(
            each,
            label,
            address(keys.get(each.code or each.new_code)),
            [(like, address(like.key)) for like in each.likes],
        )
        for each in page
    ]


def _say(request: HttpRequest, refusal: Refused | imports.Unreadable) -> None:
    for sentence in refusal.sentences if isinstance(refusal, Refused) else map(str, refusal.faults):
        messages.error(request, sentence)


def _is_too_large(request: HttpRequest) -> bool:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0) > imports.MOST_BYTES + MOST_AROUND
    except ValueError:
        return False


def _drain(request: HttpRequest) -> None:
    """Let the rest go by, a little at a time: a browser that is cut off while it sends shows no sentence."""
    left = MOST_DRAINED
    while left > 0 and (chunk := request.read(CHUNK)):
        left -= len(chunk)
