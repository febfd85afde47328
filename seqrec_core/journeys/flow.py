"""Step flow: what people do first, second, third …; each column holds every sequence."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.sequences import Sequences
from seqrec_core.errors import BadInput
from seqrec_core.journeys.counting import top_codes
from seqrec_core.journeys.naming import left_before, not_begun, other
from seqrec_core.journeys.reading import bounds, hidden, merged

EVENT, KIND = "event", "kind"
NODES = {c.STEP: pl.Int64, EVENT: pl.String, c.COUNT: pl.Int64, c.SHARE: pl.Float64, KIND: pl.String}
LINKS = {c.STEP: pl.Int64, c.FROM: pl.String, c.TO: pl.String, c.COUNT: pl.Int64}
ABSENT, OTHER = -1, -2


@dataclass(frozen=True)
class StepFlow:
    """Counts of a step flow.

    Args:
        nodes: `step` (from 1), `event`, `count`, `share` of n, `kind` (event, other, left); each step's counts sum to n.
            Kind left: sequences that ended before this step, or, in a flow that ends at an event, that begin after it.
        links: `step`, `from`, `to`, `count`: how many go from a node of this step to a node of the next.
        n: number of sequences in the flow.
    """

    nodes: pl.DataFrame
    links: pl.DataFrame
    n: int


@dataclass(frozen=True)
class Steps:
    """Which node each sequence is at, at each step.

    Args:
        rows: numbers of the sequences in the flow, int64[n].
        codes: label code, ABSENT or OTHER, int32[n, steps].
        labels: names of the codes.
        absent: name of ABSENT.
        read: the sequences as the flow reads them: merged and hidden.
        ends: the event of `read` behind the last one of each sequence that the flow reads, int64[n].
        places: event of `read` at each step, −1 where there is none, int64[n, steps].
    """

    rows: NDArray[np.int64]
    codes: NDArray[np.int32]
    labels: tuple[str, ...]
    absent: str
    read: Sequences
    ends: NDArray[np.int64]
    places: NDArray[np.int64]

    def name(self, code: int) -> str:
        """Return the name of a node."""
        return self.absent if code == ABSENT else other(self.labels) if code == OTHER else self.labels[code]

    def kind(self, code: int) -> str:
        """Return event, other or left."""
        return "left" if code == ABSENT else "other" if code == OTHER else "event"


def step_flow(
    sequences: Sequences,
    steps: int = 4,
    top: int = 6,
    start: str | None = None,
    end: str | None = None,
    hide: tuple[str, ...] = (),
    merge: Mapping[str, str] | None = None,
) -> StepFlow:
    """Count which event comes at which step, and who goes from where to where.

    Args:
        sequences: sessions or users. Those without any event left after the options below are not part of the flow.
        steps: number of columns.
        top: events shown by themselves at each step; the rest is Other.
        start: read each sequence from its first `start` on; those without are left out.
        end: only sequences that reach `end`; the last column is that event, the columns before what led there.
        hide: events to leave out; the steps close up.
        merge: events to count under another name, before anything else.

    Returns:
        Nodes and links; nodes sorted by step, kind, count and name, links by step, count and names.

    Raises:
        BadInput: fewer than one step or one event a step.
        NotFound: an event that does not occur.
    """
    found = at_steps(sequences, steps, top, start, end, hide, merge)
    return StepFlow(_nodes(found), _links(found), len(found.rows))


def through(
    sequences: Sequences,
    step: int,
    event: str,
    steps: int = 4,
    top: int = 6,
    start: str | None = None,
    end: str | None = None,
    hide: tuple[str, ...] = (),
    merge: Mapping[str, str] | None = None,
) -> NDArray[np.int64]:
    """Return the sequences at one node of a step flow, as numbers in `sequences`, int64[n], rising.

    Args:
        sequences: as for `step_flow`, like all that follows `event`.
        step: column of the node, from 1.
        event: its name, Other and Left before included.
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
    column = found.codes[:, step - 1]
    names = {found.name(code): code for code in np.unique(column).tolist()}
    return found.rows[column == names[event]] if event in names else found.rows[:0]


def at_steps(
    sequences: Sequences,
    steps: int = 4,
    top: int = 6,
    start: str | None = None,
    end: str | None = None,
    hide: tuple[str, ...] = (),
    merge: Mapping[str, str] | None = None,
) -> Steps:
    """Place each sequence at its node of each step; arguments and errors as `step_flow`."""
    if steps < 1 or top < 1:
        raise BadInput("journeys", "below_one", name="steps" if steps < 1 else "top", found=min(steps, top))
    sequences = hidden(merged(sequences, merge or {}), hide)
    begins, ends = bounds(sequences, start, end)
    rows = np.flatnonzero(ends > begins)
    begins, ends = begins[rows], ends[rows]
    first = begins if end is None else ends - steps
    codes = np.full((len(rows), steps), ABSENT, np.int32, order="F")  # a column lies together: each is counted by itself
    places = np.full((len(rows), steps), -1, np.int64, order="F")
    for column in range(steps):
        place = first + column
        is_there = place < ends if end is None else place >= begins
        places[:, column] = np.where(is_there, place, -1)
        here = np.where(is_there, sequences.values[np.where(is_there, place, 0)], ABSENT) if len(rows) else codes[:, column]
        codes[:, column] = _with_other(here, sequences.labels, top)
    name = left_before(sequences.labels) if end is None else not_begun(sequences.labels)
    return Steps(rows, codes, sequences.labels, name, sequences, ends, places)


def _with_other(codes: NDArray[np.int32], labels: tuple[str, ...], top: int) -> NDArray[np.int32]:
    """Replace the events of a column that are not among its top."""
    counts = np.bincount(codes - ABSENT, minlength=len(labels) + 1)[1:]
    table = np.full(len(labels) + 1, OTHER, np.int32)
    table[0] = ABSENT
    shown = top_codes(counts, labels, top)
    table[np.array(shown, np.int64) + 1] = shown
    return table[codes - ABSENT]


def _compact(codes: NDArray[np.int32], n_labels: int) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return the codes of a column that occur, rising, and the place of each event's code among them."""
    is_there = np.bincount(codes - OTHER, minlength=n_labels - OTHER) > 0
    return (np.flatnonzero(is_there) + OTHER).astype(np.int32), (np.cumsum(is_there) - 1)[codes - OTHER]


def _nodes(found: Steps) -> pl.DataFrame:
    rows = []
    for column in range(found.codes.shape[1]):
        codes, places = _compact(found.codes[:, column], len(found.labels))
        for code, count in zip(codes.tolist(), np.bincount(places).tolist(), strict=True):
            rows.append((column + 1, found.name(code), count, count / len(found.rows), found.kind(code)))
    order = {"event": 0, "other": 1, "left": 2}
    rows.sort(key=lambda row: (row[0], order[row[4]], -row[2], row[1]))
    return pl.DataFrame(rows, schema=NODES, orient="row")


def _links(found: Steps) -> pl.DataFrame:
    rows = []
    columns = [_compact(found.codes[:, column], len(found.labels)) for column in range(found.codes.shape[1])]
    for step, ((sources, here), (targets, then)) in enumerate(pairwise(columns), start=1):
        counts = np.bincount(here * len(targets) + then, minlength=len(sources) * len(targets)).reshape(-1, max(len(targets), 1))
        for a, b in np.argwhere(counts):
            rows.append((step, found.name(int(sources[a])), found.name(int(targets[b])), int(counts[a, b])))
    rows.sort(key=lambda row: (row[0], -row[3], row[1], row[2]))
    return pl.DataFrame(rows, schema=LINKS, orient="row")
