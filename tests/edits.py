"""A small site, and whatever editors do to it, in any order."""

from itertools import starmap

from tests import make
from timeline import actions, index, merging
from timeline.models import (
    Agreement,
    Disagreement,
    Event,
    Figure,
    Gap,
    Merge,
    Official,
    Organization,
    Place,
    Redirect,
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


def publish_again(chance):
    kind = chance.choice([Figure, Gap, Round])
    for record in kind.objects.filter(state="withdrawn").order_by("code")[:1]:
        actions.publish(record, by=somebody(chance), reason="It was right after all.")


def merge(chance):
    """Two of a kind, where there are two; else another one is added."""
    kind, another = chance.choice(
        [(Organization, make.organization), (Place, make.place), (Source, make.source), (Topic, make.topic)]
    )
    records = list(kind.objects.published().order_by("code"))
    if len(records) > 1:
        loser, winner = chance.sample(records, 2)
        merging.merge(loser, into=winner, by=somebody(chance), why="They are one.")
    else:
        make.citation(another()) if kind is Organization else another()


def take_a_merge_back(chance):
    for merged in Merge.objects.filter(undone_at=None).order_by("-pk")[:1]:
        merging.unmerge(merged, by=somebody(chance), why="They are two.")


def dispute(chance):
    kind = chance.choice([Event, Figure, Round, Statement])
    record = chance.choice(list(kind.objects.published().order_by("code")) or [make.event()])
    make.citation(make.position(make.disagreement(record)))


def take_part(chance):
    event = chance.choice(list(Event.objects.published().order_by("code")))
    for official in Official.objects.exclude(participant_set__event=event).order_by("code")[:1]:
        make.participant(event, official=official)


def lead_to(chance):
    """From the text of one record to another, or to an address at which there may be something some day."""
    event = chance.choice(list(Event.objects.order_by("code")))
    target = chance.choice([*Event.objects.published().order_by("code"), *Topic.objects.published(), None])
    event.summary = f"See [it]({target.get_absolute_url() if target else '/events/some-day/'})."
    event.save()


def rename_to_some_day(chance):
    event = chance.choice(list(Event.objects.published().order_by("code")))
    if not Event.objects.filter(slug="some-day").exists() and not Redirect.objects.filter(old_slug="some-day").exists():
        actions.rename(event, slug="some-day", by=somebody(chance))


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
EDITS = (
    *starmap(change, WORDS.items()),
    *(move_event, add, cite, repost, rename_event, rename_to_some_day, withdraw, publish_again),
    *(merge, take_a_merge_back, dispute, take_part, lead_to),
)
