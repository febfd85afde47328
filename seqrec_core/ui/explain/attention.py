"""Where a network of attention looked, and how little or much that agrees with what decides."""

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import streamlit as st
from numpy.typing import NDArray

from seqrec_core.explain.looking import Looking, agreement, looking
from seqrec_core.figures import alt
from seqrec_core.figures import explain as figures
from seqrec_core.models.registry import model_spec
from seqrec_core.text import decimal, percent, say
from seqrec_core.ui import chart
from seqrec_core.ui.errors import plain
from seqrec_core.ui.explain.state import View
from seqrec_core.ui.explain.view import CHART_PX, MOST_BARS, event_label

if TYPE_CHECKING:
    from seqrec_core.explain.types import Explanation

MEAN, ROLLOUT = "mean", "rollout"


def attention(view: View, told: "Explanation") -> None:
    """Draw the attention of the last position on each event, with its rank correlation with the attributions; or say none."""
    spec = model_spec(view.ready.name)
    seen = looking(view.ready.model, told.history)
    if seen is None:
        key = "page_explain.attention.empty" if len(told.history) == 0 else f"page_explain.attention.{spec.learns}"
        st.markdown(say(key, model=say(spec.title)))
        st.caption(say("page_explain.attention.caveat"))
        return
    layers, heads, _ = seen.heads.shape
    choices = [MEAN, ROLLOUT, *(f"{layer}.{head}" for layer in range(layers) for head in range(heads))]
    key = f"explain_attention_{view.ready.card.id}_{view.ready.name}"
    chosen = st.selectbox(say("page_explain.attention.of"), choices, format_func=_name, key=key)
    shares = _shares(seen, chosen)
    order = np.lexsort((-np.arange(len(shares)), -shares))
    labels = [event_label(view, told, int(position)) for position in order]
    top = [float(shares[position]) for position in order]
    most = event_label(view, told, int(order[0]), is_quoted=True)
    chart.finding(say("page_explain.attention.title", event=most, share=percent(top[0])), agreement_line(told, shares))
    chart.chart(
        figures.looking(labels[:MOST_BARS], top[:MOST_BARS], dark=chart.is_dark(), width=CHART_PX),
        key="explain_attention_chart",
        alt=alt.looking(labels[:MOST_BARS], top[:MOST_BARS]),
        table=pl.DataFrame({say("page_explain.table.event"): labels, say("page_explain.attention.share"): top}),
        how=say("page_explain.attention.how"),
    )
    st.caption(plain(say("page_explain.attention.caveat.shown")))


def agreement_line(told: "Explanation", shares: NDArray[np.float64]) -> str:
    """Say the rank correlation of attention with the attributions of the events that have one of their own."""
    own = np.isfinite(told.values)
    found = agreement(told.values[own], shares[own])
    if found is None:
        return say("page_explain.attention.agreement.none")
    return say("page_explain.attention.agreement", value=decimal(found, 2).replace("-", "−"))


def _name(choice: str) -> str:
    if choice in (MEAN, ROLLOUT):
        return say(f"page_explain.attention.{choice}")
    layer, head = choice.split(".")
    return say("page_explain.attention.head", layer=int(layer) + 1, head=int(head) + 1)


def _shares(seen: Looking, choice: str) -> NDArray[np.float64]:
    if choice in (MEAN, ROLLOUT):
        found: NDArray[np.float64] = getattr(seen, choice)
        return found
    layer, head = (int(part) for part in choice.split("."))
    one: NDArray[np.float64] = seen.heads[layer, head]
    return one
