"""MetricReport: per-user values with their protocol; every mean can be recomputed from its table."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from seqrec_core import columns as c
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import Cases
from seqrec_core.errors import BadInput


class ProtocolLine(BaseModel):
    """Under which rules the numbers hold. Ranking is always full: every known item is a candidate.

    `tied_in_time`: targets that share their moment with the event before them, so that the order of the file decides.
    """

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
    tied_in_time: int = 0
    leak: str = ""


@dataclass(frozen=True)
class MetricReport:
    """Quality of one model under one protocol.

    Args:
        per_user: one row a case: `user_id, item_id` (the target), `rank` (1-based, null if it cannot be ranked),
            `n_history`, `n_trained` (events of it that could be learnt from), `had_by` (users who had the target in
            training), `event_type` and `timestamp` of the target, `confidence`, and a column for each per-case metric.
        lists: top-k item indices by case, list column `items`, aligned with `per_user`, and `settled`: how many of them are
            not tied with an item outside.
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

    def cases(self, dataset: SequenceDataset) -> Cases:
        """Return the questions behind the rows.

        Raises:
            NotFound: a user that the dataset does not have.
        """
        users = np.array([dataset.user_index(user) for user in self.per_user[c.USER]], np.int32)
        return Cases(users, dataset.user_offsets[users] + self.per_user[c.N_HISTORY].to_numpy())

    def settled_lists(self) -> NDArray[np.int32]:
        """Return the longest lists with 0 for items that are tied with one outside them, int32[n, k]."""
        flat = self.lists.select(pl.col(c.ITEMS).list.explode(keep_nulls=False, empty_as_null=False))[c.ITEMS]
        items = flat.to_numpy().reshape(self.lists.height, -1)
        if c.SETTLED not in self.lists.columns:
            return items
        return np.where(np.arange(items.shape[1]) < self.lists[c.SETTLED].to_numpy()[:, None], items, 0).astype(np.int32)
