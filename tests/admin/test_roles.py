"""Who may do what: the table in docs/editors.md, at every address of the admin and at every door behind a button."""

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse

from tests import make
from tests.admin.forms import address, chosen, fields_of, seen
from tests.admin.records import MAKERS, PARTS, RECORDS
from tests.admin.signed_in import somebody
from timeline import actions, contents, merging, roles
from timeline.models import Merge, Place, Proposal, Redirect, Revision, Topic

pytestmark = pytest.mark.django_db
GUIDE = Path(settings.BASE_DIR) / "timeline" / "docs" / "editors.md"
ROLES = ("Contributor", "Editor", "Chief editor", "Administrator")
# The rows of the table. That one is missing here, or there, shows in the first test.
SIGN_IN = "sign in, change one's own password and second factor"
LOOK = "look at all records, their history and what was deleted"
ENTER = "enter records, change what is not public, import, restore"
SUBMIT = "give to review, and take back from it what one entered"
PROPOSE = "propose changes to what is public"
DELETE_OWN, DELETE = "delete drafts that one entered", "delete drafts that somebody else entered"
SEND_BACK, PUBLISH = "send back what somebody else entered", "publish what somebody else wrote"
DECIDE = "decide on changes that somebody else proposed"
ALONE, CHANGE = "publish one's own work alone, with a reason", "change what is public at once, with a reason"
WITHDRAW = "withdraw, with a reason, and publish again what was withdrawn"
MERGE = "merge two records, and undo it"
USERS = "make accounts, give roles, reset a second factor"
NOBODY = ""

# Each has tests of its own: test_sign_in, and test_import, as an import is for whoever has uploaded it.
NOT_ASKED = {"login", "logout", "sign_in_code", "timeline_import_show", "timeline_import_apply", "timeline_import_undo"}
OF_A_RECORD = {
    **dict.fromkeys(("changelist", "change", "history", "compare", "checklist", "presence", "near"), LOOK),
    **dict.fromkeys(("add", "preview", "restore"), ENTER),
    "withdraw": WITHDRAW,
    "merge": MERGE,
    "send_back": SEND_BACK,
    "delete": DELETE,
}
OF_ALL = {
    **dict.fromkeys(("index", "jsi18n", "password_change", "password_change_done", "two_factor"), SIGN_IN),
    **dict.fromkeys(("timeline_date_in_words", "timeline_put_together"), SIGN_IN),
    **dict.fromkeys(("autocomplete", "app_list", "timeline_deleted", "timeline_desk"), LOOK),
    **dict.fromkeys(("timeline_restore_deleted", "timeline_source_desk"), ENTER),
    **dict.fromkeys(("timeline_import", "timeline_import_template"), ENTER),
    **{
        f"timeline_{name}_{page}": LOOK
        for name in ("proposal", "redirect")
        for page in ("changelist", "change", "history")
    },
    **{f"timeline_merge_{page}": MERGE for page in ("changelist", "change", "history", "unmerge")},
    **{f"timeline_{name}_{page}": NOBODY for name in ("proposal", "redirect", "merge") for page in ("add", "delete")},
    **{f"timeline_{name}_delete": ENTER for name in PARTS},
    **{f"auth_user_{page}": USERS for page in ("changelist", "add", "change", "delete", "history", "reset")},
    "auth_user_password_change": USERS,
}
OF_ALL |= {f"timeline_{name}_{page}": row for name in MAKERS for page, row in OF_A_RECORD.items()} | OF_ALL


def table():
    """Row by row, the roles that may."""
    section = GUIDE.read_text().partition("## Who may do what\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    head, _rule, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    assert tuple(head[1:]) == ROLES
    assert {answer for row in rows for answer in row[1:]} == {"yes", "no"}
    return {row[0]: {role for role, answer in zip(ROLES, row[1:], strict=True) if answer == "yes"} for row in rows}


TABLE = table() | {NOBODY: set()}


def patterns(found=None):
    for each in admin.site.get_urls() if found is None else found:
        if hasattr(each, "url_patterns"):
            yield from patterns(each.url_patterns)
        elif each.name and each.name not in NOT_ASKED:
            yield each


@pytest.fixture
def samples():
    """By the name of a kind, the key of one: a draft that nobody of those who are asked has entered."""
    made = {name: MAKERS[name](state="draft") for name in RECORDS}
    made |= {name: MAKERS[name]() for name in PARTS}
    for name in PARTS:
        owner = contents.owner_of(made[name])
        type(owner).objects.filter(pk=owner.pk).update(state="draft", published_at=None)
    made["redirect"] = Redirect.objects.create(kind="round", old_slug="old", new_slug="new")
    author = make.user(roles.CONTRIBUTOR, "author")
    public = make.topic()
    (whole,) = contents.read_records([public]).values()
    made["public topic"] = public
    made["proposal"] = actions.propose(public, whole, by=author)
    made["merge"] = merging.merge(make.topic(), into=public, by=None, why="Twice.")
    made["user"] = author
    actions.delete(make.place(state="draft"), by=None)
    return {name: row.pk for name, row in made.items()}


def address_of(pattern, samples):
    app, _line, rest = pattern.name.partition("_")
    kind = rest.partition("_")[0] if app in {"timeline", "auth"} else ""
    values = {
        "object_id": samples.get(kind, samples["public topic"]),
        "content_type_id": ContentType.objects.get_for_model(Topic).pk,
        "id": samples["user"],
        "version": 1,
        "revision_id": Revision.objects.get(act="deleted").pk,
        "name": "round.csv" if pattern.name == "timeline_import_template" else "changes",
        "app_label": "timeline",
    }
    page = reverse(f"admin:{pattern.name}", kwargs={name: values[name] for name in pattern.pattern.regex.groupindex})
    asked = {"autocomplete": "?app_label=timeline&model_name=round&field_name=place"}
    return page + asked.get(pattern.name, "")


def answer(client, page):
    """Where it leads to in the end; of a door behind a button, when pressed with nothing typed."""
    response = client.get(page, follow=True)
    if response.status_code == 405:
        response = client.post(page, follow=True)
    if response.request["PATH_INFO"] == reverse("admin:login"):
        return "sign in"
    return {200: "yes", 400: "yes", 403: "no", 404: "no"}.get(response.status_code, response.status_code)


def test_every_address_of_the_admin_stands_in_a_row_of_the_table():
    assert {each.name for each in patterns()} - set(OF_ALL) == set()
    assert set(OF_ALL.values()) - set(TABLE) == set()


@pytest.mark.deep(1)
@pytest.mark.parametrize("role", [*ROLES, NOBODY])
def test_every_address_answers_as_the_table_says(samples, role):
    client = somebody(role, "asking")

    answers = {each.name: answer(client, address_of(each, samples)) for each in patterns()}

    assert {name: said for name, said in answers.items() if said != _expected(OF_ALL[name], role)} == {}


def _expected(row, role):
    """Whoever may sign in has an account to look after, whatever the role."""
    return "yes" if row == SIGN_IN or role in TABLE[row] else "no"


def test_every_address_leads_whoever_is_not_signed_in_to_the_sign_in_page(client, samples):
    answers = {each.name: answer(client, address_of(each, samples)) for each in patterns()}

    assert {name: said for name, said in answers.items() if said != "sign in"} == {}


# --- the doors behind the buttons, pressed as if the button were there


def pressed(client, desk, record, button="_save", **values):
    """The form as somebody sees it who may do everything, posted by this one."""
    page = address(type(record), "change", record.pk)
    client.post(page, fields_of(desk.get(page)) | {"_reason": "It must be."} | values | {button: "1"})


def draft(**values):
    return make.place(**{"state": "draft"} | values)


def entering(client, desk):
    page = address(Topic, "add")
    client.post(page, fields_of(desk.get(page)) | {"name": "Furlough", "_save": "1"})
    return Topic.objects.exists()


def changing_a_draft(client, desk):
    record = draft()
    pressed(client, desk, record, name="Busan")
    return Place.objects.get().name == "Busan"


def submitting(client, desk):
    pressed(client, desk, draft(), "_submit")
    return Place.objects.get().state == "in_review"


def taking_back(client, desk):
    record = draft(state="in_review", created_by=getattr(client, "user", None))
    client.post(address(Place, "send_back", record.pk), {"remark": "Too early."} | seen(record))
    return Place.objects.get().state == "draft"


def proposing(client, desk):
    pressed(client, desk, make.place(), "_review", name="Busan")
    return Proposal.objects.exists()


def deleting(client, record):
    client.post(address(Place, "delete", record.pk), {"post": "yes"} | seen(record))
    return not Place.objects.exists()


def deleting_from_the_list(client, record):
    client.post(address(Place, "changelist"), chosen("delete_selected", record, post="yes"))
    return not Place.objects.exists()


def sending_back(client, desk):
    record = draft(state="in_review")
    client.post(address(Place, "send_back", record.pk), {"remark": "Mend it."} | seen(record))
    return Place.objects.get().state == "draft"


def publishing(client, desk):
    pressed(client, desk, draft(), "_publish")
    return Place.objects.get().is_published


def publishing_from_the_list(client, desk):
    client.post(address(Place, "changelist"), chosen("publish_selected", draft()))
    return Place.objects.get().is_published


def publishing_alone(client, desk):
    pressed(client, desk, draft(created_by=getattr(client, "user", None)), "_publish", name="Busan")
    return Place.objects.get().is_published


def changing_what_is_public(client, desk):
    pressed(client, desk, make.place(), name="Busan")
    return Place.objects.get().name == "Busan"


def deciding(button):
    def door(client, desk):
        record = make.place()
        (whole,) = contents.read_records([record]).values()
        proposal = actions.propose(record, whole, by=make.user(roles.CONTRIBUTOR, "author"))
        typed = {"stamp": proposal.proposed_at.isoformat(), "remark": "Thank you.", button: "1"}
        client.post(reverse("admin:timeline_proposal_change", args=[proposal.pk]), typed)
        return Proposal.objects.get().status != "waiting"

    return door


def withdrawing(client, desk):
    record = make.place()
    client.post(address(Place, "withdraw", record.pk), {"reason": "Entered twice."} | seen(record))
    return Place.objects.get().state == "withdrawn"


def withdrawing_from_the_list(client, desk):
    typed = chosen("withdraw_selected", make.place(), withdraw="1", reason="Entered twice.")
    client.post(address(Place, "changelist"), typed)
    return Place.objects.get().state == "withdrawn"


def merging_two(client, desk):
    one, other = make.topic(), make.topic()
    client.post(f"{reverse('admin:timeline_topic_merge')}?record={one.pk}&record={other.pk}", {"why": "Twice."})
    return Merge.objects.exists()


def unmerging(client, desk):
    merge = merging.merge(make.topic(), into=make.topic(), by=None, why="Twice.")
    client.post(reverse("admin:timeline_merge_unmerge", args=[merge.pk]), {"why": "They are two."})
    return not Merge.objects.standing().exists()


def making_an_account(client, desk):
    typed = {"username": "new", "password1": "quite a long one", "password2": "quite a long one"}
    client.post(reverse("admin:auth_user_add"), typed)
    return User.objects.filter(username="new").exists()


def giving_a_role(client, desk):
    person, role = make.user(name="person"), Group.objects.get(name=roles.CHIEF_EDITOR)
    typed = {"username": "person", "is_active": "on", "is_staff": "on", "groups": [role.pk]}
    client.post(reverse("admin:auth_user_change", args=[person.pk]), typed)
    return person.groups.exists()


DOORS = {
    entering: ENTER,
    changing_a_draft: ENTER,
    submitting: SUBMIT,
    taking_back: SUBMIT,
    proposing: PROPOSE,
    sending_back: SEND_BACK,
    publishing: PUBLISH,
    publishing_from_the_list: PUBLISH,
    publishing_alone: ALONE,
    changing_what_is_public: CHANGE,
    deciding("_approve"): DECIDE,
    deciding("_send_back"): DECIDE,
    deciding("_refuse"): DECIDE,
    withdrawing: WITHDRAW,
    withdrawing_from_the_list: WITHDRAW,
    merging_two: MERGE,
    unmerging: MERGE,
    making_an_account: USERS,
    giving_a_role: USERS,
}


@pytest.mark.deep(40)
@pytest.mark.parametrize("role", [*ROLES, NOBODY])
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_every_door_opens_as_the_table_says(desk, role, door):
    assert door(somebody(role, "asking"), desk) == (role in TABLE[DOORS[door]])


@pytest.mark.parametrize("role", [*ROLES, NOBODY])
@pytest.mark.parametrize("delete", [deleting, deleting_from_the_list])
def test_drafts_are_deleted_as_the_table_says(role, delete):
    client = somebody(role, "asking")

    of_another = delete(client, draft())
    Place.objects.all().delete()
    own = delete(client, draft(created_by=client.user))

    assert (of_another, own) == (role in TABLE[DELETE], role in TABLE[DELETE_OWN])


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_no_door_opens_to_whoever_is_not_signed_in(desk, door):
    assert not door(Client(), desk)


def test_every_row_of_the_table_is_asked():
    asked = {*OF_ALL.values(), *DOORS.values(), DELETE, DELETE_OWN}

    assert set(TABLE) == asked


def test_roles_add_up(desk):
    client = somebody(roles.CONTRIBUTOR, "asking")
    client.user.groups.add(Group.objects.get(name=roles.ADMINISTRATOR))

    assert (answer(client, address(Place, "changelist")), answer(client, reverse("admin:auth_user_changelist"))) == (
        "yes",
        "yes",
    )
