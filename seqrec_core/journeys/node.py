"""One mark of a chart, looked at closely: who is there, what they do next and how long it takes."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.sequences import Sequences
from seqrec_core.errors import BadInput
from seqrec_core.journeys.counting import distinct, steps_between, top_codes
from seqrec_core.journeys.flow import at_steps
from seqrec_core.journeys.naming import ending, other
from seqrec_core.journeys.reading import code_of, collapsed

EVENT, KIND = "event", "kind"
FOLLOWING = {EVENT: pl.String, c.COUNT: pl.Int64, c.SHARE: pl.Float64, KIND: pl.String}


@dataclass(frozen=True)
class Node:
    """Who is at one node of a step flow.

    Args:
        rows: numbers of these sequences, int64[n], rising.
        total: sequences in the flow.
        kind: event, other or left.
        following: `event`, `count`, `share` of rows, `kind` (event, other, end): what they do next; empty where they left.
        median_seconds, p90_seconds: time to the next event, of those that have one; None without times.
    """

    rows: NDArray[np.int64]
    total: int
    kind: str
    following: pl.DataFrame
    median_seconds: float | None
    p90_seconds: float | None


@dataclass(frozen=True)
class Transition:
    """One step from an event to the next.

    Args:
        rows: numbers of the sequences that take it, int64[n], rising.
        count: how often it is taken; n: occurrences of the first event.
        median_seconds, p90_seconds: how long it takes; None without times or where nobody takes it.
    """

    rows: NDArray[np.int64]
    count: int
    n: int
    median_seconds: float | None
    p90_seconds: float | None


def node(
    sequences: Sequences,
    step: int,
    event: str,
    shown: int = 4,
    steps: int = 4,
    top: int = 6,
    start: str | None = None,
    end: str | None = None,
    hide: tuple[str, ...] = (),
    merge: Mapping[str, str] | None = None,
) -> Node:
    """Look at one node of a step flow.

    Args:
        sequences: as for `step_flow`, like all that follows `shown`.
        step: column of the node, from 1.
        event: its name, Other and Left before included.
        shown: following events named by themselves; the rest is Other.
        steps: number of columns.
        top: events shown by themselves.
        start: first event.
        end: last event.
        hide: events left out.
        merge: events under another name.

    Raises:
        BadInput: a step that the flow does not have.
        NotFound: an event that does not occur.
    """
    found = at_steps(sequences, steps, top, start, end, hide, merge)
    if not 1 <= step <= steps:
        raise BadInput("journeys", "no_such_step", found=step, most=steps)
    names = {found.name(code): code for code in np.unique(found.codes[:, step - 1]).tolist()}
    is_here = found.codes[:, step - 1] == names[event] if event in names else np.zeros(len(found.rows), bool)
    place, rows = found.places[is_here, step - 1], found.rows[is_here]
    kind = found.kind(names[event]) if event in names else "event"
    if kind == "left":
        return Node(rows, len(found.rows), kind, pl.DataFrame(schema=FOLLOWING), None, None)
    goes_on = place + 1 < found.ends[is_here]
    here = place[goes_on]
    median, p90 = _spans(found.read, here, here + 1)
    return Node(rows, len(found.rows), kind, _following(found.read, here + 1, len(rows), shown), median, p90)


def rows_with(sequences: Sequences, label: str) -> NDArray[np.int64]:
    """Return the sequences that hold an event anywhere, int64[n], rising.

    Raises:
        NotFound: no such event.
    """
    return distinct(sequences.rows[sequences.places(code_of(sequences, label))])


def transition(sequences: Sequences, source: str, target: str) -> Transition:
    """Look at one step from an event to the next.

    Raises:
        NotFound: no such event.
    """
    code = code_of(sequences, source)
    place = steps_between(sequences, code, code_of(sequences, target))
    median, p90 = _spans(sequences, place, place + 1)
    return Transition(distinct(sequences.rows[place]), len(place), int(sequences.counts[code]), median, p90)


def rows_on_path(sequences: Sequences, events: tuple[str, ...], depth: int, collapse: bool = False) -> NDArray[np.int64]:
    """Return the sequences that begin with a path of `top_paths`, int64[n], rising; a shorter path is the whole sequence.

    Args:
        sequences: sessions or users.
        events: the path.
        depth: events of a full path.
        collapse: count an event that repeats directly as one.

    Raises:
        NotFound: no such event.
    """
    if collapse:
        sequences = collapsed(sequences)
    lengths = np.diff(sequences.offsets)
    fits = lengths >= len(events) if len(events) == depth else lengths == len(events)
    for number, event in enumerate(events):
        place = np.where(fits, sequences.offsets[:-1] + number, 0)
        fits &= sequences.values[place] == code_of(sequences, event)
    return np.flatnonzero(fits)


def _following(sequences: Sequences, place: NDArray[np.int64], n: int, shown: int) -> pl.DataFrame:
    """Return what is at these places: the most frequent events, the ends, then Other."""
    labels = sequences.labels
    counts = np.bincount(sequences.values[place], minlength=len(labels))
    top = top_codes(counts, labels, shown)
    rows = [(labels[code], int(counts[code]), "event") for code in top]
    rows.append((other(labels), int(counts.sum() - counts[top].sum()), "other"))
    rows.append((ending(labels), n - len(place), "end"))
    return pl.DataFrame([(name, k, k / n, kind) for name, k, kind in rows if k], schema=FOLLOWING, orient="row")


def _spans(sequences: Sequences, before: NDArray[np.int64], after: NDArray[np.int64]) -> tuple[float | None, float | None]:
    """Return median and 90th percentile of the time between two places."""
    if sequences.times is None or not len(before):
        return None, None
    median, p90 = np.quantile((sequences.times[after] - sequences.times[before]) / 1e6, [0.5, 0.9]).tolist()
    return median, p90
