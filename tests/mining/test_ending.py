"""Patterns that a history completes: equal to counting every candidate by its definition."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec_core.mining.ending import LAST, completed, holds, only
from seqrec_core.mining.types import MiningTerms
from tests.mining import brute
from tests.mining.brute import LABELS, logs_of, made


def named(rows: list[list[list[int]]]) -> list[list[list[str]]]:
    return [[[LABELS[code] for code in step] for step in row] for row in rows]


def by_definition(rows: list[list[list[int]]], history: list[str], last: str) -> dict[tuple[str, ...], tuple[int, float, float]]:
    """Left side → support count, confidence, lift, from counting alone."""
    found = {}
    for length in (1, 2, 3):
        for left in product(LABELS, repeat=length):
            both = sum(brute.holds(row, brute.singles((*left, last)), MiningTerms(1)) for row in named(rows))
            if both and holds(history, left):
                before = sum(brute.holds(row, brute.singles(left), MiningTerms(1)) for row in named(rows))
                anywhere = sum(brute.holds(row, brute.singles((last,)), MiningTerms(1)) for row in named(rows))
                found[left] = (both, both / before, both / before / (anywhere / len(rows)))
    return found


@settings(max_examples=30, deadline=None)
@given(logs_of(2), st.lists(st.sampled_from(LABELS), max_size=6), st.sampled_from(LABELS))
def test_the_rules_are_those_that_counting_finds(rows, history, last):
    found = completed(made(rows), history, last, min_count=1, floor=1)
    numbers = found.select("support_count", "confidence", "lift").rows()
    expected = by_definition(rows, history, last)
    assert set(map(tuple, found["antecedent"].to_list())) == set(expected)
    for left, row in zip(found["antecedent"].to_list(), numbers, strict=True):
        assert row == pytest.approx(expected[tuple(left)])
    assert found["lift"].to_list() == sorted(found["lift"].to_list(), reverse=True)


def test_a_pattern_of_too_few_people_is_left_out():
    rows = [[[0], [1]]] * 6
    assert completed(made(rows, owner=[0, 0, 0, 0, 0, 0]), ["b"], "a").height == 0, "six sessions of one user"
    assert completed(made(rows), ["b"], "a").height == 1


def test_order_counts_and_old_events_do_not():
    assert holds(["x", "a", "y", "b"], ["a", "b"])
    assert not holds(["b", "a"], ["a", "b"])
    assert not holds(["a"], ["a", "a"])
    rows = [[[0], [1]]] * 6
    assert completed(made(rows), ["b", *["d"] * LAST], "a").height == 0, "beyond the last events of the history"


def test_nothing_is_found_for_an_empty_history_or_an_unknown_label():
    rows = [[[0], [1]]] * 6
    assert completed(made(rows), [], "a").height == 0
    assert completed(made(rows), ["b"], "nosuch").height == 0


def test_only_keeps_every_sequence_and_the_steps_of_what_is_kept():
    sequences = made([[[0], [1], [0]], [[2]], [[1, 0]]])
    few = only(sequences, [1])
    assert [few[i].tolist() for i in range(len(few))] == [[1], [], [1]]
    assert few.steps.tolist() == [sequences.steps[1], sequences.steps[4]]
