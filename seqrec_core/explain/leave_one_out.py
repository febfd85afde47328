"""Rank of the target once each single event is removed."""

from seqrec_core.explain.types import RankWithout
from seqrec_core.explain.what_if import Ranking


def leave_one_out(ranking: Ranking) -> tuple[int, tuple[RankWithout, ...]]:
    """Return the rank under the full history and the rank without each event, by position, from one batch."""
    ranks = ranking.without([(), *((position,) for position in range(len(ranking.history)))])
    return int(ranks[0]), tuple(RankWithout(position, int(rank)) for position, rank in enumerate(ranks[1:]))
