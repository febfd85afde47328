"""The search finds exactly what the definition says, and stops cleanly."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec_core.data.sequences import Sequences
from seqrec_core.errors import BadInput, Stopped
from seqrec_core.mining.engine import mine, warm
from seqrec_core.mining.types import MiningResult, MiningTerms
from tests.mining.brute import LABELS, all_patterns, logs_of, made, of_kind


def as_dict(result: MiningResult) -> dict[tuple[str, ...], int]:
    return {pattern.items: pattern.support_count for pattern in result.patterns()}


def order(patterns: dict[tuple[str, ...], int]) -> list[tuple[str, ...]]:
    return sorted(patterns, key=lambda pattern: (-patterns[pattern], len(pattern), pattern))


terms = st.builds(
    MiningTerms,
    min_count=st.integers(1, 4),
    kind=st.sampled_from(["all", "closed", "maximal"]),
    max_gap=st.sampled_from([None, 1, 2, 3]),
    min_length=st.integers(1, 2),
    max_length=st.sampled_from([None, 2, 3, 4]),
    top_k=st.sampled_from([None, 1, 3, 8]),
)


@settings(max_examples=150, deadline=None)
@given(rows=logs_of(), asked=terms)
def test_equals_the_definition_on_single_events(rows: list[list[list[int]]], asked: MiningTerms) -> None:
    check(rows, asked)


@settings(max_examples=100, deadline=None)
@given(rows=logs_of(max_step=3), asked=terms)
def test_equals_the_definition_on_baskets(rows: list[list[list[int]]], asked: MiningTerms) -> None:
    check(rows, asked)


def check(rows: list[list[list[int]]], asked: MiningTerms) -> None:
    found = all_patterns(rows, asked.min_count, asked.max_gap, asked.max_length)
    right = {p: n for p, n in of_kind(found, asked.kind, asked.max_gap).items() if len(p) >= asked.min_length}
    expected = order(right)[: asked.top_k]
    result = mine(made(rows), asked)
    assert [pattern.items for pattern in result.patterns()] == expected
    assert as_dict(result) == {pattern: right[pattern] for pattern in expected}
    assert result.complete
    assert result.suggestion is None
    assert result.frame["support"].to_list() == [right[pattern] / len(rows) for pattern in expected]


def test_closed_under_a_gap_is_lossless_for_contiguous_patterns() -> None:
    # a c and a b c are each held by one other sequence: a c is no part of a b c where patterns are contiguous.
    rows = [[[1], [3]], [[1], [0], [3]]]
    contiguous = as_dict(mine(made(rows), MiningTerms(1, kind="closed", max_gap=1)))
    assert ("a", "c") in contiguous
    assert ("a", "b", "c") in contiguous
    assert ("a", "c") in as_dict(mine(made(rows), MiningTerms(1, kind="closed")))  # support 2 against 1
    assert ("a", "c") not in as_dict(mine(made(rows), MiningTerms(1, kind="maximal")))


def test_maximal_is_relative_to_max_length() -> None:
    rows = [[[1], [0], [3]]] * 2
    assert set(as_dict(mine(made(rows), MiningTerms(2, kind="maximal")))) == {("a", "b", "c")}
    assert set(as_dict(mine(made(rows), MiningTerms(2, kind="maximal", max_length=2)))) == {("a", "b"), ("b", "c"), ("a", "c")}


def test_a_long_sequence_needs_no_recursion() -> None:
    n = 1200  # beyond what Python's own recursion allows
    rows = [[[0]] * n] * 2
    for gap in (None, 1):
        result = mine(made(rows), MiningTerms(2, max_gap=gap))
        assert result.frame["items"].list.len().to_list() == list(range(1, n + 1))


def test_nothing_frequent_gives_no_pattern() -> None:
    for gap in (None, 2):
        result = mine(made([[[0]], [[1]]]), MiningTerms(2, max_gap=gap))
        assert len(result) == 0
        assert result.complete


def test_no_sequences_and_empty_sequences() -> None:
    for rows in ([], [[]], [[], [[0]]]):
        result = mine(made(rows), MiningTerms(1))
        assert result.n_sequences == len(rows)
        assert as_dict(result) == ({("b",): 1} if len(rows) == 2 else {})


@pytest.mark.parametrize("gap", [None, 2])
def test_a_full_budget_says_what_would_fit(gap: int | None) -> None:
    random = np.random.default_rng(0)
    rows = [[[int(code)] for code in random.integers(0, 4, 9)] for _ in range(60)]
    asked = MiningTerms(2, max_gap=gap, max_patterns=150)
    result = mine(made(rows), asked)
    assert not result.complete
    assert len(result) == 150
    assert result.suggestion is not None
    whole = all_patterns(rows, 20, gap, 3)
    assert all(whole.get(p.items, p.support_count) == p.support_count for p in result.patterns())
    fits = mine(made(rows), MiningTerms(result.suggestion, max_gap=gap, max_patterns=150))
    assert fits.complete
    assert 0 < len(fits) <= 150


def test_a_search_out_of_time_is_not_complete() -> None:
    random = np.random.default_rng(1)
    rows = [[[int(code)] for code in random.integers(0, 4, 40)] for _ in range(300)]
    result = mine(made(rows), MiningTerms(2, max_seconds=0.05, max_patterns=50_000_000))
    assert not result.complete
    assert len(result) > 4
    assert result.suggestion is not None
    assert result.suggestion > 2


def test_should_stop_ends_the_search_and_progress_is_told() -> None:
    random = np.random.default_rng(1)
    rows = [[[int(code)] for code in random.integers(0, 4, 60)] for _ in range(300)]
    calls: list[tuple[int, int, float]] = []
    with pytest.raises(Stopped):
        mine(
            made(rows),
            MiningTerms(2),
            lambda step, total, values: calls.append((step, total, values["patterns"])),
            lambda: len(calls) >= 3,
        )
    assert len(calls) == 3
    assert all(0 <= step <= total == len(LABELS) for step, total, _ in calls)


@pytest.mark.parametrize("name", ["min_count", "max_gap", "min_length", "max_length", "top_k", "max_patterns"])
def test_numbers_below_one_are_refused(name: str) -> None:
    with pytest.raises(BadInput) as error:
        mine(made([[[0]]]), MiningTerms(**{"min_count": 1, name: 0}))
    assert name in error.value.message


def test_crossed_lengths_are_refused() -> None:
    with pytest.raises(BadInput):
        mine(made([[[0]]]), MiningTerms(1, min_length=3, max_length=2))


def test_warm_leaves_no_trace() -> None:
    warm()
    assert as_dict(mine(made([[[0]]]), MiningTerms(1))) == {("b",): 1}


@pytest.mark.parametrize("gap", [None, 1, 3])
def test_real_log_supports_are_those_of_the_definition(eshop: Sequences, gap: int | None) -> None:
    result = mine(eshop, MiningTerms(121, max_gap=gap))
    assert result.n_sequences == 24_026
    assert result.complete
    names = [[eshop.labels[code] for code in eshop[row]] for row in range(len(eshop))]
    patterns = result.patterns()
    for pattern in patterns[:: max(1, len(patterns) // 12)]:
        assert pattern.support_count == sum(holds_in_order(row, pattern.items, gap) for row in names)


def holds_in_order(row: list[str], pattern: tuple[str, ...], gap: int | None) -> bool:
    ends = {at for at, label in enumerate(row) if label == pattern[0]}
    for label in pattern[1:]:
        ends = {
            at
            for at, found in enumerate(row)
            if found == label and any(end < at and (gap is None or at - end <= gap) for end in ends)
        }
    return bool(ends)
