"""The whole public site as files, for any web server, object store or disk (why so: decisions/0012-static-copy.md)."""

from timeline.static_copy.copying import Busy, Report, follow, write
from timeline.static_copy.writing import NotOurs

__all__ = ["Busy", "NotOurs", "Report", "follow", "write"]
