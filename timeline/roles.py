"""Who may do what: four roles, as groups that a migration makes and that nobody edits.

The permissions are Django's own, so that a question about a person is `user.has_perm`. The table for people is in
`docs/editors.md`, and a test holds the two together.
"""

from typing import Any

CONTRIBUTOR = "Contributor"
EDITOR = "Editor"
CHIEF_EDITOR = "Chief editor"
ADMINISTRATOR = "Administrator"

REVIEW = "timeline.review_record"
OVERRIDE = "timeline.override_review"
WITHDRAW = "timeline.withdraw_record"
MERGE = "timeline.merge_records"

# What editors edit. A part is edited on the form of its record, or has a page of its own.
KINDS = (
    "agreement",
    "appointment",
    "chiefnegotiator",
    "citation",
    "concernedrecord",
    "delegate",
    "disagreement",
    "event",
    "figure",
    "gap",
    "official",
    "organization",
    "participant",
    "place",
    "position",
    "relation",
    "round",
    "source",
    "stage",
    "statement",
    "topic",
)

EDITING = tuple(f"timeline.{verb}_{kind}" for kind in KINDS for verb in ("add", "change", "delete", "view"))
DESK = (*EDITING, "timeline.view_redirect", "timeline.view_revision", "timeline.view_proposal")
USERS = ("auth.add_user", "auth.change_user", "auth.delete_user", "auth.view_user", "auth.view_group")

PERMISSIONS: dict[str, tuple[str, ...]] = {
    CONTRIBUTOR: DESK,
    EDITOR: (*DESK, REVIEW),
    CHIEF_EDITOR: (*DESK, REVIEW, OVERRIDE, WITHDRAW, MERGE),
    ADMINISTRATOR: USERS,
}


def must_use_two_factors(user: Any) -> bool:
    """Who can make something public, or make somebody who can."""
    return bool(
        user.is_active
        and (user.is_superuser or any(user.has_perm(each) for each in (REVIEW, OVERRIDE, "auth.change_user")))
    )
