"""Where a model does worst: a metric by history length, by how known the target is, event type, period and segment."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.log import EventLog
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.errors import SeqrecError
from seqrec_core.evaluation.breakdown import EDGES, check_metric, length_label
from seqrec_core.evaluation.report import MetricReport
from seqrec_core.evaluation.resample import ratio_intervals
from seqrec_core.segments.select import select
from seqrec_core.segments.types import Segment
from seqrec_core.stats.means import mean_difference
from seqrec_core.stats.tests import holm
from seqrec_core.text import count, say

FEWEST = 20  # cases below which a slice is left out
PERIODS = 5
MOST_EVENT_TYPES = 12
Mask = NDArray[np.bool_]

KIND, NAME, N = "kind", "slice", "n"
SLICES = {
    KIND: pl.String,
    NAME: pl.String,
    N: pl.Int64,
    "mean": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "rest": pl.Float64,
    "difference": pl.Float64,
    "p_value": pl.Float64,
    "p_corrected": pl.Float64,
}


@dataclass(frozen=True)
class Slice:
    """Some cases of a report.

    Args:
        kind: `history`, `items`, `users`, `event`, `period` or `segment`.
        name: for people.
        mask: which rows of the report, bool[n].
    """

    kind: str
    name: str
    mask: Mask


def slices(report: MetricReport, metric: str, segments: Mapping[str, frozenset[str]] | None = None) -> pl.DataFrame:
    """Average a per-case metric over the slices of a report, the worst slice first.

    Args:
        report: of one model.
        metric: such as `ndcg@10`.
        segments: name → users of it.

    Returns:
        `kind, slice, n` (cases with a value), `mean` with its 95 % interval over users `low, high`, `rest` (mean of the other
        cases), `difference` (mean − rest), its `p_value` (Welch's test, clustered by user) and `p_corrected` (Holm, over all
        slices); null where nothing is left to compare with. Slices below FEWEST cases are left out.

    Raises:
        BadInput: the report lacks the metric.
    """
    check_metric(report, metric)
    table = report.per_user.filter(pl.col(metric).is_not_null())
    values = table[metric].to_numpy()
    owner = np.unique(table[c.USER].to_numpy(), return_inverse=True)[1]
    found = [one for one in _all(table, segments or {}) if one.mask.sum() >= FEWEST]
    if not found:
        return pl.DataFrame(schema=SLICES)
    masks = np.stack([one.mask for one in found], axis=1).astype(np.float64)
    means, ends = ratio_intervals(masks * values[:, None], masks, owner, report.protocol.seed)
    rows = []
    for one, mean, (low, high) in zip(found, means, ends, strict=True):
        beside = mean_difference(values, one.mask, owner)
        rows.append(
            (one.kind, one.name, int(one.mask.sum()), mean, low, high, beside.mean_rest, beside.difference, beside.p_value)
        )
    frame = pl.DataFrame(rows, schema=list(SLICES)[:-1], orient="row").fill_nan(None)
    return _corrected(frame).cast(pl.Schema(SLICES)).sort("mean", KIND, NAME)


def segment_users(log: EventLog, dataset: SequenceDataset, segments: Sequence[Segment]) -> dict[str, frozenset[str]]:
    """Return the users of each segment by its name; one that this log can no longer answer (a column is gone) is left out."""
    found = {}
    for segment in segments:
        with suppress(SeqrecError):
            found[segment.name] = frozenset(dataset.user_ids[user] for user in select(log, dataset, segment, "user"))
    return found


def _corrected(frame: pl.DataFrame) -> pl.DataFrame:
    known = frame["p_value"].is_not_null()
    corrected = np.full(frame.height, np.nan)
    corrected[known.to_numpy()] = holm(frame["p_value"].drop_nulls().to_numpy())
    return frame.with_columns(pl.Series("p_corrected", corrected).fill_nan(None))


def _all(table: pl.DataFrame, segments: Mapping[str, frozenset[str]]) -> Iterator[Slice]:
    yield from _by_history(table)
    if c.HAD_BY in table.columns:
        yield from _by_items(table)
        cold = table[c.N_TRAINED].to_numpy() == 0
        if cold.any():
            yield Slice("users", say("evaluation.slice.cold_user"), cold)
            yield Slice("users", say("evaluation.slice.known_user"), ~cold)
    if c.EVENT in table.columns and table[c.EVENT].n_unique() > 1:
        for name in table[c.EVENT].value_counts(sort=True)[c.EVENT].head(MOST_EVENT_TYPES):
            yield Slice("event", say("evaluation.slice.event", name=name), (table[c.EVENT] == name).to_numpy())
    if c.TIME in table.columns:
        yield from _by_period(table[c.TIME])
    for name, users in segments.items():
        yield Slice("segment", say("evaluation.slice.segment", name=name), table[c.USER].is_in(list(users)).to_numpy())


def _by_history(table: pl.DataFrame) -> Iterator[Slice]:
    places = np.searchsorted(np.asarray(EDGES), table[c.N_HISTORY].to_numpy(), side="left")
    for place in range(len(EDGES) + 1):
        yield Slice("history", say("evaluation.slice.history", events=length_label(place, EDGES)), places == place)


def _by_items(table: pl.DataFrame) -> Iterator[Slice]:
    """Cold items, which nobody had in training, apart; the others in thirds of about equally many cases."""
    had_by = table[c.HAD_BY].to_numpy()
    yield Slice("items", say("evaluation.slice.cold_item"), had_by == 0)
    known = had_by[had_by > 0]
    if not len(known):
        return
    first = int(known.min())
    for last in np.unique(np.quantile(known, [1 / 3, 2 / 3, 1], method="lower").astype(np.int64)).tolist():
        yield Slice("items", _had_by(first, last), (had_by >= first) & (had_by <= last))
        first = last + 1


def _had_by(low: int, high: int) -> str:
    users = count(high, "user") if low == high else say("words.span", low=f"{low:,}", high=count(high, "user"))
    return say("evaluation.slice.had_by", users=users)


def _by_period(times: pl.Series) -> Iterator[Slice]:
    """Cut the targets by time into periods of about equally many cases."""
    stamps = times.to_physical().to_numpy()
    ends = np.unique(np.quantile(stamps, np.linspace(0, 1, PERIODS + 1)[1:], method="lower"))
    days = times.dt.date()
    if len(ends) < 2 or days.n_unique() < 2:
        return
    before = stamps.min() - 1
    for last in ends:
        mask = (stamps > before) & (stamps <= last)
        inside, before = days.filter(pl.Series(mask)), last
        span = str(inside.min()), str(inside.max())
        yield Slice("period", span[0] if span[0] == span[1] else say("words.span", low=span[0], high=span[1]), mask)
