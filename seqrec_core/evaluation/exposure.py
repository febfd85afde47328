"""How likely an item was to be seen where it stood: from a column of propensities, or from positions.

What stood first was seen most, so its clicks say least. Each click is weighted by 1 / the chance that it was seen.
"""

import re
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.log import EventLog
from seqrec_core.errors import BadInput

PROPENSITY = r"^(propensity|exposure|exposure_prob\w*|p_exposure|p_seen)$"
POSITION = r"^(position|pos|rank|slot|list_position|item_position|display_position|place)$"
SHOWN = r"impress|expos|^shown?$|display"
CLIP = 20.0  # largest weight, as a multiple of that of the best seen place


@dataclass(frozen=True)
class Exposure:
    """Weights of events.

    Args:
        column: what they come from.
        kind: `propensity` (a column of chances), `shown` (clicks a time shown at each position) or `position` (clicks alone).
        weights: 1 / chance, clipped to CLIP, at least 1 for the best place, float64[n_events]; NaN where not known.
        clipped: share of the known weights that were cut, in [0, 1].
        places: `position, shown, clicks, seen` (chance to be seen beside the best place); empty for a column of chances.
    """

    column: str
    kind: str
    weights: NDArray[np.float64]
    clipped: float
    places: pl.DataFrame


PLACES = {"position": pl.Int64, "shown": pl.Int64, "clicks": pl.Int64, "seen": pl.Float64}


def exposure_of(log: EventLog, column: str | None = None) -> Exposure | None:
    """Return the weights that a log allows, None where it has neither chances nor positions.

    With positions, the chance to be seen at a position is taken as its clicks a time shown, divided by the best position's:
    that holds where items of all positions are about equally good (position-based model). Where the log does not say how
    often a position was shown, all are taken as shown equally often, which understates how well low ones do.

    Args:
        log: the log.
        column: of chances or positions, where a person decides; by default what is named like one.

    Raises:
        BadInput: no such column, or it holds no positive number.

    Source: Joachims, Swaminathan & Schnabel 2017, "Unbiased learning-to-rank with biased feedback"; self-normalised and
        clipped: Swaminathan & Joachims 2015; Strehl et al. 2010.
    """
    frame = log.frame
    if column is not None and column not in frame.columns:
        raise BadInput("evaluation", "no_exposure_column", column=column, known=", ".join(log.attributes) or "–")
    names = [column] if column is not None else [name for name in log.attributes if _is_named(name)]
    for name in sorted(names, key=lambda name: not re.match(PROPENSITY, name.lower())):
        values = frame[name].cast(pl.Float64, strict=False).to_numpy().astype(np.float64)
        known = np.isfinite(values) & (values >= 0)
        if (known & (values > 0)).any():
            is_chance = re.match(PROPENSITY, name.lower()) and values[known].max() <= 1
            return _from_chances(name, values) if is_chance else _from_positions(log, name, values, known)
    if column is not None:
        raise BadInput("evaluation", "no_exposure_values", column=column)
    return None


def _is_named(name: str) -> bool:
    return re.match(PROPENSITY, name.lower()) is not None or re.match(POSITION, name.lower()) is not None


def _from_chances(name: str, values: NDArray[np.float64]) -> Exposure:
    known = np.isfinite(values) & (values > 0)
    weights = np.full(len(values), np.nan)
    weights[known] = 1 / values[known]
    return _clipped(name, "propensity", weights, pl.DataFrame(schema=PLACES))


def _from_positions(log: EventLog, name: str, values: NDArray[np.float64], known: NDArray[np.bool_]) -> Exposure:
    """Estimate the chance to be seen at each position from the whole log."""
    is_shown = log.frame[c.EVENT].str.to_lowercase().str.contains(SHOWN).to_numpy()
    places, code = np.unique(np.floor(values[known]).astype(np.int64), return_inverse=True)
    clicks = np.bincount(code[~is_shown[known]], minlength=len(places))
    shown = np.bincount(code[is_shown[known]], minlength=len(places))
    has_shown = bool(shown.sum())
    rate = clicks / np.maximum(shown, 1) if has_shown else clicks.astype(np.float64)
    rate = np.where((shown > 0) | (not has_shown), rate, 0.0)
    best = rate.max(initial=0.0)
    seen = np.divide(rate, best, out=np.zeros(len(rate)), where=best > 0)
    weights = np.full(len(values), np.nan)
    with np.errstate(divide="ignore"):
        weights[known] = (1 / seen)[code]
    table = pl.DataFrame({"position": places, "shown": shown, "clicks": clicks, "seen": seen}, schema_overrides=PLACES)
    return _clipped(name, "shown" if has_shown else "position", weights, table)


def _clipped(name: str, kind: str, weights: NDArray[np.float64], places: pl.DataFrame) -> Exposure:
    known = ~np.isnan(weights)
    least = weights[known].min(initial=np.inf)
    most = CLIP * (least if np.isfinite(least) else 1.0)
    cut = float((weights[known] > most).mean()) if known.any() else 0.0
    return Exposure(name, kind, np.where(known, np.minimum(weights, most), np.nan), cut, places)
