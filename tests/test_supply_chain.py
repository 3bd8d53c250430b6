"""What the site is made of: every package has its reason and its use, every file of others its origin and its hash."""

import ast
import hashlib
import json
import re
import tomllib
from importlib import metadata

import jsonschema
import pytest
import yaml
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from sma_site import sbom
from sma_site.sbom import ROOT, VENDORED

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
OF_THE_TESTS = "tests/exports"
SCHEMA_OF_CITATIONS = ROOT / OF_THE_TESTS / "citation-file-format-1.2.0.json"
# Files of these kinds are nobody's own work here; those of the admin's icon and the like would be named below.
MADE_ELSEWHERE = re.compile(r"\.(otf|ttf|woff2?|csl|wasm|dat)$|\.min\.(js|css)$|\.schema\.json$")
OURS = ("sma_site", "timeline", "templates", "fixtures", "tests", "deploy")


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def own_files():
    for folder in OURS:
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and not {"node_modules", "__pycache__"} & set(path.parts):
                yield path


# --- vendored files


@pytest.mark.parametrize("folder", [*VENDORED, OF_THE_TESTS])
def test_each_vendored_file_is_the_one_whose_version_origin_and_licence_are_written_down(folder):
    files = list(sbom.vendored(ROOT / folder))

    assert len(files) > 0
    for file in files:
        assert hashlib.sha256((ROOT / file.path).read_bytes()).hexdigest() == file.sha256, file.path
        assert all([file.name, file.version, file.origin, file.licence]), file.path


@pytest.mark.parametrize("folder", VENDORED)
def test_no_file_lies_among_the_vendored_ones_without_a_note(folder):
    notes = [(path.name, json.loads(path.read_text())) for path in (ROOT / folder).glob("*.json")]
    notes = [(name, note) for name, note in notes if "origin" in note]
    known = {name for name, _note in notes} | {file.path.rpartition("/")[2] for file in sbom.vendored(ROOT / folder)}
    known |= {note[word] for _name, note in notes for word in ("licence_file", "made_by") if word in note}

    assert {path.name for path in (ROOT / folder).iterdir()} == known


def test_no_file_of_others_lies_anywhere_else():
    made_elsewhere = {
        path.parent.relative_to(ROOT).as_posix() for path in own_files() if MADE_ELSEWHERE.search(path.name)
    }

    assert made_elsewhere == set(VENDORED)


def test_the_excerpt_of_schema_org_says_of_which_version_it_is():
    excerpt = json.loads((ROOT / "tests/linked_data/schema_org.json").read_text(encoding="utf-8"))

    assert all(excerpt[word] for word in ("version", "origin", "licence"))


def test_every_package_of_the_checkers_in_node_has_its_hash():
    lock = json.loads((ROOT / "tests/browser/package-lock.json").read_text(encoding="utf-8"))
    packages = {name: each for name, each in lock["packages"].items() if name}

    assert [name for name, each in packages.items() if not each.get("integrity", "").startswith("sha512-")] == []


# --- packages


# Those that no module imports, and where they are named.
NAMED_ELSEWHERE = {
    "snowballstemmer": ("timeline/search/stemming.py", 'PACKAGE = "snowballstemmer"'),
    "granian": ("Makefile", "bin"),
    "psycopg": ("sma_site/environment.py", "django.db.backends.postgresql"),
}


def used_names():
    """The first word of each import, and of each dotted name in the settings."""
    for folder in ("sma_site", "timeline"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                yield from names_in(node, is_settings=path.name == "settings.py")


def names_in(node, is_settings):
    if isinstance(node, ast.Import):
        yield from (each.name.partition(".")[0] for each in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield (node.module or "").partition(".")[0]
    elif is_settings and isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value.partition(".")[0]


def runtime_dependencies():
    return [re.match(r"[A-Za-z0-9._-]+", each)[0] for each in PROJECT["project"]["dependencies"]]


def test_every_package_that_the_site_needs_is_used():
    distributions = metadata.packages_distributions()
    used = {normal(each) for name in set(used_names()) for each in distributions.get(name, ())}

    unused = {normal(name) for name in runtime_dependencies()} - used
    assert unused <= set(NAMED_ELSEWHERE)
    for name in unused:
        file, words = NAMED_ELSEWHERE[name]
        assert words in (ROOT / file).read_text(encoding="utf-8")


def test_every_package_stands_on_a_line_with_its_reason():
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    named = [
        each
        for group in ([PROJECT["project"]["dependencies"]], PROJECT["dependency-groups"].values())
        for each in group
    ]
    for requirement in (each for group in named for each in group):
        (line,) = [line for line in lines if line.strip().startswith(f'"{requirement}",')]
        assert re.search(r'", +# [\w`].{8,}$', line), line


# --- the bill of materials


def test_the_bill_of_materials_is_valid_cyclonedx():
    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(sbom.bill()))

    assert problem is None


def test_the_bill_of_materials_has_each_locked_package_with_its_hashes():
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    components = [each for each in sbom.bill()["components"] if each["type"] == "library"]

    locked = re.findall(r"^([\w.-]+)(?:\[.+\])?==([^ ;]+)", lock, re.M)
    assert [(each["name"], each["version"]) for each in components] == locked
    hashes = [each["content"] for component in components for each in component["externalReferences"][0]["hashes"]]
    assert hashes == re.findall(r"--hash=sha256:(\w+)", lock)


def test_the_bill_of_materials_has_the_licence_of_each_package_that_names_one():
    everywhere = [each for each in sbom.bill()["components"] if "properties" not in each]

    assert [each["name"] for each in everywhere if "licenses" not in each] == ["currencyconverter"]


def test_the_bill_of_materials_has_each_vendored_file():
    components = {each["bom-ref"]: each for each in sbom.bill()["components"] if each["type"] == "file"}
    htmx = components["file:timeline/static/timeline/vendor/htmx.min.js"]

    assert len(components) == sum(len(list(sbom.vendored(ROOT / folder))) for folder in VENDORED)
    assert (htmx["name"], htmx["licenses"]) == ("htmx.org", [{"license": {"name": "0BSD"}}])


def test_the_site_itself_depends_on_what_the_project_names():
    (site,) = sbom.bill()["dependencies"]

    assert {normal(each.removeprefix("pkg:pypi/").partition("@")[0]) for each in site["dependsOn"]} == {
        normal(name) for name in runtime_dependencies()
    }


# --- citing the software


def test_the_citation_file_is_valid_and_of_this_version():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))

    jsonschema.validate(cited, json.loads(SCHEMA_OF_CITATIONS.read_text()), format_checker=jsonschema.FormatChecker())
    project = PROJECT["project"]
    assert (cited["type"], cited["version"], cited["license"]) == ("software", project["version"], project["license"])
