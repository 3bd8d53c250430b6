"""Draws what is missing and removes what is stale. Only the drawing process imports this module's `specs`.

A chart's drawings are made in a folder aside and renamed into place whole: whoever is killed when leaves the old or the
new. One process draws at a time; the next waits, and then finds little to do.
"""

import fcntl
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import override

from timeline.charts import kept, palette, svg
from timeline.charts.contributions import contribution
from timeline.charts.kept import Chart
from timeline.charts.ladders import ladder
from timeline.models import Agreement

ASIDE = ".aside-"
LOCK = ".drawing"
PNG_SCALE = 2


@dataclass(frozen=True)
class Report:
    drawn: int
    kept: int
    removed: int


def draw() -> Report:
    folder = Path(settings.DRAWINGS_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        charts = list(everything())
        missing = [chart for chart in charts if not (folder / chart.folder_name).is_dir()]
        for chart in missing:
            _draw(chart, folder)
        removed = _remove_others(folder, {chart.folder_name for chart in charts})
    return Report(len(missing), len(charts) - len(missing), removed)


def everything() -> Iterator[Chart]:
    """Every chart of what is public now."""
    agreements = list(Agreement.objects.published().in_order())
    yield from (panel.chart for panel in contribution(agreements).panels)
    for agreement in reversed(agreements):  # the newest is looked at most
        yield from (panel.chart for panel in ladder(agreement).panels)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # given back when the process ends, however it ends
        yield


def _draw(chart: Chart, folder: Path) -> None:
    aside = Path(tempfile.mkdtemp(prefix=ASIDE, dir=folder))
    aside.chmod(0o755)  # what is public may be read by whichever user serves it
    for name, content in files(chart.facts).items():
        (aside / name).write_bytes(content)
    aside.rename(folder / chart.folder_name)


def _remove_others(folder: Path, wanted: set[str]) -> int:
    """Drawings of what is no longer so, and what a killed process left. Other folders, without a digest, stay."""
    others = [each for each in folder.iterdir() if each.is_dir() and "." in each.name and each.name not in wanted]
    for each in others:
        aside = each if each.name.startswith(ASIDE) else each.rename(folder / f"{ASIDE}{each.name}")
        shutil.rmtree(aside)  # out of sight whole, and only then to pieces
    return len(others)


@override(settings.LANGUAGE_CODE)
def files(facts: dict[str, Any]) -> dict[str, bytes]:
    """All drawings of a chart, and the chart as Vega-Lite."""
    import vl_convert  # 2 s and 140 MB with the specs: not before something is to be drawn

    from timeline.charts.specs import spec

    def drawn(made: dict[str, Any]) -> str:
        return str(vl_convert.vegalite_to_svg(made, allowed_base_urls=[]))

    title, description, site_url = facts["title"], facts["subtitle"], settings.SITE_URL
    whole = spec(facts, titled=True)
    whole_svg = drawn(whole)
    light = svg.for_itself(whole_svg, palette.LIGHT, title=title, description=description)
    dark = svg.for_itself(whole_svg, palette.DARK, title=title, description=description)
    wide = svg.for_the_page(drawn(spec(facts)), title=title, site_url=site_url)
    narrow = svg.for_the_page(drawn(spec(facts, narrow=True)), title=title, site_url=site_url)
    return {
        kept.WIDE: wide.encode(),
        kept.NARROW: narrow.encode(),
        kept.LIGHT: light.encode(),
        kept.DARK: dark.encode(),
        kept.PNG: vl_convert.svg_to_png(light, scale=PNG_SCALE),
        kept.SPEC: json.dumps(whole, ensure_ascii=False, indent=1).encode(),
    }
