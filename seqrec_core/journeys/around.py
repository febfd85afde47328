"""What comes right before one event, and what right after."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.sequences import Sequences
from seqrec_core.errors import BadInput
from seqrec_core.journeys.counting import distinct, nth_places, top_codes
from seqrec_core.journeys.naming import beginning, ending, other
from seqrec_core.journeys.reading import code_of

EVENT, KIND = "event", "kind"
SCHEMA = {EVENT: pl.String, c.COUNT: pl.Int64, c.SHARE: pl.Float64, KIND: pl.String}


@dataclass(frozen=True)
class Around:
    """What surrounds the occurrences of one event.

    Args:
        before: `event`, `count`, `share` of n, `kind` (event, other, start); the counts sum to n.
        after: the same of what follows (event, other, end).
        n: occurrences of the event that count.
        rows: numbers of the sequences that have such an occurrence, int64, rising.
    """

    before: pl.DataFrame
    after: pl.DataFrame
    n: int
    rows: NDArray[np.int64]


def around(sequences: Sequences, label: str, top: int = 6, nth: int | None = None) -> Around:
    """Count what comes directly before and after each occurrence of an event, or only its n-th in each sequence.

    Args:
        sequences: sessions or users.
        label: the event.
        top: events shown by themselves on each side; the rest is Other.
        nth: only the occurrence of this number in each sequence, 1 = its first, −1 = its last; None = every one.

    Raises:
        BadInput: fewer than one event a side, or the occurrence of number 0.
        NotFound: no such event.
    """
    if top < 1:
        raise BadInput("journeys", "below_one", name="top", found=top)
    if nth == 0:
        raise BadInput("journeys", "no_nth", found=nth)
    labels, place = sequences.labels, nth_places(sequences, code_of(sequences, label), nth)
    before = place[(place > 0) & ~sequences.is_last[place - 1]] - 1
    after = place[~sequences.is_last[place]] + 1
    return Around(
        _side(sequences.values[before], len(place), labels, top, ("start", beginning(labels))),
        _side(sequences.values[after], len(place), labels, top, ("end", ending(labels))),
        len(place),
        distinct(sequences.rows[place]),
    )


def _side(neighbours: NDArray[np.int32], n: int, labels: tuple[str, ...], top: int, border: tuple[str, str]) -> pl.DataFrame:
    """Return one side: the top events and the border by count, then Other."""
    counts = np.bincount(neighbours, minlength=len(labels))
    shown = top_codes(counts, labels, top)
    rows = [(labels[code], int(counts[code]), "event") for code in shown]
    rows.append((border[1], n - len(neighbours), border[0]))
    rows.sort(key=lambda row: (-row[1], row[0]))
    rows.append((other(labels), int(counts.sum() - counts[shown].sum()), "other"))
    kept = [(name, count, count / n, kind) for name, count, kind in rows if count]
    return pl.DataFrame(kept, schema=SCHEMA, orient="row")
