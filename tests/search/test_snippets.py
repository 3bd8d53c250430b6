import pytest

from timeline.search import snippets
from timeline.search.query import parse


def shown(text, asked):
    query = parse(asked)
    runs = snippets.snippet(text, [term.expression for term in query.terms])
    return "".join(f"[{run.text}]" if run.is_marked else run.text for run in runs)


@pytest.mark.parametrize(
    ("text", "asked", "result"),
    [
        (
            "No. They met in Seoul on Feb. 10 to talk. It rained.",
            "talks seoul",
            "They met in [Seoul] on Feb. 10 to [talk].",
        ),
        ("Gen. Robert B. Abrams spoke. He left.", "abrams", "Gen. Robert B. [Abrams] spoke."),
        ("By treaty no. 1040. It rained.", "treaty", "By [treaty] no. 1040."),
        ("They said no. Seoul paid.", "seoul", "[Seoul] paid."),
        ("The U.S. side left. Seoul stayed.", "left", "The U.S. side [left]."),
        ("Seoul pays 1.0389 trillion won for 2019.", "1조 389억 원", "Seoul pays [1.0389 trillion won] for 2019."),
        ("총액은 1조 389억 원이다. 끝.", "1.0389 trillion won", "총액은 [1조 389억 원]이다."),
        ("It grew by 13.9 percent.", "13.9%", "It grew by [13.9 percent]."),
        ("Half were put on unpaid leave.", "무급휴직", "Half were put on [unpaid leave]."),
        ("방위비분담금협정에 서명했다.", "분담금", "방위비[분담금]협정에 서명했다."),
        ("a mutually acceptable deal", '"mutually acceptable"', "a [mutually acceptable] deal"),
        ("Lee Tae-woo came.", "taewoo", "Lee [Tae-woo] came."),
        ("Nothing of it.\nMore.", "seoul", "Nothing of it."),
        ("", "seoul", ""),
    ],
)
def test_the_words_are_marked_in_their_sentence(text, asked, result):
    assert shown(text, asked) == result


def test_a_long_sentence_is_cut_between_words_around_what_was_found():
    sentence = f"{'lorem ' * 60}Honolulu {'ipsum ' * 60}"

    result = shown(sentence, "honolulu")

    assert (result.startswith("… lorem "), result.endswith(" ipsum …"), "[Honolulu]" in result) == (True, True, True)
    assert len(result) <= snippets.LONGEST + len("… [] …")
