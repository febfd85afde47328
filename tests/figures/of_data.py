"""The figures of the Data page: with one hostile or harmless name, and of nothing."""

import datetime
from collections.abc import Callable

import plotly.graph_objects as go
import polars as pl

from seqrec_core.data.features.distribution import distribution
from seqrec_core.figures import data, features
from tests.figures import samples as made

DAYS = pl.DataFrame({"day": [datetime.date(2024, 1, 1), datetime.date(2024, 1, 2)], "count": [3, 5]})
COUNTS = pl.DataFrame({"count": [1, 1, 2, 40, 400]})


def sources(name: str = "web") -> pl.DataFrame:
    """Two channels over two days."""
    days = [datetime.date(2024, 1, 1), datetime.date(2024, 1, 2)]
    return pl.DataFrame({"source": [name, name, "app", "app"], "day": [*days, *days], "count": [30, 20, 4, 5]})


OF_TEXT = {"unit": "text", "unit_name": "text", "noun": "user"}
FIGURES: dict[str, tuple[Callable[..., go.Figure], Callable[..., go.Figure]]] = {
    "events_per_day": (lambda name, **kw: data.events_per_day(DAYS, **kw), lambda **kw: data.events_per_day(DAYS.clear(), **kw)),
    "histogram": (lambda name, **kw: data.histogram(COUNTS, **kw), lambda **kw: data.histogram(COUNTS.clear(), **kw)),
    "top_items": (
        lambda name, **kw: data.top_items(made.items(name), **kw),
        lambda **kw: data.top_items(made.items().clear(), **kw),
    ),
    "event_mix": (lambda name, **kw: data.event_mix(made.mix(name), **kw), lambda **kw: data.event_mix(made.mix().clear(), **kw)),
    "long_tail": (lambda name, **kw: data.long_tail(COUNTS, **kw), lambda **kw: data.long_tail(COUNTS.clear(), **kw)),
    "events_per_source": (
        lambda name, **kw: data.events_per_source(sources(name), **kw),
        lambda **kw: data.events_per_source(sources().clear(), **kw),
    ),
    "feature": (
        lambda name, **kw: features.distribution(distribution(pl.Series([name, "b"])), **kw, **OF_TEXT),
        lambda **kw: features.distribution(distribution(pl.Series([None], dtype=pl.String)), **kw, **OF_TEXT),
    ),
    "group": (
        lambda name, **kw: features.group_differences(made.group(name), **kw),
        lambda **kw: features.group_differences(made.group().clear(), **kw),
    ),
}
