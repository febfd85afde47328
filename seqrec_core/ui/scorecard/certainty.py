"""How far a run's numbers can be trusted: against every baseline, by seed, by order, by the chances that scores give."""

import polars as pl
import streamlit as st

from seqrec_core.evaluation.calibration import reliability
from seqrec_core.evaluation.names import metric_how, metric_title
from seqrec_core.evaluation.told import order_use
from seqrec_core.figures import alt
from seqrec_core.figures import reliability as reliability_figure
from seqrec_core.report.entries import ACCURACY
from seqrec_core.report.seeds import seed_spread
from seqrec_core.text import decimal, percent, say
from seqrec_core.ui import chart, run_calls
from seqrec_core.ui.errors import plain
from seqrec_core.ui.scorecard.view import Field, short_rules

CALIBRATION = "calibration_error@1"


def section(found: Field) -> None:
    """Draw both columns."""
    left, right = st.columns([1.2, 1], gap="large")
    with left:
        st.subheader(say("page_scorecard.certainty"), anchor=False)
        _rivals(found)
        for line in (_seeds(found), _order(found)):
            st.markdown(plain(line))
    with right:
        _calibration(found)


def _rivals(found: Field) -> None:
    """Test the run's model against each of its baselines, corrected for their number."""
    others = [entry for entry in found.own if entry.key != found.verdict.model.key]
    if not others:
        st.caption(say("page_scorecard.certainty.alone"))
        return
    table = run_calls.with_all(found.verdict.model, others, ACCURACY)
    names = {name: say(f"page_scorecard.certainty.column.{name}") for name in table.columns[:6]}
    config = {names[name]: st.column_config.NumberColumn(format="%+.3f") for name in ("difference", "low", "high")}
    config |= {names[name]: st.column_config.NumberColumn(format="%.4f") for name in ("p_value", "p_corrected")}
    st.dataframe(table.drop("n", "detectable").rename(names), hide_index=True, key="scorecard_rivals", column_config=config)
    hardest = table.row(0, named=True)
    values = {"metric": metric_title(ACCURACY), "least": decimal(hardest["detectable"], 3), "rival": hardest["name"]}
    st.caption(say("page_scorecard.certainty.detectable", **values))


def _seeds(found: Field) -> str:
    spread = seed_spread(found.card, run_calls.comparable(found.card)[0], ACCURACY)
    if spread is None:
        return say("page_scorecard.seeds.one", seed=found.card.seed)
    ends = {name: decimal(getattr(spread, name), 3) for name in ("mean", "low", "high", "deviation")}
    return say("page_scorecard.seeds", n=len(spread.seeds), metric=metric_title(ACCURACY), **ends)


def _order(found: Field) -> str:
    use = order_use(run_calls.report(found.card.id, found.card.model))
    return say("page_scorecard.order.none") if use is None else use.sentence


def _calibration(found: Field) -> None:
    report = run_calls.report(found.card.id, found.card.model)
    error = found.verdict.model.mean(CALIBRATION)
    if error is None or "confidence" not in report.per_user.columns:
        st.subheader(say("page_scorecard.calibration"), anchor=False)
        st.caption(say("page_scorecard.calibration.none"))
        return
    right = report.per_user.select((pl.col("rank") == 1).cast(pl.Float64)).fill_null(float("nan")).to_series().to_numpy()
    table = reliability(report.per_user["confidence"].fill_null(float("nan")).to_numpy(), right)
    chance, share, n = (table[name].to_list() for name in ("confidence", "right", "n"))
    title = say("page_scorecard.calibration.title", model=found.verdict.model.title, error=percent(error))
    chart.finding(title, short_rules(found.card))
    chart.chart(
        reliability_figure.reliability(chance, share, n, chart.is_dark()),
        key="scorecard_reliability",
        alt=alt.reliability(chance, share),
        table=table,
        how=metric_how(CALIBRATION),
    )
