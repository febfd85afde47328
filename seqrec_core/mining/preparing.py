"""From sequences to what a search reads: frequent labels only, the most frequent first, steps numbered per sequence."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.sequences import Sequences
from seqrec_core.errors import BadInput

MOST_EVENTS = 2**31 - 1


@dataclass(frozen=True)
class Prepared:
    """Sequences without their infrequent labels.

    Args:
        items: code of each event, int32[m]; code 0 is the label that most sequences hold.
        steps: ordinal of the event's step in its whole sequence, so that gaps stay true, int32[m].
        rows: which kept sequence an event is in, int32[m].
        offsets: kept sequence i is `items[offsets[i]:offsets[i + 1]]`, int64[n_kept + 1].
        codes: label code (into `Sequences.labels`) of each item code, int32[n_items].
        has_steps: whether some step holds several events.
        n_sequences: of the log, those without a frequent label included.
    """

    items: NDArray[np.int32]
    steps: NDArray[np.int32]
    rows: NDArray[np.int32]
    offsets: NDArray[np.int64]
    codes: NDArray[np.int32]
    has_steps: bool
    n_sequences: int


def prepare(sequences: Sequences, min_count: int) -> Prepared:
    """Leave out labels that fewer than `min_count` sequences hold.

    Raises:
        BadInput: more events than positions of 32 bits can name.
    """
    from seqrec_core.mining.preparing_kernels import compacted

    if len(sequences.values) > MOST_EVENTS:
        raise BadInput("mining", "too_many_events", n=len(sequences.values), most=MOST_EVENTS)
    counts = label_counts(sequences)
    frequent = np.flatnonzero(counts >= min_count)
    frequent = frequent[np.argsort(-counts[frequent], kind="stable")]
    code = np.full(len(sequences.labels), -1, np.int32)
    code[frequent] = np.arange(len(frequent), dtype=np.int32)
    values, steps, offsets = arrays(sequences)
    items, ordinals, rows, kept, has_steps = compacted(values, steps, offsets, code)
    return Prepared(items, ordinals, rows, kept, frequent.astype(np.int32), bool(has_steps), len(sequences))


def label_counts(sequences: Sequences) -> NDArray[np.int64]:
    """Return how many sequences hold each label, int64[n_labels]."""
    from seqrec_core.mining.preparing_kernels import sequences_with

    values, _, offsets = arrays(sequences)
    return np.asarray(sequences_with(values, offsets, len(sequences.labels)))


def arrays(sequences: Sequences) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]:
    """Return values, steps and offsets in the one layout that the compiled passes are compiled for."""
    return (
        np.require(sequences.values, np.int32, ["C", "W"]),
        np.require(sequences.steps, np.int64, ["C", "W"]),
        np.require(sequences.offsets, np.int64, ["C", "W"]),
    )
