"""Columns that there is one of for each event type."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core.data.features.source import Floats, Groups, Source, divided

Columns = dict[str, np.ndarray | pl.Series]
COUNT, SHARE, VALUE = "count_", "share_", "value_"


def counts_by_type(source: Source, groups: Groups, types: NDArray[np.int16], with_shares: bool) -> Columns:
    """Return `count_<type>`, and `share_<type>` of all events of the group.

    Args:
        source: for the names of the types.
        groups: what is counted for.
        types: event type of each row, in the order of `groups`.
        with_shares: whether shares are wanted as well.
    """
    counts = {name: groups.count(types == code).astype(np.int32) for code, name in enumerate(source.type_names)}
    columns: Columns = {f"{COUNT}{name}": count for name, count in counts.items()}
    if with_shares:
        columns |= {f"{SHARE}{name}": count / groups.sizes for name, count in counts.items()}
    return columns


def values_by_type(source: Source, groups: Groups, values: Floats, types: NDArray[np.int16]) -> Columns:
    """Return `value_sum`, `value_mean`, and `value_<type>`, the sum for each type whose events have values.

    Args:
        source: for the names of the types.
        groups: what is summed for.
        values: value of each row in the order of `groups`, NaN where it has none.
        types: event type of each row.
    """
    known = ~np.isnan(values)
    filled = np.where(known, values, 0.0)
    total = groups.sum(filled)
    columns: Columns = {"value_sum": total, "value_mean": divided(total, groups.count(known))}
    for code, name in enumerate(source.type_names):
        if name in source.valued_types and f"{VALUE}{name}" not in columns:
            columns[f"{VALUE}{name}"] = groups.sum(np.where(types == code, filled, 0.0))
    return columns
