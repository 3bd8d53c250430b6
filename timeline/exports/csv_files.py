"""The rows of one kind as CSV (RFC 4180), and all of them in a zip with what describes them."""

import csv
import datetime as dt
import hashlib
import io
import shutil
import struct
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, BinaryIO, Final, TextIO

from timeline.exports.cells import cell
from timeline.exports.rows import Row
from timeline.exports.schema import Kind

# With a byte-order mark, always: without one Excel garbles Hangul, and pandas, readr and Data Package readers skip it.
ENCODING: Final = "utf-8-sig"
CHUNK: Final = 1 << 20
END: Final = "\r\n"
SMALL: Final = 1 << 30  # what is larger has another header
PIECE: Final = 1 << 16  # bytes, more or less
LAST_BLOCK: Final = b"\x03\x00"  # of DEFLATE: an empty one, behind which nothing comes
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


# By the name of a file: of each piece of it the hash, and the place and the size as it is packed.
Pieces = dict[str, list[tuple[str, int, int]]]


def write_zip(
    path: Path,
    files: Iterable[tuple[str, Path]],
    at: dt.datetime,
    *,
    before: tuple[Path, Pieces] | None,
    same: Collection[str],
) -> Pieces:
    """Every file dated alike, by the data: the same data makes the same bytes.

    What is the `same` in the zip of `before` is taken from there as it was packed, and so are the pieces of the other
    files that have not changed.
    """
    found: Pieces = {}
    with zipfile.ZipFile(path, "w") as archive, ExitStack() as opened:
        known = Packed(opened.enter_context(before[0].open("rb")), *before) if before else None
        for name, file in files:
            entry = zipfile.ZipInfo(name, at.astimezone(dt.UTC).timetuple()[:6])
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            entry.file_size = file.stat().st_size  # whether it needs the form for what is larger than 2 GB
            with file.open("rb") as source:
                if entry.file_size >= SMALL:
                    with archive.open(entry, "w") as target:
                        shutil.copyfileobj(source, target, CHUNK)
                    continue
                found[name] = _pack(source, archive, entry, known, is_same=name in same)
    return found


class Packed:
    """A zip of before."""

    def __init__(self, file: BinaryIO, path: Path, pieces: Pieces) -> None:
        self.file, self.pieces = file, pieces
        with zipfile.ZipFile(path) as archive:
            self.entries = {entry.filename: entry for entry in archive.infolist()}

    def place(self, name: str) -> int:
        """Where what is packed begins."""
        at = self.entries[name].header_offset
        self.file.seek(at + NAME_LENGTH_AT)
        name_length, extra_length = struct.unpack("<HH", self.file.read(4))
        return at + LOCAL_HEADER + int(name_length) + int(extra_length)

    def read(self, place: int, size: int) -> Iterator[bytes]:
        self.file.seek(place)
        while size and (piece := self.file.read(min(CHUNK, size))):
            yield piece
            size -= len(piece)


def _pack(
    source: BinaryIO, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, known: Packed | None, *, is_same: bool
) -> list[tuple[str, int, int]]:
    """`zipfile` reads and writes what is in an archive, and has no word for what lies in it as it is packed."""
    target = archive.fp
    if target is None:
        raise ValueError(archive)
    target.seek(archive.start_dir)
    entry.header_offset, entry.CRC, entry.compress_size = archive.start_dir, 0, 0  # known once it is packed
    target.write(entry.FileHeader(zip64=False))
    begin = target.tell()
    if known is not None and is_same:
        before, pieces = known.entries[entry.filename], known.pieces[entry.filename]
        entry.CRC = before.CRC
        target.writelines(known.read(known.place(entry.filename), before.compress_size))
    else:
        pieces = _write_pieces(source, target, entry, known)
    archive.start_dir = target.tell()
    entry.compress_size = archive.start_dir - begin
    target.seek(entry.header_offset)
    target.write(entry.FileHeader(zip64=False))
    archive.filelist.append(entry)
    archive.NameToInfo[entry.filename] = entry
    archive._didModify = True  # type: ignore[attr-defined]  # as `archive.open` does
    return pieces


def _write_pieces(
    source: BinaryIO, target: IO[bytes], entry: zipfile.ZipInfo, known: Packed | None
) -> list[tuple[str, int, int]]:
    """Each piece packed by itself: that costs a hundredth of the size, and an edit packs one piece anew."""
    name, begin, found = entry.filename, target.tell(), []
    there = {digest: (place, size) for digest, place, size in known.pieces.get(name, ())} if known else {}
    first = known.place(name) if known and there else 0
    for piece in _pieces(source):
        entry.CRC = zlib.crc32(piece, entry.CRC)
        digest, place = hashlib.sha256(piece).hexdigest(), target.tell() - begin
        if known and digest in there:
            at, size = there[digest]
            target.writelines(known.read(first + at, size))
        else:
            packing = zlib.compressobj(wbits=-zlib.MAX_WBITS)
            size = target.write(packing.compress(piece) + packing.flush(zlib.Z_SYNC_FLUSH))
        found.append((digest, place, size))
    target.write(LAST_BLOCK)
    return found


def _pieces(source: BinaryIO) -> Iterator[bytes]:
    """Cut behind lines that say so themselves, so that an edit leaves the cuts before and behind it where they are."""
    lines: list[bytes] = []
    for line in source:
        lines.append(line)
        if zlib.crc32(line) * PIECE < len(line) << 32:
            yield b"".join(lines)
            lines.clear()
    if lines:
        yield b"".join(lines)
