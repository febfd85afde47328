"""Matches, supporting sequences and the floor of users use the rule of the search."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec_core.data.sequences import Sequences
from seqrec_core.errors import BadInput, NotFound
from seqrec_core.mining.engine import mine
from seqrec_core.mining.matching import matches, supporting
from seqrec_core.mining.privacy import distinct_users, with_users
from seqrec_core.mining.types import MiningTerms
from tests.mining.brute import LABELS, holds, logs_of, made, singles

patterns = st.lists(st.sampled_from(LABELS), min_size=1, max_size=4)
gaps = st.sampled_from([None, 1, 2, 3])


@settings(max_examples=200, deadline=None)
@given(rows=logs_of(max_step=2), items=patterns, gap=gaps)
def test_supporting_is_the_definition_and_matches_are_occurrences(
    rows: list[list[list[int]]], items: list[str], gap: int | None
) -> None:
    named = [[[LABELS[code] for code in step] for step in row] for row in rows]
    expected = [index for index, row in enumerate(named) if holds(row, singles(items), MiningTerms(1, max_gap=gap))]
    sequences = made(rows)
    assert supporting(sequences, items, gap).tolist() == expected
    found = matches(sequences, items, gap, limit=3)
    assert [match.sequence for match in found] == expected[:3]
    for match in found:
        flat = [(label, number) for number, step in enumerate(named[match.sequence]) for label in step]
        assert [flat[at][0] for at in match.positions] == items
        distances = np.diff([flat[at][1] for at in match.positions])
        assert all(1 <= distance <= (gap or 99) for distance in distances)


@settings(max_examples=60, deadline=None)
@given(rows=logs_of(max_step=2), gap=gaps, owner=st.lists(st.integers(0, 3), min_size=7, max_size=7), floor=st.integers(1, 4))
def test_the_floor_counts_distinct_users(rows: list[list[list[int]]], gap: int | None, owner: list[int], floor: int) -> None:
    sequences = made(rows, owner=owner[: len(rows)])
    result = mine(sequences, MiningTerms(1, max_gap=gap, max_length=3))
    users = [len(set(sequences.owner[supporting(sequences, p.items, gap)].tolist())) for p in result.patterns()]
    if len(result):
        assert distinct_users(result, sequences, 99).tolist() == users
    kept = with_users(result, sequences, floor)
    assert [p.items for p in kept.patterns()] == [p.items for p, n in zip(result.patterns(), users, strict=True) if n >= floor]


@pytest.mark.parametrize("rule", [{"baskets": True}, {"min_gap": 2}, {"max_gap_seconds": 9.0}])
def test_the_floor_under_rules_takes_the_users_of_the_search(rule: dict[str, Any]) -> None:
    rows = [[[0], [1], [3]]] * 3 + [[[0], [2]]] * 2
    sequences = made(rows, owner=[0, 0, 1, 2, 3], times=[[0, 1, 2]] * 3 + [[0, 1]] * 2)
    with pytest.raises(BadInput):
        with_users(mine(sequences, MiningTerms(1, **rule)), sequences, 2)
    by_user = mine(sequences, MiningTerms(1, by="user", **rule))
    kept = with_users(by_user, sequences, 3)
    assert [(p.steps, p.support_count) for p in kept.patterns()] == [((("b",),), 4)]


def test_a_match_ends_early_and_is_tight() -> None:
    sequences = made([[[1], [1], [0], [3], [3]]])
    assert matches(sequences, ["a", "c"])[0].positions == (1, 3)


def test_unknown_and_missing_labels_are_refused() -> None:
    with pytest.raises(NotFound):
        supporting(made([[[0]]]), ["nothing"])
    with pytest.raises(BadInput):
        matches(made([[[0]]]), [])


def test_real_log_lights_up_as_many_as_the_support_says(eshop: Sequences) -> None:
    for gap in (None, 2):
        for pattern in mine(eshop, MiningTerms(300, max_gap=gap, min_length=2)).patterns(40):
            assert len(supporting(eshop, pattern.items, gap)) == pattern.support_count
