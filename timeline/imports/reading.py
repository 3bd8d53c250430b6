"""From the bytes that somebody chose to a table: what a file is, is told by its content and not by its name."""

from django.utils.translation import gettext as _

from timeline.imports import csv_files
from timeline.imports.tables import MOST_BYTES, Table, unreadable

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# Files of other kinds by their first bytes: none of them is text, whatever its name says.
OTHERS = (
    b"%PDF-",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"{\\rtf",
)


def read(content: bytes, file: str) -> Table:
    """The table in a CSV or XLSX file; `Unreadable` with a sentence for each fault."""
    if len(content) > MOST_BYTES:
        raise unreadable(too_large_words())
    if not content.strip():
        raise unreadable(_("The file is empty."))
    if content.startswith(OLD_OFFICE):
        raise unreadable(_old_office_words(content))
    if content.startswith(OTHERS):
        raise unreadable(
            _("This is neither a CSV file nor a workbook, whatever its name says. Choose an .xlsx or .csv file.")
        )
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        from timeline.imports import workbooks  # openpyxl: a quarter of a second and 15 MB that most workers never need

        return workbooks.read(content, file)
    if content.lstrip()[:5].lower() in {b"<html", b"<!doc", b"<tabl", b"<?xml"}:
        raise unreadable(_("This is a web page or XML, and no table. Save the sheet as .xlsx or CSV UTF-8."))
    return csv_files.read(content, file)


def too_large_words() -> str:
    return _("The file is larger than %(most)s MB. Divide it into several files.") % {
        "most": MOST_BYTES // 1024 // 1024
    }


def _old_office_words(content: bytes) -> str:
    if ENCRYPTED in content:
        return _("The file is protected by a password. Save it without one.")
    return _("This is a workbook in the old format (.xls). Save it as .xlsx.")
