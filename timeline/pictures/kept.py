"""The pictures on disk: one file for each record, and in it a digest of all that it shows and of the code that drew it.

A picture with another digest than the record has now is never served: not an older one, and not one that shows what has
been withdrawn since.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from django.conf import settings

from timeline.charts import palette
from timeline.models import Record
from timeline.pictures import png
from timeline.pictures.facts import Card, cards

CODE = ("facts.py", "layout.py", "png.py", "setting.py", "typefaces.py", "fonts/fonts.json")
CARDS = "cards"  # beside the folders of the charts
PLAIN = Path(__file__).parents[1] / "static" / "timeline" / "img" / "card.png"
HEAD = png.DIGEST_AT + png.DIGEST_LENGTH


@dataclass(frozen=True)
class Picture:
    png: bytes
    digest: str


@lru_cache(maxsize=1)
def _code() -> str:
    digest = hashlib.sha256(version("vl-convert-python").encode())
    for file in (*(Path(__file__).parent / name for name in CODE), Path(palette.__file__)):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def digest_of(card: Card) -> str:
    shown = json.dumps([asdict(card), _code()], ensure_ascii=False)
    return hashlib.sha256(shown.encode()).hexdigest()[: png.DIGEST_LENGTH]


def folder() -> Path:
    return Path(settings.DRAWINGS_DIR) / CARDS


def file_of(record: Record) -> Path:
    return folder() / str(record._meta.model_name) / f"{record.slug}.png"


def is_current(record: Record, digest: str) -> bool:
    try:
        with file_of(record).open("rb") as file:
            return png.digest_in(file.read(HEAD)) == digest
    except FileNotFoundError:
        return False


def picture_of(record: Record) -> Picture | None:
    """What is drawn of a public record as it is now; None until it is."""
    if not file_of(record).is_file():
        return None
    card = cards([record]).get(record.pk)
    return _read(record, digest_of(card)) if card else None


def _read(record: Record, digest: str) -> Picture | None:
    try:
        content = file_of(record).read_bytes()
    except FileNotFoundError:
        return None
    return Picture(content, digest) if png.digest_in(content) == digest else None


@lru_cache(maxsize=1)
def plain() -> Picture:
    """The card of the site: shown for a record until its own is there. It comes with the site."""
    content = PLAIN.read_bytes()
    return Picture(content, hashlib.sha256(content).hexdigest()[: png.DIGEST_LENGTH])
