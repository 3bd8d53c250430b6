"""`manage.py check_data`: every problem of what is public, with a sentence on how to mend it."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timeline.rules import ERROR, NOTICE, Problem, problems_everywhere


class Command(BaseCommand):
    help = "Check everything that is public. Prints each problem; the exit status is 1 when one of them is an error."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--level", choices=[ERROR, NOTICE], default=NOTICE, help="error: leave the notices out")
        parser.add_argument("--format", choices=["text", "json"], default="text", help="json: one object a line")

    def handle(self, *args: Any, level: str, format: str, **options: Any) -> None:
        errors = notices = 0
        for problem in problems_everywhere():
            errors += problem.level == ERROR
            notices += problem.level == NOTICE
            if problem.level == ERROR or level == NOTICE:
                self.stdout.write(as_json(problem) if format == "json" else as_text(problem))
        if format == "text":
            self.stdout.write(summary(errors, notices))
        if errors:
            raise SystemExit(1)


def as_text(problem: Problem) -> str:
    where = " ".join(word for word in (*_record(problem), problem.field and f"({problem.field})") if word)
    lines = [f"{problem.level}: {where or _('the database')}: {problem.sentence} [{problem.rule}]"]
    if problem.acknowledged:
        lines.append("    " + _("Acknowledged: %(reason)s") % {"reason": problem.acknowledged})
    else:
        lines.append(f"    {problem.mend}")
    return "\n".join(lines)


def as_json(problem: Problem) -> str:
    kind, slug = _record(problem)
    values = {"level": problem.level, "rule": problem.rule, "kind": kind, "slug": slug, "field": problem.field}
    values |= {"sentence": problem.sentence, "mend": problem.mend, "acknowledged": problem.acknowledged}
    return json.dumps(values, ensure_ascii=False)


def summary(errors: int, notices: int) -> str:
    counted = ngettext("%(count)s error", "%(count)s errors", errors) % {"count": errors}
    noted = ngettext("%(count)s notice", "%(count)s notices", notices) % {"count": notices}
    return f"{counted}, {noted}."


def _record(problem: Problem) -> tuple[str, str]:
    if problem.record is None:
        return "", ""
    return str(problem.record._meta.model_name), problem.record.slug
