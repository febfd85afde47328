"""Click-through and conversion as replayed: what the lists of a run held of what people then did, and what that cannot tell."""

import polars as pl
import streamlit as st

from seqrec_core import columns as c
from seqrec_core.evaluation.names import GROUPS, metric_how, metric_title
from seqrec_core.figures import alt, scorecard
from seqrec_core.report.entries import Entry, interval, written
from seqrec_core.text import count, percent, say
from seqrec_core.ui import chart, run_calls
from seqrec_core.ui.errors import plain
from seqrec_core.ui.scorecard.view import Field, short_rules

CTR, CONVERSION = "ctr@10", "conversion@10"
BARS_PX = 420


def section(found: Field) -> None:
    """Say the replayed rates beside the best baseline's, and draw them by event type."""
    model = found.verdict.model
    if model.mean(CTR) is None:
        st.subheader(say("page_scorecard.behaviour"), anchor=False)
        st.caption(say("page_scorecard.behaviour.none"))
        return
    chart.finding(_title(model), say("page_scorecard.behaviour.subtitle", rules=short_rules(found.card)))
    left, right = st.columns([1, 1.2], gap="large")
    with left:
        _rates(found)
    with right:
        _by_event(found)
    *told, limit = found.card.replay or [say("evaluation.replay.limit")]
    if told:
        st.caption(plain(" ".join(told)))
    st.info(plain(limit), icon=":material/balance:")


def _title(model: Entry) -> str:
    clicked, bought = model.mean(CTR), model.mean(CONVERSION)
    if bought is None:
        return say("page_scorecard.behaviour.clicked", ctr=percent(clicked))
    return say("page_scorecard.behaviour.both", ctr=percent(clicked), conversion=percent(bought))


def _rates(found: Field) -> None:
    """Show every replayed metric of the run's model, with its interval, beside the best baseline's."""
    rows = []
    rival = found.verdict.rival
    for name in GROUPS["behaviour"]:
        metric = f"{name}@10"
        mean, ends = found.verdict.model.mean(metric), interval(found.verdict.model, metric)
        if mean is None:
            continue
        other = None if rival is None else rival.mean(metric)
        span = "–" if ends is None else say("words.span", low=written(metric, ends[0]), high=written(metric, ends[1]))
        rows.append((metric_title(metric), written(metric, mean), span, "–" if other is None else written(metric, other)))
    columns = ("metric", "model", "interval", "baseline")
    names = [say(f"page_scorecard.behaviour.column.{name}") for name in columns]
    st.table(pl.DataFrame(rows, schema=names, orient="row"))
    with st.expander(say("page_scorecard.how")):
        for name in GROUPS["behaviour"]:
            if found.verdict.model.mean(f"{name}@10") is not None:
                st.markdown(plain(say("page_scorecard.meaning", name=metric_title(f"{name}@10"), how=metric_how(f"{name}@10"))))


def _by_event(found: Field) -> None:
    table = run_calls.followed(found.card)
    shown = table.filter(pl.col("possible") > 0)
    if not shown.height:
        st.caption(say("page_scorecard.behaviour.nothing_followed"))
        return
    names, rates = shown[c.EVENT].to_list(), shown["rate"].to_list()
    ends = list(zip(shown["low"].to_list(), shown["high"].to_list(), strict=True))
    lists = count(int(shown["lists"].max() or 0), "list")  # type: ignore[arg-type]
    st.caption(say("page_scorecard.behaviour.by_event", lists=lists))
    chart.chart(
        scorecard.metric_bars(names, rates, ends, chart.is_dark(), write="share", width=BARS_PX),
        key="scorecard_by_event",
        alt=alt.metric_bars(names, rates, say("page_scorecard.behaviour.share"), write="share"),
        table=table,
        how=say("page_scorecard.behaviour.by_event.how"),
    )
