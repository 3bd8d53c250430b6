"""What goes with the data: the package's own description, how to cite it, what Datasette shows, what has changed."""

import hashlib
import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from timeline.exports.changes import Day
from timeline.exports.editions import LICENCE, LICENCE_TITLE, LICENCE_URL, NAME, QUOTATIONS, TITLE, Edition
from timeline.exports.schema import Field, Kind, kinds
from timeline.exports.selection import lists_of
from timeline.exports.sqlite_file import columns_of, one_of_name

DESCRIPTION: Final = (
    "Who said what, demanded, offered and agreed in the talks between Seoul and Washington on sharing the cost of "
    "U.S. forces in Korea, each fact with its sources: agreements, rounds, statements, events, figures, people, bodies."
)
KEYWORDS: Final = ("Special Measures Agreement", "burden sharing", "Republic of Korea", "United States", "방위비분담")
KEPT_HASHES: Final = 256
LABELS: Final = {
    "place": "name",
    "source": "title",
    "organization": "name",
    "official": "name",
    "agreement": "name",
    "event": "title",
    "figure": "as_stated",
    "topic": "name",
    "disagreement": "question",
    "appointment": "title",
    "position": "reports",
}
FACETS: Final = {
    "place": ("country", "kind"),
    "source": ("kind", "language"),
    "organization": ("country", "kind"),
    "official": ("country",),
    "round": ("agreement", "place"),
    "event": ("kind", "agreement"),
    "statement": ("speaker", "agreement", "medium"),
    "figure": ("stance", "party", "measure", "agreement"),
    "citation": ("target_type",),
}


def home() -> str:
    return settings.SITE_URL + reverse("downloads")


def address_of(edition: Edition, name: str) -> str:
    return settings.SITE_URL + reverse("download", args=[name]) + edition.query


# --- the Data Package


def data_package(edition: Edition, resources: Iterable[tuple[Kind, Path]]) -> dict[str, Any]:
    """As the Data Package standard (version 1) has it."""
    with translation.override("en"):
        return {
            "profile": "tabular-data-package",
            "name": NAME,
            "id": address_of(edition, "datapackage.json"),
            "title": edition.title,
            "description": f"{DESCRIPTION} {QUOTATIONS}",
            "homepage": home(),
            "version": edition.version,
            "created": edition.at.isoformat(),
            "keywords": list(KEYWORDS),
            "licenses": [{"name": LICENCE, "path": LICENCE_URL, "title": LICENCE_TITLE}],
            "sources": [
                {"title": TITLE, "path": settings.SITE_URL + "/"},
                {"title": "The works that the rows cite, listed in csv/sources.csv", "path": "csv/sources.csv"},
            ],
            "contributors": [{"title": TITLE, "path": settings.SITE_URL + "/", "role": "publisher"}],
            "resources": [_resource(kind, path) for kind, path in resources],
        }


def _resource(kind: Kind, path: Path) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": kind.plural,
        "path": f"csv/{kind.plural}.csv",
        "title": str(kind.model._meta.verbose_name_plural),
        "description": kind.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True},
        "bytes": path.stat().st_size,
        "hash": f"sha256:{sha256(path)}",
        "schema": {
            "fields": [_field(kind, field) for field in kind.fields],
            "missingValues": [""],
            "primaryKey": kind.key,
            "foreignKeys": [
                {
                    "fields": field.name,
                    "reference": {
                        "resource": "" if target is kind else target.plural,
                        "fields": target.key,
                    },
                }
                for field in kind.fields
                if len(field.refers_to) == 1 and field.type == "string"
                for target in (kinds()[field.refers_to[0]],)
            ],
        },
    }


def _field(kind: Kind, field: Field) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if field.is_required:
        constraints["required"] = True
    if field.name == kind.key or field.format == "code":
        constraints["unique"] = True
    if field.choices and field.type == "string":
        constraints["enum"] = [value for value, _label in field.choices]
    described = {"name": field.name, "type": field.type, "description": field.description}
    if field.unit:
        described["unit"] = field.unit
    return described | ({"constraints": constraints} if constraints else {})


# --- for Datasette


def datasette_metadata(edition: Edition) -> dict[str, Any]:
    """Its `metadata.json`: what each table and column is, and by which column a row is known."""
    tables = {kind.plural: _table(kind) for kind in kinds().values()}
    return {
        "title": edition.title,
        "description": f"{DESCRIPTION} {QUOTATIONS}",
        "license": LICENCE_TITLE,
        "license_url": LICENCE_URL,
        "source": TITLE,
        "source_url": settings.SITE_URL + "/",
        "about": f"Version {edition.version}",
        "about_url": home(),
        # By the name of the file: as it is in a folder with the others, and as a browser saves it.
        "databases": {key: {"tables": tables} for key in (NAME, edition.name)},
    }


def _table(kind: Kind) -> dict[str, Any]:
    columns = {field.name: _column_words(field) for field in columns_of(kind)}
    for field in columns_of(kind):
        for name in field.refers_to if len(field.refers_to) > 1 else ():
            columns[one_of_name(field, kinds()[name])] = f"{field.description} Where it is one of this kind."
    table: dict[str, Any] = {"description": kind.description, "columns": columns}
    if kind.name in LABELS:
        table["label_column"] = LABELS[kind.name]
    if kind.name in FACETS:
        table["facets"] = list(FACETS[kind.name])
    if any(field.name == "first_day" for field in kind.fields):
        table["sort"] = "first_day"
    return table


def _column_words(field: Field) -> str:
    return f"{field.description} ({field.unit})" if field.unit else field.description


def about(edition: Edition) -> dict[str, str]:
    """The table `metadata` of the SQLite file."""
    return {
        "title": edition.title,
        "description": DESCRIPTION,
        "version": edition.version,
        "changed_at": edition.at.isoformat(),
        "licence": LICENCE,
        "licence_url": LICENCE_URL,
        "quotations": QUOTATIONS,
        "homepage": home(),
        "filter": edition.query,
        "rows": str(sum(edition.counts.values())),
        "lists": ", ".join(f"{kind.name}_{field.name}" for kind in kinds().values() for field in lists_of(kind)),
    }


# --- how to cite it


def citation_cff(edition: Edition) -> str:
    """Citation File Format 1.2.0. Texts as JSON strings, which are YAML as well."""
    values: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use this data set, please cite it as below, and for a fact its source as well.",
        "type": "dataset",
        "title": edition.title,
        "version": edition.version,
        "date-released": edition.at.date().isoformat(),
        "authors": [{"name": TITLE, "website": settings.SITE_URL + "/"}],
        "abstract": DESCRIPTION,
        "keywords": list(KEYWORDS),
        "license": LICENCE,
        "license-url": LICENCE_URL,
        "url": settings.SITE_URL + reverse("timeline") + edition.query if edition.query else home(),
        "repository-artifact": address_of(edition, f"{NAME}.csv.zip"),
    }
    lines = (f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in values.items())
    return "\n".join(lines) + "\n"


# --- what has changed


def change_note(edition: Edition, days: Iterable[Day]) -> str:
    lines = [
        f"# {edition.title}, version {edition.version}",
        "",
        "What was changed on each day on which something was, the newest first. Each correction, with what was said",
        f"before: {settings.SITE_URL}{reverse('corrections')}",
        "",
    ]
    lines += [f"- {day.day}: {day.words}" for day in days]
    return "\n".join(lines) + "\n"


# --- checksums


def sha256(path: Path) -> str:
    """A file is read once, though several others name its hash: ours are put in place whole, and never written to."""
    found = path.stat()
    return _sha256(path, found.st_ino, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=KEPT_HASHES)
def _sha256(path: Path, *seen: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
