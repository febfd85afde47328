"""Compare two reports case by case."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from seqrec_core import columns as c
from seqrec_core.errors import BadInput
from seqrec_core.evaluation.report import MetricReport
from seqrec_core.stats.intervals import normal_quantile
from seqrec_core.stats.tests import holm, paired_bootstrap_interval, sign_flip_p

DRAWS = 2_000
POWER_Z = 0.8416  # quantile of the normal distribution at a power of 80 %
WITH_ALL = {
    "name": pl.String,
    "difference": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "p_value": pl.Float64,
    "p_corrected": pl.Float64,
    "n": pl.Int64,
    "detectable": pl.Float64,
}


@dataclass(frozen=True)
class Comparison:
    """How much better b is than a on the cases that both rank.

    Args:
        difference: mean of b − a.
        low, high: its 95 % percentile bootstrap interval over cases.
        p_value: two-sided, paired sign-flip permutation test.
        n: cases compared.
        detectable: the smallest true difference that such a test would find in 4 of 5 logs like this one:
            (1.96 + 0.84) · standard deviation of the differences / √n.
    """

    difference: float
    low: float
    high: float
    p_value: float
    n: int
    detectable: float = 0.0


def compare_reports(a: MetricReport, b: MetricReport, metric: str, seed: int = 0) -> Comparison:
    """Compare one per-case metric, such as `ndcg@10`, on the cases that both reports rank.

    Raises:
        BadInput: the metric is not in both reports, or they share no case.
    """
    case = [c.USER, c.ITEM, c.N_HISTORY]
    known = [name for name in a.intervals if name in b.per_user.columns]
    if metric not in known:
        raise BadInput("evaluation", "no_metric", metric=metric, known=", ".join(known) or "none")
    both = a.per_user.select(*case, metric).join(b.per_user.select(*case, metric), on=case, suffix="_b").drop_nulls().sort(case)
    if not both.height:
        raise BadInput("evaluation", "nothing_in_common")
    first, second = both[metric].to_numpy(), both[f"{metric}_b"].to_numpy()
    low, high = paired_bootstrap_interval(first, second, np.random.default_rng(seed), draws=DRAWS)
    p_value = sign_flip_p(first, second, np.random.default_rng(seed), draws=DRAWS)
    spread = float((second - first).std(ddof=1)) if both.height > 1 else 0.0
    detectable = (normal_quantile(0.95) + POWER_Z) * spread / np.sqrt(both.height)
    return Comparison(float((second - first).mean()), low, high, p_value, both.height, float(detectable))


def compare_with_all(report: MetricReport, others: Mapping[str, MetricReport], metric: str, seed: int = 0) -> pl.DataFrame:
    """Compare a report with several others, p-values corrected for their number (Holm), the hardest rival first.

    Args:
        report: whose gain is asked.
        others: name → report.
        metric: per-case metric.
        seed: of the resamples.

    Returns:
        `name, difference` (report − other), `low, high, p_value, p_corrected, n, detectable`.

    Raises:
        BadInput: as `compare_reports`.
    """
    found = {name: compare_reports(other, report, metric, seed) for name, other in others.items()}
    corrected = holm([one.p_value for one in found.values()])
    rows = [
        (name, one.difference, one.low, one.high, one.p_value, float(p), one.n, one.detectable)
        for (name, one), p in zip(found.items(), corrected, strict=True)
    ]
    return pl.DataFrame(rows, schema=WITH_ALL, orient="row").sort("difference", "name")


BY_METRIC = {"metric": pl.String, "a": pl.Float64, "b": pl.Float64, **{name: WITH_ALL[name] for name in list(WITH_ALL)[1:]}}


def compare_by_metric(a: MetricReport, b: MetricReport, seed: int = 0) -> pl.DataFrame:
    """Compare b with a under every per-case metric that both have, p-values corrected for their number (Holm).

    Returns:
        `metric, a, b` (means over the cases that both rank), `difference` (b − a), `low, high, p_value, p_corrected, n,
        detectable`, in the order of a's metrics.

    Raises:
        BadInput: they share no metric or no case.
    """
    shared = [name for name in a.intervals if name in a.per_user.columns and name in b.per_user.columns]
    if not shared:
        raise BadInput("evaluation", "nothing_in_common")
    case = [c.USER, c.ITEM, c.N_HISTORY]
    both = a.per_user.select(*case, *shared).join(b.per_user.select(*case, *shared), on=case, suffix="_b")
    rows = []
    for name in shared:
        known = both.select(name, f"{name}_b").drop_nulls()
        if known.height:
            one = compare_reports(a, b, name, seed)
            means = (float(known[name].mean()), float(known[f"{name}_b"].mean()))  # type: ignore[arg-type]
            rows.append((name, *means, one.difference, one.low, one.high, one.p_value, 0.0, one.n, one.detectable))
    if not rows:
        raise BadInput("evaluation", "nothing_in_common")
    table = pl.DataFrame(rows, schema=BY_METRIC, orient="row")
    return table.with_columns(pl.Series("p_corrected", holm(table["p_value"].to_numpy())))
