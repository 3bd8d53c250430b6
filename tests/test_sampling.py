"""What `make test` runs of all the tests: the rules in tests/conftest.py."""

import datetime as dt
from pathlib import Path

from tests import conftest

FILES = [str(path) for path in Path(__file__).parent.rglob("test_*.py")]
DAY = dt.date(2026, 11, 26)


def test_a_file_is_on_one_database_and_the_next_day_on_the_other():
    days = [DAY, DAY + dt.timedelta(days=1)]

    assert [file for file in FILES if {conftest.turn(file, day) for day in days} != {"sqlite", "postgresql"}] == []


def test_each_database_has_its_share_every_day():
    on_sqlite = [file for file in FILES if conftest.turn(file, DAY) == "sqlite"]

    assert len(FILES) / 3 < len(on_sqlite) < len(FILES) * 2 / 3


def test_a_sample_is_that_of_its_day_in_the_order_of_the_whole(monkeypatch):
    monkeypatch.setattr(conftest, "IS_DEEP", False)
    whole, samples = [f"page {number}" for number in range(40)], []
    for day in range(1, 31):
        monkeypatch.setenv("SAMPLE_SEED", f"2026-11-{day:02}")
        samples.append(conftest.sample(whole, 7))
        assert conftest.sample(whole, 7) == samples[-1]

    assert {len(each) for each in samples} == {7}
    assert [sorted(each, key=whole.index) for each in samples] == samples
    assert {page for each in samples for page in each} == set(whole)


def test_in_full_nothing_is_left_out(monkeypatch):
    monkeypatch.setattr(conftest, "IS_DEEP", True)

    assert conftest.sample("abc", 1) == ["a", "b", "c"]
