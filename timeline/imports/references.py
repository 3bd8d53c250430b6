"""Which record a cell means: by its slug, its number, its address or an unambiguous name. What is not sure is refused.

Names are read once for each import, so that a table of thousands of rows asks the database some dozens of questions.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from timeline.enums import State
from timeline.imports.tables import plain_name
from timeline.models import (
    Agreement,
    Event,
    Official,
    Organization,
    Place,
    Record,
    Redirect,
    Round,
    Source,
    Statement,
)

ORDINAL = re.compile(r"(?:sma[- ]?)?0*([0-9]{1,3})(?:st|nd|rd|th|차|\.0)?(?: sma)?", re.IGNORECASE)
MOST_NAMED = 4
Found = dict[str, set[int]]


class NotFound(ValueError):
    """The message is a sentence: what was looked for, and what is near it."""


class Register:
    """The records of one kind, by what people call them."""

    def __init__(self, model: type[Record], names: tuple[str, ...] = (), lists: tuple[str, ...] = ()) -> None:
        self.model, self.names, self.lists = model, names, lists

    @cached_property
    def by_slug(self) -> dict[str, int]:
        return dict(self.model._default_manager.values_list("slug", "pk"))

    @cached_property
    def by_code(self) -> dict[str, int]:
        return dict(self.model._default_manager.values_list("code", "pk"))

    @cached_property
    def by_name(self) -> Found:
        """Withdrawn records go by their slug alone."""
        found: Found = defaultdict(set)
        rows = self.model._default_manager.exclude(state=State.WITHDRAWN).values("pk", *self.names, *self.lists)
        for row in rows:
            for name in self._names_of(row):
                found[plain_name(name)].add(row["pk"])
        found.pop("", None)
        return found

    def _names_of(self, row: dict[str, Any]) -> Iterable[str]:
        yield from (row[name] for name in self.names)
        for name in self.lists:
            yield from (each for each in row[name] or () if isinstance(each, str))
        if row.get("family_name") and row.get("given_name"):
            yield f"{row['family_name']} {row['given_name']}"
            yield f"{row['given_name']} {row['family_name']}"

    def key_of(self, text: str) -> int | None:
        """By slug, by a slug that it once had, or by code."""
        slug = text if text in self.by_slug else self.retired.get(text, "")
        return self.by_slug.get(slug, self.by_code.get(text))

    @cached_property
    def retired(self) -> dict[str, str]:
        kind = str(self.model._meta.model_name)
        return dict(Redirect.objects.filter(kind=kind).values_list("old_slug", "new_slug"))

    def find(self, text: str) -> int:
        key = self.key_of(text.strip())
        if key is not None:
            return key
        found = self._named(text)
        if len(found) == 1:
            return next(iter(found))
        if found:
            raise NotFound(
                _("“%(text)s” may mean several (%(slugs)s). Give the slug of the one that is meant.")
                % {"text": text, "slugs": ", ".join(self._slugs(found)[:MOST_NAMED])}
            )
        raise NotFound(self._nothing_words(text))

    def _named(self, text: str) -> set[int]:
        return self.by_name.get(plain_name(text), set()) if self.names else set()

    def _slugs(self, keys: Iterable[int]) -> list[str]:
        wanted = set(keys)
        return sorted(slug for slug, key in self.by_slug.items() if key in wanted)

    def _nothing_words(self, text: str) -> str:
        kind = self.model._meta.verbose_name
        near = get_close_matches(plain_name(text), self.by_name if self.names else (), n=1) or get_close_matches(
            text.strip(), self.by_slug, n=1
        )
        if not near:
            return _("No %(kind)s is known as “%(text)s”.") % {"kind": kind, "text": text}
        slug = near[0] if near[0] in self.by_slug else self._slugs(self.by_name[near[0]])[0]
        return _("No %(kind)s is known as “%(text)s”. The nearest is %(slug)s.") % {
            "kind": kind,
            "text": text,
            "slug": slug,
        }


class Agreements(Register):
    @cached_property
    def by_ordinal(self) -> dict[int, int]:
        return dict(Agreement.objects.values_list("ordinal", "pk"))

    def _named(self, text: str) -> set[int]:
        ordinal = ORDINAL.fullmatch(text.strip())
        if ordinal and (key := self.by_ordinal.get(int(ordinal[1]))) is not None:
            return {key}
        return super()._named(text)


class Sources(Register):
    @cached_property
    def by_address(self) -> Found:
        found: Found = defaultdict(set)
        for key, url, archived in Source.objects.values_list("pk", "url", "archived_url"):
            for address in filter(None, (url, archived)):
                found[plain_address(address)].add(key)
        return found

    def _named(self, text: str) -> set[int]:
        return self.by_address.get(plain_address(text), set())

    def _nothing_words(self, text: str) -> str:
        if "://" in text:
            return _("No source with the address “%(text)s” is stored. Import the sources first.") % {"text": text}
        return super()._nothing_words(text)


def plain_address(url: str) -> str:
    """Without what does not change where it leads: the scheme, “www.”, a fragment, a slash at the end."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:  # brackets that are no address
        return url.strip()
    return f"{host}{parts.path.rstrip('/')}{'?' if parts.query else ''}{parts.query}"


class References:
    """All that the cells of one import may point at."""

    def __init__(self) -> None:
        names = ("name", "name_ko")
        self._registers: dict[type[Record], Register] = {
            Agreement: Agreements(Agreement, names),
            Event: Register(Event),
            Official: Register(Official, (*names, "family_name", "given_name"), ("aliases",)),
            Organization: Register(Organization, (*names, "abbreviation"), ("aliases",)),
            Place: Register(Place, names),
            Round: Register(Round),
            Source: Sources(Source),
            Statement: Register(Statement),
        }
        self._rows: dict[tuple[type[Record], int], Record] = {}

    def find(self, model: type[Record], text: str) -> Record:
        return self._row(model, self._registers[model].find(text))

    def find_any(self, models: tuple[type[Record], ...], text: str) -> Record:
        """The first kind that knows it; a name that two records of one kind have is refused there."""
        nothing = None
        for model in models:
            register = self._registers[model]
            if register.key_of(text.strip()) is not None or register._named(text):
                return self.find(model, text)
            nothing = nothing or register._nothing_words(text)
        raise NotFound(nothing or text)

    def stored(self, model: type[Record], text: str) -> Record:
        """The record that a row is about: by slug or code alone, so that nothing is changed by likeness."""
        key = self._registers[model].key_of(text)
        if key is None:
            raise NotFound(self._no_slug_words(model, text))
        return model._default_manager.get(pk=key)

    def _no_slug_words(self, model: type[Record], text: str) -> str:
        near = get_close_matches(text, self._registers[model].by_slug, n=1)
        values = {"kind": model._meta.verbose_name, "text": text, "near": near[0] if near else ""}
        if near:
            return (
                _("No %(kind)s has the slug “%(text)s”. The nearest is %(near)s. To add one, leave it empty.") % values
            )
        return _("No %(kind)s has the slug “%(text)s”. To add one, leave the cell empty.") % values

    def _row(self, model: type[Record], key: int) -> Record:
        """Fetched once; private text stays where it is."""
        if (model, key) not in self._rows:
            rows: Any = model._default_manager.all()
            self._rows[model, key] = (rows.defer("private_text") if model is Source else rows).get(pk=key)
        return self._rows[model, key]
