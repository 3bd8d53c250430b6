"""The files, opened by the programs that people open them with."""

import asyncio
import csv
import hashlib
import json
import shutil
import sqlite3
import subprocess
import zipfile
from contextlib import closing
from pathlib import Path

import jsonschema
import pytest
import yaml
from django.db import transaction
from django.http import QueryDict
from django.test.utils import override_settings

from tests.admin.records import RECORDS
from tests.exports.data import HARD, one_of_each
from timeline import exports
from timeline.chronology import asked_for
from timeline.exports import kept
from timeline.exports.cells import value_of
from timeline.exports.sqlite_file import write_sqlite
from timeline.models import Place

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore::DeprecationWarning")]


CFF = Path(__file__).with_name("citation-file-format-1.2.0.json")


@pytest.fixture(scope="module")
def files(django_db_setup, django_db_blocker, tmp_path_factory):
    """The folder of all files of one record of each kind, made once, in a transaction around those of the tests."""
    folder = tmp_path_factory.mktemp("data")
    with override_settings(VAR_DIR=folder / "var"), django_db_blocker.unblock(), transaction.atomic():
        made = one_of_each()
        exports.write_all(folder / "out")
        yield folder / "out", made
        transaction.set_rollback(True)


def lines(folder):
    return [json.loads(line) for line in (folder / "sma-timeline.jsonl").read_text(encoding="utf-8").splitlines()]


def everything():
    return [row for kind in exports.kinds().values() for row in exports.rows(kind)]


def test_json_lines_are_the_rows(files):
    folder, _made = files

    assert lines(folder) == everything()
    assert "방위비분담" in (folder / "sma-timeline.jsonl").read_text(encoding="utf-8")  # and not as \\uXXXX


def test_csv_says_what_the_rows_say(files):
    folder, _made = files

    for kind in exports.kinds().values():
        with (folder / kept.csv_name(kind)).open(encoding="utf-8-sig", newline="") as file:
            read = [
                {name: value_of(kind.field(name), text) for name, text in row.items()} for row in csv.DictReader(file)
            ]
        assert read == list(exports.rows(kind))


def test_csv_has_a_byte_order_mark_for_excel_and_line_ends_of_the_standard(files):
    folder, _made = files

    content = (folder / "csv/places.csv").read_bytes()

    assert content.startswith(b"\xef\xbb\xbftype,code,slug")
    assert content.count(b"\r\n") == content.count(b"\n") == 1 + exports.public(exports.kinds()["place"]).count()


def test_a_formula_is_written_as_text(files):
    folder, made = files

    with (folder / "csv/events.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = {row["slug"]: row["summary"] for row in csv.DictReader(file)}

    assert cells[made["event"].slug] == f"'{HARD}"


def test_frictionless_finds_nothing_wrong_with_the_unpacked_package(files, tmp_path):
    from frictionless import validate  # here: it takes seconds to import

    folder, _made = files
    with zipfile.ZipFile(folder / "sma-timeline.csv.zip") as archive:
        archive.extractall(tmp_path / "package")

    report = validate(str(tmp_path / "package" / "datapackage.json"))

    assert report.flatten(["title", "fieldName", "message"]) == []
    assert len(report.tasks) == len(exports.kinds())
    assert sum(task.stats["rows"] for task in report.tasks) == len(everything())


def test_frictionless_would_find_a_reference_to_nothing(files, tmp_path):
    from frictionless import validate

    folder, made = shutil.copytree(files[0], tmp_path / "broken"), files[1]
    path = folder / "csv/rounds.csv"
    path.write_bytes(path.read_bytes().replace(made["round"].agreement.slug.encode(), b"sma-00"))

    assert "foreign-key" in {kind for (kind,) in validate(str(folder / "datapackage.json")).flatten(["type"])}


def test_the_package_says_version_licence_and_source(files):
    package = json.loads((files[0] / "datapackage.json").read_text(encoding="utf-8"))

    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    assert package["version"] == exports.version_words(*kept.ContentVersion.stamp())
    assert package["sources"][0] == {"title": "SMA Timeline", "path": "http://127.0.0.1:8000/"}


def test_sha256sum_agrees(files):
    done = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], check=False, cwd=files[0], capture_output=True, text=True)

    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == len(exports.FILES) - 1


def test_the_citation_file_is_what_its_format_asks_for(files):
    cited = yaml.safe_load((files[0] / "CITATION.cff").read_text(encoding="utf-8"))

    jsonschema.validate(cited, json.loads(CFF.read_text()), format_checker=jsonschema.FormatChecker())
    assert (cited["cff-version"], cited["type"], cited["license"]) == ("1.2.0", "dataset", "CC-BY-4.0")
    assert cited["authors"] == [{"name": "SMA Timeline", "website": "http://127.0.0.1:8000/"}]
    assert cited["date-released"] == kept.ContentVersion.stamp()[1].date().isoformat()


def test_the_dictionary_has_every_column_as_table_and_as_json(files):
    folder, _made = files
    fields = [(kind.name, field.name) for kind in exports.kinds().values() for field in kind.fields]

    with (folder / "data-dictionary.csv").open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.DictReader(file))
    dictionary = json.loads((folder / "data-dictionary.json").read_text(encoding="utf-8"))

    assert [(row["kind"], row["field"]) for row in table] == fields
    assert [(kind["kind"], field["name"]) for kind in dictionary["kinds"] for field in kind["fields"]] == fields
    assert all(row["description"] and row["example"] for row in table)


def test_the_change_note_counts_by_day(files):
    note = (files[0] / "CHANGES.md").read_text(encoding="utf-8")

    assert f"- 2024-05-24: {sum(row['type'] in RECORDS for row in everything())} added\n" in note
    assert "http://127.0.0.1:8000/corrections/" in note


# --- the SQLite file


@pytest.fixture
def database(files):
    with closing(sqlite3.connect(files[0] / "sma-timeline.sqlite")) as opened:
        opened.row_factory = sqlite3.Row
        yield opened


def test_the_tables_say_what_the_rows_say(database):
    for kind in exports.kinds().values():
        found = [dict(row) for row in database.execute(f'SELECT * FROM "{kind.plural}" ORDER BY "{kind.key}"')]
        for row, said in zip(found, exports.rows(kind), strict=True):
            assert {name: row[name] for name in row.keys() & said.keys()} == {
                name: in_sqlite(kind.field(name), said[name]) for name in row.keys() & said.keys()
            }


def in_sqlite(field, value):
    if value is None:
        return None
    if field.type == "number":
        return float(value) if "." in value else int(value)
    return json.dumps(value, ensure_ascii=False) if field.type == "array" else value


def test_the_tables_are_sound_and_every_reference_leads_somewhere(database):
    assert [row[0] for row in database.execute("PRAGMA integrity_check")] == ["ok"]
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    assert {row["table"] for row in database.execute("PRAGMA foreign_key_list(rounds)")} == {"agreements", "places"}


def test_rows_that_name_what_is_not_there_make_no_file(files, tmp_path):
    lost = exports.row_of(Place.objects.first()) | {"type": "round", "agreement": "sma-00"}
    row = {field.name: lost.get(field.name, 0) for field in exports.kinds()["round"].fields} | {"place": None}

    with pytest.raises(ValueError, match="name what is not there"):
        write_sqlite(tmp_path / "file", lambda kind: [row] if kind.name == "round" else [], {})


def test_lists_of_records_are_tables_of_their_own(database, files):
    _folder, made = files

    (pair,) = database.execute("SELECT * FROM event_also_at")

    assert tuple(pair) == (made["event"].slug, made["place"].slug)


def test_words_are_found(database, files):
    _folder, made = files
    found = database.execute(
        "SELECT slug FROM events_fts JOIN events ON events.rowid = events_fts.rowid WHERE events_fts MATCH '방위비분담'"
    )

    assert [row["slug"] for row in found] == [made["event"].slug]


def test_the_file_says_what_it_is(database):
    said = {row["name"]: row["value"] for row in database.execute("SELECT * FROM metadata")}

    assert (said["licence"], said["title"]) == ("CC-BY-4.0", "SMA Timeline")
    assert said["rows"] == str(len(everything()))


def test_datasette_shows_tables_facets_and_labels(files):
    from datasette.app import Datasette  # here: it takes a second to import

    folder, made = files
    metadata = json.loads((folder / "metadata.json").read_text(encoding="utf-8"))
    shown = Datasette(files=[], immutables=[str(folder / "sma-timeline.sqlite")], metadata=metadata)

    async def look():
        home = await shown.client.get("/")
        table = await shown.client.get("/sma-timeline/events?_facet=kind")
        rows = await shown.client.get("/sma-timeline/rounds.json?_labels=on&_shape=objects")
        arc = await shown.client.get(
            "/sma-timeline/citations.json?_labels=on&_shape=objects&target_agreement__notblank=1"
        )
        return home, table, rows, arc

    home, table, rows, arc = asyncio.run(look())

    assert (home.status_code, table.status_code) == (200, 200)
    assert "SMA Timeline" in home.text
    assert "CC" in home.text or "Creative Commons" in home.text
    assert "facet-results" in table.text
    labels = {row["slug"]: row["agreement"] for row in rows.json()["rows"]}
    agreement = made["round"].agreement
    assert labels[made["round"].slug] == {"value": agreement.slug, "label": agreement.name}
    assert made["agreement"].name in {row["target_agreement"]["label"] for row in arc.json()["rows"]}


# --- the same data, the same bytes


def digests(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_made_again_every_file_has_the_same_bytes(files, tmp_path, settings):
    settings.VAR_DIR = tmp_path / "another"

    exports.write_all(tmp_path / "again")

    assert digests(tmp_path / "again") == digests(files[0])
    assert set(digests(files[0])) == set(exports.FILES)


def test_a_second_time_only_what_has_changed_is_written(files, tmp_path):
    folder, made = shutil.copytree(files[0], tmp_path / "out"), files[1]
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    place = Place.objects.get(pk=made["place"].pk)
    place.name = "Another name"
    place.save()

    exports.write_all(folder)

    written = {path.name for path in before if path.stat().st_mtime_ns != before[path]}
    assert "places.csv" in written
    assert "rounds.csv" not in written


def test_a_part_has_the_same_files_and_stands_alone(files, tmp_path):
    from frictionless import validate

    _folder, made = files
    edition = exports.write_all(tmp_path / "part", asked_for(QueryDict(f"place={made['round'].place.slug}")))

    report = validate(str(tmp_path / "part" / "datapackage.json"))

    assert report.flatten(["title", "fieldName", "message"]) == []
    assert edition.counts["round"] == 1
    assert edition.counts["source"] < exports.public(exports.kinds()["source"]).count()
    cited = yaml.safe_load((tmp_path / "part" / "CITATION.cff").read_text(encoding="utf-8"))
    assert cited["title"] == f"SMA Timeline: place {made['round'].place.slug}"
    assert cited["url"] == f"http://127.0.0.1:8000/timeline/?place={made['round'].place.slug}"
