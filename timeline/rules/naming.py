"""Korean names: there, in Hangul, and with their basis."""

import re

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline.models import Agreement, Official, Organization, Place, Record, Round, Topic
from timeline.rules.parts import RECORDS, parts_of
from timeline.rules.registry import ERROR, NOTICE, Finding, Found, rule

HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")


@rule(
    "korean-name-missing",
    NOTICE,
    Place,
    Organization,
    Official,
    Agreement,
    Round,
    Topic,
    mend=gettext_lazy("Add the Korean name as a source prints it; never spell it by guess."),
)
def korean_name_missing(record: Place | Organization | Official | Agreement | Round | Topic) -> Found:
    if not record.name_ko:
        yield Finding("name_ko", _("The Korean name is missing."))


@rule(
    "korean-without-hangul",
    ERROR,
    *RECORDS,
    mend=gettext_lazy("Write it in Hangul, or leave it empty when it is not known."),
)
def korean_without_hangul(record: Record) -> Found:
    for relation, row in [("", record), *parts_of(record)]:
        for name, text in _korean_texts(row):
            if text and not HANGUL.search(text):
                yield Finding(relation or name, _("“%(text)s” has no Hangul in it.") % {"text": text})


def _korean_texts(row: models.Model) -> list[tuple[str, str]]:
    return [(field.name, getattr(row, field.name)) for field in row._meta.fields if field.name.endswith("_ko")]


@rule(
    "basis-of-the-korean-name",
    ERROR,
    Official,
    mend=gettext_lazy("Say whether a cited text has it or whether it is the established form, or empty both."),
)
def basis_of_the_korean_name(official: Official) -> Found:
    if official.name_ko and not official.name_ko_basis:
        yield Finding("name_ko_basis", _("It is not said where the Korean name comes from."))
    if official.name_ko_basis and not official.name_ko:
        yield Finding("name_ko", _("There is a basis of the Korean name, but no name."))
