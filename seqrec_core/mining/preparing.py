"""From sequences to what a search reads: only what can matter, labels by frequency, steps numbered, equal sequences merged."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.sequences import Sequences
from seqrec_core.errors import BadInput
from seqrec_core.mining.types import MiningTerms

MOST_EVENTS = 2**31 - 1
HIDDEN = "\0"  # label of events that keep their step but that no pattern may hold


@dataclass(frozen=True)
class Prepared:
    """Sequences without what no pattern asked for can hold.

    Args:
        items: code of each event, int32[m]; where steps hold several events, codes rise inside a step and differ.
        steps: ordinal of the event's step in its whole sequence, so that gaps stay true, int32[m].
        times: microseconds, int64[m]; empty where no rule speaks of time.
        offsets: kept sequence i is `items[offsets[i]:offsets[i + 1]]`, int64[n_kept + 1].
        groups: who each kept sequence counts for, int32[n_kept]; sequences of one supporter follow each other.
        weights: how many sequences are like it, int64[n_kept].
        codes: label code (into `Sequences.labels`) of each item code, int32[n_items].
        has_steps: whether some step holds several events.
        n_supporters: of the log, those without a frequent label included.
    """

    items: NDArray[np.int32]
    steps: NDArray[np.int32]
    times: NDArray[np.int64]
    offsets: NDArray[np.int64]
    groups: NDArray[np.int32]
    weights: NDArray[np.int64]
    codes: NDArray[np.int32]
    has_steps: bool
    n_supporters: int


def prepare(sequences: Sequences, terms: MiningTerms) -> Prepared:
    """Leave out labels that too few hold or that are not asked for, and merge what is equal.

    Raises:
        BadInput: more events than positions of 32 bits can name; rules in time over a log without times.
    """
    from seqrec_core.mining.preparing_kernels import compacted, merged

    if len(sequences.values) > MOST_EVENTS:
        raise BadInput("mining", "too_many_events", n=len(sequences.values), most=MOST_EVENTS)
    if terms.uses_time and sequences.times is None:
        raise BadInput("mining", "no_times")
    by_user = terms.by == "user"
    n_supporters = len(np.unique(sequences.owner)) if by_user else len(sequences)
    sequences = _what_matters(sequences, terms)
    counts = label_counts(sequences, by_user=by_user)
    frequent = np.flatnonzero((counts >= terms.min_count) & _wanted(sequences, terms))
    if not terms.baskets:  # patterns of steps keep the order of labels, in which a step is written
        frequent = frequent[np.argsort(-counts[frequent], kind="stable")]
    code = np.full(len(sequences.labels), -1, np.int32)
    code[frequent] = np.arange(len(frequent), dtype=np.int32)
    values, steps, offsets = arrays(sequences)
    order = np.argsort(sequences.owner, kind="stable") if by_user else np.arange(len(sequences))
    items, ordinals, spots, bounds, rows, has_steps = compacted(values, steps, offsets, order, code)
    groups = sequences.owner[rows] if by_user else np.arange(len(rows))
    weights = np.ones(len(rows), np.int64)
    if not by_user and not terms.uses_time:
        firsts, weights = merged(items, ordinals, bounds, has_steps or terms.has_rules)
        if len(firsts) < len(rows):
            items, ordinals, bounds = _taken(items, ordinals, bounds, firsts)
        groups = np.arange(len(firsts))
    times = np.empty(0, np.int64) if sequences.times is None or not terms.uses_time else sequences.times[spots]
    codes = frequent.astype(np.int32)
    return Prepared(items, ordinals, times, bounds, groups.astype(np.int32), weights, codes, bool(has_steps), n_supporters)


def label_counts(sequences: Sequences, *, by_user: bool = False) -> NDArray[np.int64]:
    """Return how many sequences (or users) hold each label, int64[n_labels]."""
    from seqrec_core.mining.preparing_kernels import holders

    values, _, offsets = arrays(sequences)
    rows = np.argsort(sequences.owner, kind="stable") if by_user else np.arange(len(sequences))
    groups = sequences.owner.astype(np.int64) if by_user else rows
    return np.asarray(holders(values, offsets, rows, groups, len(sequences.labels)))


def arrays(sequences: Sequences) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]:
    """Return values, steps and offsets in the one layout that the compiled passes are compiled for."""
    return (
        np.require(sequences.values, np.int32, ["C", "W"]),
        np.require(sequences.steps, np.int64, ["C", "W"]),
        np.require(sequences.offsets, np.int64, ["C", "W"]),
    )


def is_label(sequences: Sequences, labels: tuple[str, ...]) -> NDArray[np.bool_]:
    """Say which label codes are among these labels, bool[n_labels]; labels that do not occur are none."""
    wanted = set(labels)
    return np.fromiter((label in wanted for label in sequences.labels), bool, len(sequences.labels))


def hidden(sequences: Sequences, is_hidden: NDArray[np.bool_]) -> Sequences:
    """Return the sequences with some events, bool[n_events], that no pattern may hold; distances in steps stay what they are."""
    values = np.where(is_hidden, np.int32(len(sequences.labels)), sequences.values)
    return replace(sequences, values=values, labels=(*sequences.labels, HIDDEN))


def _wanted(sequences: Sequences, terms: MiningTerms) -> NDArray[np.bool_]:
    """Say which labels patterns may hold, bool[n_labels]."""
    wanted = ~is_label(sequences, (*terms.excludes, HIDDEN))
    return wanted & is_label(sequences, terms.over) if terms.over else wanted


def _what_matters(sequences: Sequences, terms: MiningTerms) -> Sequences:
    """Leave out sequences without an event that patterns must hold, and what lies before or after where they may begin and end.

    What stays of a sequence is one piece, so that its gaps stay true. Supports of patterns as asked do not change; those of
    others may fall, but never below that of a pattern as asked that they begin.
    """
    if not (terms.contains or terms.starts or terms.ends):
        return sequences
    rows = np.repeat(np.arange(len(sequences)), np.diff(sequences.offsets))
    keep = np.ones(len(rows), bool)
    for label in terms.contains:
        holds = is_label(sequences, (label,))[sequences.values]
        held = np.zeros(len(sequences), bool)
        held[rows[holds]] = True
        keep &= held[rows]
    steps, n = sequences.steps, len(sequences)
    if terms.starts:
        spots = np.flatnonzero(is_label(sequences, terms.starts)[sequences.values])
        first = np.full(n, np.iinfo(np.int64).max)
        np.minimum.at(first, rows[spots], steps[spots])
        keep &= steps >= first[rows]
    if terms.ends:
        spots = np.flatnonzero(is_label(sequences, terms.ends)[sequences.values])
        last = np.full(n, np.iinfo(np.int64).min)
        np.maximum.at(last, rows[spots], steps[spots])
        keep &= steps <= last[rows]
    return sequences.only(keep)


def _taken(
    items: NDArray[np.int32], ordinals: NDArray[np.int32], offsets: NDArray[np.int64], rows: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
    lengths = np.diff(offsets)[rows]
    bounds = np.zeros(len(rows) + 1, np.int64)
    np.cumsum(lengths, out=bounds[1:])
    spots = np.repeat(offsets[rows] - bounds[:-1], lengths) + np.arange(bounds[-1])
    return items[spots], ordinals[spots], bounds
