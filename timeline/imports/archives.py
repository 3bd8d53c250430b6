"""What an .xlsx file is allowed to be as a zip archive, looked at before any library opens it.

A zip bomb is small and unpacks to gigabytes; XML can hide the same in entities. So everything is bounded first: how
many members, what they say they unpack to, what they really unpack to, and how many tags that is.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator

from django.utils.translation import gettext as _

from timeline.imports.tables import Unreadable, unreadable

MOST_MEMBERS = 200
MOST_UNPACKED = 50 * 1024 * 1024
MOST_OF_THE_REST = 2 * 1024 * 1024  # styles and settings: they are read as a whole
MOST_TIMES = 200  # an honest sheet shrinks to a tenth or a thirtieth
SMALL = 1024 * 1024  # below that, how much a member shrinks does not matter
MOST_TAGS = 2_000_000
CHUNK = 64 * 1024
STREAMED = ("xl/worksheets/", "xl/sharedStrings")  # read piece by piece; everything else whole
DATA = (".xml", ".rels", ".vml")
NESTED = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
MARKUP = (b"<!DOCTYPE", b"<!ENTITY")


def open_workbook_archive(content: bytes) -> zipfile.ZipFile:
    """The archive of an .xlsx file, known to be harmless; `Unreadable` says why it is not one."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        members = archive.infolist()
        _check_names(members)
        _check_declared(members, len(content))
        _check_real(archive, members)
    except Unreadable:
        raise
    # What zipfile raises of a broken archive, an encrypted one, and one packed in a way that it does not know.
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise unreadable(_("The file is damaged: it cannot be unpacked. Save the sheet anew.")) from error
    return archive


def _check_names(members: list[zipfile.ZipInfo]) -> None:
    names = [member.filename for member in members]
    if len(names) > MOST_MEMBERS or len(set(names)) != len(names):
        raise _too_much()
    if sentence := next((words for found, words in _foreign(set(names)) if found), ""):
        raise unreadable(sentence)
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise unreadable(_("This is a zip archive and no workbook. Choose an .xlsx or .csv file."))


def _foreign(names: set[str]) -> Iterator[tuple[bool, str]]:
    """Files of other kinds, and what they bring along that a table has no need of."""
    save = _("Save it as .xlsx.")
    yield "content.xml" in names, _("This is an OpenDocument file (.ods). %(save)s") % {"save": save}
    yield "xl/workbook.bin" in names, _("This is a binary workbook (.xlsb). %(save)s") % {"save": save}
    yield "word/document.xml" in names, _("This is a text document, and no table. Choose an .xlsx or .csv file.")
    yield "xl/vbaProject.bin" in names, _("This workbook has macros in it (.xlsm). %(save)s") % {"save": save}
    yield (
        any(name.startswith("xl/externalLinks/") for name in names),
        _("This workbook refers to another one. Copy the values of the table into a new sheet."),
    )


def _check_declared(members: list[zipfile.ZipInfo], size: int) -> None:
    for member in members:
        if member.flag_bits & 1:
            raise unreadable(_("The file is protected by a password. Save it without one."))
        if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise unreadable(_("The file is packed in a way that no spreadsheet uses. Save the sheet anew."))
        if member.file_size > SMALL and member.file_size > MOST_TIMES * max(member.compress_size, 1):
            raise _too_much()
        if member.file_size > MOST_OF_THE_REST and _is_read_whole(member.filename):
            raise _too_much()
    if sum(member.file_size for member in members) > min(MOST_UNPACKED, MOST_TIMES * size):
        raise _too_much()


def _is_read_whole(name: str) -> bool:
    return name.endswith(DATA) and not name.startswith(STREAMED)


def _check_real(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    """Unpacks everything once, a piece at a time: `zipfile` stops at the size declared, and checks the sum."""
    unpacked = tags = 0
    for member in members:
        tail = b""
        with archive.open(member) as stream:
            while chunk := stream.read(CHUNK):
                if not tail and chunk.startswith(NESTED):
                    raise unreadable(_("There is another file within this one. Copy the table into a new sheet."))
                unpacked += len(chunk)
                if member.filename.endswith(DATA):
                    tags += chunk.count(b"<")
                    _check_markup(tail + chunk)
                tail = chunk[-len(max(MARKUP, key=len)) :]
                if unpacked > MOST_UNPACKED or tags > MOST_TAGS:
                    raise _too_much()


def _check_markup(text: bytes) -> None:
    """No workbook declares entities; in UTF-16, which no workbook is written in, this would not see them."""
    if b"\x00" in text or any(word in text.upper() for word in MARKUP):
        raise unreadable(_("The file holds XML that no spreadsheet writes. Copy the table into a new sheet."))


def _too_much() -> Unreadable:
    return unreadable(_("The file unpacks to far more than a table needs. Copy the table into a new sheet."))
