"""What the constraints of a row mean for whoever typed it: the database's own words name the constraint only."""

from django.db import models
from django.utils.translation import gettext_lazy as _

# Of fields that one form, or one row of an imported table, shows together.
SENTENCES = {
    "agreement_ends_after_it_begins": _("The last year that the agreement covers comes before the first."),
    "figure_growth_range_is_in_order": _("The upper end of the growth needs a lower end that is not higher."),
    "figure_years_are_in_order": _("The last year of the figure comes before the first."),
    "round_numbers_begin_at_one": _("Rounds are numbered from 1."),
    "statement_original_names_its_language": _("Say in which language the original text is."),
}
# What a model's `clean` has said already, in better words and beside the field.
SAID_BY_CLEAN = {
    "appointment_ends_after_it_starts",
    "citation_supports_one_record",
    "concerned_record_is_one_record",
    "delegate_is_one_official_or_organization",
    "figure_amount_names_its_currency",
    "figure_arose_at_one_occasion",
    "participant_is_one_official_or_organization",
    "relation_ends_at_one_record",
    "source_address_is_of_the_web",
    "source_archive_is_of_the_web",
    "statement_is_by_somebody",
    "statement_is_made_at_one_occasion",
}


def of(row: models.Model) -> dict[str, str]:
    """For each sentence that Django gives, ours; empty where it is said already."""
    return {
        str(constraint.get_violation_error_message()): str(SENTENCES.get(str(constraint.name), ""))
        for constraint in row._meta.constraints
        if constraint.name in SENTENCES or constraint.name in SAID_BY_CLEAN
    }
