"""Every type of page, asked of the Nu Html Checker: one start of Java for all of them."""

import json
import shutil
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.browser.pages import ANSWERED_WITH_AN_ERROR, PAGES

pytestmark = pytest.mark.browser
CHECKER = Path(__file__).parent / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"


def fetched(address):
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310 - our own site
            return answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.read()


def test_every_page_is_valid_html(site, tmp_path):
    if not shutil.which("java") or not CHECKER.exists():
        pytest.skip("The Nu Html Checker needs java and the package that npm installs in tests/browser.")
    for name, address in (PAGES | ANSWERED_WITH_AN_ERROR).items():
        (tmp_path / f"{name}.html").write_bytes(fetched(site + address))

    checked = subprocess.run(
        ["java", "-jar", str(CHECKER), "--format", "json", str(tmp_path)], capture_output=True, text=True, check=False
    )

    said = json.loads(checked.stderr)["messages"]
    assert [f"{Path(each['url']).name}: {each['message']} … {each.get('extract', '')}" for each in said] == []
