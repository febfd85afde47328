"""Which sequences are unlike the others: their steps surprise, they are very long, or they keep a machine's time."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core.data.sequences import Sequences
from seqrec_core.errors import BadInput

ROW, EVENTS, BITS, SCORE, REASON = "row", "events", "bits_per_event", "score", "reason"
STEPS, LENGTH, PACE = "steps", "length", "pace"
REASONS = (STEPS, LENGTH, PACE)
PSEUDO = 5.0  # steps that the share of an event alone weighs, beside what followed the one before
FEWEST_FOR_PACE = 10  # gaps in time below which evenness is chance
FLAT = 0.01  # a coefficient of variation below this is a machine's, and counts as this
FEWEST = 20
MAD = 1.4826  # of a normal, standard deviation over median absolute deviation


@dataclass(frozen=True)
class Unusual:
    """How unlike the others each sequence is.

    Args:
        frame: `row, events, bits_per_event, steps, length, pace, score, reason`, the largest score first. `steps`, `length` and
            `pace` are distances from the middle of all sequences in robust standard deviations, `score` the largest of
            them and `reason` its name; `pace` is null where a sequence has too few times;
            where fewer than 20 have enough, it is −log of the variation itself.
        bits: surprise of each event, after the one before it, float64[n_events]; of a first event, of starting so.
        typical_bits: median of the bits per event.
    """

    frame: pl.DataFrame
    bits: NDArray[np.float64]
    typical_bits: float


def unusual(sequences: Sequences) -> Unusual:
    """Score each sequence by what is unlike the others in it.

    - steps: how many bits its steps carry beyond what so many steps usually do, where a step's bits are −log2 of its
      probability in a smoothed chain of all other users (a user's own steps are left out, so that one who does much does not
      explain themself): (Σ bits − n · mean) / √(n · variance), and then from the middle of all sequences.
    - length: log of the number of events.
    - pace: how even the times between events are: −log of their coefficient of variation, from 10 gaps on.

    Args:
        sequences: at least 20, of more than one user.

    Raises:
        BadInput: fewer sequences, or one user: nothing can be said to be usual.

    Source: Chandola, Banerjee & Kumar 2012, Anomaly detection for discrete sequences, IEEE TKDE 24 (Markovian technique).
    """
    sizes = np.diff(sequences.offsets)
    if (sizes > 0).sum() < FEWEST or len(np.unique(sequences.owner[sizes > 0])) < 2:
        raise BadInput("insight", "too_few_sequences", found=int((sizes > 0).sum()), least=FEWEST)
    bits = step_bits(sequences)
    filled = np.flatnonzero(sizes > 0)
    n = sizes[filled].astype(np.float64)
    sums = np.add.reduceat(bits, sequences.offsets[filled])
    beyond = (sums - n * bits.mean()) / np.sqrt(n * max(bits.var(), 1e-12))
    parts = np.stack([standing(beyond), standing(np.log(n)), _pace(sequences, filled)])
    best = np.nanargmax(parts, axis=0)
    frame = pl.DataFrame(
        {
            ROW: filled,
            EVENTS: sizes[filled],
            BITS: sums / n,
            STEPS: parts[0],
            LENGTH: parts[1],
            PACE: pl.Series(parts[2], nan_to_null=True),
            SCORE: np.take_along_axis(parts, best[None], 0)[0],
            REASON: [REASONS[at] for at in best],
        }
    )
    return Unusual(frame.sort([SCORE, ROW], descending=[True, False]), bits, float(np.median(sums / n)))


def standing(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return distances from the median in robust standard deviations, float64[n]; NaN stays NaN.

    The deviation is the median absolute one, or the plain one where more than half of the values are equal; 0 where all are.
    """
    known = values[~np.isnan(values)]
    if not len(known):
        return values
    middle = np.median(known)
    spread = MAD * np.median(np.abs(known - middle)) or known.std()
    return (values - middle) / (spread if spread > 0 else 1.0)


def step_bits(sequences: Sequences) -> NDArray[np.float64]:
    """Return how surprising each event is to a chain of the other users, in bits, float64[n_events].

    P(b | a) = (c(a, b) + 5 · P(b)) / (c(a) + 5) with P(b) = (c(b) + 1) / (c + n_labels), all counts without those of the
    event's own user; a first event comes after the start.
    """
    sizes, n_labels = np.diff(sequences.offsets), len(sequences.labels)
    user = np.repeat(sequences.owner.astype(np.int64), sizes)
    to = sequences.values.astype(np.int64)
    source = np.concatenate([[n_labels], to[:-1]]) if len(to) else to
    source[sequences.offsets[:-1][sizes > 0]] = n_labels
    pair = source * n_labels + to
    n_users = int(user.max(initial=0)) + 1
    others = {name: _without_own(keys, user, n_users) for name, keys in (("pair", pair), ("out", source), ("into", to))}
    total = len(to) - np.bincount(user, minlength=n_users)[user]
    alone = (others["into"] + 1.0) / (total + n_labels)
    bits: NDArray[np.float64] = -np.log2((others["pair"] + PSEUDO * alone) / (others["out"] + PSEUDO))
    return bits


def _without_own(keys: NDArray[np.int64], user: NDArray[np.int64], n_users: int) -> NDArray[np.int64]:
    """Return how often each event's key occurs with other users, int64[n_events]."""
    _, code, counts = np.unique(keys, return_inverse=True, return_counts=True)
    _, own_code, own = np.unique(code * n_users + user, return_inverse=True, return_counts=True)
    return np.asarray(counts[code] - own[own_code])


def _pace(sequences: Sequences, filled: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how even the times of each filled sequence are, NaN where that cannot be said."""
    pace = np.full(len(filled), np.nan)
    if sequences.times is None:
        return pace
    for at, row in enumerate(filled):
        start, end = sequences.offsets[row], sequences.offsets[row + 1]
        if end - start <= FEWEST_FOR_PACE:
            continue
        gaps = np.diff(sequences.times[start:end]) / 1e6
        if gaps.mean() > 0:
            pace[at] = -np.log(max(gaps.std() / gaps.mean(), FLAT))
    known = int((~np.isnan(pace)).sum())
    return standing(pace) if known >= FEWEST else pace
