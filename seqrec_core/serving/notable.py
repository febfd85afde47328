"""Users worth looking at first, found in the per-user values of a report."""

from typing import Literal, NamedTuple

import numpy as np
import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.sequences import SequenceDataset

Kind = Literal["surprising hit", "typical", "cold start", "wrong"]
KINDS: tuple[Kind, ...] = ("surprising hit", "typical", "cold start", "wrong")
HIT = 10  # a target up to this rank was recommended
COLD = 2  # a history of at most this many events
LONG = 5  # a history long enough to expect more of a model
MOST_SHOWN = 15  # events that fit on a screen


class Notable(NamedTuple):
    """A user worth looking at.

    Args:
        kind: why.
        user_id: external user id.
        target: external id of the item that came next.
        rank: its 1-based rank.
        n_history: events before it.
    """

    kind: Kind
    user_id: str
    target: str
    rank: int
    n_history: int


def notable_users(per_user: pl.DataFrame, dataset: SequenceDataset, n: int = 8) -> list[Notable]:
    """Return about n users, each kind in turn, nobody twice.

    A surprising hit has its rare target in the top 10 after a history that fits on a screen; a typical one lies nearest
    to the median rank and history length; a cold start has at most two events; a wrong one has the worst rank in spite
    of a longer history.

    Args:
        per_user: `user_id, item_id, rank, n_history` of a report.
        dataset: the log behind it.
        n: how many.
    """
    users = np.bincount(dataset.items, minlength=dataset.vocabulary.size)
    ranked = per_user.filter(pl.col(c.RANK).is_not_null()).unique(c.USER, keep="last", maintain_order=True)
    ids = pl.Series(list(dataset.vocabulary.ids), dtype=pl.String)
    events = pl.col(c.ITEM).replace_strict(ids, pl.Series(users[1:]), default=0, return_dtype=pl.Int64)
    ranked = ranked.with_columns(events.alias("events"))
    queues = {kind: _candidates(ranked, kind).head(n).rows(named=True) for kind in KINDS}
    taken: set[str] = set()
    found: list[Notable] = []
    while len(found) < n and any(queues.values()):
        for kind in KINDS:
            row = next((row for row in queues[kind] if row[c.USER] not in taken), None)
            queues[kind] = [] if row is None else queues[kind][queues[kind].index(row) + 1 :]
            if row is not None and len(found) < n:
                taken.add(row[c.USER])
                found.append(Notable(kind, row[c.USER], row[c.ITEM], int(row[c.RANK]), int(row[c.N_HISTORY])))
    return sorted(found, key=lambda one: KINDS.index(one.kind))


def _candidates(ranked: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    """Return the users of one kind, the best examples first; ties by user id."""
    rank, length = pl.col(c.RANK), pl.col(c.N_HISTORY)
    if kind == "surprising hit":
        hits = ranked.filter((rank <= HIT) & length.is_between(3, MOST_SHOWN))
        return hits.sort("events", c.RANK, c.USER)
    if kind == "cold start":
        return ranked.filter(length <= COLD).sort(c.N_HISTORY, c.RANK, c.USER)
    if kind == "wrong":
        missed = ranked.filter((rank > HIT) & length.is_between(LONG, MOST_SHOWN * 2))
        return missed.sort([c.RANK, c.USER], descending=[True, False])
    far = (rank.log() - rank.median().log()).abs() + (length.log1p() - length.median().log1p()).abs()
    return ranked.filter(length > COLD).with_columns(far.alias("far")).sort("far", c.USER)
