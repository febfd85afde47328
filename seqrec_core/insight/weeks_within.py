"""Weeks that stand out among all, or only among those of one kind: what fails on the web alone is lost in the whole log."""

import polars as pl

from seqrec_core.data.log import EventLog
from seqrec_core.data.sequences import Of, SequenceDataset, Unit
from seqrec_core.insight.weeks import ELSEWHERE, P_CORRECTED, P_VALUE, RATE, SCHEMA, START, unusual_weeks
from seqrec_core.segments.columns import values_of
from seqrec_core.segments.select import select
from seqrec_core.segments.types import Segment
from seqrec_core.segments.within import sequences_of_sessions
from seqrec_core.stats.tests import benjamini_yekutieli

COLUMN, VALUE = "column", "value"
FEWEST = 100  # sessions of one kind that are looked at by themselves


def unusual_weeks_within(
    log: EventLog, dataset: SequenceDataset, unit: Unit, of: Of, segment: Segment | None = None
) -> pl.DataFrame:
    """Compare weeks as `unusual_weeks` does, in all sequences and in those of each value of each attribute.

    An attribute is one of `values_of`, with a session's value that of its first event; values of fewer than 100 sessions
    are left out. p-values are corrected by Benjamini-Yekutieli over everything that is compared.

    Args:
        log: the events.
        dataset: their arrays.
        unit: what one sequence is.
        of: what is counted in it.
        segment: who is looked at; None = everyone.

    Returns:
        `column, value` (null for all), then the columns of `unusual_weeks`; the least p first, then the largest difference.

    Raises:
        BadInput: as `select`.
    """
    base = segment or Segment(name="-")
    parts: list[tuple[str | None, str | None, Segment]] = [(None, None, base)]
    for name, values in values_of(log).items():
        if name not in base.where:
            parts += [(name, value, base.model_copy(update={"where": {**base.where, name: value}})) for value in values]
    frames = []
    for column, value, part in parts:
        sessions = select(log, dataset, part, "session")
        if column is None or len(sessions) >= FEWEST:
            frame = unusual_weeks(sequences_of_sessions(dataset, sessions, unit, of))
            frames.append(frame.select(_named(column, COLUMN), _named(value, VALUE), pl.all()))
    everything = pl.concat(frames)
    corrected = benjamini_yekutieli(everything[P_VALUE].to_numpy())
    everything = everything.with_columns(pl.Series(P_CORRECTED, corrected, SCHEMA[P_CORRECTED]))
    far = -(pl.col(RATE) - pl.col(ELSEWHERE)).abs()
    return everything.sort([pl.col(P_VALUE), far, COLUMN, VALUE, "from", "to", START], nulls_last=False)


def _named(text: str | None, name: str) -> pl.Expr:
    return pl.lit(text, dtype=pl.String).alias(name)
