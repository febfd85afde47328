"""How much a model's accuracy moves by its seed alone: runs that differ in nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Any

from seqrec_core.store.runs import RunCard

NOT_ASKED = ("seed", "rates")


@dataclass(frozen=True)
class SeedSpread:
    """A metric over runs that differ only by seed.

    Args:
        metric: such as `ndcg@10`.
        seeds: of the runs, rising.
        mean, low, high: of the runs; low and high are the worst and the best of them.
        deviation: sample standard deviation.
    """

    metric: str
    seeds: tuple[int, ...]
    mean: float
    low: float
    high: float
    deviation: float


def seed_spread(card: RunCard, others: Sequence[RunCard], metric: str) -> SeedSpread | None:
    """Gather the runs that differ from a run only by seed; None where there are fewer than two seeds.

    Args:
        card: the run.
        others: runs on the same data under the same protocol.
        metric: compared.
    """
    runs = {other.seed: other for other in others if _asked(other) == _asked(card)} | {card.seed: card}
    means = {seed: run.metrics.get(metric, {}).get("mean") for seed, run in runs.items()}
    known = {seed: mean for seed, mean in means.items() if mean is not None}
    if len(known) < 2:
        return None
    values = list(known.values())
    return SeedSpread(metric, tuple(sorted(known)), fmean(values), min(values), max(values), stdev(values))


def _asked(card: RunCard) -> tuple[Any, ...]:
    options = {name: value for name, value in card.options.items() if name not in NOT_ASKED}
    return card.fingerprint, card.model, card.config, options, card.split, card.split_parameters, card.exclude_seen
