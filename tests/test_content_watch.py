"""The content version is asked for together by the threads of a worker, and nobody is told an older one."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from sma_site.content_watch import ContentWatch, Together
from timeline import index


class Asked:
    """Answers with the number of the question, once it may."""

    def __init__(self):
        self.count, self.may_answer = 0, threading.Event()

    def __call__(self):
        self.count += 1
        number = self.count
        self.may_answer.wait(10)
        return str(number)


def wait_until(condition):
    ends = time.monotonic() + 10
    while not condition() and time.monotonic() < ends:
        time.sleep(0.01)


def test_who_comes_while_a_question_is_out_waits_for_the_next_which_one_asks_for_all():
    asked, came = Asked(), []
    together = Together(asked)

    def come():
        came.append(True)
        return together()

    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(together)
        wait_until(lambda: asked.count == 1)
        others = [pool.submit(come) for _number in range(3)]
        wait_until(lambda: len(came) == 3)
        time.sleep(0.2)  # until each stands in the queue
        asked.may_answer.set()

    assert [each.result() for each in (first, *others)] == ["1", "2", "2", "2"]
    assert asked.count == 2


def test_who_asks_alone_asks_each_time():
    asked = Asked()
    asked.may_answer.set()
    together = Together(asked)

    assert [together() for _number in range(3)] == ["1", "2", "3"]


def test_nobody_is_told_what_was_so_before_he_came():
    written = [0]
    together = Together(lambda: str(written[0]))

    def write_and_ask(_number):
        written[0] += 1
        mine = written[0]
        return int(together()) >= mine

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(write_and_ask, range(2_000))) == {True}


def test_a_question_without_an_answer_is_asked_again_by_the_next():
    answers = iter([ConnectionError, "2"])

    def ask():
        if isinstance(answer := next(answers), str):
            return answer
        raise answer

    together = Together(ask)
    with pytest.raises(ConnectionError):
        together()

    assert together() == "2"


@pytest.mark.django_db(transaction=True)
def test_all_threads_see_a_change_at_once():
    watch = ContentWatch()
    with ThreadPoolExecutor(4) as pool:
        before = {each.result() for each in [pool.submit(watch.marks) for _number in range(20)]}
        index.bump()
        after = {each.result() for each in [pool.submit(watch.marks) for _number in range(20)]}
        list(pool.map(lambda _number: watch.close(), range(8)))

    assert (len(before), len(after), before & after) == (1, 1, set())
