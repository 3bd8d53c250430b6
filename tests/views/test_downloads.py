"""The page of downloads, and the files as a browser, a script or a download manager asks for them."""

import errno
import json
import os
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import make
from tests.exports.data import of_agreement
from tests.views.reading import links, words
from timeline import exports
from timeline.chronology import Filter
from timeline.exports import kept, starting

pytestmark = pytest.mark.django_db
ROWS = "/downloads/sma-timeline.jsonl"


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, settings):
    settings.VAR_DIR = tmp_path


def content(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def read(response):
    """The answer when the file was read, and closed."""
    content(response)
    return response


def rows(response):
    return [json.loads(line) for line in content(response).decode().splitlines()]


def test_every_file_is_there(client):
    make.round()

    for name in exports.FILES:
        response = client.get(f"/downloads/{name}")
        assert response.status_code == 200
        assert int(response["Content-Length"]) == len(content(response)) > 0
        assert response["Access-Control-Allow-Origin"] == "*"


def test_the_page_leads_to_every_file_and_says_what_is_in_them(client):
    make.place()
    make.round()

    response = client.get("/downloads/")

    assert {f"/downloads/{name}" for name in exports.FILES} <= set(links(response))
    assert "Rows 3" in words(response)
    assert "places 1 A city or base at which something happened." in words(response)
    assert "The short name in the permanent link." in words(response)


def test_the_page_has_the_sizes_of_what_is_made(client):
    make.place()
    content(client.get(ROWS))
    size = kept.find(kept.ContentVersion.stamp(), Filter()).path("sma-timeline.jsonl").stat().st_size

    assert f"JSON Lines, one row in each line {size} bytes" in words(client.get("/downloads/"))


def test_the_page_costs_the_same_for_more_records(client):
    costs = []
    for _time in range(2):
        make.round()
        with CaptureQueriesContext(connection) as queries:
            client.get("/downloads/")
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_the_page_of_an_empty_site_opens(client):
    assert client.get("/downloads/").status_code == 200


def test_every_page_leads_to_the_downloads(client):
    assert 'href="/downloads/"' in client.get("/about/").text


def test_the_page_has_the_files_made_where_processes_may_be_started(client, settings, monkeypatch):
    started = []
    monkeypatch.setattr(starting, "start", lambda asked, *names: started.append(names))
    settings.DRAW_AFTER_CHANGE = True

    client.get("/downloads/")
    assert started == [tuple(exports.FILES)]

    kept.make(Filter(), *exports.FILES)
    client.get("/downloads/")
    assert started == [tuple(exports.FILES)]


def test_a_filter_of_the_timeline_leaves_a_part(client):
    _agreement, round, said, other = of_agreement()

    found = {row["slug"] for row in rows(client.get(f"{ROWS}?agreement=12&kind=round")) if "slug" in row}

    assert round.slug in found
    assert {said.slug, other.slug} & found == set()


def test_a_file_is_saved_under_a_name_that_says_what_it_is(client):
    of_agreement()

    whole, part = (
        read(client.get(f"/downloads/{name}")) for name in ("csv/rounds.csv", "sma-timeline.csv.zip?agreement=12")
    )

    assert whole["Content-Disposition"] == 'attachment; filename="sma-timeline-rounds.csv"'
    assert part["Content-Disposition"] == 'attachment; filename="sma-timeline-agreement-12.csv.zip"'
    assert whole["Content-Type"].startswith("text/csv; charset=utf-8")


def test_a_file_is_saved_under_the_korean_words_that_were_asked_for(client):
    of_agreement()

    part = read(client.get("/downloads/sma-timeline.jsonl", {"q": "방위비 분담"}))

    name = quote("sma-timeline-q-방위비-분담.jsonl")
    assert part["Content-Disposition"] == f"attachment; filename*=utf-8''{name}"


@pytest.mark.parametrize(
    "query", ["agreement=99", "from=yesterday", "kind=party", "Agreement=12", "since=x", "q=" + "x" * 900]
)
def test_a_bad_filter_is_told_in_a_sentence(client, query):
    response = client.get(f"{ROWS}?{query}")

    assert response.status_code == 400
    assert "This address cannot be answered" in response.text


def test_an_unknown_parameter_is_told_the_known_ones(client):
    text = words(client.get(f"{ROWS}?since=2020"))

    assert "There is no “since” to ask for here. It can be: agreement, kind, country, official" in text


@pytest.mark.parametrize(
    "name", ["nothing", "../db.sqlite3", "csv/../../secret_key", "csv/users.csv", ".making", "edition.json"]
)
def test_nothing_else_of_the_disk_is_handed_out(client, name):
    content(client.get(ROWS))

    assert client.get(f"/downloads/{name}").status_code == 404


def test_who_has_a_file_is_told_that_it_is_unchanged_and_nothing_is_made(client, monkeypatch):
    place = make.place()
    first = read(client.get(ROWS))
    monkeypatch.setattr(starting, "ready", None)

    again = client.get(ROWS, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again["ETag"], again["Last-Modified"]) == (304, first["ETag"], first["Last-Modified"])
    monkeypatch.undo()
    place.name = "Another name"
    place.save()
    assert read(client.get(ROWS, headers={"If-None-Match": first["ETag"]})).status_code == 200


def test_a_download_that_broke_off_goes_on(client):
    make.place()
    first = client.get(ROWS)
    whole = content(first)

    piece = client.get(ROWS, headers={"Range": "bytes=10-19", "If-Range": first["ETag"]})
    rest = client.get(ROWS, headers={"Range": "bytes=10-"})
    end = client.get(ROWS, headers={"Range": "bytes=-5"})

    assert (piece.status_code, piece["Content-Range"]) == (206, f"bytes 10-19/{len(whole)}")
    assert [content(each) for each in (piece, rest, end)] == [whole[10:20], whole[10:], whole[-5:]]


@pytest.mark.parametrize(
    ("number", "sentence"),
    [(errno.ENOSPC, "The disk of this site is full."), (errno.EROFS, "This site can be read but not changed")],
)
def test_a_disk_on_which_no_file_can_be_made_is_told_in_a_sentence(client, monkeypatch, number, sentence):
    def without_room(*arguments):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(starting, "make", without_room)
    client.raise_request_exception = False
    response = client.get(ROWS)

    assert (response.status_code, response["Retry-After"], sentence in response.text) == (503, "5", True)


def test_a_range_is_for_get_alone(client):
    make.place()
    size = len(content(client.get(ROWS)))

    response = client.head(ROWS, headers={"Range": "bytes=10-19"})
    response.close()

    assert (response.status_code, response["Content-Length"]) == (200, str(size))


def test_a_part_is_the_same_whichever_page_of_the_timeline_its_filter_comes_from(client):
    make.round(agreement=make.agreement(ordinal=12))
    address = f"{ROWS}?agreement=12"

    assert content(client.get(f"{address}&order=newest&after=2019-01-01.00000.-")) == content(client.get(address))


@pytest.mark.parametrize("asked", ["bytes=-", "bytes=9-3", "bytes=0-1,4-5", "lines=1-2", "bytes=x"])
def test_a_range_that_means_nothing_is_answered_with_the_whole(client, asked):
    make.place()
    whole = content(client.get(ROWS))

    response = client.get(ROWS, headers={"Range": asked})

    assert (response.status_code, content(response)) == (200, whole)


def test_a_range_of_another_version_is_answered_with_the_whole(client):
    make.place()
    whole = content(client.get(ROWS))

    response = client.get(ROWS, headers={"Range": "bytes=10-19", "If-Range": '"older"'})

    assert (response.status_code, content(response)) == (200, whole)


def test_a_range_behind_the_end_is_refused(client):
    make.place()
    size = len(content(client.get(ROWS)))

    response = client.get(ROWS, headers={"Range": f"bytes={size}-"})

    assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{size}")


def test_while_other_files_are_made_it_says_so_and_asks_again(client, monkeypatch):
    monkeypatch.setattr("timeline.exports.kept.PATIENCE", 0)
    monkeypatch.setattr("timeline.exports.kept.locked", busy)

    response = client.get(ROWS)

    assert (response.status_code, response["Retry-After"]) == (503, "3")
    assert "The file is being made" in words(response)


def busy(patience):
    raise kept.Busy


def test_what_is_removed_before_it_is_opened_is_asked_for_again(client, monkeypatch, tmp_path):
    monkeypatch.setattr(starting, "ready", lambda stamp, asked, name: tmp_path / "removed")

    assert client.get(ROWS).status_code == 503


def test_a_head_request_has_the_length_and_no_body(client):
    make.place()
    size = len(content(client.get(ROWS)))

    response = client.head(ROWS)
    response.close()

    assert (response.status_code, int(response["Content-Length"])) == (200, size)


def test_a_download_goes_on_when_its_file_is_removed(client):
    make.place()
    response = client.get(ROWS)
    (kept.folder() / response["ETag"].strip('"').partition("-")[0] / "sma-timeline.jsonl").unlink()

    assert len(rows(response)) == 1
