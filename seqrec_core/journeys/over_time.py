"""How often one step is taken over time: so many days a bar, each with its own rate."""

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.sequences import Sequences
from seqrec_core.errors import BadInput
from seqrec_core.journeys.counting import steps_between
from seqrec_core.journeys.reading import code_of

WIDTHS = (1, 7, 14, 28, 91, 182, 364)  # days
MOST_BARS = 30
SCHEMA = {"first": pl.Date, "last": pl.Date, c.COUNT: pl.Int64, "n": pl.Int64, "rate": pl.Float64}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC).date()


def rate_over_time(sequences: Sequences, source: str, target: str) -> pl.DataFrame:
    """Count how often an event is followed by another one, by the time of the first.

    Args:
        sequences: sessions or users, with times.
        source: the event whose occurrences are the whole.
        target: what follows it.

    Returns:
        `first`, `last` (days of a bar, both included, UTC), `count` of source → target, `n` occurrences of source and `rate`
        = count / n (null where n is 0). All days from the first to the last event of the log part are covered, by the
        smallest width of 1, 7, 14, … days that gives at most 30 bars; the last bar may be shorter.

    Raises:
        BadInput: a log without times.
        NotFound: no such event.
    """
    a, b = code_of(sequences, source), code_of(sequences, target)
    if sequences.days is None:
        raise BadInput("journeys", "over_time_without_times")
    if not len(sequences.values):
        return pl.DataFrame(schema=SCHEMA)
    day = sequences.days
    first, last = int(day.min()), int(day.max())
    width = next((days for days in WIDTHS if (last - first + 1) / days <= MOST_BARS), math.ceil((last - first + 1) / MOST_BARS))
    bars = (last - first) // width + 1
    whole = sequences.places(a)
    taken = steps_between(sequences, a, b)
    n = np.bincount((day[whole] - first) // width, minlength=bars)
    counts = np.bincount((day[taken] - first) // width, minlength=bars)
    starts = [EPOCH + timedelta(days=first + bar * width) for bar in range(bars)]
    ends = [min(start + timedelta(days=width - 1), EPOCH + timedelta(days=last)) for start in starts]
    rates = [int(k) / int(of) if of else None for k, of in zip(counts, n, strict=True)]
    return pl.DataFrame([starts, ends, counts.tolist(), n.tolist(), rates], schema=SCHEMA)
