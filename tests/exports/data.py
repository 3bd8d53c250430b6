"""Data for files: one record of each kind with its parts, and texts that are hard to write down."""

from tests import make
from tests.admin.records import MAKERS, RECORDS
from timeline.models import ConcernedRecord

HARD = '=HYPERLINK("http://x.example","y")\r\nnext, line "quoted"\t방위비분담 \U0001f91d'


def one_of_each():
    made = {name: MAKERS[name]() for name in RECORDS}
    made["event"].also_at.add(made["place"])
    made["statement"].co_speakers.add(made["official"])
    ConcernedRecord.objects.get_or_create(disagreement=made["disagreement"], round=made["round"], order=3)
    made["event"].summary = HARD
    made["event"].save()
    return made


def of_agreement():
    """An agreement with a round and what happened there, and beside it what belongs to another one."""
    twelfth = make.agreement(ordinal=12, text_source=make.source(slug="text-of-12"))
    seoul, speaker = make.place(slug="seoul"), make.official(slug="speaker")
    make.appointment(speaker, organization=make.organization(slug="ministry"))
    round = make.round(agreement=twelfth, number=2, place=seoul)
    make.citation(round, source=make.source(slug="readout"))
    said = make.statement(slug="said", agreement=twelfth, made_at_round=round, speaker=speaker)
    make.figure(slug="asked", agreement=None, arose_at_round=round)
    other = make.round(agreement=make.agreement(ordinal=11), number=1)
    make.topic(round, other, slug="thread")
    return twelfth, round, said, other
