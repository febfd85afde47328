"""Compare two reports case by case."""

from dataclasses import dataclass

import numpy as np

from seqrec_core import columns as c
from seqrec_core.errors import BadInput
from seqrec_core.evaluation.report import MetricReport
from seqrec_core.stats.tests import paired_bootstrap_interval, sign_flip_p

DRAWS = 2_000


@dataclass(frozen=True)
class Comparison:
    """How much better b is than a on the cases that both rank.

    Args:
        difference: mean of b − a.
        low, high: its 95 % percentile bootstrap interval over cases.
        p_value: two-sided, paired sign-flip permutation test.
        n: cases compared.
    """

    difference: float
    low: float
    high: float
    p_value: float
    n: int


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
    return Comparison(float((second - first).mean()), low, high, p_value, both.height)
