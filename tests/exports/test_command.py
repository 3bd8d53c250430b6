"""The data set written by whoever runs the site."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests import make
from timeline import exports

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, settings):
    settings.VAR_DIR = tmp_path / "var"


def test_it_writes_every_file_and_says_of_which_version(tmp_path):
    make.place()
    said = StringIO()

    call_command("export_data", str(tmp_path / "out"), stdout=said)

    assert all((tmp_path / "out" / name).exists() for name in exports.FILES)
    assert said.getvalue().endswith(f": 1 rows in {len(exports.FILES)} files.\n")


def test_it_writes_a_part(tmp_path):
    make.round(agreement=make.agreement(ordinal=12))
    make.place()

    call_command("export_data", str(tmp_path / "out"), "--filter", "?agreement=12", stdout=StringIO())

    assert len((tmp_path / "out" / "sma-timeline.jsonl").read_text(encoding="utf-8").splitlines()) == 2


def test_a_filter_that_is_none_is_refused_with_a_sentence(tmp_path):
    with pytest.raises(CommandError, match="There is no agreement “99” in this knowledge base"):
        call_command("export_data", str(tmp_path), "--filter", "agreement=99")


def test_it_wants_a_folder():
    with pytest.raises(CommandError, match="Name the folder to write to"):
        call_command("export_data")
