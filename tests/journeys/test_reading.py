"""Events merged, hidden, collapsed or cut: the sequences keep their number."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec_core.errors import NotFound
from seqrec_core.journeys.reading import bounds, collapsed, hidden, merged, up_to
from tests.journeys.brute import LABELS, Rows, logs_of_words, made, read


def part(rows: Rows, start: str | None = None, end: str | None = None) -> Rows:
    """What `bounds` leaves of each row."""
    flat = [label for row in rows for label in row]
    return [flat[first:stop] for first, stop in zip(*bounds(made(rows), start, end), strict=True)]


def test_by_example() -> None:
    rows = [["a", "b", "b", "a", "c"], ["c"], []]
    assert read(merged(made(rows), {"c": "b"})) == [["a", "b", "b", "a", "b"], ["b"], []]
    assert read(merged(made(rows), {"a": "new", "c": "new"})) == [["new", "b", "b", "new", "new"], ["new"], []]
    assert read(hidden(made(rows), ["b", "c"])) == [["a", "a"], [], []]
    assert read(collapsed(made(rows))) == [["a", "b", "a", "c"], ["c"], []]
    assert part(rows, start="b") == [["b", "b", "a", "c"], [], []]
    assert part(rows, end="b") == [["a", "b"], [], []]
    assert part(rows, start="b", end="a") == [["b", "b", "a"], [], []]
    assert part(rows, start="a", end="a") == [["a", "b", "b", "a"], [], []]


@settings(max_examples=150, deadline=None)
@given(rows=logs_of_words, start=st.sampled_from(LABELS), end=st.sampled_from(LABELS))
def test_a_part_is_the_first_start_to_the_next_end(rows: Rows, start: str, end: str) -> None:
    expected = []
    for row in rows:
        first = row.index(start) if start in row else len(row)
        rest = row[first:]
        ends = [at for at, label in enumerate(rest) if label == end and at >= (1 if start == end else 0)]
        expected.append(rest[: ends[0] + 1] if ends else [])
    assert part(rows, start, end) == expected


def test_an_unknown_event_is_refused() -> None:
    for call in (lambda s: merged(s, {"x": "a"}), lambda s: hidden(s, ["x"]), lambda s: bounds(s, start="x")):
        with pytest.raises(NotFound) as error:
            call(made([["a"]]))
        assert "x" in error.value.message


@settings(max_examples=100, deadline=None)
@given(rows=logs_of_words, label=st.sampled_from(LABELS))
def test_up_to_leaves_out_the_first_of_an_event_and_what_follows(rows: Rows, label: str) -> None:
    assert read(up_to(made(rows), label)) == [row[: row.index(label)] if label in row else row for row in rows]
