"""Sentences for the fields that the models leave to their names, where an editor could fill one in wrongly."""

from django.utils.translation import gettext_lazy as _

ORDER = _("The lower number stands first.")
SUMMARY = _("In our own words, one to five sentences; Markdown is allowed.")
SUMMARY_KO = _("The same in Korean.")
NOTE = _("What is uncertain, or how something was found. Public.")
EXACT_DATE = _("As exactly as it is known: 2024-05-21, 2024-05 or 2024; ~ behind it for “around”, ? for “probably”.")
EITHER = _("Choose an official or an organization, not both.")
OCCASION = _("If it was made at a recorded round or event, choose that one; it is then shown there as well.")
AROSE = _("Where the figure came up; one of the three at most.")
GOAL = _("Choose exactly one record that this one leads to.")
CONCERNED = _("Choose exactly one record in each row.")

HELP_TEXTS = {
    "agreement.name": _("In English: 12th Special Measures Agreement."),
    "agreement.name_ko": _("In the ministry’s usual form, such as 제12차 한미 방위비분담특별협정."),
    "agreement.formal_title_ko": _("The whole title of the treaty, as the Assembly’s bill gives it."),
    "agreement.term_years": _("For how many years it was made, in figures: 5."),
    "agreement.status": _("It must agree with the stages below: “in force” needs the event of the entry into force."),
    "agreement.summary": SUMMARY,
    "agreement.summary_ko": SUMMARY_KO,
    "agreement.talks_opened": EXACT_DATE,
    "agreement.talks_concluded": EXACT_DATE,
    "agreement.talks_summary": _("How the talks went, in our own words."),
    "agreement.talks_note": _("What is uncertain about the talks. Public."),
    "agreement.note": NOTE,
    "appointment.official": _("Who held the post."),
    "appointment.title": _("The post as it is called in English, such as Chief negotiator."),
    "appointment.title_ko": _("The post as the Korean sources call it."),
    "appointment.attested": _(
        "Days on which a source shows the person in the post, one on a line: 2019-03 or 2019-11-04."
    ),
    "appointment.note": NOTE,
    "chiefnegotiator.official": _("Who led the talks for one side."),
    "chiefnegotiator.side": _("The side that the person led."),
    "chiefnegotiator.note": NOTE,
    "chiefnegotiator.order": ORDER,
    "citation.source": _(
        "Type a word of the outlet, the title or the slug. The + adds a source that is not there yet."
    ),
    "citation.order": ORDER,
    "concernedrecord.order": ORDER,
    "delegate.official": EITHER,
    "delegate.organization": EITHER,
    "delegate.side": _("The delegation that the person sat in."),
    "delegate.order": ORDER,
    "disagreement.field": _("What the sources differ on."),
    "event.kind": _("What it was. “Other event” only when nothing else fits."),
    "event.title_ko": _("The same title in Korean."),
    "event.summary_ko": SUMMARY_KO,
    "event.note": NOTE,
    "figure.agreement": _("The agreement whose payment it is. Empty for money outside of them."),
    "figure.stance": _("Demanded or offered in talks, reported by the press, agreed, voted (appropriated), or paid."),
    "figure.currency": _(
        "The currency of the amount as the source gives it. Needed with an amount, empty without one."
    ),
    "figure.stated_on": _("The day on which it was said or printed, such as 2021-03-10 or 2021-03."),
    "figure.arose_at_round": AROSE,
    "figure.arose_at_statement": AROSE,
    "figure.arose_at_event": AROSE,
    "figure.note": NOTE,
    "gap.agreement": _("Empty when it concerns no single agreement."),
    "official.name": _("As it is printed in English most often: Lee Tae-woo, Linda Specht."),
    "official.name_ko": _("In Hangul, as a Korean source prints it."),
    "official.family_name": _("The surname alone. The slug and the sorting begin with it."),
    "official.given_name": _("The given name alone, as in the name above."),
    "official.name_order": _("Which of the two is written first in the name above: Lee Tae-woo is family name first."),
    "official.aliases": _("Other romanizations and printed forms, one on a line."),
    "official.country": _("The side that the person stands for, not where they were born."),
    "official.summary": SUMMARY,
    "official.note": NOTE,
    "organization.name": _("The English name that it uses itself."),
    "organization.name_ko": _("The Korean name that it is known by."),
    "organization.abbreviation": _("As it is printed in English: MOFA."),
    "organization.aliases": _("Former and other names, in either language, one on a line."),
    "organization.country": _("The side that it belongs to."),
    "organization.kind": _("Decides how it is grouped in the list of organizations."),
    "organization.note": NOTE,
    "participant.official": EITHER,
    "participant.organization": EITHER,
    "participant.order": ORDER,
    "place.name": _("The English name alone: Seoul, Camp Humphreys."),
    "place.name_ko": _("The Korean name: 서울."),
    "place.kind": _("A base stands for itself; a venue such as a hotel belongs to the round or event."),
    "position.disagreement": _("The question that it answers."),
    "position.order": ORDER,
    "relation.kind": _("How this record stands to the other: it answers it, is about it, or follows from it."),
    "relation.to_round": GOAL,
    "relation.to_statement": GOAL,
    "relation.to_event": GOAL,
    "relation.to_agreement": GOAL,
    "relation.to_figure": GOAL,
    "relation.order": ORDER,
    "round.agreement": _("The agreement that the talks were about."),
    "round.status": _("“Cut short” when the delegations parted early."),
    "round.outcome_ko": SUMMARY_KO,
    "source.published_on": _("As printed: 2024-05-24, 2024-05 or 2024. Empty when the work shows no date."),
    "source.archived_url": _("Where an archive keeps a copy, such as web.archive.org."),
    "source.archived_on": _("The day of that copy."),
    "source.kind": _("“Official publication” is for governments and parliaments; “legal text” for treaties and laws."),
    "source.note": NOTE,
    "stage.stage": _("Each stage once; the date is that of the event."),
    "stage.event": _("The event that was it. Record the event first, if it is not there."),
    "statement.speaker": _("The person who said it. Empty when the source names nobody."),
    "statement.co_speakers": _("Of a joint statement or article, the others."),
    "statement.on_behalf_of": _("The body that speaks, such as the State Department."),
    "statement.medium": _("How it reached the public."),
    "statement.language": _("The language of the text above."),
    "statement.original_language": _("Needed with an original text."),
    "statement.made_at_round": OCCASION,
    "statement.made_at_event": OCCASION,
    "statement.note": NOTE,
    "topic.name": _("A short name that fits a list: Furlough of Korean employees."),
    "topic.name_ko": _("The same in Korean."),
    "topic.rounds": _("The rounds that touched it."),
    "topic.statements": _("What was said about it."),
    "topic.events": _("The events that belong to it."),
    **{
        f"concernedrecord.{name}": CONCERNED
        for name in ("round", "statement", "event", "agreement", "figure", "official", "organization")
    },
}
