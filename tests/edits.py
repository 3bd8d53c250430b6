"""A small site, and whatever editors do to it, in any order."""

from itertools import starmap

from tests import make
from timeline import actions, index
from timeline.models import (
    Agreement,
    Disagreement,
    Event,
    Figure,
    Gap,
    Official,
    Organization,
    Place,
    Round,
    Source,
    Statement,
    Topic,
)


@index.refreshed_at_once
def small_site():
    agreement = make.agreement(ordinal=12, slug="sma-12", name="12th Agreement", status="in_force")
    place, speaker = make.place(), make.official()
    round = make.round(agreement=agreement, place=place)
    made = [round, make.round(agreement=agreement, place=place), make.event(agreement=agreement, place=place)]
    said = make.statement(made_at_round=round, speaker=speaker, attribution="", agreement=agreement)
    made += [
        said,
        make.statement(speaker=speaker, attribution=""),
        make.figure(agreement=agreement),
        make.organization(),
    ]
    source = make.source()
    for record in [agreement, *made, speaker]:
        make.citation(record, source=source)
    make.relation(made[2], round)
    make.topic(*made[:3])
    disagreement = make.disagreement(made[5])
    make.citation(make.position(disagreement), source=source)
    make.gap(agreement=agreement)
    return made


def change(model, field):
    """An edit of what a record of this kind says of itself."""

    def edit(chance):
        record = chance.choice(list(model.objects.order_by("code")))
        setattr(record, field, f"Words {chance.random()}")
        record.save()

    edit.__name__ = f"change_{model._meta.model_name}"
    return edit


def move_event(chance):
    event = chance.choice(list(Event.objects.order_by("code")))
    event.when = f"20{chance.randrange(18, 22)}-08-09"
    event.save()


def add(chance):
    record = chance.choice([make.event, make.statement, make.figure])(
        agreement=Event.objects.order_by("code")[0].agreement
    )
    make.citation(record)


def cite(chance):
    make.citation(chance.choice(list(Statement.objects.order_by("code"))))


def repost(chance):
    make.appointment(chance.choice(list(Official.objects.order_by("code"))), title=f"Post {chance.random()}")


def rename_event(chance):
    event = chance.choice(list(Event.objects.published().order_by("code")))
    actions.rename(event, slug=f"renamed-{chance.randrange(10**9)}", by=somebody(chance))


def withdraw(chance):
    kind = chance.choice([Figure, Gap, Round, Statement])
    record = chance.choice(list(kind.objects.published().order_by("code")) or [make.statement()])
    actions.withdraw(record, by=somebody(chance), reason="Entered twice.")


def somebody(chance):
    return make.user("Administrator", name=f"editor-{chance.random()}", is_superuser=True)


WORDS = {
    Agreement: "name",
    Disagreement: "question",
    Event: "title",
    Figure: "as_stated",
    Gap: "text",
    Official: "name",
    Organization: "name",
    Place: "name",
    Round: "outcome",
    Source: "title",
    Statement: "text",
    Topic: "name",
}
EDITS = (*starmap(change, WORDS.items()), move_event, add, cite, repost, rename_event, withdraw)
