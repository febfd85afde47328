"""Paths, matrix, what surrounds an event: each equals plain loops, and all agree on the same question."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec_core.data.labels import default_of
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.errors import BadInput, NotFound
from seqrec_core.journeys.around import around
from seqrec_core.journeys.flow import step_flow
from seqrec_core.journeys.funnel import funnel
from seqrec_core.journeys.matrix import transition_matrix
from seqrec_core.journeys.paths import reach, starts, top_paths
from seqrec_core.journeys.reading import collapsed
from seqrec_core.journeys.view import headline
from seqrec_core.mining.transitions import count_transitions
from tests.journeys.brute import LABELS, Rows, logs_of_words, made, read


def ranked(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


@settings(max_examples=150, deadline=None)
@given(rows=logs_of_words, depth=st.integers(1, 4), collapse=st.booleans())
def test_paths_are_counted_beginnings(rows: Rows, depth: int, collapse: bool) -> None:
    sequences = made(rows)
    read_rows = [row for row in (read(collapsed(sequences)) if collapse else rows) if row]
    expected = Counter(tuple(row[:depth]) for row in read_rows)
    frame = top_paths(sequences, depth, top=5, collapse=collapse)
    best = sorted(expected.items(), key=lambda pair: (-pair[1], pair[0]))[:5]
    assert [(tuple(events), count) for events, count in frame.select("events", "count").iter_rows()] == best
    assert frame["share"].to_list() == [count / len(read_rows) for _, count in best]
    assert starts(sequences).rows() == ranked(Counter(row[0] for row in rows if row))
    assert reach(sequences).select("event", "count").rows() == ranked(Counter(label for row in rows for label in set(row)))


@settings(max_examples=150, deadline=None)
@given(rows=logs_of_words, top=st.integers(1, 4))
def test_matrix_rows_hold_every_occurrence(rows: Rows, top: int) -> None:
    sequences = made(rows)
    matrix = transition_matrix(sequences, top)
    occurrences = Counter(label for row in rows for label in row)
    shown = [label for label, _ in ranked(occurrences)[:top]]
    name = {label: label if label in shown else "Other" for label in LABELS}
    expected: Counter[tuple[str, str]] = Counter()
    for row in rows:
        expected.update((name[a], "(end)" if b == "(end)" else name[b]) for a, b in pairwise([*row, "(end)"] if row else []))
    cells = {(a, b): count for a, b, count in matrix.frame.select("from", "to", "count").iter_rows()}
    assert cells == expected
    totals = {source: sum(count for (a, _), count in cells.items() if a == source) for source, _ in cells}
    assert all(rate == pytest.approx(count / totals[a]) for a, _, count, rate, _ in matrix.frame.iter_rows())
    assert {label: totals[label] for label in shown} == {label: occurrences[label] for label in shown}
    assert list(matrix.labels[: len(shown)]) == shown


@settings(max_examples=150, deadline=None)
@given(rows=logs_of_words, label=st.sampled_from(LABELS), top=st.integers(1, 4))
def test_around_counts_each_neighbour_once(rows: Rows, label: str, top: int) -> None:
    found = around(made(rows), label, top)
    framed = [["(start)", *row, "(end)"] for row in rows]
    before = Counter(a for row in framed for a, b in pairwise(row) if b == label)
    after = Counter(b for row in framed for a, b in pairwise(row) if a == label)
    assert found.n == sum(row.count(label) for row in rows)
    for side, expected in ((found.before, before), (found.after, after)):
        counts = dict(side.select("event", "count").iter_rows())
        assert sum(counts.values()) == found.n
        assert sum(side["share"]) == pytest.approx(1 if found.n else 0)
        others = counts.pop("Other", 0)
        assert counts == {name: expected[name] for name in counts}
        assert others == found.n - sum(counts.values())
        assert len(set(counts) - {"(start)", "(end)"}) == min(top, len(set(expected) - {"(start)", "(end)"}))


def test_views_agree_on_the_same_question(demo: SequenceDataset) -> None:
    sequences = demo.sequences(of="event")
    transitions = {(a, b): n for a, b, n in count_transitions(sequences).select("from", "to", "count").iter_rows()}
    assert transitions["catalog", "product_view"] == max(transitions.values()) == 1_679
    cells = transition_matrix(sequences, top=19).frame.filter(kind="event")
    assert {(a, b): n for a, b, n in cells.select("from", "to", "count").iter_rows()} == transitions
    surrounding = around(sequences, "cart", top=19)
    assert {e: n for e, n, _, kind in surrounding.after.iter_rows() if kind == "event"} == {
        b: n for (a, b), n in transitions.items() if a == "cart"
    }
    first = dict(starts(sequences).iter_rows())
    flow = step_flow(sequences, steps=2, top=19)
    assert dict(flow.nodes.filter(step=1).select("event", "count").iter_rows()) == first
    assert dict(top_paths(sequences, depth=1, top=99).select(event="events", count="count").explode("event").iter_rows()) == first
    reached = dict(reach(sequences).select("event", "count").iter_rows())
    assert all(funnel(sequences, [event]).steps["count"][0] == n for event, n in reached.items())
    pairs = dict(top_paths(sequences, depth=2, top=999).select(e=events_joined(), n="count").iter_rows())
    links = {f"{a}>{b}": n for _, a, b, n in flow.links.iter_rows() if b != "Left before"}
    assert {path: n for path, n in pairs.items() if ">" in path} == links


def events_joined():
    import polars as pl

    return pl.col("events").list.join(">")


def test_empty_sequences_and_impossible_requests() -> None:
    nothing = made([[], []])
    assert (starts(nothing).height, reach(nothing).height, top_paths(nothing).height) == (0, 0, 0)
    assert transition_matrix(nothing).frame.height == 0
    assert headline(nothing).n == 0
    for call in (
        lambda: top_paths(nothing, depth=0),
        lambda: top_paths(nothing, top=0),
        lambda: transition_matrix(nothing, top=0),
        lambda: around(nothing, "a", top=0),
    ):
        with pytest.raises(BadInput):
            call()
    with pytest.raises(BadInput):
        around(nothing, "a", nth=0)
    with pytest.raises(NotFound):
        around(nothing, "nothing")


def test_headline_names_what_is_most_frequent(demo: SequenceDataset) -> None:
    found = headline(demo.sequences(of="event"))
    assert (found.n, found.unit, found.median_length) == (3_605, "session", 8.0)
    assert found.transition == ("catalog", "product_view", 1_679)
    assert found.starts == (("home", 1148, 1148 / 3605), ("catalog", 910, 910 / 3605))
    assert headline(made([["a"], ["b"]])).transition is None


def test_the_default_view_fits_the_log(demo: SequenceDataset) -> None:
    from dataclasses import replace

    assert default_of(demo) == "event"
    few = replace(demo, event_names=("view", "buy"))
    assert default_of(few) == "item"
    assert default_of(replace(few, categories=("", *["shoes", "hats"] * 9, "hats"))) == "category"
    assert default_of(replace(few, categories=("", *map(str, range(99))))) == "item"
    assert default_of(replace(few, categories=("", *["shoes"] * 19))) == "item"


@settings(max_examples=150, deadline=None)
@given(rows=logs_of_words, label=st.sampled_from(LABELS), nth=st.sampled_from([1, 2, 3, -1, -2]))
def test_the_nth_occurrence_is_that_of_each_sequence(rows: Rows, label: str, nth: int) -> None:
    before, after, holders = Counter(), Counter(), []
    for number, row in enumerate(rows):
        places = [place for place, name in enumerate(row) if name == label]
        if len(places) < abs(nth):
            continue
        place = places[nth - 1 if nth > 0 else nth]
        holders.append(number)
        before[row[place - 1] if place else "(start)"] += 1
        after[row[place + 1] if place + 1 < len(row) else "(end)"] += 1
    found = around(made(rows), label, top=4, nth=nth)
    assert (found.n, found.rows.tolist()) == (len(holders), holders)
    assert dict(found.before.select("event", "count").iter_rows()) == before
    assert dict(found.after.select("event", "count").iter_rows()) == after


@settings(max_examples=100, deadline=None)
@given(rows=logs_of_words)
def test_what_is_kept_with_sequences_is_what_loops_find(rows: Rows) -> None:
    sequences = made(rows)
    flat = [(number, label, place == len(row) - 1) for number, row in enumerate(rows) for place, label in enumerate(row)]
    assert sequences.rows.tolist() == [number for number, _, _ in flat]
    assert sequences.is_last.tolist() == [is_last for _, _, is_last in flat]
    for code, name in enumerate(LABELS):
        places = [place for place, (_, label, _) in enumerate(flat) if label == name]
        assert (sequences.places(code).tolist(), int(sequences.counts[code])) == (places, len(places))
