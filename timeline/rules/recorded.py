"""That the history of each record ends with what the record says."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline import contents
from timeline.contents.pieces import BATCH, batched
from timeline.models import Record, Revision
from timeline.rules.parts import RECORDS
from timeline.rules.registry import NOTICE, Finding, FoundAcross, rule_of_the_whole


@rule_of_the_whole(
    "history-is-behind",
    NOTICE,
    mend=gettext_lazy("Open it, change something and save it: the history then goes on from what it says."),
)
def history_is_behind() -> FoundAcross:
    """Whoever writes past Django, by SQL or `update()`, writes no history."""
    for model in RECORDS:
        known = _newest_digests(model)
        ids = list(model._default_manager.order_by("slug").values_list("pk", flat=True)) if known else []
        for batch in batched(ids, BATCH):
            records = {record.code: record for record in model._default_manager.filter(pk__in=batch)}
            for (_kind, code), whole in contents.read_records(records.values()).items():
                if code in known and known[code] != contents.digest(whole):
                    yield records[code], Finding("", _("It says something else than its history says last."))


def _newest_digests(model: type[Record]) -> dict[str, str]:
    rows = Revision.objects.filter(kind=model._meta.model_name).exclude(state="").order_by("version")
    return dict(rows.values_list("code", "digest"))
