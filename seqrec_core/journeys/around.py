"""What comes right before one event, and what right after."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.sequences import Sequences
from seqrec_core.errors import BadInput
from seqrec_core.journeys.counting import top_codes
from seqrec_core.journeys.naming import beginning, ending, other
from seqrec_core.journeys.reading import code_of
from seqrec_core.mining.transitions import pairs

EVENT, KIND = "event", "kind"
SCHEMA = {EVENT: pl.String, c.COUNT: pl.Int64, c.SHARE: pl.Float64, KIND: pl.String}


@dataclass(frozen=True)
class Around:
    """What surrounds the occurrences of one event.

    Args:
        before: `event`, `count`, `share` of n, `kind` (event, other, start); the counts sum to n.
        after: the same of what follows (event, other, end).
        n: occurrences of the event.
    """

    before: pl.DataFrame
    after: pl.DataFrame
    n: int


def around(sequences: Sequences, label: str, top: int = 6) -> Around:
    """Count what comes directly before and after each occurrence of an event.

    Args:
        sequences: sessions or users.
        label: the event.
        top: events shown by themselves on each side; the rest is Other.

    Raises:
        BadInput: fewer than one event a side.
        NotFound: no such event.
    """
    if top < 1:
        raise BadInput("journeys", "below_one", name="top", found=top)
    code = code_of(sequences, label)
    found, labels = pairs(sequences), sequences.labels
    n = int((sequences.values == code).sum())
    return Around(
        _side(found.source[found.target == code], n, labels, top, ("start", beginning(labels))),
        _side(found.target[found.source == code], n, labels, top, ("end", ending(labels))),
        n,
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
