"""The rows of one kind as CSV (RFC 4180), and all of them in a zip with what describes them."""

import csv
import datetime as dt
import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from timeline.exports.cells import cell
from timeline.exports.rows import Row
from timeline.exports.schema import Kind

# With a byte-order mark, always: without one Excel garbles Hangul, and pandas, readr and Data Package readers skip it.
ENCODING: Final = "utf-8-sig"
CHUNK: Final = 1 << 20


def write_csv(path: Path, kind: Kind, rows: Iterable[Row]) -> None:
    with path.open("w", encoding=ENCODING, newline="") as out:
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow([field.name for field in kind.fields])
        writer.writerows([cell(field, row[field.name]) for field in kind.fields] for row in rows)


def write_zip(path: Path, files: Iterable[tuple[str, Path]], at: dt.datetime) -> None:
    """Every file dated alike, by the data: the same data makes the same bytes."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, file in files:
            entry = zipfile.ZipInfo(name, at.astimezone(dt.UTC).timetuple()[:6])
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            entry.file_size = file.stat().st_size  # whether it needs the form for what is larger than 2 GB
            with file.open("rb") as source, archive.open(entry, "w") as target:
                shutil.copyfileobj(source, target, CHUNK)
