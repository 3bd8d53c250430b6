"""What the templates of the public pages can call. They are Jinja2, through Django's own backend."""

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, partial
from types import FunctionType, MethodType
from typing import Any, Final

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import FieldDoesNotExist
from django.http import HttpRequest
from django.templatetags import static as static_files
from django.utils import translation
from django.utils.safestring import SafeString
from jinja2 import Environment, StrictUndefined, Template
from jinja2.runtime import Context, Macro
from markupsafe import Markup, _escape_inner, escape  # type: ignore[attr-defined] # what `escape` itself calls

from timeline import amounts, dates, glossary, linked_data, rendering
from timeline.addresses import path_of
from timeline.calendar_words import MONTHS
from timeline.citing import sheet_of
from timeline.compiled_templates import CompiledTemplates
from timeline.enums import EntryKind, Language, Medium, RoundStatus, Side, Stance
from timeline.models import Citation
from timeline.models.citations import work_count
from timeline.rendering import is_korean, plain_text, text_fragment
from timeline.stream import Html, stream


def translated(message: str, **variables: Any) -> Markup:
    """As Jinja's own `gettext`, with the language of the page, which is looked up once and not for each word."""
    language = _language_of_the_page()
    return _message(message, language) % variables if variables else _whole(message, language)


def translated_number(singular: str, plural: str, num: int, **variables: Any) -> Markup:
    """As Jinja's own `ngettext`."""
    return _number(singular, plural, num, _language_of_the_page()) % ({"num": num} | variables)


def _language_of_the_page() -> str:
    given = getattr(_here, "given", None)
    return (given and given.get("language")) or translation.get_language() or "en"


@lru_cache(maxsize=8_192)
def _message(message: str, language: str) -> Markup:
    with translation.override(language):
        return Markup(translation.gettext(message))  # noqa: S704 - our own words


@lru_cache(maxsize=2_048)
def _number(singular: str, plural: str, number: int, language: str) -> Markup:
    with translation.override(language):
        return Markup(translation.ngettext(singular, plural, number))  # noqa: S704 - our own words


@lru_cache(maxsize=8_192)
def _whole(message: str, language: str) -> Markup:
    """Without values; Jinja formats these as well: %% is a percent sign."""
    return _message(message, language) % {}


@lru_cache(maxsize=1_024)
def _static(storage: Any, path: str) -> str:
    return static_files.static(path)


def static(path: str) -> str:
    """Where a static file stands: it has one address from start to stop of a process."""
    return _static(staticfiles_storage, path)


def kind_label(kind: str) -> str:
    return str(EntryKind(kind).label)


def side_label(side: str) -> str:
    return str(Side(side).label)


def round_status_label(status: str) -> str:
    return str(RoundStatus(status).label)


# Small shapes that stand dozens of times on a page. As macros they took six times as long.
FRAGMENT: Final = Markup('<a class="fragment" href="#%s" aria-label="%s"></a>')
DAYS: Final = re.compile(r"\b\d{4}-\d{2}-\d{2}(?:/\d{4}-\d{2}-\d{2})?\b", re.ASCII)
TIME: Final = Markup('<time datetime="%s">%s</time>')
WHOLE: Final = Markup('<span class="whole">%s</span>')
# What stays on one line of a date in words: a day, days of one month, years; of a span each end, the first with its
# dash. A word such as “around” may stand on the line before.
END_OF_A_DATE: Final = re.compile(
    rf"(?:\d+(?:–\d+)? )?\b(?:{'|'.join(MONTHS)})\b(?: \d{{4}})?(?: –(?= ))?"
    r"|\b\d{4}년 \d+월(?: \d+일(?:~\d+일)?)?(?: ~(?= ))?|\b\d+월 \d+일(?:~\d+일)?"
    r"|\b\d{4}(?:–\d{4}\b| –(?= ))"
)
SIDE: Final = Markup(
    '<span class="side side-%s"><span class="side-shape" aria-hidden="true"></span><span class="%s">%s</span></span>'
)


def fragment(id: str) -> Markup:
    """A quiet way to the address of what stands here, whose id it names."""
    return FRAGMENT % (id, translation.gettext("Link to this"))


def date(edtf: str) -> Markup:
    """The date as exactly as it is known."""
    return _date(edtf, translation.get_language()) if edtf else Markup()


@lru_cache(maxsize=2_048)
def _date(edtf: str, language: str | None) -> Markup:
    """Kept by the language in which its words are."""
    parsed = dates.parse(edtf)
    return TIME % (parsed.machine, time_words(str(parsed)))


@lru_cache(maxsize=2_048)
def whole(words: str) -> Markup:
    """The words with each end of a date in an element that the style sheet keeps on one line."""
    parts, at = [], 0
    for each in END_OF_A_DATE.finditer(words):
        parts += [escape(words[at : each.start()]), WHOLE % each[0]]
        at = each.end()
    return Markup().join([*parts, escape(words[at:])])


def time_words(words: str) -> str:
    """For inside of <time>, which itself stays whole where there is nothing else in it."""
    return words if END_OF_A_DATE.fullmatch(words) else whole(words)


def side_mark(side: str, words: bool = True) -> Markup:
    """A shape and a hue for each side, and always its name: seen, or (words=False) for those who hear the page."""
    return SIDE % (side.lower(), "side-words" if words else "visually-hidden", side_label(side))


def side_shape(side: str) -> Markup:
    """The mark of a side and its name in one element, for lists where there are many."""
    return Markup('<i class="{}" role="img" aria-label="{}"></i> ').format(side.lower(), side_label(side))


def amount(number: str | Decimal, currency: str) -> str:
    return amounts.amount_words(Decimal(number), currency)


def stance_label(stance: str) -> str:
    return str(Stance(stance).label)


def medium_label(medium: str) -> str:
    return str(Medium(medium).label)


def language_label(language: str) -> str:
    return str(Language(language).label)


def field_label(name: str) -> str:
    """What a citation supports: the field's label on whichever record has it, else its name in words."""
    for model in (field.related_model for field in Citation._meta.fields if field.related_model):
        try:
            return str(model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        except (FieldDoesNotExist, AttributeError):
            continue
    return name.replace("_", " ")


def value_words(value: str) -> str:
    """A value in dispute, with its dates as dates are written here: it is one, or days stand among its words."""
    try:
        return str(dates.parse(value))
    except dates.DateError:
        return DAYS.sub(_days_in_words, value)


def _days_in_words(written: re.Match[str]) -> str:
    try:
        return str(dates.parse(written[0]))
    except dates.DateError:
        return written[0]


def markdown(text: str, name: str = "") -> SafeString:
    """Editors' Markdown, in which the first occurrence of a term on the page leads to the glossary.

    With a name, unique on the page, each paragraph can be linked to: see `rendering.with_fragments`.
    """
    given = getattr(_here, "given", None)
    request = given.get("request") if given else None
    if request is None:
        return rendering.markdown(text)
    seen: set[str] = request.__dict__.setdefault("linked_terms", set())
    html = rendering.markdown(text, partial(glossary.linked, seen=seen, address=path_of("glossary")))
    return rendering.with_fragments(html, name, translation.gettext("Link to this paragraph")) if name else html


@dataclass(frozen=True)
class Marks:
    """The citations that stand behind one fact, each with its number in the list at the foot of the page."""

    items: list[tuple[int, Any]]

    @property
    def words(self) -> str:
        """1, 3–5"""
        runs: list[list[int]] = []
        for number, _citation in self.items:
            if runs and number == runs[-1][-1] + 1:
                runs[-1].append(number)
            else:
                runs.append([number])
        return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def marks(citations: Sequence[Any], field: str = "") -> Marks:
    """Those that support the field; where none names it, those that support the whole record.

    Citations may be the model's or those of a card. A view may have numbered them (`numbered_citations`); else a
    citation's number is its place in the list, which is what `cite_list` shows.
    """
    numbered = [(_of(each, "number", place), each) for place, each in enumerate(citations, 1)]
    named = [(number, each) for number, each in numbered if field and _of(each, "supports") == field]
    return Marks(named or [(number, each) for number, each in numbered if not _of(each, "supports")])


def _of(citation: Any, name: str, default: Any = "") -> Any:
    return citation.get(name, default) if isinstance(citation, dict) else getattr(citation, name, default)


def once(macro: Macro, thing: Any) -> Any:
    """What the macro makes of the thing, kept with it: the words of a citation stand at each fact that it supports,
    and in the list. Things live as long as a page is made of them; the plain data of cards keeps nothing.
    """
    known: dict[str, Any] | None = getattr(thing, "__dict__", None)
    if known is None:
        return macro(thing)
    name = f"_{macro.name}"
    if name not in known:
        known[name] = macro(thing)
    return known[name]


def section_of(path: str) -> str:
    """The first part of an address, in which all pages of a kind stand."""
    return f"/{path.split('/', 2)[1]}/" if path[1:] else path


def shown(value: Any) -> Any:
    """As `escape`, but without a copy of what is safe already, half a megabyte for a page of the timeline; and what is
    escaped is plain text: it is put into the page and not asked any more whether it is safe.
    """
    kind = type(value)
    if kind is str:
        return _escape_inner(value)
    return value if kind in AS_IT_IS else escape(value)


class Called(Context):
    """Jinja looks twice at each function for what it wants to be given, and a page calls a hundred and fifty."""

    def call(self, called: Any, *args: Any, _loop_vars: Any = None, _block_vars: Any = None, **kwargs: Any) -> Any:
        if type(called) in CALLED_AS_THEY_ARE and not hasattr(called, "jinja_pass_arg"):
            return called(*args, **kwargs)
        return super().call(called, *args, _loop_vars=_loop_vars, _block_vars=_block_vars, **kwargs)


CALLED_AS_THEY_ARE: Final = {FunctionType, MethodType, Macro, type(path_of)}


class Released(Template):
    """Lets go of what a page was made of once it is made.

    A macro knows the context that it stands in, and that knows the macro. Such rings, with half a megabyte of cards,
    stood until somebody looked for rings, and that took an eighth of the time. For the same reason no macro may
    include: it would be given all macros, and so itself.
    """

    @classmethod
    def from_code(cls, *args: Any, **kwargs: Any) -> Template:
        made = super().from_code(*args, **kwargs)
        made.root_render_func.__globals__["escape"] = shown  # which what was compiled looks up there
        return made

    def new_context(self, vars: Any = None, shared: bool = False, locals: Any = None) -> Context:
        made = super().new_context(vars, shared, locals)
        if vars is not None and (contexts := getattr(_here, "contexts", None)) is not None:  # else kept by Jinja
            contexts.append(made)
        return made

    def render(self, *args: Any, **kwargs: Any) -> Any:
        """With `in_bytes` as they are sent: a single Hangul letter makes all of a text twice as long, and to encode it
        as a whole takes four times as long as to do so piece by piece.
        """
        given = dict(*args, **kwargs)
        pieces = self.pieces(given)
        if given.get("in_bytes"):
            return b"".join([piece if type(piece) is Html else piece.encode() for piece in pieces])
        return "".join([piece.decode() if type(piece) is Html else piece for piece in pieces])

    def pieces(self, given: dict[str, Any]) -> list[Any]:
        """What is text, and what is `Html`, in the pieces in which it stands there."""
        outer = getattr(_here, "contexts", None), getattr(_here, "given", None)
        _here.contexts, _here.given = [], given
        try:
            return list(self.generate(given))
        finally:
            for context in _here.contexts:
                context.vars.clear()
            _here.contexts, _here.given = outer


AS_IT_IS: Final = {Markup, SafeString, Html}
_here = threading.local()  # what this thread makes a page of: `given` to it, and the contexts that came of that


def environment(**options: Any) -> Environment:
    # Strict: a name that a view did not give is an error in the tests and not an empty place on the page.
    options |= {"extensions": ["jinja2.ext.i18n"], "undefined": StrictUndefined}
    options |= {"trim_blocks": True, "lstrip_blocks": True, "bytecode_cache": CompiledTemplates()}
    made = Environment(**options)  # noqa: S701 - Django's backend asks for autoescape
    made.template_class, made.context_class = Released, Called
    made.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=translation.gettext, ngettext=translation.ngettext, newstyle=True
    )
    made.globals |= {"gettext": translated, "_": translated, "ngettext": translated_number}
    made.globals |= {"url": path_of, "static": static, "side_shape": side_shape, "stream": stream}
    made.globals |= {"fixed": _fixed_parts(made), "section_of": section_of}
    made.globals |= {"once": once, "fragment": fragment, "date": date, "side_mark": side_mark}
    made.globals |= {"cited": sheet_of, "sharing_properties": linked_data.properties}
    made.globals |= {"other_forms": linked_data.other_forms}
    made.globals |= {"alternates": linked_data.alternates, "embed_card": linked_data.card_of}
    made.globals |= {"embed_url": linked_data.embed_url, "embed_frame": linked_data.frame}
    made.globals["permanent_link"] = linked_data.identity
    made.policies["json.dumps_function"] = linked_data.as_json  # of the filter `tojson`
    made.filters |= {
        "partial_date": dates.parse,
        "markdown": markdown,
        "kind_label": kind_label,
        "side_label": side_label,
        "stance_label": stance_label,
        "round_status_label": round_status_label,
        "plain_text": plain_text,
        "medium_label": medium_label,
        "language_label": language_label,
        "field_label": field_label,
        "amount": amount,
        "text_fragment": text_fragment,
        "marks": marks,
        "value_words": value_words,
        "whole": whole,
        "time_words": time_words,
        "work_count": work_count,
    }
    made.tests["korean"] = is_korean
    return made


def _fixed_parts(environment: Environment) -> Callable[..., Markup]:
    """What makes a part of the frame that is the same on all pages, but for a few words: once for these words, and each
    time for a developer, who sees each change of a template at once.
    """

    def fixed(language: str, name: str, **words: Any) -> Markup:
        return Markup(environment.get_template(name).render(words, language=language))  # noqa: S704 - it escapes itself

    return fixed if environment.auto_reload else lru_cache(maxsize=256)(fixed)


def site(request: HttpRequest) -> dict[str, Any]:
    """On every page: where it stands, whose it is, where errors are reported, whether it is only a preview."""
    return {
        "canonical_url": linked_data.canonical(request),
        "language": translation.get_language() or "en",
        "report_address": settings.ERROR_REPORT_ADDRESS,
        "preview": getattr(request, "preview", None),
        "page_record": getattr(request, "record", None),
        "copied": getattr(request, "copied", False),  # into files: what needs a server is left out
    }
