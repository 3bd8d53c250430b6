"""What the processes do that are killed."""

import http.client
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder
from django.middleware.csrf import _unmask_cipher_token, get_token
from django.test import Client, RequestFactory

from tests.admin.forms import REASON, address, fields_of, row
from tests.admin.signed_in import sign_in
from timeline import backups, imports
from timeline.models import Agreement, ContentVersion, ImportBatch, Official, Place, Round, Source

QUOTE = "The talks in Seoul took place from Tuesday through Thursday"
PATIENCE = 60  # seconds for one answer; a bound on waiting for ever, not on speed
OF_ONE_EDITOR = 5_000  # rounds at most
CHANGED = "Views were exchanged, and the next talks were agreed on."
Tell = Callable[[Any], None]


def run(job: Callable[..., None], mouth: Any, where: dict[str, Any], given: tuple[Any, ...], named: Any) -> None:
    connections["default"].settings_dict |= where
    job(mouth.send, *given, **named)


# --- how many statements, and the death before one of them


class Statements:
    def __init__(self) -> None:
        self.count = self.last = 0

    def __call__(self, execute: Callable[..., Any], *given: Any) -> Any:
        self.count += 1
        if self.count == self.last:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*given)


@contextmanager
def dying_before(statement: int) -> Iterator[Statements]:
    """The so many-th; never before none."""
    counted = Statements()
    counted.last = statement
    with connection.execute_wrapper(counted):
        yield counted


def measured(tell: Tell, statement: int, work: Callable[[], Any]) -> None:
    connection.ensure_connection()
    tell("begun")
    with dying_before(statement) as counted:
        begun = time.monotonic()
        work()
        tell((counted.count, time.monotonic() - begun))


# --- an editor


class Editor:
    """Adds rounds with all that is on their forms and publishes them, and changes them."""

    def __init__(self, last: int) -> None:
        self.last = last  # the number of the last round
        client = Client(raise_request_exception=False)
        self.client = sign_in(client, User.objects.get(username="minji"))

    def post(self, page: str, values: dict[str, Any], button: str) -> int:
        """The status of the answer, which is 302 when it was saved."""
        status: int = self.client.post(page, values | {button: "1", "_reason": REASON}).status_code
        return status

    def add(self) -> tuple[str, int]:
        """What is acknowledged: slug and version; no slug when it was not."""
        self.last += 1
        page = address(Round, "add")
        status = self.post(page, fields_of(self.client.get(page)) | typed(self.last), "_publish")
        return (f"sma-12-round-{self.last}" if status == 302 else "", 1)

    def change(self, slug: str) -> tuple[str, int]:
        made = Round.objects.get(slug=slug)
        page = address(Round, "change", made.pk)
        values = fields_of(self.client.get(page)) | {"outcome": CHANGED, "citations-0-quote": CHANGED}
        values |= row("delegate_set", 2, 3, side="KR", official=_heads()[0], role="adviser")
        return (slug if self.post(page, values, "_save") == 302 else "", 2)


def _heads() -> list[int]:
    return list(Official.objects.order_by("pk").values_list("pk", flat=True)[:2])


def typed(number: int) -> dict[str, Any]:
    """A round with two delegates, a citation, a statement and a figure."""
    heads, source = _heads(), Source.objects.get().pk
    said = {"text": f"In round {number} we seek an outcome.", "speaker": heads[1], "language": "en"}
    sum_ = {"as_stated": "1.1833 trillion won", "stance": "reported", "party": "KR", "measure": "total"}
    sum_ |= {"amount": "1183300000000", "currency": "KRW", "year_from": 2021, "year_to": 2021}
    return {
        "agreement": Agreement.objects.get().pk,
        "number": number,
        "when": "2024-05-21/2024-05-23",
        "place": Place.objects.get().pk,
        "outcome": "Views were exchanged.",
        **row("delegate_set", 0, 2, side="KR", official=heads[0], role="chief delegate", is_head="on"),
        **row("delegate_set", 1, 2, side="US", official=heads[1], role="chief delegate", is_head="on"),
        **row("citations", 0, 1, source=source, quote=QUOTE),
        **row("statements", 0, 1, medium="remarks", cited_source=source, **said),
        **row("figures", 0, 1, cited_source=source, **sum_),
    }


def save_twice(tell: Tell, statement: int, number: int, *, then_change: bool) -> None:
    """A save that is acknowledged, then one in which the process is to die."""
    editor = Editor(10 * number)
    slug, version = editor.add()
    assert slug, "The first save was not acknowledged."
    tell(("saved", slug, version, ContentVersion.current()))
    measured(tell, statement, lambda: tell(("saved", *(editor.change(slug) if then_change else editor.add()), 0)))


def go_on_saving(tell: Tell, number: int) -> None:
    """Until it is told to stop, between two saves. What is refused is told, too."""
    is_over: list[int] = []
    signal.signal(signal.SIGTERM, lambda got, _frame: is_over.append(got))
    editor = Editor(OF_ONE_EDITOR * number)
    tell("begun")
    while not is_over:
        slug, version = editor.add()
        tell(("saved", slug, version, 0))
        if slug:
            tell(("saved", *editor.change(slug), 0))


# --- commands


def command(tell: Tell, statement: int, *given: str, **options: Any) -> None:
    measured(tell, statement, lambda: call_command(*given, verbosity=0, stdout=open(os.devnull, "w"), **options))  # noqa: PTH123, SIM115


def store_import(tell: Tell, statement: int, pk: int) -> None:
    batch = ImportBatch.objects.get(pk=pk)
    measured(tell, statement, lambda: imports.apply(batch, by=batch.by))


def describe_database(tell: Tell) -> None:
    """What a migration makes: tables, indexes and constraints, and the rows that come with them."""
    with connection.cursor() as cursor:
        for query in DESCRIPTIONS[connection.vendor]:
            cursor.execute(query)
            tell(sorted(map(str, cursor.fetchall())))
    tell(sorted(MigrationRecorder(connection).applied_migrations()))
    tell([Group.objects.count(), Permission.objects.count(), ContentType.objects.count()])


DESCRIPTIONS = {
    "sqlite": ["SELECT type, name, tbl_name, sql FROM sqlite_master"],
    "postgresql": [
        "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'",
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    ],
}


# --- an editor of the site that is served


class EditorOfSite(Editor):
    """Posts to a server. The form is asked for once, so that nothing but the post can fail."""

    def __init__(self, last: int, port: int) -> None:
        super().__init__(last)
        self.port = port
        self.blank = fields_of(self.client.get(address(Round, "add")))
        self.typed = typed(0)
        token = get_token(RequestFactory().get("/"))
        self.blank["csrfmiddlewaretoken"] = token
        cookies = {settings.SESSION_COOKIE_NAME: self.client.cookies[settings.SESSION_COOKIE_NAME].value}
        cookies[settings.CSRF_COOKIE_NAME] = _unmask_cipher_token(token)
        self.headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        self.headers["Content-Type"] = "application/x-www-form-urlencoded"

    def add(self) -> tuple[str, int]:
        self.last += 1
        text = {"number": self.last, "statements-0-text": f"In round {self.last} we seek an outcome."}
        values = self.blank | self.typed | text | {"_publish": "1", "_reason": REASON}
        status, said = self.ask(urlencode(values, doseq=True))
        is_saved = (status, said) == (302, address(Round, "changelist"))
        return (f"sma-12-round-{self.last}" if is_saved else f"!{status} {said}", 1)

    def ask(self, body: str) -> tuple[int, str]:
        asking = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            asking.request("POST", address(Round, "add"), body, self.headers)
            answer = asking.getresponse()
            said = answer.headers.get("Location", answer.headers.get("Retry-After", ""))
            return answer.status, said + answer.read().decode(errors="replace")
        except OSError as error:
            return 0, str(error)
        finally:
            asking.close()


def save_on_the_site(tell: Tell, number: int, port: int, pause: float = 0) -> None:
    is_over: list[int] = []
    signal.signal(signal.SIGTERM, lambda got, _frame: is_over.append(got))
    editor = EditorOfSite(OF_ONE_EDITOR * number, port)
    tell("begun")
    while not is_over:
        tell(("saved", *editor.add(), 0))
        time.sleep(pause)


def restore(tell: Tell, path: str, folder: str) -> None:
    """What was there is backed up in the folder."""
    backups.restore(Path(path), Path(folder))
    tell("restored")


def until_refused(tell: Tell, number: int, port: int) -> None:
    """Saves until the disk is full."""
    editor, slug = EditorOfSite(OF_ONE_EDITOR * number, port), ""
    while slug[:1] != "!":
        slug, version = editor.add()
        tell(("saved", slug, version, 0))


def one_save_on_the_site(tell: Tell, number: int, port: int) -> None:
    tell(("saved", *EditorOfSite(OF_ONE_EDITOR * number, port).add(), 0))
