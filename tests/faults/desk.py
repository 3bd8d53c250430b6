"""What editors find before they begin, and how it must look whatever was killed meanwhile."""

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management import call_command
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests import make
from tests.faults.jobs import CHANGED, QUOTE, Tell
from tests.static_copy.reading import tree
from timeline import fixture_files, index, search
from timeline.models import (
    ContentVersion,
    Entry,
    EntryCard,
    EntryLink,
    Figure,
    LoadedRecord,
    Revision,
    Round,
    SearchDocument,
    SearchPerson,
    SearchWord,
    Statement,
)
from timeline.rules.recorded import history_is_behind

KEPT_BESIDE = (Revision, LoadedRecord, Entry, EntryCard, EntryLink, SearchDocument, SearchPerson, SearchWord)
ADDED = ("Views were exchanged.", 2, [QUOTE], 1)
CHANGED_SINCE = (CHANGED, 3, [CHANGED], 2)


def set_out() -> None:
    """An editor, and the records that a round names."""
    user = User.objects.create_superuser("minji")
    TOTPDevice.objects.create(user=user, name="phone")
    make.agreement(ordinal=12, slug="sma-12")
    make.place()
    source = make.source()
    for head in (make.official(), make.official(name="Linda Specht", country="US", slug="specht-linda")):
        make.citation(head, source=source)


def state() -> tuple[dict[str, bytes], list[int], list[Any]]:
    """All records with their parts, how much is derived from them, and where that is not what they say."""
    with tempfile.TemporaryDirectory() as folder:
        fixture_files.export(Path(folder), everything=True)
        records = tree(Path(folder))
    return records, [kind._default_manager.count() for kind in KEPT_BESIDE], not_true()


def not_true() -> list[Any]:
    return [*index.differences(), *search.differences(), *history_is_behind()]


def said_by(round: Round) -> tuple[str, int, list[str], int]:
    """What one save changes: the record, two kinds of parts, and the version."""
    quotes = list(round.citations.values_list("quote", flat=True))
    return (round.outcome, round.delegate_set.count(), quotes, round.version)


def half_there() -> list[Any]:
    """Rounds that no save has left like this, and wherever what is derived is not what the records say."""
    rounds = list(Round.objects.order_by("number"))
    halves: list[Any] = [said for each in rounds if (said := said_by(each)) not in (ADDED, CHANGED_SINCE)]
    halves += [each.slug for each in rounds if versions_of(each) != list(range(1, each.version + 1))]
    counts = (
        Statement,
        Figure,
        Entry.objects.filter(record_type="round"),
        _documents("round"),
        _documents("statement"),
    )
    halves += [count for each in counts if (count := _count(each)) != len(rounds)]
    halves += [
        each.slug for each in (*rounds, *Statement.objects.all(), *Figure.objects.all()) if not each.is_published
    ]
    halves += [each.slug for kind in (Statement, Figure) for each in kind.objects.filter(citations=None)]
    return [*halves, *not_true()]


def versions_of(round: Round) -> list[int]:
    return list(Revision.objects.of(round).order_by("version").values_list("version", flat=True))


def _documents(kind: str) -> Any:
    return SearchDocument.objects.filter(record_type=kind)


def _count(rows: Any) -> int:
    count: int = getattr(rows, "objects", rows).count()
    return count


def make_ready(tell: Tell) -> None:
    """As a job: a database that is empty."""
    call_command("migrate", verbosity=0)
    set_out()
    tell("ready")


def look(tell: Tell, heard: list[Any]) -> None:
    """As a job: at another database than the one of the test."""
    tell((lost(heard), half_there()))


def acknowledged(heard: Iterable[Any]) -> dict[str, int]:
    """By slug, the version that an editor was told of."""
    saved = [each for each in heard if isinstance(each, tuple) and each[0] == "saved" and each[1][:1] not in {"", "!"}]
    return {slug: version for _saved, slug, version, _content in saved}


def refused(heard: Iterable[Any]) -> list[str]:
    """What editors of the site were told where nothing was saved: the status, when to ask again, and the page."""
    saved = [each for each in heard if isinstance(each, tuple) and each[0] == "saved"]
    return [said[1:] for _saved, said, *_version in saved if said[:1] == "!"]


def lost(heard: Iterable[Any]) -> list[str]:
    """What was acknowledged and is not there in this version or a later one."""
    there = dict(Round.objects.values_list("slug", "version"))
    lost = [slug for slug, version in acknowledged(heard).items() if there.get(slug, 0) < version]
    least = max((each[3] for each in heard if isinstance(each, tuple) and each[0] == "saved"), default=0)
    return [*lost, *["the content version"][: ContentVersion.current() < least]]
