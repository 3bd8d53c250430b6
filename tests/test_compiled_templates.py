"""Templates are compiled once for all processes, and nobody else's code is run in their place."""

import pytest
from jinja2 import DictLoader, Environment

from timeline import program
from timeline.compiled_templates import CompiledTemplates


class Counting(Environment):
    """Says how often it had to compile."""

    compiled = 0

    def compile(self, *args, **kwargs):
        self.compiled += 1
        return super().compile(*args, **kwargs)


@pytest.fixture
def shown(settings, tmp_path):
    """What a new process shows for a template, and how many it compiled for that."""
    settings.VAR_DIR = tmp_path

    def show(name="round", **templates):
        made = Counting(loader=DictLoader(templates or {"round": "Round {{ 2 }}"}), bytecode_cache=CompiledTemplates())
        return made.get_template(name).render(), made.compiled

    return show


def kept(folder):
    return list((folder / "templates").iterdir())


def test_a_template_is_compiled_by_the_first_process_alone(shown):
    assert (shown(), shown()) == (("Round 2", 1), ("Round 2", 0))


def test_a_template_that_was_changed_is_compiled_again(shown):
    shown(round="Round 2")
    assert (shown(round="Round 3"), shown(round="Round 3")) == (("Round 3", 1), ("Round 3", 0))


def test_code_that_is_not_signed_with_the_key_of_the_site_is_not_run(shown, settings, tmp_path):
    settings.SECRET_KEY = "somebody else's"
    shown()
    theirs = kept(tmp_path)[0].read_bytes()
    settings.SECRET_KEY = "ours"
    assert shown() == ("Round 2", 1)
    assert kept(tmp_path)[0].read_bytes() != theirs


def test_code_of_one_template_is_not_run_in_the_place_of_another(shown, tmp_path):
    templates = {"round": "The same text", "event": "The same text"}
    shown("round", **templates)
    (of_the_round,) = kept(tmp_path)
    shown("event", **templates)
    of_the_event = next(path for path in kept(tmp_path) if path != of_the_round)
    of_the_event.write_bytes(of_the_round.read_bytes())
    assert shown("event", **templates) == ("The same text", 1)


@pytest.mark.parametrize("content", [b"", b"\x00" * 40, "한".encode() * 100, b"0" * 64 + b"j2"])
def test_what_is_broken_is_compiled_again(shown, tmp_path, content):
    shown()
    kept(tmp_path)[0].write_bytes(content)
    assert (shown(), shown()) == (("Round 2", 1), ("Round 2", 0))


def test_where_nothing_can_be_kept_each_process_compiles(shown, tmp_path):
    (tmp_path / "templates").write_text("a file in the place of the folder")
    assert (shown(), shown()) == (("Round 2", 1), ("Round 2", 1))


def test_nothing_stays_behind_where_a_file_cannot_be_put_in_place(shown, tmp_path):
    shown()
    (taken,) = kept(tmp_path)
    taken.unlink()
    taken.mkdir()
    assert (shown(), kept(tmp_path)) == (("Round 2", 1), [taken])


def test_a_link_to_nothing_beside_the_code_is_passed_over(shown, settings, tmp_path):
    """As Emacs makes one of whoever has a file open."""
    shown()
    (tmp_path / "#enums.py").symlink_to("editor@host.1234:1")
    settings.TEMPLATES = [{"DIRS": [tmp_path]}]

    assert [line for line in program.state(".py") if "#enums.py" in line] == []
