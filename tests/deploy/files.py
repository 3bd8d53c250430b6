"""The files of `deploy/` as they stand there, but for folders and ports, and what the units of systemd say."""

import re
import shlex
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

DEPLOY = settings.BASE_DIR / "deploy"
HOST = "sma.example.org"
PROGRAMS = Path(sys.executable).parent


@dataclass
class Machine:
    """A folder that stands for the root of a machine, and the ports that it listens at."""

    root: Path
    ports: dict[str, int]  # of a port in the files, the one that is free here
    code: Path = settings.BASE_DIR
    others: dict[str, str] = field(default_factory=dict)  # what else is called otherwise here

    @property
    def var(self) -> Path:
        return self.root / "var/lib/sma-timeline"

    @property
    def copy(self) -> Path:
        return self.root / "var/lib/sma-timeline-copy/copy"

    def install(self, *pairs: tuple[str, str]) -> None:
        """Files or folders of `deploy/`, each to its place under the root."""
        for name, place in pairs:
            source, target = DEPLOY / name, self.root / place.lstrip("/")
            for path in sorted(source.rglob("*")) if source.is_dir() else [source]:
                if path.is_file():
                    self._install(path, target / path.relative_to(source) if source.is_dir() else target)

    def _install(self, path: Path, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(self.localized(path.read_text()))
        shutil.copymode(path, target)

    def localized(self, text: str) -> str:
        """Absolute folders begin at the root, the code is this one, the ports are those that are free."""
        for name, here in self.others.items():
            text = text.replace(name, here)
        text = text.replace("/opt/sma-timeline/current/.venv/bin", str(PROGRAMS))
        text = text.replace("/opt/sma-timeline/current", str(self.code))
        text = re.sub(r"(?<![\w.$/}-])/(etc/(?!nginx/mime)|var/)(?=\w)", lambda found: f"{self.root}/{found[1]}", text)
        text = re.sub(r"listen (\d+)\b", lambda found: f"listen 127.0.0.1:{self.ports[found[1]]}", text)
        text = re.sub(r"listen \[::\]:(\d+)\b", lambda found: f"listen [::1]:{self.ports[found[1]]}", text)
        for port, here in self.ports.items():
            text = re.sub(rf"(?<=127\.0\.0\.1:){port}\b|(?<=PORT=){port}\b", str(here), text)
        return text

    def unit(self, name: str) -> "Unit":
        folder = self.root / "etc/systemd/system"
        texts = [(folder / name).read_text()]
        for dropins in (folder / "sma-timeline-.service.d", folder / f"{name}.d"):
            texts += [path.read_text() for path in sorted(dropins.glob("*.conf"))]
        return Unit("\n".join(texts))


class Unit:
    """What of a unit can be followed without systemd: its settings, and its commands in their order."""

    def __init__(self, text: str) -> None:
        pairs = [line.split("=", 1) for line in text.splitlines() if re.match(r"\w+=", line)]
        self.lines: dict[str, list[str]] = {}
        for name, value in pairs:
            if value:
                self.lines.setdefault(name, []).append(value)
            else:
                self.lines.pop(name, None)  # an empty one takes back what was said before

    @property
    def environment(self) -> dict[str, str]:
        given = [word for line in self.lines["Environment"] for word in shlex.split(line)]
        for path in self.lines["EnvironmentFile"]:
            lines = Path(path).read_text().splitlines()
            given += [line for line in lines if line and not line.startswith("#")]
        return dict(each.split("=", 1) for each in given)

    def commands(self, name: str) -> list[list[str]]:
        environment = self.environment
        return [
            [re.sub(r"\$\{(\w+)\}", lambda found: environment[found[1]], word) for word in shlex.split(line)]
            for line in self.lines.get(name, [])
        ]
