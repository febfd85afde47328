"""What is said must be what was found."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec_core.data.history import EMPTY
from seqrec_core.explain.explain import explain
from seqrec_core.explain.sentences import counterfactual_line, main_causes, sentence, trust_line
from seqrec_core.explain.types import Faithfulness
from seqrec_core.explain.when import did, when
from tests.explain.hand_made import ByFunction, additive, chaotic, history

NAMES = {1: "Trail tent 2P", 2: "Gas stove", 3: "Mug", 4: "Rope", 5: "Down bag"}
EVENTS = ("view", "add_to_cart", "ponder")
DAY_US = 86_400_000_000


def name_of(item):
    return NAMES.get(item, f"Thing {item}")


def said(model, seen, target=7, event_name=EVENTS.__getitem__, exclude_seen=True, **how):
    found = explain(model, seen, target, exclude_seen=exclude_seen, n_candidates=11)
    return sentence(found, name_of, event_name, **how)


def test_two_causes_and_the_fall():
    model = additive({1: 2.0, 2: 0.9}, target=7, base=0.0)
    words = said(model, history(1, 2, 3, events=[0, 1, 0], days=[0, 2, 2.5]))
    assert words == (
        "Recommended at #1 mainly because of “Trail tent 2P”, viewed 2 days before, and “Gas stove”, in the cart "
        "12 hours before. Without “Trail tent 2P” it falls to #4."
    )


def test_one_cause_one_day():
    words = said(additive({1: 4.0, 3: 0.1}, target=7), history(1, 2, 3, events=[0, 0, 0], days=[0, 0.5, 1]))
    assert words.startswith("Recommended at #1 mainly because of “Trail tent 2P”, viewed 1 day before. Without “Trail tent 2P”")


def test_three_causes():
    words = said(additive({1: 2.0, 2: 1.5, 4: 1.0}, target=7), history(1, 2, 4), event_name=None)
    assert (
        "because of “Trail tent 2P”, 2 events before the last; “Gas stove”, 1 event before the last; "
        "and “Rope”, just before." in words
    )


def test_ages_count_from_now_where_it_is_given():
    seen = history(1, 2, 3, events=[0, 0, 0], days=[0, 1, 1.25])
    words = said(additive({1: 4.0}, target=7), seen, now=3 * DAY_US)
    assert "viewed 3 days ago" in words


@pytest.mark.parametrize(
    ("days", "position", "now", "words"),
    [
        ([0, 1, 1], 1, None, "the same day"),
        ([0, 1, 1], 2, None, "just before"),
        ([0, 1, 1], 0, None, "1 day before"),
        ([0, 1, 1], 2, 1.0, "today"),
        ([0.25, 0.25], 0, None, "moments before"),
        ([0.25, 0.25], 1, 0.25, "moments ago"),
        ([0.25, 0.25 + 1 / 24], 0, None, "1 hour before"),
        ([0.25, 0.25 + 5 / 1440], 0, None, "5 minutes before"),
        ([2.5, 2.6], 1, 1.0, "moments ago"),
    ],
)
def test_when(days, position, now, words):
    seen = history(*[1] * len(days), days=np.array(days))
    assert when(seen, position, None if now is None else int(now * DAY_US)) == words


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ("view", "viewed"),
        ("product_view", "viewed"),
        ("add_to_cart", "in the cart"),
        ("remove_from_cart", "taken out of the cart"),
        ("carts", "in the cart"),
        ("Order", "ordered"),
        ("dislike", "event “dislike”"),
        ("payment_details", "being paid"),
        ("home", "on the home page"),
    ],
)
def test_what_was_done(event, words):
    assert did(event) == words


def test_an_empty_history_says_so():
    assert said(chaotic(), EMPTY).endswith("without any history: only what is popular speaks for it.")


@pytest.mark.parametrize("n", [1, 2, 5])
def test_nothing_matters_where_no_event_changes_the_score(n):
    words = said(additive({}, target=7, base=3.0), history(*range(1, n + 1)))
    assert words == "Recommended at #1. No single event matters much: mostly popularity."


def test_a_history_that_speaks_against_it_is_no_reason():
    words = said(additive({1: -1.0, 2: -0.5, 3: -0.6}, target=7, base=4.0), history(1, 2, 3))
    assert words.startswith("Recommended at #1 in spite of this history")


def test_a_failed_check_is_not_hidden():
    """All events are equally (un)necessary: any one of five gives the whole score."""
    model = ByFunction(lambda items: np.where(np.arange(12) == 7, 5.0 * bool(items), np.linspace(2, 0, 12)))
    words = said(model, history(1, 2, 3, 4, 5), event_name=None)
    assert "perhaps because of" in words
    assert "the check does not confirm it" in words


def test_beyond_the_list_it_is_not_called_recommended():
    assert said(additive({1: 0.1, 2: 0.4}, target=7, base=-2), history(1, 2, 3), k=3).startswith("At #8")


def test_the_group_of_older_events_is_named_as_one():
    words = said(additive({1: 1.0}, target=7), history(*[1] * 9, *[3] * 49))
    assert "the 9 older events together" in words
    assert "Without" not in words


def test_without_an_item_that_came_twice_speaks_of_the_event():
    words = said(additive({1: 1.0, 2: 0.0}, target=7, base=1.5), history(1, 1, 3, 2), event_name=None)
    assert "because of “Trail tent 2P”, 2 events before the last (and 1 more event of it)." in words
    assert words.endswith("Removing only the event that counts most leaves it at #1.")
    found = explain(additive({1: 1.0}, target=7), history(1, 1, 3), 7, exclude_seen=True, n_candidates=11)
    assert main_causes(found) == [(1, 0)], "events of one item are one cause"


def test_a_counterfactual_of_many_events_counts_them():
    model = ByFunction(lambda items: np.where(np.arange(12) == 7, 5.0 * bool({1, 2} & set(items)), 1.0))
    found = explain(model, history(1, 1, 1, 2), 7, exclude_seen=True, n_candidates=11, k=2)
    line = counterfactual_line(found, name_of, k=2)
    assert line.startswith("Without 4 events of ")
    assert "“Trail tent 2P”" in line
    assert "“Gas stove”" in line


@settings(max_examples=30, deadline=None)
@given(st.text(min_size=1, max_size=30))
def test_names_of_items_are_shown_as_they_are(name):
    found = explain(additive({1: 4.0, 3: 0.1}, target=7), history(1, 3), 7, exclude_seen=True, n_candidates=11)
    assert f"“{name}”" in sentence(found, lambda _: name)


def test_the_rank_said_is_the_rank_measured():
    for seed in range(20):
        model, seen = chaotic(seed=seed), history(1, 2, 3, 4)
        found = explain(model, seen, 7, exclude_seen=True, n_candidates=11)
        words = sentence(found, name_of)
        assert f"#{found.rank}" in words
        if "because" in words:
            position = main_causes(found)[0][0]
            rank = next(s.rank for s in found.leave_one_out if s.position == position)
            way = "falls to" if rank > found.rank else "rises to" if rank < found.rank else "leaves it at"
            assert f"{way} #{rank}." in words


def test_counterfactual_in_words():
    model = additive({1: 2.0, 2: 0.9}, target=7, base=0.0)
    found = explain(model, history(1, 2, 3), 7, exclude_seen=True, n_candidates=11, k=3)
    line = counterfactual_line(found, name_of, k=3)
    assert line == "Without “Trail tent 2P” it leaves the top 3: #1 → #4. Nothing smaller does it (3 sets tried)."
    stays = explain(additive({}, target=7, base=9), history(1, 2, 3), 7, exclude_seen=True, n_candidates=11)
    assert counterfactual_line(stays, name_of) == "None of the 7 sets of events tried pushes it out of the top 10."
    below = explain(additive({}, target=7, base=-9), history(1, 2), 7, exclude_seen=True, n_candidates=11, k=3)
    assert counterfactual_line(below, name_of, k=3).startswith("It is not in the top 3")


def test_trust_in_words():
    model = additive({1: 4.0, 2: 3.0, 3: 2.0, 4: 1.0}, target=7)
    word, line = trust_line(explain(model, history(1, 2, 3, 4), 7, exclude_seen=True, n_candidates=11).faithfulness)
    assert word == "holds"
    assert line.startswith("Removing the top 2 takes away 70 % of what the history adds, random 2 take 50 %")
    assert line.endswith("the last 2 take 30 %.")
    assert trust_line(explain(model, EMPTY, 7, exclude_seen=True, n_candidates=11).faithfulness)[0] == "not checked"


def test_shares_near_nothing_are_not_minus_zero():
    word, line = trust_line(Faithfulness(0.5, -0.001, -0.204, 0.1, 0.004, 3, "holds"))
    assert word == "holds"
    assert "random 3 take 0 % (95 % between −20 % and 10 %), the last 3 take 0 %." in line


def test_why_one_rather_than_another_names_what_decides_between_them():
    def row(items):
        scores = np.linspace(2, 0, 12)
        scores[7] = 1.0 + 2.0 * (1 in items) + 3.0 * (2 in items)
        scores[5] = 1.0 + 3.0 * (2 in items) + 4.0 * (3 in items)
        return scores

    def between(*items):
        return sentence(explain(ByFunction(row), history(*items), 7, exclude_seen=True, n_candidates=11, versus=5), name_of)

    assert between(1, 2) == "Ahead of “Down bag” mainly because of “Trail tent 2P”, 1 event before the last."
    assert between(1, 2, 3) == "Behind “Down bag” mainly because of “Mug”, just before."
