"""Where the threads of a worker run: measured in processes of their own, whose threads may be moved."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

pytestmark = pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="needs two processors")

THREE_WORKERS = r"""
import os, threading
from sma_site import one_processor
from sma_site.one_processor import OneProcessor

one_processor.NAME = f"\0test/{os.getpid()}/{{}}"  # other tests have servers on this machine

def where(environ, start_response):
    return sorted(os.sched_getaffinity(0))

def served(worker):
    found = []
    threads = [threading.Thread(target=lambda: found.append(worker({}, None))) for _number in range(2)]
    for thread in threads:
        thread.start()
        thread.join()
    return found

all_processors = sorted(os.sched_getaffinity(0))[:2]
os.sched_setaffinity(0, all_processors)
workers = [OneProcessor(where) for _number in range(3)]
first, second, third = map(served, workers)
print(first[0] == first[1], sorted(first[0] + second[0]) == all_processors, third == [all_processors] * 2)
"""
WHAT_A_THREAD_BEGINS = """
import os, threading
from pathlib import Path

import django
django.setup()
from django.conf import settings
from timeline import processes

told = Path(os.environ["TOLD"])
settings.BASE_DIR = told.parent
settings.BASE_DIR.joinpath("manage.py").write_text(
    f"import os; from pathlib import Path; Path('{told}').write_text(str(sorted(os.sched_getaffinity(0))))"
)

def work():
    os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[0]})
    with open(os.devnull) as lock:
        processes.begin(lock=lock.fileno())
    processes._running[0].wait()
    print(told.read_text() == str(sorted(os.sched_getaffinity(os.getpid()))), len(os.sched_getaffinity(0)))

thread = threading.Thread(target=work)
thread.start()
thread.join()
"""


def said_by(code, folder, **environment):
    inherited = {"PATH": os.environ["PATH"], "VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "sma_site.settings"}
    command = [sys.executable, "-c", code]
    answer = subprocess.run(
        command, env=inherited | environment, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    return answer.stdout.strip()


def test_all_threads_of_a_worker_stay_on_one_processor_and_each_worker_has_another(tmp_path):
    assert said_by(THREE_WORKERS, tmp_path) == "True True True"


def test_what_such_a_thread_begins_may_run_anywhere_and_the_thread_stays(tmp_path):
    assert said_by(WHAT_A_THREAD_BEGINS, tmp_path, TOLD=str(tmp_path / "told")) == "True 1"


@pytest.mark.parametrize(
    ("environment", "outermost"),
    [({}, "OneProcessor"), ({"ONE_PROCESSOR": "no"}, "RequestLog"), ({"DEBUG": "yes"}, "RequestLog")],
)
def test_a_setting_lets_them_run_anywhere_and_a_developer_has_no_need(environment, outermost, tmp_path):
    code = "from sma_site.wsgi import application; print(type(application).__name__)"

    assert said_by(code, tmp_path, **environment) == outermost
