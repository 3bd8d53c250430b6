"""Pictures as files: which are drawn, which are kept, and what a process leaves that is killed."""

import datetime as dt
import os
import signal
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from django.conf import settings as project

from tests import make
from timeline import actions, pictures
from timeline.models import Statement
from timeline.pictures import drawing, facts, kept, png
from timeline.pictures.drawing import draw
from timeline.pictures.facts import Card
from timeline.pictures.typefaces import NO_GLYPH

pytestmark = [pytest.mark.django_db, pytest.mark.draws]
DAY = dt.datetime(2024, 5, 24, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def cards(settings, tmp_path):
    settings.DRAWINGS_DIR = tmp_path / "drawings"
    return kept.folder()


def pixels(content):
    """As they stand in the file: filtered alike, so that they are alike where the pictures are."""
    length, name = struct.unpack_from(">I4s", content, png.DIGEST_AT + png.DIGEST_LENGTH + 4)
    assert name == b"IDAT"
    start = png.DIGEST_AT + png.DIGEST_LENGTH + 12
    return zlib.decompress(content[start : start + length])


def drawn(card):
    return pixels(drawing.picture(drawing.svg_of(card), kept.digest_of(card)))


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.png"))


def changed_on(record, day):
    type(record).objects.filter(pk=record.pk).update(updated_at=day)
    return record


# --- the file --------------------------------------------------------------------------------------------------------


def test_a_picture_is_a_png_of_1200_by_630_without_transparency():
    content = drawing.picture(drawing.svg_of(Card("Round", "Round 2")), "a" * 32)

    assert content.startswith(png.SIGNATURE)
    assert png.HEADER.unpack_from(content, 16) == (1200, 630, 8, png.RGB, 0, 0, 0)
    assert len(pixels(content)) == 630 * (1 + 3 * 1200)
    assert png.digest_in(content) == "a" * 32


def test_the_paper_is_that_of_the_site():
    _filter, *pixel = pixels(drawing.picture(drawing.svg_of(Card("Round", "x")), "a" * 32))[:4]

    assert bytes(pixel).hex() == "d0d4d1"  # the stripe of a record without a side, in the colour of a line


def test_hangul_is_drawn_letter_by_letter_and_not_as_the_box_of_what_is_missing():
    found = [drawn(Card("Place", letter, headline_ko=letter)) for letter in ("이", "태", "우", NO_GLYPH, "韓")]

    assert len(set(found)) == len(found)


def test_the_card_of_the_site_is_the_one_that_is_shipped():
    assert pixels(kept.PLAIN.read_bytes()) == pixels(drawing.plain_picture())


def test_what_is_not_made_as_expected_is_refused():
    grey = png.SIGNATURE + png._chunk(b"IHDR", png.HEADER.pack(1, 1, 8, 0, 0, 0, 0))

    with pytest.raises(png.UnexpectedPicture):
        png.slim(grey + png._chunk(b"IDAT", zlib.compress(b"\1\0")), "a" * 32)


def test_hostile_words_are_drawn_as_words(cards):
    make.event(title='<b onload="x">&amp; ]]> \U0001f600\u202e' + "W" * 80)

    assert draw().drawn == 1


# --- which are drawn -------------------------------------------------------------------------------------------------


def test_each_public_record_with_a_page_has_a_picture_and_no_other_has(cards):
    made = [getattr(make, name)() for name in ("round", "event", "statement", "figure", "official", "organization")]
    made += [make.place(), make.topic(), make.source(), made[0].agreement]
    make.gap()
    make.disagreement(made[0])
    make.event(state="draft")
    make.event(state="withdrawn")

    report = draw()

    assert (report.drawn, report.kept, report.removed) == (10, 0, 0)
    assert files(cards) == sorted(f"{each._meta.model_name}/{each.slug}.png" for each in made)
    assert [pictures.picture_of(each) is not None for each in made] == [True] * 10


def test_drawing_again_draws_what_has_changed_alone(cards):
    changed, _same = make.event(), make.event()
    draw()
    before = pictures.picture_of(changed)

    changed.title = "Ministers meet in Honolulu"
    changed.save()
    stale = pictures.picture_of(changed)
    report = draw()

    assert stale is None
    assert (report.drawn, report.kept, report.removed) == (1, 1, 0)
    assert pictures.picture_of(changed).digest != before.digest


def test_a_change_of_the_code_draws_all_anew(cards, monkeypatch):
    make.event()
    draw()

    monkeypatch.setattr(kept, "_code", lambda: "another")

    assert draw().drawn == 1


def test_what_was_changed_last_is_drawn_first(cards, monkeypatch):
    made = [changed_on(make.event(), DAY + dt.timedelta(days=number)) for number in (1, 3, 2)]
    order, write = [], drawing._write
    monkeypatch.setattr(drawing, "DRAWN_AT_ONCE", 1)
    monkeypatch.setattr(drawing, "_write", lambda file, content: (order.append(file.stem), write(file, content)))

    draw()

    assert order == [made[1].slug, made[2].slug, made[0].slug]


def test_more_than_is_remembered_at_once_is_drawn_all_the_same(cards, monkeypatch):
    for _each in range(5):
        make.place()
    monkeypatch.setattr(drawing, "MOST", 2)
    monkeypatch.setattr(drawing, "BATCH", 2)

    assert (draw().drawn, len(files(cards))) == (5, 5)


def test_pictures_of_what_is_no_longer_public_or_has_another_slug_are_removed(cards, admin_user):
    withdrawn, renamed = make.event(), make.event(slug="old-name")
    draw()

    actions.withdraw(withdrawn, reason="Entered twice.", by=admin_user)
    actions.rename(renamed, slug="new-name", by=admin_user)
    report = draw()

    assert (report.drawn, report.kept, report.removed) == (1, 0, 2)
    assert files(cards) == ["event/new-name.png"]


def test_the_pictures_and_the_charts_leave_each_other_alone(cards):
    from timeline.charts.drawing import draw as draw_charts

    make.figure()
    reports = [draw_charts(), draw(), draw_charts(), draw()]

    assert [(report.drawn, report.kept, report.removed) for report in reports] == [
        (1, 0, 0),
        (1, 0, 0),
        (0, 1, 0),
        (0, 1, 0),
    ]


# --- one at a time, and what is left ---------------------------------------------------------------------------------


def test_while_one_draws_another_leaves_it_to_that_one(cards):
    make.place()
    cards.mkdir(parents=True)

    with drawing._alone(cards):
        second = draw()

    assert (second, files(cards)) == (None, [])
    assert (cards / drawing.MARK).exists()


def test_a_change_during_the_drawing_is_drawn_before_the_rest(cards, monkeypatch):
    old = [changed_on(make.place(), DAY) for _each in range(3)]
    order, write = [], drawing._write

    def interrupted(file, content):
        order.append(file.stem)
        write(file, content)
        if len(order) == 1:
            old.append(make.place(slug="late"))
            with pytest.MonkeyPatch.context() as other:  # what the second process does
                other.setattr(drawing, "_write", write)
                assert draw() is None

    monkeypatch.setattr(drawing, "DRAWN_AT_ONCE", 1)
    monkeypatch.setattr(drawing, "_write", interrupted)

    assert draw().drawn == 4
    assert order[1] == "late"
    assert len(files(cards)) == 4


KILLED = """
import os, signal, sys, django
django.setup()
from pathlib import Path
from timeline.pictures import drawing

def half(handle, mode):
    os.write(handle, b"half a picture")
    os.kill(os.getpid(), signal.SIGKILL)

drawing.os.fdopen = half
drawing._write(Path(sys.argv[1]), b"a whole picture")
"""


def test_a_process_that_is_killed_leaves_the_old_picture_and_nothing_that_stays(cards):
    place = make.place()
    draw()
    before = kept.file_of(place).read_bytes()

    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "sma_site.settings", "VAR_DIR": str(cards.parent / "var")}
    command = [sys.executable, "-W", "ignore", "-c", KILLED, str(kept.file_of(place))]
    killed = subprocess.run(command, cwd=project.BASE_DIR, env=environment, check=False)
    left = [path.name for path in (cards / "place").iterdir() if path.name.startswith(drawing.ASIDE)]
    report = draw()

    assert (killed.returncode, len(left)) == (-signal.SIGKILL, 1)
    assert kept.file_of(place).read_bytes() == before
    assert (report.drawn, report.kept, report.removed) == (0, 1, 1)
    assert [path.name for path in (cards / "place").iterdir()] == [f"{place.slug}.png"]


def test_a_file_that_was_cut_off_or_is_another_is_drawn_anew(cards):
    place = make.place()
    draw()
    file = kept.file_of(place)
    file.write_bytes(file.read_bytes()[:50])

    assert pictures.picture_of(place) is None
    assert draw().drawn == 1


def test_the_pasted_text_of_sources_is_not_read(django_assert_num_queries):
    make.source(private_text="pasted")

    (source,) = facts.public(type(make.source(state="draft")))

    assert "private_text" in source.get_deferred_fields()
    with django_assert_num_queries(0):
        facts.cards([source])


def test_no_statement_of_any_length_is_too_long(cards):
    make.statement(text=" ".join(["방위비분담금특별협정"] * 60))
    make.statement(text="x" * 1_000)

    assert draw().drawn == Statement.objects.count() == 2


def test_the_folder_may_be_taken_away_meanwhile(cards, monkeypatch):
    for _each in range(3):
        make.place()
    monkeypatch.setattr(drawing, "DRAWN_AT_ONCE", 1)
    write = drawing._write
    monkeypatch.setattr(
        drawing, "_write", lambda file, content: (write(file, content), Path(cards / drawing.LOCK).unlink())
    )

    assert draw().drawn == 1
