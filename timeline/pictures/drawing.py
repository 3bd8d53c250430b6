"""Draws what is missing or stale, what was changed last first, and removes what is no longer public.

Only the drawing process imports this module. A picture is written aside and renamed into place, so whoever is killed
when leaves the old or the new. One process draws at a time. Another one does not wait for it: it leaves a mark, and the
one that draws sees that and begins anew, so that no change is overlooked and a late one is not drawn last.
"""

import fcntl
import heapq
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from timeline.models import Record
from timeline.pictures import facts, kept, layout, png
from timeline.pictures.typefaces import FOLDER as FONTS

LOCK, MARK, ASIDE = ".drawing", ".more", ".aside-"
BATCH = 500  # records whose facts are read at once
MOST = 5_000  # of what is missing that are remembered at once
DRAWN_AT_ONCE = 25  # between two looks at whether something was changed


@dataclass(frozen=True)
class Report:
    drawn: int = 0
    kept: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Missing:
    changed: float
    slug: str
    model: int  # its place in `facts.MODELS`


def draw() -> Report | None:
    """None where another process draws: that one sees to what is new as well."""
    folder = kept.folder()
    for model in facts.MODELS:
        (folder / str(model._meta.model_name)).mkdir(parents=True, exist_ok=True)
    report, drawn = None, 0
    (folder / MARK).touch()
    while (folder / MARK).exists():
        with _alone(folder) as is_mine:
            if not is_mine:
                break
            (folder / MARK).unlink(missing_ok=True)
            report = _pass(folder)
            drawn += report.drawn
    return replace(report, drawn=drawn) if report else None


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # given back when the process ends, however it ends
        except BlockingIOError:
            yield False
        else:
            yield True


def _pass(folder: Path) -> Report:
    """Until all is drawn, or until there is something new."""
    removed, drawn = _remove_others(folder), 0
    while True:
        missing, current = _survey()
        for start in range(0, len(missing), DRAWN_AT_ONCE):
            if (folder / MARK).exists() or not (folder / LOCK).exists():  # without the lock, the folder was removed
                return Report(drawn, current, removed)
            drawn += _draw(missing[start : start + DRAWN_AT_ONCE])
        if len(missing) < MOST:
            return Report(drawn, current, removed)


def _survey() -> tuple[list[Missing], int]:
    """What is to be drawn, what was changed last first, and how many show their records as they are."""
    current = 0

    def missing() -> Iterator[Missing]:
        nonlocal current
        for each, is_current in _everything():
            current += is_current
            if not is_current:
                yield each

    return heapq.nlargest(MOST, missing()), current


def _everything() -> Iterator[tuple[Missing, bool]]:
    """Each public record, and whether its picture shows it as it is."""
    for place, model in enumerate(facts.MODELS):
        for batch in _batches(model):
            for record, digest in _digests(batch):
                yield Missing(record.updated_at.timestamp(), record.slug, place), kept.is_current(record, digest)


def _batches(model: type[Record]) -> Iterator[list[Any]]:
    after = ""
    while batch := list(facts.public(model).filter(slug__gt=after).order_by("slug")[:BATCH]):
        yield batch
        after = batch[-1].slug


def _digests(records: Sequence[Any]) -> Iterator[tuple[Any, str]]:
    cards = facts.cards(records)
    yield from ((record, kept.digest_of(cards[record.pk])) for record in records if record.pk in cards)


def _draw(missing: Sequence[Missing]) -> int:
    drawn = 0
    for place, model in enumerate(facts.MODELS):
        slugs = [each.slug for each in missing if each.model == place]
        records = list(facts.public(model).filter(slug__in=slugs)) if slugs else []
        cards = facts.cards(records)
        for record in records:
            if card := cards.get(record.pk):
                _write(kept.file_of(record), picture(svg_of(card), kept.digest_of(card)))
                drawn += 1
    return drawn


@override(settings.LANGUAGE_CODE)
def svg_of(card: facts.Card) -> str:
    return layout.svg(card)


@override(settings.LANGUAGE_CODE)
def plain_picture() -> bytes:
    """What is shipped as `kept.PLAIN`."""
    words = _(
        "Who said what, demanded, offered and agreed in the talks between Seoul and Washington on sharing the cost of "
        "U.S. forces in Korea, each fact with its source."
    )
    return picture(layout.plain_svg(_("SMA Timeline"), words), "0" * png.DIGEST_LENGTH)


def picture(svg: str, digest: str) -> bytes:
    return png.slim(_drawn(svg), digest)


def _drawn(svg: str) -> bytes:
    import vl_convert  # not before something is to be drawn

    _register_the_faces()
    drawn: bytes = vl_convert.svg_to_png(svg, scale=1)
    return drawn


@cache
def _register_the_faces() -> None:
    from vl_convert import register_font_directory

    register_font_directory(str(FONTS))


def _write(file: Path, content: bytes) -> None:
    handle, aside = tempfile.mkstemp(prefix=ASIDE, dir=file.parent)
    with os.fdopen(handle, "wb") as written:
        written.write(content)
    Path(aside).chmod(0o644)  # what is public may be read by whichever user serves it
    Path(aside).rename(file)


def _remove_others(folder: Path) -> int:
    """Pictures of what is not public or has another slug by now, and what a killed process left."""
    removed = 0
    for model in facts.MODELS:
        with os.scandir(folder / str(model._meta.model_name)) as found:
            files = iter(found)
            while batch := {each.name.removesuffix(".png"): each.path for each in islice(files, BATCH)}:
                public = facts.public(model).filter(slug__in=batch).values_list("slug", flat=True)
                for slug in batch.keys() - set(public):
                    Path(batch[slug]).unlink(missing_ok=True)
                    removed += 1
    return removed
