"""The bill of materials: all that a running site is made of, in the form of CycloneDX. `make sbom` writes it.

It is made of the lock file and of the notes beside vendored files, without any package, so that it can be made wherever
the site runs; the same files give the same bytes.
"""

import json
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
# Each holds files of others, notes in JSON that say where these come from, and their licences.
VENDORED = ("timeline/static/timeline/vendor", "timeline/pictures/fonts", "timeline/citing/csl_styles")
LOCKED = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^\]]+\])?==(\S+)(?: ; (.+?))? \\")
NAME = re.compile(r"[A-Za-z0-9._-]+")
LONGEST_NAME = 80
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Package:
    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]  # of the files that may be installed, each for some machine

    @property
    def purl(self) -> str:
        return f"pkg:pypi/{self.name}@{self.version}"


@dataclass(frozen=True)
class File:
    path: str
    name: str
    version: str
    origin: str
    licence: str
    sha256: str


def packages(lock: str) -> list[Package]:
    """Each line of a package is followed by the hashes of its files."""
    found: list[Package] = []
    for line in lock.splitlines():
        if begins := LOCKED.match(line):
            found.append(Package(begins[1], begins[2], begins[3] or "", ()))
        elif hashed := HASH.search(line):
            last = found.pop()
            found.append(Package(last.name, last.version, last.marker, (*last.hashes, hashed[1])))
    return found


def vendored(folder: Path) -> Iterator[File]:
    """What the notes of a folder tell; one note may be about several files."""
    for path in sorted(folder.glob("*.json")):
        note = json.loads(path.read_text(encoding="utf-8"))
        if "origin" not in note:  # a vendored file that is JSON itself
            continue
        for name, own in note["files"].items() if "files" in note else [(note["file"], {})]:
            told = note | own
            where = (folder / name).relative_to(ROOT).as_posix()
            yield File(where, told["name"], told["version"], told["origin"], told["licence"], told["sha256"])


def bill() -> dict[str, Any]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked = packages((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    files = [file for folder in VENDORED for file in vendored(ROOT / folder)]
    site = {"type": "application", "bom-ref": project["name"], "name": project["name"], "version": project["version"]}
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": site | {"licenses": [{"expression": project["license"]}]}},
        "components": [*map(_of_package, locked), *map(_of_file, files)],
        "dependencies": [{"ref": project["name"], "dependsOn": _direct(project["dependencies"], locked)}],
    }


def _direct(dependencies: list[str], locked: list[Package]) -> list[str]:
    asked = {_normal(NAME.match(each)[0]) for each in dependencies}  # type: ignore[index]
    return [each.purl for each in locked if _normal(each.name) in asked]


def _of_package(package: Package) -> dict[str, Any]:
    hashes = [{"alg": "SHA-256", "content": each} for each in package.hashes]
    component = {
        "type": "library",
        "bom-ref": package.purl,
        "name": package.name,
        "version": package.version,
        "purl": package.purl,
        "externalReferences": [
            {
                "type": "distribution",
                "url": package.purl,
                "hashes": hashes,
            }
        ],
    }
    if licence := _licence(package):
        component["licenses"] = [licence]
    if package.marker:
        component["properties"] = [{"name": "sma-timeline:installed-where", "value": package.marker}]
    return component


def _licence(package: Package) -> dict[str, Any]:
    """As the installed package says it; nothing where it is not installed, as those of other systems."""
    try:
        told = metadata.metadata(package.name)
    except metadata.PackageNotFoundError:
        return {}
    if told["Version"] != package.version:
        return {}
    if "License-Expression" in told:
        return {"expression": told["License-Expression"]}
    named = [each.rpartition(" :: ")[2] for each in told.get_all("Classifier", []) if each.startswith("License ::")]
    written = "".join(told.get_all("License", []))  # some put the whole text there
    if not named and 0 < len(written) < LONGEST_NAME:
        named = [written]
    return {"license": {"name": ", ".join(named)}} if named else {}


def _of_file(file: File) -> dict[str, Any]:
    return {
        "type": "file",
        "bom-ref": f"file:{file.path}",
        "name": file.name,
        "version": file.version,
        "hashes": [{"alg": "SHA-256", "content": file.sha256}],
        "licenses": [{"license": {"name": file.licence}}],
        "properties": [
            {"name": "sma-timeline:path", "value": file.path},
            {"name": "sma-timeline:origin", "value": file.origin},
        ],
    }


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(bill(), ensure_ascii=False, indent=2) + "\n")
