"""The drawings on disk. A chart's folder is named after a digest of all that is drawn and of the code that draws it, so
a drawing of anything else is never found: not an older one, and not one that shows what has been withdrawn since.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

CODE = ("drawing.py", "palette.py", "specs.py", "svg.py")
PACKAGES = ("altair", "vl-convert-python")
WIDE, NARROW, LIGHT, DARK, PNG, SPEC = "wide.svg", "narrow.svg", "light.svg", "dark.svg", "picture.png", "chart.json"


@lru_cache(maxsize=1)
def _code() -> str:
    digest = hashlib.sha256(" ".join(version(package) for package in PACKAGES).encode())
    for name in CODE:
        digest.update(Path(__file__).with_name(name).read_bytes())
    return digest.hexdigest()


@dataclass(frozen=True)
class Picture:
    """For the page: one drawing for wide and one for narrow places; the style sheet shows one of them."""

    wide: SafeString
    narrow: SafeString


@dataclass(frozen=True)
class Chart:
    key: str  # names the folder: ladder-sma-11-usd
    facts: dict[str, Any]  # all that is drawn, as plain JSON

    @cached_property
    def digest(self) -> str:
        drawn = json.dumps([self.facts, settings.SITE_URL, _code()], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(drawn.encode()).hexdigest()[:32]

    @property
    def folder_name(self) -> str:
        return f"{self.key}.{self.digest}"

    @cached_property
    def picture(self) -> Picture | None:
        """None until it is drawn."""
        wide, narrow = self.file(WIDE), self.file(NARROW)
        if wide is None or narrow is None:
            return None
        return Picture(_inline(wide), _inline(narrow))

    def file(self, name: str) -> bytes | None:
        try:
            return (Path(settings.DRAWINGS_DIR) / self.folder_name / name).read_bytes()
        except FileNotFoundError:
            return None


def _inline(svg: bytes) -> SafeString:
    return mark_safe(svg.decode())  # noqa: S308 - written by `svg.py`, which lets through nothing but shapes and links
