"""Servers of one run: started alike, asked for the time that their processes have spent computing, and ended."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
PEERS = REPOSITORY / "tests/benchmarks/peers"
SECONDS_TO_START, SECONDS_TO_END = 60, 10
# As `make run` serves the site.
GRANIAN = ("--interface", "wsgi", "--host", "127.0.0.1", "--blocking-threads", "4", "--backpressure", "64",
           "--workers-kill-timeout", "3", "--log-level", "warning")  # fmt: skip


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def computed(pid):
    """Seconds that all threads of a process have spent computing, to the nanosecond (clock_getcpuclockid(3))."""
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:  # it has ended
        return 0.0


def family(pid):
    """The process and all that it has started."""
    children = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, waiting = [], [pid]
    while waiting:
        found.append(each := waiting.pop())
        waiting += children.get(each, [])
    return found


class Server:
    def __init__(self, name, command, *, cwd=REPOSITORY, env=None, port=None):
        self.name, self.port = name, port or free_port()
        filled = [each.format(port=self.port) for each in command]
        self.process = subprocess.Popen(
            filled, cwd=cwd, env=os.environ | (env or {}), start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.connection = None
        self._wait()

    def _wait(self):
        ends = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < ends:
            if self.process.poll() is not None:
                sys.exit(f"{self.name} ended with {self.process.returncode} before it answered.")
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        sys.exit(f"{self.name} does not answer.")

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)

    def ask(self, address, headers=None):
        """Status, body and headers of one answer, over the connection that is kept open."""
        self.connection = self.connection or self.connect()
        try:
            self.connection.request("GET", address, headers=headers or {})
            answer = self.connection.getresponse()
        except (http.client.HTTPException, OSError):
            self.connection.close()
            self.connection.request("GET", address, headers=headers or {})
            answer = self.connection.getresponse()
        return answer.status, answer.read(), dict(answer.getheaders())

    def computed(self):
        return sum(map(computed, family(self.process.pid)))

    def memory(self):
        """MiB of the largest of its processes: the worker."""
        sizes = []
        for pid in family(self.process.pid):
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
            sizes += [int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")]
        return max(sizes)

    def end(self):
        if self.connection:
            self.connection.close()
        self.process.terminate()
        try:
            self.process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def environment_of_ours(var_dir, database_url):
    """As the site runs, but no drawing beside it, and nobody is told to come back later: we ask it a lot at once."""
    environment = {"VAR_DIR": str(var_dir), "DEBUG": "no", "DRAW_AFTER_CHANGE": "no", "RATE_LIMIT": "1000000"}
    return environment | ({"DATABASE_URL": database_url} if database_url else {})


def ours(var_dir, database_url):
    port = free_port()
    environment = environment_of_ours(var_dir, database_url) | {"PORT": str(port)}
    subprocess.run(
        [sys.executable, "manage.py", "prepare"],
        cwd=REPOSITORY, env=os.environ | environment, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    granian = str(Path(sys.executable).with_name("granian"))
    command = [granian, *GRANIAN, "--port", "{port}", "sma_site.wsgi:application"]
    return Server("ours", command, env=environment, port=port)


def environment_of_peer(name, var_dir, database_url):
    environment = {"VAR_DIR": str(var_dir), "PEER_DATABASE_URL": database_url}
    return environment | {"DJANGO_SETTINGS_MODULE": f"{name}.settings", "PYTHONPATH": str(PEERS)}


def peer(name, python, var_dir, database_url):
    """A Django project among the peers."""
    environment = environment_of_peer(name, var_dir, database_url)
    command = [str(Path(python).with_name("granian")), *GRANIAN, "--port", "{port}", f"{name}.wsgi:application"]
    return Server(name, command, cwd=PEERS, env=environment)


def bare(file):
    """What the server itself costs: a callable that gives out packed bytes with a few headers, or 304."""
    command = [str(Path(sys.executable).with_name("granian")), *GRANIAN, "--port", "{port}", "bare:application"]
    return Server("a bare callable", command, cwd=PEERS, env={"BARE_FILE": str(file)})


def datasette(program, file):
    command = [str(program), "serve", str(file), "--host", "127.0.0.1", "--port", "{port}"]
    return Server("datasette", [*command, "--setting", "facet_time_limit_ms", "2000"])


NGINX = """\
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
  access_log off; sendfile on; tcp_nopush on; types {{ text/html html; }} gzip_static on; etag on;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder};
  scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port}; root {folder}/files; }}
}}
"""


def nginx(folder, files):
    """`files`: what each is called, and its bytes; a packed one is called `.gz` beside the plain one."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        return None
    (folder / "files").mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    for name, content in files.items():
        (folder / "files" / name).write_bytes(content)
    port = free_port()
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port))
    command = [program, "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
    return Server("nginx", [*command, "-g", "user root;"] if os.geteuid() == 0 else command, cwd=folder, port=port)
