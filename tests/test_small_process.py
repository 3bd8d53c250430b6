"""What the process that serves does without: measured in one of its own, on SQLite."""

import json
import subprocess
import sys

import pytest
from django.conf import settings

from sma_site.small_process import CACHE_OF_SQLITE

HEAVY = {
    "altair",
    "edtf",
    "babel",
    "citeproc",
    "icalendar",
    "lxml",
    "ninja",
    "openpyxl",
    "pydantic",
    "rapidfuzz",
    "segno",
}
SERVE = """
import ctypes, json, sys, threading
from pathlib import Path

from sma_site.wsgi import application
from django.db import connection
from timeline import citing, dates

item = citing.Item("k", "webpage", "Title", authors=("Somebody",), issued="2024-05~", url="https://news.example/1")
said = [str(dates.parse("2024-05-21/2024-05-23")), str(citing.apa(item))]
imported = sorted({each.partition(".")[0] for each in sys.modules} & set(json.loads(sys.argv[1])))
with connection.cursor() as cursor:
    cache = cursor.execute("PRAGMA cache_size").fetchone()[0]

together = threading.Barrier(4)
def work():
    kept = [bytes(5_000) for _number in range(100)]
    together.wait()
threads = [threading.Thread(target=work) for _number in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc, told = ctypes.CDLL(None), Path(sys.argv[2])
libc.fopen.restype = ctypes.c_void_p
file = ctypes.c_void_p(libc.fopen(str(told).encode(), b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
print(json.dumps([said, imported, cache, told.read_text().count("<heap nr=")]))
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    environment = {"PATH": "/usr/bin:/bin", "VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "sma_site.settings"}
    command = [sys.executable, "-W", "ignore", "-c", SERVE, json.dumps(sorted(HEAVY)), str(folder / "heaps.xml")]
    told = subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=True
    ).stdout
    return json.loads(told)


def test_what_most_pages_do_without_is_not_imported(served):
    said, imported, _cache, _heaps = served

    assert said[0] == "21–23 May 2024"
    assert said[1] == "Somebody. (ca. 2024, May). Title. https://news.example/1"
    assert imported == []


def test_a_connection_to_sqlite_keeps_little_in_memory(served):
    assert served[2] == -CACHE_OF_SQLITE


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc alone tells of its heaps")
def test_all_threads_share_one_heap(served):
    assert served[3] == 1
