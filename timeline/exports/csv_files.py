"""The rows of one kind as CSV (RFC 4180), and all of them in a zip with what describes them."""

import csv
import datetime as dt
import io
import shutil
import struct
import zipfile
from collections.abc import Collection, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Final, TextIO

from timeline.exports.cells import cell
from timeline.exports.rows import Row
from timeline.exports.schema import Kind

# With a byte-order mark, always: without one Excel garbles Hangul, and pandas, readr and Data Package readers skip it.
ENCODING: Final = "utf-8-sig"
CHUNK: Final = 1 << 20
END: Final = "\r\n"
SMALL: Final = 1 << 30  # what is larger has another header
LOCAL_HEADER: Final = 30  # bytes before the name of a file in a zip, and where among them its length stands
NAME_LENGTH_AT: Final = 26


def write_csv(path: Path, kind: Kind, rows: Iterable[Row]) -> None:
    with path.open("w", encoding=ENCODING, newline="") as out:
        csv.writer(out, lineterminator=END).writerow([field.name for field in kind.fields])
        _write(out, kind, rows)


def _write(out: TextIO, kind: Kind, rows: Iterable[Row]) -> None:
    fields = kind.fields
    csv.writer(out, lineterminator=END).writerows([cell(field, row[field.name]) for field in fields] for row in rows)


def as_lines(kind: Kind, rows: Iterable[Row]) -> bytes:
    """The rows as they stand in the file."""
    text = io.StringIO(newline="")
    _write(text, kind, rows)
    return text.getvalue().encode()


def write_zip(
    path: Path, files: Iterable[tuple[str, Path]], at: dt.datetime, *, before: Path | None, same: Collection[str]
) -> None:
    """Every file dated alike, by the data: the same data makes the same bytes.

    What is the `same` in the zip of `before` is taken from there as it was packed.
    """
    with zipfile.ZipFile(path, "w") as archive, ExitStack() as opened:
        packed = opened.enter_context(zipfile.ZipFile(before)) if before is not None and same else None
        for name, file in files:
            entry = zipfile.ZipInfo(name, at.astimezone(dt.UTC).timetuple()[:6])
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            entry.file_size = file.stat().st_size  # whether it needs the form for what is larger than 2 GB
            if packed is not None and name in same and entry.file_size < SMALL:
                _repack(packed, archive, entry)
                continue
            with file.open("rb") as source, archive.open(entry, "w") as target:
                shutil.copyfileobj(source, target, CHUNK)


def _repack(packed: zipfile.ZipFile, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Without unpacking it. `zipfile` reads and writes what is in an archive, and has no word for what lies in it."""
    known = packed.getinfo(entry.filename)
    entry.CRC, entry.compress_size, entry.flag_bits = known.CRC, known.compress_size, known.flag_bits
    source, target = packed.fp, archive.fp
    if source is None or target is None:
        raise ValueError(archive)
    source.seek(known.header_offset + NAME_LENGTH_AT)
    lengths = struct.unpack("<HH", source.read(4))
    source.seek(known.header_offset + LOCAL_HEADER + sum(lengths))
    target.seek(archive.start_dir)
    entry.header_offset = archive.start_dir
    target.write(entry.FileHeader(zip64=False))
    left = known.compress_size
    while left and (piece := source.read(min(CHUNK, left))):
        left -= target.write(piece)
    archive.filelist.append(entry)
    archive.NameToInfo[entry.filename] = entry
    archive.start_dir = target.tell()
    archive._didModify = True  # type: ignore[attr-defined]  # as `archive.open` does
