"""A source added from a pasted address or text, without leaving the form that cites it.

The page's script shows the fragments made here in a dialog. Nothing is fetched unless the editor presses that button.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline import duplicates, fetching, history, press
from timeline.admin.forms import DateFormField, LineFormField, ProseFormField, RecordForm
from timeline.admin.help_texts import HELP_TEXTS
from timeline.duplicates import web_addresses
from timeline.enums import Language, SourceKind
from timeline.models import Source

if TYPE_CHECKING:  # the stubs know it as generic, Django itself does not
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin

REACH = fetching.PUBLIC
SAME = 100  # the score of a source with the same address
MOST_KNOWN = 500  # sources of one site that say whose it is
PAGES = ("text/html", "application/xhtml", "text/plain")
GUESSED = ("title", "publisher", "published_on", "language", "kind", "author")


class DeskForm(RecordForm):
    all_the_same = forms.BooleanField(
        required=False, label=gettext_lazy("It is another work: add it although there is one at this address.")
    )

    class Meta:
        model = Source
        fields = ("url", "private_text", *GUESSED)
        field_classes = {
            "private_text": ProseFormField,
            "published_on": DateFormField,
            **dict.fromkeys(("title", "publisher", "author"), LineFormField),
        }
        widgets = {
            "url": forms.URLInput,
            "private_text": forms.Textarea(attrs={"rows": 6}),
        }
        labels = {"url": gettext_lazy("Address"), "private_text": gettext_lazy("Pasted text")}
        help_texts = {
            "private_text": gettext_lazy("Of the article, or the HTML of its page. It stays with the editors."),
            "published_on": HELP_TEXTS["source.published_on"],
            "kind": "",
            "language": "",
            "author": "",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="source-desk-%s", **kwargs)
        self.fields["published_on"].widget.attrs["data-date-in-words"] = ""


@dataclass(frozen=True, slots=True)
class Row:
    field: BoundField
    hint: str

    @property
    def described_by(self) -> str:
        """The ids of what stands below the input, for those who do not see it there."""
        parts = {"help": self.field.help_text, "hint": self.hint, "errors": self.field.errors}
        return " ".join(f"{self.field.id_for_label}-{name}" for name, said in parts.items() if said)

    @property
    def input(self) -> str:
        attributes: dict[str, str | bool] = {"aria-describedby": self.described_by} if self.described_by else {}
        return self.field.as_widget(attrs=attributes | ({"aria-invalid": "true"} if self.field.errors else {}))


class SourceDeskMixin(ModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.desk_view)
        return [path("desk/", view, name="timeline_source_desk"), *super().get_urls()]

    def desk_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method not in {"GET", "HEAD", "POST"}:
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        if request.method != "POST":
            return _shown(request, DeskForm())
        asked = request.POST.get("ask", "read")
        if asked == "save":
            return self._save(request)
        typed = {name: press.plain(request.POST.get(name, "")) for name in ("url", "private_text", *GUESSED)}
        return _fetched(request, typed) if asked == "fetch" else _read(request, typed)

    def _save(self, request: HttpRequest) -> HttpResponse:
        form = DeskForm(request.POST)
        if not form.is_valid():
            return _shown(request, form)
        source = form.instance
        same = [each for each in duplicates.near(source) if each.score >= SAME]
        if same and not form.cleaned_data["all_the_same"]:
            return _shown(request, form, [_("There is a source at this address already.")])
        source.created_by = source.updated_by = request.user
        form.propose_slug()
        try:
            with history.unit(by=request.user, why=_("Added where it is cited."), act="created"):
                source.save()
        except IntegrityError:
            sentence = _("Another source took the same slug at this moment. Save it again.")
            return _shown(request, form, [sentence])
        self.log_addition(request, source, _("Added where it is cited."))
        return JsonResponse({"id": str(source.pk), "text": str(source)})


def _read(request: HttpRequest, typed: dict[str, str]) -> HttpResponse:
    if not typed["private_text"].strip() and not typed["url"].strip():
        return _shown(request, DeskForm(initial=typed), [_("Paste the address or the text first.")])
    reading = press.read(typed["private_text"], url=typed["url"], known=known_outlets(typed["url"]))
    remarks = [] if reading.guesses else [_("Nothing could be read from it for certain. Please fill in the fields.")]
    return _with_guesses(request, typed, reading, remarks)


def _fetched(request: HttpRequest, typed: dict[str, str]) -> HttpResponse:
    if not typed["url"].strip():
        return _shown(request, DeskForm(initial=typed), [_("Paste the address first.")])
    with one_at_a_time() as free:
        if not free:
            sentence = _("Another page is being fetched at this moment. Try again in a few seconds.")
            return _shown(request, DeskForm(initial=typed), [sentence])
        page = fetching.fetch(typed["url"], REACH)
    if problem := problem_of(page):
        instead = _("Open it yourself and paste its text here.")
        return _shown(request, DeskForm(initial=typed), [f"{problem} {instead}"])
    html = press.decoded(page.body, page.content_type)
    reading = press.read(html, url=page.url, known=known_outlets(page.url))
    remarks = [_("The page was fetched. Look whether it is the one that you mean.")]
    if web_addresses.normal(page.url) != web_addresses.normal(typed["url"]):
        remarks.append(_("The address leads on to %(url)s.") % {"url": page.url})
    return _with_guesses(request, typed, reading, remarks)


def problem_of(page: fetching.Fetched) -> str:
    if page.problem:
        return page.problem
    if page.status in {401, 403, 429, 451}:
        return _("The site does not let programs in (%(status)s).") % {"status": page.status}
    if not page.is_page:
        return _("The site answered that there is no such page (%(status)s).") % {"status": page.status}
    if not page.content_type.lower().startswith(PAGES):
        return _("What stands at the address is no page of text (%(type)s).") % {"type": page.content_type}
    return ""


@contextmanager
def one_at_a_time() -> Iterator[bool]:
    """Whether this is the only one that fetches on this machine: the workers are there for readers."""
    folder = Path(settings.VAR_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".fetching").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def known_outlets(url: str) -> list[press.Outlet]:
    """What the sources of the same site say of it; a text republished from elsewhere says nothing of its site."""
    site = press.site_of(url)
    if "." not in site:
        return []
    here = Source.objects.filter(url__icontains=site, via="").order_by("-pk")
    rows = here.values_list("url", "publisher", "language", "kind")[:MOST_KNOWN]
    outlets = [press.Outlet(press.host_key(address), *said) for address, *said in rows]
    return [each for each in outlets if press.site_of(f"http://{each.host}") == site]


def _with_guesses(
    request: HttpRequest, typed: dict[str, str], reading: press.Reading, remarks: list[str]
) -> HttpResponse:
    """The guesses stand where nothing was typed, and beside what was typed otherwise."""
    guesses = reading.guesses
    filled = {name: typed[name].strip() or (guesses[name].value if name in guesses else "") for name in GUESSED}
    initial = typed | filled | {"private_text": reading.text or typed["private_text"]}
    return _shown(request, DeskForm(initial=initial), remarks, hints=_hints(typed, guesses))


def _hints(typed: dict[str, str], guesses: dict[str, press.Guess]) -> dict[str, str]:
    labels: dict[str, dict[str, Any]] = {"language": dict(Language.choices), "kind": dict(SourceKind.choices)}
    hints = {}
    for name, guess in guesses.items():
        value = labels.get(name, {}).get(guess.value, guess.value)
        if typed[name].strip() in {"", guess.value}:
            hints[name] = _("Read from %(place)s.") % {"place": guess.read_from}
        else:
            hints[name] = _("Read from %(place)s: “%(value)s”.") % {"place": guess.read_from, "value": value}
    return hints


def _shown(
    request: HttpRequest,
    form: DeskForm,
    remarks: list[str] | None = None,
    *,
    hints: dict[str, str] | None = None,
) -> HttpResponse:
    rows = [Row(form[name], (hints or {}).get(name, "")) for name in form.Meta.fields]
    candidates = duplicates.near(as_typed(form))
    context = {
        "form": form,
        "given": rows[:2],
        "found": rows[2:],
        "remarks": remarks or [],
        "candidates": candidates,
        "is_there": any(each.score >= SAME for each in candidates),
    }
    return render(request, "admin/timeline/source_desk.html", context)


def as_typed(form: DeskForm) -> Source:
    """What is compared with the sources that are there; it may be half typed."""
    names = ("url", "publisher", "title", "published_on")
    return Source(**{name: str(form[name].value() or "").replace("\x00", "").strip() for name in names})
