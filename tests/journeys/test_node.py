"""One mark looked at closely equals plain loops, and agrees with the chart it is a mark of."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.errors import BadInput, NotFound
from seqrec_core.journeys.flow import step_flow, through
from seqrec_core.journeys.matrix import transition_matrix
from seqrec_core.journeys.node import node, rows_on_path, rows_with, transition
from seqrec_core.journeys.paths import top_paths
from tests.journeys.brute import LABELS, Rows, logs_of_words, made

starts, ends = st.sampled_from([None, "a"]), st.sampled_from([None, "b"])
options = st.fixed_dictionaries({"steps": st.integers(1, 4), "top": st.integers(1, 3), "start": starts, "end": ends})


@settings(max_examples=100, deadline=None)
@given(rows=logs_of_words, options=options)
def test_every_node_of_a_flow_holds_who_goes_through_it_and_all_of_them_go_on_or_end(rows: Rows, options: dict) -> None:
    sequences = made(rows)
    flow = step_flow(sequences, **options)
    for step, event, count, kind in flow.nodes.select("step", "event", "count", "kind").iter_rows():
        found = node(sequences, step, event, **options)
        assert found.kind == kind
        assert found.total == flow.n
        assert len(found.rows) == count
        assert found.rows.tolist() == through(sequences, step, event, **options).tolist()
        if kind != "left":
            assert found.following["count"].sum() == count
            assert found.following["share"].sum() == pytest.approx(1)


def test_what_follows_is_named_with_its_time():
    rows = [["a", "b", "c"], ["a", "b", "d"], ["c", "b", "d"], ["a", "b"], ["d"]]
    seconds = [[0, 5, 15], [0, 5, 25], [0, 5, 35], [0, 5], [0]]
    found = node(made(rows, seconds), 2, "b", shown=1)
    assert found.rows.tolist() == [0, 1, 2, 3]
    assert found.following.select("count", "kind").rows() == [(2, "event"), (1, "other"), (1, "end")]
    assert found.following["event"][0] == "d"
    assert found.median_seconds == 20
    assert found.p90_seconds == pytest.approx(28)


def test_nobody_follows_where_all_have_left():
    found = node(made([["a"], ["a", "b"]]), 2, "Left before")
    assert found.rows.tolist() == [0]
    assert found.following.height == 0
    assert found.median_seconds is None


def test_a_step_or_an_event_that_is_not_there_is_refused():
    sequences = made([["a", "b"]])
    with pytest.raises(BadInput):
        node(sequences, 5, "a")
    with pytest.raises(NotFound):
        rows_with(sequences, "z")
    assert len(node(sequences, 1, "z").rows) == 0


@settings(max_examples=100, deadline=None)
@given(rows=logs_of_words)
def test_a_cell_of_the_matrix_is_its_transition(rows: Rows) -> None:
    sequences = made(rows)
    for source, target, count, rate, kind in transition_matrix(sequences).frame.iter_rows():
        if kind != "event":
            continue
        found = transition(sequences, source, target)
        assert (found.count, found.count / found.n) == (count, rate)
        assert found.rows.tolist() == [i for i, row in enumerate(rows) if (source, target) in pairwise(row)]


@settings(max_examples=100, deadline=None)
@given(rows=logs_of_words, depth=st.integers(1, 4), collapse=st.booleans())
def test_the_sequences_on_a_path_are_as_many_as_the_path_counts(rows: Rows, depth: int, collapse: bool) -> None:
    sequences = made(rows)
    for events, count, _ in top_paths(sequences, depth, 5, collapse).iter_rows():
        assert len(rows_on_path(sequences, tuple(events), depth, collapse)) == count
    for label in LABELS:
        assert rows_with(sequences, label).tolist() == [i for i, row in enumerate(rows) if label in row]


def test_the_node_of_the_real_log(demo: SequenceDataset):
    sequences = demo.sequences("session", "event")
    found = node(sequences, 2, "product_view")
    assert (len(found.rows), found.total, found.median_seconds) == (646, 3605, 59)
    second = Counter(sequences.labels[sequences[i][1]] for i in range(len(sequences)) if len(sequences[i]) > 1)
    assert second["product_view"] == 646
    assert np.all(np.diff(found.rows) > 0)
