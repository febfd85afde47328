"""A funnel counts what can be done in order, under a window too, and never grows."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.errors import BadInput, NotFound
from seqrec_core.journeys.funnel import funnel, progress
from seqrec_core.mining.matching import supporting
from tests.journeys.brute import LABELS, Rows, logs_of_words, made


def deepest(row: list[str], times: list[int], steps: list[str], strict: bool, window: float | None) -> int:
    """How many of the steps can be done: tried with every choice of events."""
    for n in range(len(steps), 0, -1):
        for places in combinations(range(len(row)), n):
            in_order = [row[at] for at in places] == steps[:n]
            direct = not strict or places[-1] - places[0] == n - 1
            in_time = window is None or times[places[-1]] - times[places[0]] <= window
            if in_order and direct and in_time:
                return n
    return 0


@settings(max_examples=250, deadline=None)
@given(
    rows=logs_of_words,
    pauses=st.lists(st.integers(0, 5), min_size=56, max_size=56),
    steps=st.lists(st.sampled_from(LABELS), min_size=1, max_size=4),
    strict=st.booleans(),
    window=st.sampled_from([None, 0, 2, 6]),
)
def test_equals_every_choice(rows: Rows, pauses: list[int], steps: list[str], strict: bool, window: float | None) -> None:
    seconds = [np.cumsum(pauses[7 * i : 7 * i + len(row)]).astype(int).tolist() for i, row in enumerate(rows)]
    expected = [deepest(row, times, steps, strict, window) for row, times in zip(rows, seconds, strict=True)]
    sequences = made(rows, seconds)
    found = progress(sequences, steps, strict, window)
    assert found.depth.tolist() == expected
    counts = funnel(sequences, steps, strict, window).steps["count"].to_list()
    assert counts == [sum(depth > number for depth in expected) for number in range(len(steps))]
    assert counts == sorted(counts, reverse=True)


def test_known_counts_of_the_journeys_log(demo: SequenceDataset) -> None:
    steps = ["cart", "shipping_details", "purchase"]
    found = funnel(demo.sequences(of="event"), steps)
    assert (found.total, found.unit) == (3_605, "session")
    assert found.steps["count"].to_list() == [1_022, 512, 173]
    assert found.steps["rate_of_start"].to_list() == [1.0, 512 / 1022, 173 / 1022]
    assert found.steps["rate_of_previous"].to_list() == [1.0, 512 / 1022, 173 / 512]


def test_a_window_tries_every_first_step() -> None:
    # From the first a, b comes too late; from the second it does not.
    sequences = made([["a", "a", "b"]], [[0, 100, 105]])
    row = funnel(sequences, ["a", "b"], window_seconds=10).steps.row(1, named=True)
    assert (row["count"], row["median_seconds"]) == (1, 5.0)
    assert funnel(sequences, ["a", "b"], window_seconds=4).steps["count"].to_list() == [1, 0]


def test_times_are_from_the_step_before() -> None:
    sequences = made([["a", "d", "b"], ["a", "b"], ["a", "b", "c"]], [[0, 1, 10], [0, 20], [0, 30, 31]])
    steps = funnel(sequences, ["a", "b", "c"]).steps
    assert steps["median_seconds"].to_list() == [None, 20.0, 1.0]
    assert steps["p90_seconds"].to_list() == [None, pytest.approx(28.0), 1.0]


def test_without_times_and_without_any_start() -> None:
    steps = funnel(made([["a", "b"]]), ["a", "b"]).steps
    assert steps["median_seconds"].to_list() == [None, None]
    empty = funnel(made([["b"], []]), ["a", "b"]).steps
    assert empty["count"].to_list() == [0, 0]
    assert empty["rate_of_start"].to_list() == [None, None]
    assert empty["rate_of_previous"].to_list() == [None, None]


def test_agrees_with_the_patterns_of_the_same_question(demo: SequenceDataset) -> None:
    sequences = demo.sequences(of="event")
    reached = np.flatnonzero(progress(sequences, ["cart", "shipping_details", "purchase"]).depth == 3)
    patterns = supporting(sequences, ["cart", "shipping_details", "purchase"])
    # A pattern wants a later step each time, a funnel a later event: they may differ where two share a second.
    assert set(patterns) <= set(reached)
    assert len(reached) - len(patterns) <= 1


def test_impossible_requests_are_refused() -> None:
    with pytest.raises(BadInput):
        funnel(made([["a"]]), [])
    with pytest.raises(BadInput):
        funnel(made([["a"]]), ["a"], window_seconds=5)
    with pytest.raises(NotFound):
        funnel(made([["a"]]), ["a", "nothing"])
