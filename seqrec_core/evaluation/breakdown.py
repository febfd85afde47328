"""Read more out of reports: by length of history, by how often items are recommended, and where two models differ."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.errors import BadInput
from seqrec_core.evaluation.report import MetricReport

FEWEST = 20  # cases below which a mean of a bucket is left out
EDGES = (2, 5, 10, 20, 50)  # last length of each bucket; the last bucket has no end
BUCKET, N, GAIN = "bucket", "n", "gain"


def by_history_length(
    reports: Mapping[str, MetricReport], metric: str, edges: Sequence[int] = EDGES, fewest: int = FEWEST
) -> pl.DataFrame:
    """Average a per-case metric over cases whose history has about the same number of events.

    Args:
        reports: name → report, all of the same cases.
        metric: such as `ndcg@10`.
        edges: last length of each bucket, rising; longer histories fall into one bucket more.
        fewest: cases below which a mean is null.

    Returns:
        One row a bucket that has cases, short histories first: `bucket` ("1–2", "51+"), `n` (cases that can be ranked, of
        the first report) and a column for each report.

    Raises:
        BadInput: a report lacks the metric.
    """
    tables = [_means_by_bucket(report, metric, edges, fewest).rename({"mean": name}) for name, report in reports.items()]
    if not tables:
        return pl.DataFrame(schema={BUCKET: pl.String, N: pl.Int64})
    joined = tables[0]
    for table in tables[1:]:
        joined = joined.join(table.drop(N), on="place", how="left")
    joined = joined.sort("place")
    labels = [length_label(place, edges) for place in joined["place"].to_list()]
    return joined.select(pl.Series(BUCKET, labels, pl.String), pl.col(N), *reports)


def _means_by_bucket(report: MetricReport, metric: str, edges: Sequence[int], fewest: int) -> pl.DataFrame:
    """Return `place` (0 = the shortest histories), `n` and `mean` of the cases that can be ranked."""
    check_metric(report, metric)
    cases = report.per_user.select(c.N_HISTORY, metric).drop_nulls()
    places = np.searchsorted(np.asarray(edges), cases[c.N_HISTORY].to_numpy(), side="left")
    grouped = cases.with_columns(pl.Series("place", places, pl.Int64)).group_by("place")
    table = grouped.agg(pl.len().cast(pl.Int64).alias(N), pl.col(metric).mean().alias("mean"))
    return table.with_columns(pl.when(pl.col(N) >= fewest).then(pl.col("mean")))


def length_label(place: int, edges: Sequence[int]) -> str:
    """Name a bucket: 0 → "1–2", the last "51+"."""
    low = min(1, edges[0]) if place == 0 else edges[place - 1] + 1
    if place == len(edges):
        return f"{low}+"
    return str(low) if low == edges[place] else f"{low}–{edges[place]}"


def recommended_counts(report: MetricReport, k: int | None = None) -> NDArray[np.int64]:
    """Count how often each candidate stands in a list of a case that can be ranked, int64[n_candidates].

    Args:
        report: whose lists.
        k: how much of each list counts; the shortest reported length where not given.
    """
    k = k or min(report.protocol.k)
    ranked = report.lists.filter(report.per_user[c.RANK].is_not_null())
    items = ranked.select(pl.col(c.ITEMS).list.head(k).list.explode(keep_nulls=False, empty_as_null=False))[c.ITEMS]
    counts = np.bincount(items.to_numpy(), minlength=report.protocol.n_candidates + 1)
    return counts[1 : report.protocol.n_candidates + 1]


def list_of(report: MetricReport, user: str, n_history: int) -> list[int]:
    """Return the item indices that were recommended to a user after so many events, best first; none where nobody asked."""
    rows = report.per_user.with_row_index("at").filter((pl.col(c.USER) == user) & (pl.col(c.N_HISTORY) == n_history))["at"]
    return list(report.lists[c.ITEMS][int(rows[0])]) if len(rows) else []


def differences(a: MetricReport, b: MetricReport, metric: str) -> pl.DataFrame:
    """Return the cases that two models answer differently, the largest gain of b first, then the largest loss last.

    Args:
        a: one model's report.
        b: the other's, of the same cases.
        metric: per-case metric, such as `ndcg@10`.

    Returns:
        `user_id, item_id, n_history, rank_a, rank_b, gain` (metric of b − a), only where the metric differs.

    Raises:
        BadInput: a report lacks the metric.
    """
    check_metric(a, metric)
    check_metric(b, metric)
    case = [c.USER, c.ITEM, c.N_HISTORY]
    columns = [*case, c.RANK, metric]
    both = a.per_user.select(columns).join(b.per_user.select(columns), on=case, suffix="_b").drop_nulls()
    gain = (pl.col(f"{metric}_b") - pl.col(metric)).alias(GAIN)
    table = both.select(*case, pl.col(c.RANK).alias("rank_a"), pl.col(f"{c.RANK}_b").alias("rank_b"), gain)
    return table.filter(pl.col(GAIN) != 0).sort([GAIN, *case], descending=[True, False, False, False])


def check_metric(report: MetricReport, metric: str) -> None:
    """Refuse a metric that a report has no values of.

    Raises:
        BadInput: the report lacks it.
    """
    if metric not in report.per_user.columns:
        known = [name for name in report.intervals if name in report.per_user.columns]
        raise BadInput("evaluation", "no_metric", metric=metric, known=", ".join(known) or "none")


def share_of_least(counts: NDArray[np.integer], part: float = 0.5) -> float:
    """Share of all recommendations that the least recommended `part` of the items gets, in [0, part]; 0 without any.

    Source: Lorenz 1905; 0.5 at part 0.5 means that all items are recommended equally often.

    Example:
        >>> share_of_least(np.array([0, 0, 1, 3]))
        0.0
    """
    total = int(counts.sum())
    return float(np.sort(counts)[: int(len(counts) * part)].sum()) / total if total else 0.0
