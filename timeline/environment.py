"""What the templates of the public pages can call. They are Jinja2, through Django's own backend."""

from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from jinja2 import Environment, StrictUndefined

from timeline import amounts, dates
from timeline.enums import EntryKind, Language, Medium, Side, Stance
from timeline.models import Citation
from timeline.rendering import is_korean, markdown


def url(name: str, *args: Any) -> str:
    return reverse(name, args=args)


def kind_label(kind: str) -> str:
    return str(EntryKind(kind).label)


def side_label(side: str) -> str:
    return str(Side(side).label)


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


def text_fragment(address: str, quote_words: str) -> str:
    """The address with a text fragment, so that the browser opens it at the very sentence.

    Long quotations are named by their first and last words: a browser finds nothing when one character between differs.
    """
    words = quote_words.split()
    if "#" in address or not words:
        return address
    if len(words) <= 8:
        return f"{address}#:~:text={_fragment_words(words)}"
    start, end = (_fragment_words(part) for part in (words[:4], words[-4:]))
    return f"{address}#:~:text={start},{end}"


def _fragment_words(words: list[str]) -> str:
    return quote(" ".join(words), safe="").replace("-", "%2D")  # a hyphen has a meaning of its own in a text fragment


def environment(**options: Any) -> Environment:
    # Strict: a name that a view did not give is an error in the tests and not an empty place on the page.
    options |= {"extensions": ["jinja2.ext.i18n"], "undefined": StrictUndefined}
    options |= {"trim_blocks": True, "lstrip_blocks": True}
    made = Environment(**options)  # noqa: S701 - Django's backend asks for autoescape
    made.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=translation.gettext, ngettext=translation.ngettext, newstyle=True
    )
    made.globals |= {"url": url, "static": static}
    made.filters |= {
        "partial_date": dates.parse,
        "markdown": markdown,
        "kind_label": kind_label,
        "side_label": side_label,
        "stance_label": stance_label,
        "medium_label": medium_label,
        "language_label": language_label,
        "field_label": field_label,
        "amount": amount,
        "text_fragment": text_fragment,
    }
    made.tests["korean"] = is_korean
    return made


def site(request: HttpRequest) -> dict[str, Any]:
    """On every page: where it stands, and where errors are reported."""
    return {
        "canonical_url": settings.SITE_URL + request.path,
        "language": translation.get_language() or "en",
        "report_address": settings.ERROR_REPORT_ADDRESS,
    }
