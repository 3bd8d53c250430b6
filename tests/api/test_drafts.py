import pytest

from tests.admin.records import MAKERS
from tests.api.asking import RECORDS, ask, codes, items
from tests.test_nothing_leaks import HIDDEN, UNLINKED, hang_on, hidden, leaks
from timeline import index

pytestmark = pytest.mark.django_db


@pytest.mark.deep(1)
@pytest.mark.parametrize("state", HIDDEN)
def test_what_is_not_public_is_in_no_answer_even_where_what_is_public_names_it(client, state):
    with index.suspended():
        public = {kind.name: MAKERS[kind.name]() for kind in RECORDS}
        secrets = [hidden(kind.name, state) for kind in RECORDS]
        for secret in secrets:
            hang_on(public.values(), secret)

    answers = {path: client.get(path) for path in UNLINKED if path.startswith("/api/")}

    assert {answer.status_code for answer in answers.values()} == {200}
    assert leaks(answers) == set()
    assert all(secret.slug not in answer.text for secret in secrets for answer in lists(answers))
    for kind in RECORDS:
        assert public[kind.name].code in codes(items(client, kind.plural, limit=200))


def lists(answers):
    """Without those of changes, which say of what was withdrawn that it is gone."""
    return [answer for path, answer in answers.items() if "since" not in path and "changes" not in path]


def test_a_draft_is_not_there(client):
    for kind in RECORDS:
        draft = MAKERS[kind.name](state="draft")
        for path in (f"{kind.plural}/{draft.slug}", f"codes/{draft.code}"):
            assert ask(client, path).status_code == 404, path
