"""Who writes waits in the order of coming."""

import sqlite3
import threading
import time
from contextlib import closing

import pytest
from django.db import OperationalError, connection, transaction

from tests import make
from timeline import history
from timeline.index import turns
from timeline.index.turns import QUEUE, Queue
from timeline.models import Revision

on_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL has a queue of its own")


def test_who_came_first_is_next():
    queue, served = Queue(), []

    def wait(number):
        with queue.turn(60):
            served.append(number)

    with queue.turn(60):
        waiting = []
        for number in range(5):
            waiting.append(threading.Thread(target=wait, args=(number,)))
            waiting[-1].start()
            while len(queue) < number + 2:
                time.sleep(0.001)
    for each in waiting:
        each.join()

    assert (served, len(queue)) == ([0, 1, 2, 3, 4], 0)


def test_who_has_waited_long_enough_is_told_so_and_leaves_the_queue():
    queue = Queue()

    with queue.turn(0), pytest.raises(OperationalError, match="database is locked"), queue.turn(0):
        pass

    assert len(queue) == 0


def test_a_failure_ends_the_turn():
    queue = Queue()

    with pytest.raises(ZeroDivisionError), queue.turn(0):
        1 / 0  # noqa: B018

    assert len(queue) == 0


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_save_of_an_editor_waits_for_its_turn(monkeypatch):
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0)

    with QUEUE.turn(0), pytest.raises(OperationalError), history.unit():
        make.place()

    assert Revision.objects.count() == 0


@pytest.mark.django_db
def test_within_a_transaction_nobody_waits():
    with QUEUE.turn(0), history.unit():
        make.place()

    assert Revision.objects.count() == 1


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_after_some_turns_without_a_pause_whoever_waits_at_the_database_itself_comes_in(monkeypatch):
    monkeypatch.setattr(turns, "SECONDS_WITHOUT_GAP", 0)
    monkeypatch.setattr(turns, "GAP", 2)
    is_in = threading.Event()

    def save():
        with turns.in_turn(), transaction.atomic():
            is_in.wait(10)
        connection.close()

    saver = threading.Thread(target=save)
    with closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=1)) as outside:
        with QUEUE.turn(0):
            saver.start()
            while len(QUEUE) < 2:
                time.sleep(0.001)
        time.sleep(0.3)  # long enough for who does not leave a gap
        try:
            outside.execute("BEGIN IMMEDIATE")
            outside.rollback()
        finally:
            is_in.set()
            saver.join()

    assert len(QUEUE) == 0
