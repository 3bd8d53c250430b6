"""What the site reads from its environment: documented, and refused where it is misspelt or not safe."""

import ast
import re

import pytest
from django.core.exceptions import ImproperlyConfigured

from sma_site import environment
from sma_site.environment import secret_key, site_host
from sma_site.setting_names import NAMES, refuse_misspelt
from tests.test_project import ROOT, manage

DOCS = ROOT / "timeline" / "docs" / "settings.md"
NAME = re.compile(r"[A-Z][A-Z_]+")
OF_DJANGO = {"DJANGO_SETTINGS_MODULE"}


def names_read():
    """What is asked of the environment anywhere in the code, through our functions or os.environ itself."""
    ours = {name for name, value in vars(environment).items() if callable(value)}
    for folder in ("sma_site", "timeline"):
        for path in (ROOT / folder).rglob("*.py"):
            for call in (each for each in ast.walk(ast.parse(path.read_text())) if isinstance(each, ast.Call)):
                asks = getattr(call.func, "id", "") in ours or "os.environ" in ast.unparse(call.func)
                first = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
                if asks and isinstance(first, str) and NAME.fullmatch(first):
                    yield first


def test_every_setting_is_documented_and_every_documented_setting_is_read():
    documented = re.findall(r"^\| `([A-Z_]+)` \|", DOCS.read_text(), re.MULTILINE)

    assert sorted(documented) == sorted(NAMES)
    assert set(names_read()) - OF_DJANGO == NAMES


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("SITE_ULR", "SITE_URL"),
        ("SITEURL", "SITE_URL"),
        ("site_url", "SITE_URL"),
        ("DEBUGG", "DEBUG"),
        ("PROT", "PORT"),
        ("SECRETKEY", "SECRET_KEY"),
        ("DATABSE_URL", "DATABASE_URL"),
        ("TRUSTED_PROXY", "TRUSTED_PROXIES"),
        ("TRUSTED_PROXYS", "TRUSTED_PROXIES"),
        ("BEHIND_PROXIES", "BEHIND_PROXY"),
    ],
)
def test_a_misspelt_setting_is_refused_with_the_name_that_was_meant(monkeypatch, given, meant):
    monkeypatch.setenv(given, "1")

    with pytest.raises(ImproperlyConfigured) as refused:
        refuse_misspelt()

    assert str(refused.value) == (
        f"There is no setting {given}. Do you mean {meant}? All of them are in timeline/docs/settings.md."
    )


@pytest.mark.parametrize("name", ["PATH", "HOME", "TERM", "SHLVL", "SSH_PORT", "BASE_URL", "CACHE_DIR", "SITE"])
def test_what_other_programs_read_is_left_alone(monkeypatch, name):
    monkeypatch.setenv(name, "something")
    monkeypatch.setenv("SITE_ULR", "")

    refuse_misspelt()


def test_a_misspelt_setting_stops_the_start(tmp_path):
    refused = manage("check", var_dir=tmp_path, TRUSTED_PROXES="1")

    assert refused.returncode == 1
    assert "There is no setting TRUSTED_PROXES. Do you mean TRUSTED_PROXIES?" in refused.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    "site_url",
    [
        "https://*",
        "https://*.example.org",
        "https://.example.org",
        "https://sma..example",
        "https://sma.example/path",
        "https://sma.example?a=b",
        "https://sma.example#a",
        "https://hana@sma.example",
        "https://sma.example:port",
        "https://sma.example:99999",
        "https://-sma.example",
        "https://sma example",
        "https://",
        "https://[::1",
        "ftp://sma.example",
        "sma.example",
        "//sma.example",
    ],
)
def test_an_address_that_is_not_one_plain_host_is_refused(site_url):
    with pytest.raises(ImproperlyConfigured) as refused:
        site_host(site_url)

    assert str(refused.value) == f"SITE_URL must be like https://sma.example.org, not {site_url!r}."


@pytest.mark.parametrize(
    ("site_url", "host"),
    [
        ("https://sma.example", "sma.example"),
        ("https://SMA.example:8443", "sma.example"),
        ("http://127.0.0.1:8000", "127.0.0.1"),
        ("http://[::1]:8000", "[::1]"),
        ("https://xn--3e0b707e.example", "xn--3e0b707e.example"),
    ],
)
def test_the_host_of_the_site_is_the_only_one(site_url, host):
    assert site_host(site_url) == host


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"SITE_URL": "https://sma.example", "DEBUG": "yes"}, "DEBUG must be off where SITE_URL begins with https."),
        (
            {"SITE_URL": "https://sma.example", "SECRET_KEY": "django-insecure-" + "abcdefghij" * 5},
            "SECRET_KEY must be at least 50 characters long and random.",
        ),
        ({"SITE_URL": "https://*"}, "SITE_URL must be like https://sma.example.org, not 'https://*'."),
    ],
)
def test_a_public_site_does_not_start_unsafely(tmp_path, environment, sentence):
    refused = manage("check", "--deploy", var_dir=tmp_path, **environment)

    assert refused.returncode == 1
    assert refused.stderr.strip().splitlines()[-1] == f"django.core.exceptions.ImproperlyConfigured: {sentence}"


@pytest.mark.parametrize("kept", ["", "short", "a" * 80])
def test_a_weak_key_in_the_file_is_refused_as_well(tmp_path, monkeypatch, kept):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    path = tmp_path / "secret_key"
    path.write_text(kept)

    with pytest.raises(ImproperlyConfigured, match="must be at least 50 characters long and random"):
        secret_key(path)
