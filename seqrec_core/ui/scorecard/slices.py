"""Where a run's model does worst: slices by history, items, event type, period and saved segment."""

import polars as pl
import streamlit as st

from seqrec_core.evaluation.names import metric_title
from seqrec_core.evaluation.slices import FEWEST
from seqrec_core.figures import alt, scorecard
from seqrec_core.report.entries import ACCURACY
from seqrec_core.report.verdict import SURE, p_value
from seqrec_core.text import decimal, say
from seqrec_core.ui import chart, run_calls
from seqrec_core.ui.scorecard.view import Field, short_rules

MOST_BARS = 14
ALL = "all"
WIDE_PX = 620


def section(found: Field) -> None:
    """Name the slice that is surely worst, and draw the slices, the worst first."""
    table = run_calls.slices(found.card, ACCURACY)
    if not table.height:
        st.subheader(say("page_scorecard.slices"), anchor=False)
        st.caption(say("page_scorecard.slices.few", fewest=FEWEST))
        return
    chart.finding(finding(table), say("page_scorecard.slices.subtitle", rules=short_rules(found.card), fewest=FEWEST))
    _chosen(table)


@st.fragment
def _chosen(table: pl.DataFrame) -> None:
    """Choose a kind of slices and draw it; only this part is drawn again by a choice."""
    kinds = [ALL, *table["kind"].unique(maintain_order=True).sort().to_list()]
    titles = {kind: say("page_scorecard.slices.all" if kind == ALL else f"evaluation.slice.kind.{kind}") for kind in kinds}
    kind = st.segmented_control(
        say("page_scorecard.slices.kind"),
        kinds,
        default=ALL,
        required=True,
        format_func=lambda one: titles[one],
        key="scorecard_slice_kind",
        label_visibility="collapsed",
        wrap=True,
    )
    shown = table if kind == ALL else table.filter(pl.col("kind") == kind)
    drawn = shown.head(MOST_BARS)
    names, means = drawn["slice"].to_list(), drawn["mean"].to_list()
    ends = list(zip(drawn["low"].to_list(), drawn["high"].to_list(), strict=True))
    chart.chart(
        scorecard.metric_bars(names, means, ends, chart.is_dark(), width=WIDE_PX),
        key=f"scorecard_slices_{kind}",
        alt=alt.metric_bars(names, means, metric_title(ACCURACY)),
        table=shown,
        how=say("page_scorecard.slices.how"),
    )
    if shown.height > MOST_BARS:
        st.caption(say("page_scorecard.slices.more", shown=MOST_BARS, n=shown.height))


def finding(table: pl.DataFrame) -> str:
    """Say the worst slice that surely differs from the other cases, or that none does."""
    sure = table.filter((pl.col("p_corrected") < SURE) & (pl.col("difference") < 0))
    if not sure.height:
        return say("page_scorecard.slices.even")
    worst = sure.row(0, named=True)
    values = {"slice": worst["slice"], "mean": decimal(worst["mean"], 3), "rest": decimal(worst["rest"], 3)}
    return say("page_scorecard.slices.worst", **values, p=p_value(worst["p_corrected"]))
