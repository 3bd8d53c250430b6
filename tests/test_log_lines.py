"""The log: each line is one JSON object, whatever was logged, or one line for people."""

import json
import logging
import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from sma_site.current_request import CurrentRequest, current_request
from sma_site.environment import env_choice
from sma_site.log_lines import LONGEST_TRACEBACK, LONGEST_VALUE, JsonLines, PlainLines
from timeline.security import log

HOSTILE = 'a\nsigned-in user="minji"\r\x1b[2J\x00\x85\u2028\u202e\ud800 분담'


@pytest.fixture
def logged():
    """What a logger with these lines has written, one text for each record."""

    class Kept(logging.Handler):
        def emit(self, record):
            written.append(self.formatter.format(record))

    written, handler, logger = [], Kept(), logging.getLogger("sma.test")
    handler.setFormatter(JsonLines())
    logger.addHandler(handler)
    logger.propagate = False  # what is hostile in these lines would go on to the report of the test
    logger.written = written
    logger.plain = lambda: handler.setFormatter(PlainLines())
    yield logger
    logger.removeHandler(handler)
    logger.propagate = True


@pytest.fixture
def request_of_this_thread():
    request = CurrentRequest("3f9a1c02-1f")
    token = current_request.set(request)
    yield request
    current_request.reset(token)


def test_a_line_is_one_object_with_time_level_logger_message_and_fields(logged):
    logged.info("%s came", "Minji", extra={"event": "came", "fields": {"user": "minji", "count": 2, "by": None}})

    line = json.loads(logged.written[0])
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "info",
        "logger": "sma.test",
        "message": "came",
        "user": "minji",
        "count": 2,
        "by": None,
    }


def test_a_line_of_a_request_carries_its_number(logged, request_of_this_thread):
    logged.info("Something")
    logged.plain()
    logged.info("Something")

    assert json.loads(logged.written[0])["request"] == "3f9a1c02-1f"
    assert logged.written[1].endswith("INFO sma.test: Something [3f9a1c02-1f]")


def test_nothing_that_is_logged_ends_a_line_or_is_lost(logged):
    logged.info(HOSTILE, extra={"fields": {"path": HOSTILE}})

    (line,) = logged.written
    assert line.isascii()
    assert line.isprintable()
    assert (json.loads(line)["message"], json.loads(line)["path"]) == (HOSTILE, HOSTILE)


def test_nothing_that_is_logged_ends_a_line_for_people_either(logged):
    logged.plain()
    logged.info(HOSTILE)

    (line,) = logged.written
    assert line.isprintable()
    assert r'sma.test: a\nsigned-in user="minji"\r\x1b[2J\x00\x85\u2028\u202e\ud800 분담' in line


def test_a_field_cannot_take_the_place_of_what_every_line_has(logged, request_of_this_thread):
    logged.info("true", extra={"fields": {"message": "false", "level": "false", "request": "false"}})

    line = json.loads(logged.written[0])
    assert (line["message"], line["level"], line["request"]) == ("true", "info", "3f9a1c02-1f")


def test_huge_values_are_cut_and_say_so(logged):
    logged.info("x" * 1_000_000, extra={"fields": {"text": "y" * 1_000_000, "many": ["z"] * 1_000_000}})

    line = json.loads(logged.written[0])
    assert line["message"] == "x" * LONGEST_VALUE + "… (998000 characters more)"
    assert line["text"].endswith("y… (998000 characters more)")
    assert len(line["many"]) < LONGEST_VALUE + 40


def test_a_value_that_json_does_not_know_is_written_as_its_text(logged):
    logged.info("", extra={"fields": {"path": JsonLines, "groups": ["Editors", "Reviewers"]}})

    line = json.loads(logged.written[0])
    assert (line["path"], line["groups"]) == (str(JsonLines), ["Editors", "Reviewers"])


def raise_and_log(logger, words):
    try:
        raise ValueError(words)
    except ValueError:
        logger.exception("Failed")


def test_an_exception_is_one_line_with_its_traceback_as_a_field(logged):
    raise_and_log(logged, HOSTILE)

    (line,) = logged.written
    assert line.isprintable()
    assert json.loads(line)["traceback"].startswith("Traceback (most recent call last):\n")
    assert "ValueError: a\nsigned-in" in json.loads(line)["traceback"]


def test_for_people_each_line_of_a_traceback_is_set_in(logged):
    logged.plain()
    raise_and_log(logged, HOSTILE)

    first, *others = logged.written[0].split("\n")
    assert first.endswith("ERROR sma.test: Failed")
    assert [line[:4] for line in others] == ["    "] * len(others)
    assert all(line.isprintable() for line in others)


def test_of_a_long_traceback_the_middle_is_left_out(logged):
    raise_and_log(logged, "x" * 1_000_000)

    traceback = json.loads(logged.written[0])["traceback"]
    assert len(traceback) == LONGEST_TRACEBACK + 3
    assert (traceback[:9], traceback[-3:]) == ("Traceback", "xxx")


@pytest.mark.django_db
def test_a_security_event_has_its_values_as_fields(django_user_model, caplog):
    minji = django_user_model.objects.create_user("minji")
    caplog.set_level("INFO", "sma.security")
    caplog.clear()

    log.note("recovery-code-used", user=minji, left=9)

    (record,) = caplog.records
    line = json.loads(JsonLines().format(record))
    del line["time"]
    said = {"level": "info", "logger": "sma.security", "message": "recovery-code-used"}
    assert line == said | {"user": "minji", "address": "shell", "left": 9}
    assert record.getMessage() == 'recovery-code-used user="minji" address="shell" left=9'


PROGRAM = """
import logging.config
from sma_site import settings
logging.config.dictConfig(settings.LOGGING)
logging.getLogger("sma.test").warning("Something")
"""


def first_line(tmp_path, **environment):
    told = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path)} | environment
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=told, capture_output=True, text=True, check=False)
    return done.stderr.strip()


@pytest.mark.parametrize("environment", [{"LOG_FORMAT": "json"}, {"SITE_URL": "https://sma.example"}])
def test_a_public_site_logs_in_json_and_so_does_one_that_is_told_to(tmp_path, environment):
    assert json.loads(first_line(tmp_path, **environment))["message"] == "Something"


@pytest.mark.parametrize("environment", [{}, {"SITE_URL": "https://sma.example", "LOG_FORMAT": "plain"}])
def test_a_site_on_ones_own_machine_logs_for_people(tmp_path, environment):
    assert first_line(tmp_path, **environment).endswith("WARNING sma.test: Something")


def test_a_format_that_there_is_not_stops_the_start(monkeypatch):
    monkeypatch.setenv("LOG_FORMAT", "xml")

    with pytest.raises(ImproperlyConfigured, match="LOG_FORMAT must be json or plain, not 'xml'"):
        env_choice("LOG_FORMAT", "plain", ("json", "plain"))
