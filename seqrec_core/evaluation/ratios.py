"""Every metric with an interval is a ratio of two sums over cases: a mean, a weighted mean, or a share of events."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec_core.evaluation.resample import ratio_intervals

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Ratio:
    """Σ above / Σ below − minus.

    Args:
        above, below: float64[n], no NaN; 0 where a case has no value.
        values: what each case gave, where the ratio is their mean; NaN where it has none.
        minus: taken off the ratio.
    """

    above: Values
    below: Values
    values: Values | None = None
    minus: float = 0.0


def mean_of(values: Values) -> Ratio:
    """Return the mean of the cases that have a value (not NaN)."""
    known = ~np.isnan(values)
    return Ratio(np.where(known, values, 0.0), known.astype(np.float64), values)


def weighted(values: Values, weights: Values) -> Ratio:
    """Return Σ w · value / Σ w over the cases that have a value."""
    known = ~(np.isnan(values) | np.isnan(weights))
    return Ratio(np.where(known, values * weights, 0.0), np.where(known, weights, 0.0))


def summary(
    ratios: Mapping[str, Ratio], owner: NDArray[np.integer], seed: int
) -> tuple[dict[str, float], dict[str, tuple[float, float]]]:
    """Return every ratio and its 95 % interval over users, all of the same resamples.

    Args:
        ratios: name → ratio, of the same cases; each with Σ below > 0.
        owner: user of each case.
        seed: of the resampling.
    """
    if not ratios:
        return {}, {}
    above, below = (np.stack([getattr(ratio, side) for ratio in ratios.values()], axis=1) for side in ("above", "below"))
    found, ends = ratio_intervals(above, below, owner, seed)
    shift = np.array([ratio.minus for ratio in ratios.values()])
    means = {name: float(mean) for name, mean in zip(ratios, found - shift, strict=True)}
    spans = zip(ratios, ends - shift[:, None], strict=True)
    return means, {name: (float(low), float(high)) for name, (low, high) in spans if np.isfinite(low) and np.isfinite(high)}
