"""Every column of a flow holds every sequence, and its links join the columns without loss."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.errors import BadInput, NotFound
from seqrec_core.journeys.flow import StepFlow, step_flow, through
from tests.journeys.brute import LABELS, Rows, logs_of_words, made

ends = st.sampled_from([None, *LABELS])


def columns(flow: StepFlow) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    for step, event, count in flow.nodes.select("step", "event", "count").iter_rows():
        found.setdefault(step, {})[event] = count
    return found


@settings(max_examples=200, deadline=None)
@given(rows=logs_of_words, steps=st.integers(1, 5), top=st.integers(1, 4), start=ends, end=ends)
def test_columns_sum_to_n_and_links_lose_nobody(rows: Rows, steps: int, top: int, start: str | None, end: str | None) -> None:
    sequences = made(rows)
    flow = step_flow(sequences, steps, top, start, end)
    nodes = columns(flow)
    assert all(sum(column.values()) == flow.n for column in nodes.values())
    assert set(nodes) == (set(range(1, steps + 1)) if flow.n else set())
    out: Counter[tuple[int, str]] = Counter()
    into: Counter[tuple[int, str]] = Counter()
    for step, source, target, count in flow.links.iter_rows():
        out[step, source] += count
        into[step + 1, target] += count
    for step, column in nodes.items():
        assert step == steps or {name: out[step, name] for name in column} == column
        assert step == 1 or {name: into[step, name] for name in column} == column
    for step, column in nodes.items():
        for name, count in column.items():
            assert len(through(sequences, step, name, steps, top, start, end)) == count
    assert all(0 <= share <= 1 for share in flow.nodes["share"])


@settings(max_examples=100, deadline=None)
@given(rows=logs_of_words)
def test_without_other_the_nodes_are_the_events_at_each_place(rows: Rows) -> None:
    flow = step_flow(made(rows), steps=3, top=4)
    expected: dict[int, Counter[str]] = {}
    for row in rows:
        for step in range(3):
            if row:
                expected.setdefault(step + 1, Counter())[row[step] if step < len(row) else "Left before"] += 1
    assert columns(flow) == {step: dict(counts) for step, counts in expected.items()}


def test_the_last_column_is_the_end_and_what_is_missing_began_later() -> None:
    flow = step_flow(made([["a", "b", "c"], ["b", "c", "c"], ["c"], ["a"]]), steps=3, end="c")
    assert flow.n == 3
    assert columns(flow)[3] == {"c": 3}
    assert columns(flow)[2] == {"b": 2, "Begin later": 1}
    assert columns(flow)[1] == {"a": 1, "Begin later": 2}
    assert set(flow.nodes.filter(event="Begin later")["kind"]) == {"left"}


def test_other_and_left_are_told_from_events_of_that_name() -> None:
    labels = ("Other", "Left before", "a")
    flow = step_flow(made([["Other", "a"], ["Left before"], ["Left before"], ["a"]], labels=labels), steps=2, top=1)
    assert flow.nodes.select("step", "event", "count", "kind").rows() == [
        (1, "Left before", 2, "event"),
        (1, "(Other)", 2, "other"),
        (2, "a", 1, "event"),
        (2, "(Left before)", 3, "left"),
    ]


def test_hidden_and_merged_events() -> None:
    flow = step_flow(made([["a", "b", "c"], ["d"], ["b"]]), steps=2, hide=("b",), merge={"d": "a"})
    assert flow.n == 2
    assert columns(flow) == {1: {"a": 2}, 2: {"c": 1, "Left before": 1}}


def test_nodes_come_in_order_of_kind_and_count(demo: SequenceDataset) -> None:
    flow = step_flow(demo.sequences(of="event"))
    assert flow.n == 3_605
    first = flow.nodes.filter(step=1)
    assert first.select("event", "count").row(0) == ("home", 1148)
    assert first["kind"].to_list() == ["event"] * 6 + ["other"]
    assert flow.nodes.filter(step=4)["kind"].to_list() == ["event"] * 6 + ["other", "left"]


def test_impossible_requests_are_refused() -> None:
    sequences = made([["a"]])
    for call in (lambda: step_flow(sequences, steps=0), lambda: step_flow(sequences, top=0), lambda: through(sequences, 9, "a")):
        with pytest.raises(BadInput):
            call()
    with pytest.raises(NotFound):
        step_flow(sequences, start="nothing")


def test_nothing_left_gives_an_empty_flow() -> None:
    flow = step_flow(made([["a"], []]), hide=("a",))
    assert (flow.n, flow.nodes.height, flow.links.height) == (0, 0, 0)
    assert through(made([["a"]]), 1, "b").tolist() == []
