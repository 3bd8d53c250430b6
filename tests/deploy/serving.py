"""Starts what the files of `deploy/` describe, and asks it."""

import http.client
import os
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.deploy.files import HOST, Machine, Unit

SECONDS_TO_START = 90
NGINX = """
daemon off;
pid {root}/nginx.pid;
error_log {root}/nginx.log warn;
worker_processes 1;
{user}
events {{ worker_connections 256; }}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    access_log off;
    client_body_temp_path {root}/body;
    proxy_temp_path {root}/proxy;
    fastcgi_temp_path {root}/fastcgi;
    scgi_temp_path {root}/scgi;
    uwsgi_temp_path {root}/uwsgi;
    include {root}/etc/nginx/conf.d/*.conf;
}}
"""


def nginx_configuration(machine: Machine) -> Path:
    path = machine.root / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""  # or its workers could not look into our folder
    path.write_text(NGINX.format(root=machine.root, user=user))
    (machine.root / "var/cache/nginx").mkdir(parents=True, exist_ok=True)
    certificate(machine.root / f"etc/letsencrypt/live/{HOST}")
    return path


def certificate(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / "fullchain.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    command += ["-keyout", str(folder / "privkey.pem"), "-out", str(made), "-days", "2", "-subj", f"/CN={HOST}"]
    subprocess.run([*command, "-addext", f"subjectAltName=DNS:{HOST}"], check=True, capture_output=True)
    return made


def run(machine: Machine, unit: Unit, command: list[str]) -> None:
    said(machine, unit, command)


def said(machine: Machine, unit: Unit, command: list[str]) -> str:
    """What a command prints, in the environment of this unit."""
    done = subprocess.run(command, cwd=machine.code, env=environment(unit), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


def environment(unit: Unit) -> dict[str, str]:
    """Nothing of ours but where programs are: what is not in the files is not there. And no charts are drawn."""
    return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "DRAW_AFTER_CHANGE": "no"} | unit.environment


def prepared(machine: Machine, unit: Unit) -> None:
    for command in unit.commands("ExecStartPre"):
        run(machine, unit, command)


@contextmanager
def served(machine: Machine, unit: Unit, log: str = "site.log") -> Iterator[subprocess.Popen]:
    [command] = unit.commands("ExecStart")
    with started(command, machine.root / log, cwd=machine.code, env=environment(unit)) as process:
        await_port(unit.environment["LISTEN"], int(unit.environment["PORT"]), process)
        yield process


@contextmanager
def nginx(machine: Machine) -> Iterator[subprocess.Popen]:
    command = ["nginx", "-c", str(nginx_configuration(machine))]
    with started(command, machine.root / "nginx.out") as process:
        await_port("127.0.0.1", machine.ports["443"], process)
        yield process


@contextmanager
def caddy(machine: Machine) -> Iterator[subprocess.Popen]:
    """An authority of its own stands for one elsewhere, in place of the line that one needs; ports are free ones."""
    path = machine.root / "etc/caddy/Caddyfile"
    ours = ["admin off", "local_certs", "skip_install_trust", "default_bind 127.0.0.1"]
    ours += [f"http_port {machine.ports['caddy 80']}", f"https_port {machine.ports['caddy 443']}"]
    text = path.read_text().replace("email webmaster@sma.example.org", "\n\t".join(ours))
    path.write_text(text.replace(":443 {", f":{machine.ports['caddy 443']} {{"))
    here = os.environ | {"XDG_DATA_HOME": str(machine.root / "caddy"), "XDG_CONFIG_HOME": str(machine.root / "caddy")}
    command = ["caddy", "run", "--config", str(path), "--adapter", "caddyfile"]
    with started(command, machine.root / "caddy.log", env=here) as process:
        await_port("127.0.0.1", machine.ports["caddy 443"], process)
        yield process


@contextmanager
def started(command: list[str], log: Path, **options: object) -> Iterator[subprocess.Popen]:
    with log.open("ab") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True, **options)
    try:
        yield process
    except BaseException:
        print(log.read_text()[-4_000:])
        raise
    finally:
        end(process)


def end(process: subprocess.Popen, number: int = signal.SIGTERM) -> None:
    """With all that it has started, dead or alive."""
    for each in (number, signal.SIGKILL):
        try:
            os.killpg(process.pid, each)
        except ProcessLookupError:
            break
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            continue
    process.wait()


def await_port(host: str, port: int, process: subprocess.Popen) -> None:
    latest = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            socket.create_connection((host, port), 1).close()
            return
        except OSError:
            assert process.poll() is None, f"{process.args} ended by itself."
            assert time.monotonic() < latest, f"{process.args} does not listen at {port}."
            time.sleep(0.05)


def workers_of(process: subprocess.Popen) -> list[int]:
    """The processes that it has started and that serve."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return [int(pid) for pid in children if b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes()]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Reader:
    """Asks over TLS, as from outside; keeps cookies as a browser does."""

    def __init__(self, port: int, authority: Path) -> None:
        self.port, self.context, self.cookies = port, ssl.create_default_context(cafile=authority), {}

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, hyphened(headers))

    def ask(self, method: str, path: str, headers: dict[str, str], body: str = "") -> Answer:
        """With header names as they are given here: a `_` in one stays."""
        given = {"Host": HOST} | headers
        if self.cookies:
            given["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection = http.client.HTTPSConnection(HOST, context=self.context)
        connection.sock = self.connected(HOST)
        try:
            connection.request(method, path, body, given)
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        finally:
            connection.close()
        self._keep_cookies(answer)
        return answer

    def connected(self, name: str) -> ssl.SSLSocket:
        plain = socket.create_connection(("127.0.0.1", self.port), 30)
        try:
            return self.context.wrap_socket(plain, server_hostname=name)
        except ssl.SSLError:
            plain.close()
            raise

    def _keep_cookies(self, answer: Answer) -> None:
        for line in answer.headers.get_all("Set-Cookie", []):
            name, _equals, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value

    def post(self, path: str, body: str, named: dict[str, str] | None = None, **headers: str) -> Answer:
        """A form of the page at `path`, as a browser sends it; with headers that are `named` as they stand there."""
        self.get(path)
        sent = {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"https://{HOST}{path}"}
        token = self.cookies.get("csrftoken", "")
        return self.ask("POST", path, sent | hyphened(headers) | (named or {}), f"csrfmiddlewaretoken={token}&{body}")


def hyphened(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
