"""The fixtures as files: read into the database by `load`, written back by `export`, byte for byte the same."""

from timeline.fixture_files.errors import Clash, FixtureError
from timeline.fixture_files.exporting import export
from timeline.fixture_files.loading import LoadReport, holds_records, load

__all__ = ["Clash", "FixtureError", "LoadReport", "export", "holds_records", "load"]
