"""The search finds exactly what the definition says, and stops cleanly."""

from dataclasses import replace
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec_core.data.sequences import Sequences
from seqrec_core.errors import BadInput, Stopped
from seqrec_core.mining import race
from seqrec_core.mining.engine import mine, warm
from seqrec_core.mining.types import Kind, MiningResult, MiningTerms
from tests.mining.brute import LABELS, all_patterns, answer, holds, logs_of, made

KINDS: tuple[Kind, ...] = ("all", "closed", "maximal")


def as_dict(result: MiningResult) -> dict[tuple[str, ...], int]:
    return {pattern.items: pattern.support_count for pattern in result.patterns()}


labels = st.lists(st.sampled_from(LABELS), max_size=2, unique=True).map(tuple)
seldom = st.one_of(st.just(()), st.just(()), labels)
PLAIN = {
    "min_count": st.integers(1, 4),
    "kind": st.sampled_from(["all", "closed", "maximal"]),
    "min_length": st.integers(1, 2),
    "max_length": st.sampled_from([None, None, 2, 3]),
    "top_k": st.sampled_from([None, 1, 3, 8]),
    "contains": seldom,
    "starts": seldom,
    "ends": seldom,
    "excludes": seldom,
    "over": seldom,
}
RULED = PLAIN | {
    "min_count": st.integers(2, 3),
    "max_length": st.sampled_from([None, 2, 3, 4]),
    "max_gap": st.sampled_from([None, 1, 2, 3]),
    "min_gap": st.sampled_from([1, 1, 1, 2]),
    "by": st.sampled_from(["sequence", "user"]),
}
TIMED = RULED | {
    "min_gap_seconds": st.sampled_from([None, None, 2.0]),
    "max_gap_seconds": st.sampled_from([None, None, 3.0, 5.0]),
    "max_span_seconds": st.sampled_from([None, 4.0, 8.0]),
}
owners = st.lists(st.integers(0, 3), min_size=7, max_size=7)


def terms_of(choices: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[MiningTerms]:
    drawn = st.fixed_dictionaries(choices)
    return drawn.filter(lambda d: (d.get("max_gap") or 9) >= d.get("min_gap", 1)).map(lambda drawn: MiningTerms(**drawn))


@settings(max_examples=100, deadline=None)
@given(rows=logs_of(), asked=terms_of(PLAIN))
def test_equals_the_definition_on_single_events(rows: list[list[list[int]]], asked: MiningTerms) -> None:
    check(rows, asked)
    with patch.object(race, "HEAD_START", 0), patch.object(race, "MOST_OF_ALL", 0):  # then each pattern is checked when found
        check(rows, asked)
    with patch.object(race, "HEAD_START", 1):  # then both ways take turns
        check(rows, asked)


def test_more_closed_patterns_than_the_budget_holds_are_cut_and_said() -> None:
    random = np.random.default_rng(4)
    rows = [[[int(code)] for code in random.integers(0, 4, 9)] for _ in range(60)]
    whole = mine(made(rows), MiningTerms(10, kind="closed"))
    assert len(whole) > 40
    cut = mine(made(rows), MiningTerms(10, kind="closed", max_patterns=40))
    assert not cut.complete
    assert cut.suggestion is not None
    assert cut.patterns() == whole.patterns(40)


@settings(max_examples=50, deadline=None)
@given(rows=logs_of(max_step=3, most=5), asked=terms_of(RULED), owner=owners)
def test_equals_the_definition_where_events_share_steps(
    rows: list[list[list[int]]], asked: MiningTerms, owner: list[int]
) -> None:
    check(rows, asked, owner[: len(rows)])


@settings(max_examples=50, deadline=None)
@given(rows=logs_of(max_step=3, most=5), asked=terms_of(RULED), owner=owners)
def test_equals_the_definition_on_baskets(rows: list[list[list[int]]], asked: MiningTerms, owner: list[int]) -> None:
    check(rows, replace(asked, baskets=True), owner[: len(rows)])


@settings(max_examples=50, deadline=None)
@given(rows=logs_of(max_step=2, most=5), asked=terms_of(TIMED), baskets=st.booleans(), owner=owners, data=st.data())
def test_equals_the_definition_under_rules_of_time(
    rows: list[list[list[int]]], asked: MiningTerms, baskets: bool, owner: list[int], data: st.DataObject
) -> None:
    gaps = [data.draw(st.lists(st.integers(1, 4), min_size=len(row), max_size=len(row))) for row in rows]
    times = [np.cumsum(line).tolist() for line in gaps]
    check(rows, replace(asked, baskets=baskets), owner[: len(rows)], times)


def check(
    rows: list[list[list[int]]], asked: MiningTerms, owner: list[int] | None = None, times: list[list[int]] | None = None
) -> None:
    right = answer(all_patterns(rows, asked, times, owner if asked.by == "user" else None), asked)
    result = mine(made(rows, owner=owner, times=times), asked)
    patterns = result.patterns()
    assert [pattern.steps for pattern in patterns] == list(right)
    assert [pattern.support_count for pattern in patterns] == list(right.values())
    assert result.complete
    assert result.suggestion is None
    n = len(set(owner)) if owner is not None and asked.by == "user" else len(rows)
    assert result.frame["support"].to_list() == [count / n for count in right.values()]
    assert result.frame["items"].to_list() == [[label for step in pattern for label in step] for pattern in right]


@settings(max_examples=40, deadline=None)
@given(rows=logs_of(max_step=2, most=5), least=st.integers(1, 3), baskets=st.booleans())
def test_closed_tells_every_support_and_holds_maximal(rows: list[list[list[int]]], least: int, baskets: bool) -> None:
    found = {
        kind: {p.steps: p.support_count for p in mine(made(rows), MiningTerms(least, kind=kind, baskets=baskets)).patterns()}
        for kind in KINDS
    }
    assert found["maximal"].items() <= found["closed"].items() <= found["all"].items()
    anywhere = MiningTerms(1)
    for pattern, count in found["all"].items():
        holders = [n for other, n in found["closed"].items() if holds([list(step) for step in other], pattern, anywhere)]
        assert max(holders) == count


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
    whole = all_patterns(rows, MiningTerms(20, max_gap=gap, max_length=3))
    assert all(whole.get(p.steps, p.support_count) == p.support_count for p in result.patterns())
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
