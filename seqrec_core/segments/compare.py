"""How a segment differs from everyone else, feature by feature."""

import numpy as np
import polars as pl
import polars.selectors as cs

from seqrec_core.data.features.registry import definition, title_of
from seqrec_core.data.features.source import Source
from seqrec_core.data.features.table import feature_table
from seqrec_core.data.log import EventLog
from seqrec_core.data.sequences import SequenceDataset, Unit
from seqrec_core.errors import BadInput
from seqrec_core.segments.grammar import parse
from seqrec_core.segments.rules import TABLE, decided_by
from seqrec_core.segments.select import select
from seqrec_core.segments.types import Segment
from seqrec_core.stats.means import mean_difference
from seqrec_core.stats.tests import benjamini_yekutieli

SIGNIFICANT = 0.05
FEATURE, TITLE, UNIT = "feature", "title", "unit"
SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    FEATURE: pl.String,
    TITLE: pl.String,
    UNIT: pl.String,
    "n_in": pl.Int64,
    "n_rest": pl.Int64,
    "mean_in": pl.Float64,
    "mean_rest": pl.Float64,
    "difference": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "standardised": pl.Float64,
    "p_value": pl.Float64,
    "p_corrected": pl.Float64,
    "small": pl.Boolean,
    "by_rule": pl.Boolean,
}


def compare(log: EventLog, dataset: SequenceDataset, segment: Segment, unit: Unit, min_n: int = 30) -> pl.DataFrame:
    """Compare the means of all numeric features in a segment with those of the rest.

    Sessions of one user go together: they are clusters of the interval and the test, so that a few busy users do not make a
    difference sure. Means of long-tailed features (sums, durations) need many cases before the interval can be trusted.

    Args:
        log: the events; the same as behind `dataset`.
        dataset: their arrays.
        segment: the group.
        unit: what is compared.
        min_n: with fewer cases in either group a row is `small`.

    Returns:
        `feature, title, unit, n_in, n_rest, mean_in, mean_rest, difference` (in − rest), `low, high` (95 %), `standardised`
        (difference / pooled standard deviation), `p_value`, `p_corrected` (Benjamini and Yekutieli over all rows that have
        one), `small`, and `by_rule` where the rule itself decides by the feature, so that a difference is no finding. First the
        significant rows, then the others, then small ones and those by rule; each by the size of `standardised`, then by name.
        What cannot be computed is null.

    Raises:
        BadInput: as `select`; nobody, or everyone, is in the segment.
    """
    members = select(log, dataset, segment, unit)
    n = dataset.n_sessions if unit == "session" else dataset.n_users
    if len(members) in (0, n):
        raise BadInput("segments", "everyone", name=segment.name, found=len(members), all=n, unit=unit)
    is_in = np.zeros(n, bool)
    is_in[members] = True
    cluster = dataset.session_user if unit == "session" else np.arange(n)
    tested: frozenset[str] = frozenset()
    if segment.rule and segment.unit == unit:
        tested = decided_by(parse(segment.rule), Source(log, dataset), unit)
    rows = []
    for column in feature_table(TABLE[unit], log, dataset).frame.iter_columns():
        feature = definition(TABLE[unit], column.name)
        if feature is None or not feature.is_compared:
            continue
        values = column.cast(pl.Float64).fill_null(np.nan).to_numpy()
        found = mean_difference(values, is_in, cluster)
        is_small = min(found.n_in, found.n_rest) < min_n
        named = {FEATURE: column.name, TITLE: title_of(TABLE[unit], column.name), UNIT: feature.unit_name}
        rows.append(named | vars(found) | {"small": is_small, "by_rule": column.name in tested})
    return _arranged(pl.DataFrame(rows, schema_overrides={name: SCHEMA[name] for name in SCHEMA if name != "p_corrected"}))


def _arranged(frame: pl.DataFrame) -> pl.DataFrame:
    """Correct the p-values for their number, and sort."""
    p = frame["p_value"].to_numpy()
    corrected = np.full(len(p), np.nan)
    corrected[~np.isnan(p)] = benjamini_yekutieli(p[~np.isnan(p)])
    frame = frame.with_columns(pl.Series("p_corrected", corrected)).with_columns(cs.float().fill_nan(None))
    aside = pl.col("small") | pl.col("by_rule")
    group = pl.when(aside).then(2).when(pl.col("p_corrected") < SIGNIFICANT).then(0).otherwise(1)
    by = [group, -pl.col("standardised").abs().fill_null(0.0), pl.col(FEATURE)]
    return frame.sort(by).select(list(SCHEMA))
