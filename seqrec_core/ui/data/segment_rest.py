"""What sets a group apart: its features against those of everyone else."""

from typing import Any

import polars as pl
import streamlit as st

from seqrec_core.data.features.registry import definition
from seqrec_core.errors import SeqrecError
from seqrec_core.figures import alt, features
from seqrec_core.figures.features import value_text
from seqrec_core.segments.compare import FEATURE, SIGNIFICANT, TITLE, UNIT
from seqrec_core.segments.rules import TABLE
from seqrec_core.segments.types import Segment
from seqrec_core.text import count, say
from seqrec_core.ui import errors
from seqrec_core.ui.chart import chart, finding, is_dark
from seqrec_core.ui.context import Context
from seqrec_core.ui.data import segment_calls as calls

TOP = 10
NUMBERS = ("mean_in", "mean_rest", "difference", "low", "high", "standardised")


def show(now: Context, segment: Segment) -> None:
    """Draw the differences, the largest first; those that the rule makes by itself are only in the table."""
    try:
        with st.spinner(say("page_segments.rest.working")):
            frame = calls.differences(now.dataset, segment)
    except SeqrecError as error:
        errors.show(error)
        return
    found = frame.filter(~pl.col("by_rule"))
    sure = found.filter((pl.col("p_corrected") < SIGNIFICANT) & ~pl.col("small"))
    drawn = (sure if sure.height else found).head(TOP)
    finding(_title(segment, sure), _subtitle(segment, frame))
    chart(
        features.group_differences(drawn, is_dark(), top=TOP),
        key="segment-differences",
        alt=alt.group_differences(drawn),
        table=frame.drop(FEATURE),
        how=say("page_segments.rest.how"),
        columns=_columns(),
    )


def _title(segment: Segment, sure: pl.DataFrame) -> str:
    """State the largest difference that holds up."""
    units = say(f"page_features.units.{segment.unit}")
    if not sure.height:
        return say("page_segments.rest.none", units=units)
    row = sure.row(0, named=True)
    feature = definition(TABLE[segment.unit], row[FEATURE])
    unit = "" if feature is None else feature.unit
    means = {"mean": value_text(row["mean_in"], unit), "rest": value_text(row["mean_rest"], unit)}
    return say("page_segments.rest.title", feature=row[TITLE], units=units, n=sure.height, **means)


def _subtitle(segment: Segment, frame: pl.DataFrame) -> str:
    n_in, n_rest = (int(str(frame[name].max() or 0)) for name in ("n_in", "n_rest"))
    values = {"n": count(n_in, segment.unit), "rest": count(n_rest, segment.unit), "features": frame.height}
    return say("page_segments.rest.subtitle", by_rule=int(frame["by_rule"].sum()), **values)


def _columns() -> dict[str, Any]:
    named: dict[str, Any] = {
        name: say(f"page_segments.column.{name}") for name in (TITLE, UNIT, "n_in", "n_rest", "small", "by_rule")
    }
    for name in NUMBERS:
        named[name] = st.column_config.NumberColumn(say(f"page_segments.column.{name}"), format="%.3f")
    for name in ("p_value", "p_corrected"):
        named[name] = st.column_config.NumberColumn(say(f"page_segments.column.{name}"), format="%.4f")
    return named
