"""MetricReport: per-user values with their protocol; every mean can be recomputed from its table."""

from dataclasses import dataclass

import polars as pl
from pydantic import BaseModel, ConfigDict

from seqrec_core.errors import BadInput


class ProtocolLine(BaseModel):
    """Under which rules the numbers hold. Ranking is always full: every known item is a candidate."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    split: str
    part: str = "test"
    candidates: str = "all"
    n_candidates: int
    exclude_seen: bool
    n_users: int
    k: tuple[int, ...] = (10,)
    seed: int = 0
    left_out: int = 0
    leak: str = ""


@dataclass(frozen=True)
class MetricReport:
    """Quality of one model under one protocol.

    Args:
        per_user: one row a case: `user_id, item_id` (the target), `rank` (1-based, null if it cannot be ranked),
            `n_history`, and a column for each per-user metric, such as `ndcg@10`.
        lists: top-k item indices by case, list column `items`, aligned with `per_user` (coverage, novelty, overlap).
        means: metric name → mean over cases (or the value of a list metric, such as `coverage@10`).
        intervals: metric name → (low, high), 95 %.
        protocol: the rules.
    """

    per_user: pl.DataFrame
    lists: pl.DataFrame
    means: dict[str, float]
    intervals: dict[str, tuple[float, float]]
    protocol: ProtocolLine

    def __post_init__(self) -> None:
        if self.per_user.height != self.lists.height:
            raise BadInput("evaluation", "report_rows", per_user=self.per_user.height, lists=self.lists.height)
