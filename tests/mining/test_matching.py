"""Matches, supporting sequences and the floor of users use the rule of the search."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec_core.data.sequences import Sequences
from seqrec_core.errors import BadInput, NotFound
from seqrec_core.mining.engine import mine
from seqrec_core.mining.matching import matches, supporters, supporting
from seqrec_core.mining.privacy import distinct_users, with_users
from seqrec_core.mining.types import MiningTerms
from tests.mining.brute import LABELS, holds, logs_of, made, singles
from tests.mining.test_engine import TIMED, owners, terms_of

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


@settings(max_examples=120, deadline=None)
@given(
    rows=logs_of(max_step=3, most=6),
    steps=st.lists(st.lists(st.sampled_from(LABELS), min_size=1, max_size=2, unique=True).map(tuple), min_size=1, max_size=4),
    terms=terms_of(TIMED),
    owner=owners,
    data=st.data(),
)
def test_holders_and_matches_under_every_rule_are_the_definition(
    rows: list[list[list[int]]], steps: list[tuple[str, ...]], terms: MiningTerms, owner: list[int], data: st.DataObject
) -> None:
    gaps = [data.draw(st.lists(st.integers(1, 4), min_size=len(row), max_size=len(row))) for row in rows]
    times = [np.cumsum(line).tolist() for line in gaps]
    named = [[[LABELS[code] for code in step] for step in row] for row in rows]
    expected = [at for at, row in enumerate(named) if holds(row, tuple(steps), terms, times[at])]
    sequences = made(rows, owner=owner[: len(rows)], times=times)
    assert supporting(sequences, steps, terms).tolist() == expected
    users = sorted({owner[at] for at in expected})
    assert supporters(sequences, steps, terms).tolist() == (users if terms.by == "user" else expected)
    found = matches(sequences, steps, terms, limit=99)
    assert [match.sequence for match in found] == expected
    for match in found:
        row, flat = (
            named[match.sequence],
            [(label, number) for number, step in enumerate(named[match.sequence]) for label in step],
        )
        assert [flat[at][0] for at in match.positions] == [label for step in steps for label in step]
        places = iter(match.positions)
        held = [{flat[next(places)][1] for _ in step} for step in steps]
        assert all(len(numbers) == 1 for numbers in held)
        only_these = [step if {number} in held else [] for number, step in enumerate(row)]
        assert holds(only_these, tuple(steps), terms, times[match.sequence])


@settings(max_examples=40, deadline=None)
@given(rows=logs_of(max_step=2, most=5), terms=terms_of(TIMED), owner=owners, baskets=st.booleans())
def test_as_many_support_a_pattern_as_its_search_says(
    rows: list[list[list[int]]], terms: MiningTerms, owner: list[int], baskets: bool
) -> None:
    times = [[3 * at for at in range(len(row))] for row in rows]
    sequences, terms = made(rows, owner=owner[: len(rows)], times=times), replace(terms, baskets=baskets)
    for pattern in mine(sequences, terms).patterns(25):
        assert len(supporters(sequences, pattern.steps, terms)) == pattern.support_count


def test_rules_of_time_need_times() -> None:
    with pytest.raises(BadInput):
        supporting(made([[[0]]]), ["b"], MiningTerms(1, max_gap_seconds=1.0))


@settings(max_examples=80, deadline=None)
@given(rows=logs_of(max_step=2, most=5), terms=terms_of(TIMED), owner=owners, baskets=st.booleans(), floor=st.integers(1, 4))
def test_the_floor_counts_distinct_users_under_every_rule(
    rows: list[list[list[int]]], terms: MiningTerms, owner: list[int], baskets: bool, floor: int
) -> None:
    times = [[3 * at for at in range(len(row))] for row in rows]
    sequences = made(rows, owner=owner[: len(rows)], times=times)
    result = mine(sequences, replace(terms, baskets=baskets, max_length=3, min_length=1))
    found = result.patterns()
    users = [len(set(sequences.owner[supporting(sequences, p.steps, result.terms)].tolist())) for p in found]
    if len(result):
        assert distinct_users(result, sequences, 99).tolist() == users
        assert distinct_users(result, sequences, 2).tolist() == [min(n, 2) for n in users]
    kept = with_users(result, sequences, floor)
    assert [p.steps for p in kept.patterns()] == [p.steps for p, n in zip(found, users, strict=True) if n >= floor]


def test_a_match_ends_early_and_is_tight() -> None:
    sequences = made([[[1], [1], [0], [3], [3]]])
    assert matches(sequences, ["a", "c"])[0].positions == (1, 3)


def test_unknown_and_missing_labels_are_refused() -> None:
    with pytest.raises(NotFound):
        supporting(made([[[0]]]), ["nothing"])
    for nothing in ([], [()]):
        with pytest.raises(BadInput):
            matches(made([[[0]]]), nothing)


def test_real_log_lights_up_as_many_as_the_support_says(eshop: Sequences) -> None:
    for gap in (None, 2):
        for pattern in mine(eshop, MiningTerms(300, max_gap=gap, min_length=2)).patterns(40):
            assert len(supporting(eshop, pattern.items, gap)) == pattern.support_count
