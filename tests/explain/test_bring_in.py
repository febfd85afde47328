"""The smallest edit that brings a wanted item into the list, against brute force."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec_core.explain.bring_in import bring_in
from seqrec_core.explain.explain import explain
from seqrec_core.explain.sentences import bring_in_line
from seqrec_core.explain.what_if import Ranking, appended
from tests.explain.hand_made import ByFunction, chaotic, history

N = 11


def search(model, seen, target, k, exclude_seen=False):
    told = explain(model, seen, target, exclude_seen=exclude_seen, n_candidates=N, k=k)
    return bring_in(Ranking(model, seen, target, exclude_seen, N), told, k), told


def place(model, seen, target, out=()):
    """Place in the list: items above, and equal ones with a smaller number before it."""
    scores = model.score([seen])[0]
    others = [item for item in range(1, N + 1) if item != target and item not in out]
    return 1 + sum(scores[o] > scores[target] or (scores[o] == scores[target] and o < target) for o in others)


def blocked(*needs: int, by: int | None = None) -> ByFunction:
    """Item 7 is first where all of `needs` are there and `by` is not; else last."""

    def row(items):
        scores = np.linspace(2, 1, N + 1)
        scores[7] = 5.0 if set(needs) <= set(items) and by not in items else 0.0
        return scores

    return ByFunction(row)


def test_an_event_that_stands_in_the_way_is_removed():
    found, told = search(blocked(by=4), history(1, 4, 2), 7, 3)
    assert (found.kind, found.remove, found.add, found.rank_after, found.minimal) == ("remove", (1,), None, 1, True)
    line = bring_in_line(found, told, lambda item: f"Thing {item}", 3)
    assert line == "Without “Thing 4” it enters the top 3: #11 → #1."


def test_an_event_that_is_missing_is_added():
    found, told = search(blocked(5), history(1, 2), 7, 3)
    assert (found.kind, found.remove, found.add, found.rank_after, found.minimal) == ("add", (), 5, 1, True)
    assert found.likelihood_rank == 5, "scores fall with the number: item 5 is the fifth that could come next"
    assert bring_in_line(found, told, str, 3) == (
        "With “5” as one more event it enters the top 3: #11 → #1. The model expects “5” next at #5."
    )


def test_two_events_in_the_way_are_removed_together():
    def row(items):
        scores = np.linspace(2, 1, N + 1)
        scores[7] = 0.0 if {3, 4} & set(items) else 5.0
        return scores

    found, _ = search(ByFunction(row), history(3, 1, 4), 7, 3)
    assert (found.kind, found.remove, found.rank_after, found.minimal) == ("remove", (0, 2), 1, True)


def test_one_event_is_replaced_where_that_is_what_it_takes():
    found, told = search(blocked(5, by=4), history(1, 4), 7, 3)
    assert (found.kind, found.remove, found.add, found.rank_after) == ("replace", (1,), 5, 1)
    assert "With “5” in place of “4”" in bring_in_line(found, told, str, 3)


def test_nothing_is_done_for_an_item_in_the_list_and_said_where_nothing_helps():
    assert search(blocked(), history(1), 7, 3)[0].kind == "none"
    found, told = search(blocked(99), history(1, 2), 7, 3)
    assert (found.kind, found.rank_after, found.minimal) == ("none", 11, False)
    assert f"None of the {found.tried} edits" in bring_in_line(found, told, str, 3)


def test_an_empty_history_can_only_gain():
    found, _ = search(blocked(5), history(), 7, 3)
    assert (found.kind, found.add) == ("add", 5)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 6), max_size=4), st.integers(0, 20), st.booleans())
def test_a_one_event_edit_is_found_where_there_is_one_and_does_what_it_says(items, seed, exclude_seen):
    model, seen = chaotic(seed=seed), history(*items)
    found, told = search(model, seen, 9, 2, exclude_seen)
    out = set(items) if exclude_seen else set()
    if told.rank <= 2:
        return
    removals = {p: place(model, seen.without([p]), 9, out) for p in range(len(items))}
    additions = {
        item: place(model, appended(seen, item, seen), 9, out | {item} if exclude_seen else out)
        for item in range(1, N + 1)
        if item != 9
    }
    if min(removals.values(), default=99) <= 2:
        assert found.kind == "remove"
        assert removals[found.remove[0]] == found.rank_after == min(removals.values())
    elif min(additions.values()) <= 2:
        assert found.kind == "add"
        assert additions[found.add] == found.rank_after <= 2
    else:
        assert found.kind != "add"
        assert len(found.remove) != 1 or found.kind == "replace"


def test_an_added_event_is_of_the_usual_type_and_of_now():
    seen = history(1, 2, 3, events=[1, 2, 2], days=[0, 1, 2])
    more = appended(seen, 5, seen)
    assert (more.items.tolist(), more.event_types.tolist()) == ([1, 2, 3, 5], [1, 2, 2, 2])
    assert more.times[-1] == seen.times[-1]


@pytest.mark.parametrize("items", [[], [1, 2]])
def test_types_of_columns_are_kept(items):
    seen = history(*items, events=[0] * len(items), days=[0] * len(items))
    more = appended(seen, 5, seen)
    assert (more.items.dtype, more.event_types.dtype, more.times.dtype) == (np.int32, np.int16, np.int64)
