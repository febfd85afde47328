"""Further reasons, each computed only while its tab is open: fewest removals, patterns, deletion check, another model."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import streamlit as st

from seqrec_core import columns as c
from seqrec_core.data.sequences import Unit
from seqrec_core.explain.sentences import bring_in_line, counterfactual_line, sentence, trust_line
from seqrec_core.figures import alt
from seqrec_core.figures import explain as figures
from seqrec_core.models.registry import model_spec
from seqrec_core.serving.what_if import ADDED, ranked
from seqrec_core.text import count, decimal, percent, say
from seqrec_core.ui import chart, errors, loaders
from seqrec_core.ui.context import Context
from seqrec_core.ui.errors import plain
from seqrec_core.ui.explain import state
from seqrec_core.ui.explain.attention import attention
from seqrec_core.ui.explain.sources import has_sources, sources
from seqrec_core.ui.explain.state import K, View
from seqrec_core.ui.explain.view import CHART_PX, drawn

if TYPE_CHECKING:
    from seqrec_core.explain.types import Explanation

MOST_PATTERNS = 5


def tabs(view: View, told: "Explanation", now: Context) -> None:
    """Draw the tabs; only the open one is computed."""
    draw: dict[str, Callable[[], None]] = {
        "fewest": lambda: fewest(view, told),
        "patterns": lambda: patterns(view, now),
        "check": lambda: check(told),
        "rather": lambda: rather(view),
        **({"sources": lambda: sources(view)} if has_sources(view) else {}),
        "compare": lambda: compare(view),
        "attention": lambda: attention(view, told),
    }
    names = [say(f"page_explain.tab.{name}") for name in draw]
    for tab, show in zip(st.tabs(names, key="explain_tab", on_change="rerun"), draw.values(), strict=True):
        if tab.open:
            with tab:
                show()


def fewest(view: View, told: "Explanation") -> None:
    """Say the fewest removals that push the item out of the list, and offer to do it."""
    removed = [view.edited.positions[position] for position in told.counterfactual.remove]
    if removed:
        st.subheader(say("page_explain.fewest.enough", removals=count(len(removed), "removal"), k=K), anchor=False)
    st.markdown(plain(counterfactual_line(told, view.title, K)))
    if told.rank > K:
        _wanted(view, told)
    if removed and ADDED not in removed:
        st.button(
            say("page_explain.fewest.try", events=count(len(removed), "event")),
            key="explain_try",
            icon=":material/close:",
            on_click=state.toggle,
            args=(view, tuple(removed)),
        )


def _wanted(view: View, told: "Explanation") -> None:
    """Say the smallest edit that brings the item into the list, and offer to do it."""
    with errors.shown(), st.spinner(say("ui.getting_ready")):
        edit = state.bring_in(view, told)
    st.subheader(say("page_explain.bring_in", k=K), anchor=False)
    st.markdown(plain(bring_in_line(edit, told, view.title, K)))
    removed = [view.edited.positions[position] for position in edit.remove]
    if edit.kind == "none" or ADDED in removed:
        return
    st.button(
        say("page_explain.bring_in.try"),
        key="explain_bring_in",
        icon=":material/play_arrow:",
        on_click=state.put_edit,
        args=(view, tuple(removed), edit.add),
    )


def check(told: "Explanation") -> None:
    """Draw the deletion check."""
    found = told.faithfulness
    st.markdown(plain(trust_line(found)[1]))
    if found.top is None or found.random is None or found.recent is None:
        return
    shares = [(name, getattr(found, name)) for name in ("top", "random", "recent")]
    many = count(found.m, "event")
    names = {
        "top": say("figures.deletion.top", events=many),
        "random": say("figures.deletion.random", events=many),
        "recent": say("figures.deletion.recent", events=many),
    }
    chart.chart(
        figures.deletion(found, dark=chart.is_dark(), width=CHART_PX),
        key="explain_deletion",
        alt=alt.deletion(found),
        table=pl.DataFrame({"removed": [names[name] for name, _ in shares], c.SHARE: [share for _, share in shares]}),
        how=say("page_explain.check.how", m=found.m),
    )


def patterns(view: View, now: Context) -> None:
    """List the mined sequences that this history completes and that end in the item."""
    ids = tuple(view.ready.dataset.vocabulary.external(view.edited.history.items))
    with errors.shown(), st.spinner(say("ui.getting_ready")):
        found = _completed(loaders.home().path, view.ready.card.dataset, now.unit, ids, view.target_id)
    if not found.height:
        st.markdown(plain(say("page_explain.patterns.none", item=view.title(view.target))))
        st.caption(say("page_explain.patterns.none.hint"))
        return
    title = view.ready.catalog.title
    lefts = [[title(item) for item in left] for left in found["antecedent"].to_list()]
    loaded = view.ready.dataset
    n = loaded.n_sessions if now.unit == "session" else loaded.n_users
    best = " → ".join(say("explain.quoted", name=name) for name in lefts[0])
    chart.finding(
        say("page_explain.patterns.found", lift=decimal(found["lift"][0], 1), left=best),
        say("page_explain.patterns.unit", patterns=count(found.height, "pattern"), sequences=count(n, now.unit)),
    )
    names = [" → ".join([*left, view.title(view.target)]) for left in lefts]
    for name, row in zip(names[:MOST_PATTERNS], found.head(MOST_PATTERNS).iter_rows(named=True), strict=True):
        with st.container(gap=None):
            st.markdown(f"**{plain(name)}**")
            st.caption(_pattern_line(row, now.unit))
    table = {
        say("page_explain.patterns.pattern"): names,
        say("page_explain.patterns.lift"): found["lift"],
        say("page_explain.patterns.confidence"): found["confidence"],
        say("page_explain.patterns.count"): found[c.SUPPORT_COUNT],
        say("page_explain.patterns.support"): found[c.SUPPORT],
    }
    chart.twin(pl.DataFrame(table), key="explain_patterns", how=say("page_explain.patterns.how"), columns=_pattern_columns())


def _pattern_line(row: dict[str, Any], unit: Unit) -> str:
    held = count(row[c.SUPPORT_COUNT], unit)
    shares = {"support": percent(row[c.SUPPORT]), "confidence": percent(row["confidence"])}
    return say("page_explain.patterns.row", held=held, lift=decimal(row["lift"], 1), **shares)


def _pattern_columns() -> dict[str, Any]:
    column = st.column_config
    return {
        say("page_explain.patterns.lift"): column.NumberColumn(format="%.1f"),
        say("page_explain.patterns.confidence"): column.NumberColumn(format="percent"),
        say("page_explain.patterns.support"): column.NumberColumn(format="percent"),
    }


@st.cache_resource(max_entries=64, show_spinner=False)
def _completed(home: Path, dataset: str, unit: Unit, history: tuple[str, ...], target: str) -> pl.DataFrame:
    from seqrec_core.mining.ending import completed

    found = completed(loaders.sequences(loaders.datasets().find(dataset), unit, "item"), history, target)
    return found.filter(pl.col("lift") > 1)


def rather(view: View) -> None:
    """Draw why this item rather than another one of the list."""
    others = [item for item in view.listing[c.ITEM].to_list() if item != view.target_id]
    if not others:
        st.caption(say("page_explain.rather.none"))
        return
    index = view.ready.dataset.vocabulary.index
    chosen = st.selectbox(
        say("page_explain.rather.than"),
        others,
        format_func=view.ready.catalog.title,
        key=f"explain_rather_{view.ready.card.id}",
    )
    with errors.shown(), st.spinner(say("ui.getting_ready")):
        told = state.explained_rather(view, index(chosen))
    shares = sorted(told.attributions, key=lambda share: -abs(share.value))
    labels, values, deviations = drawn(view, told, shares)
    why = sentence(told, view.title, view.event if view.has_events else None, view.now, K)
    chart.finding(why, say("page_explain.rather.unit", item=view.title(view.target), other=view.title(index(chosen))))
    chart.chart(
        figures.contributions(labels, values, deviations, dark=chart.is_dark(), width=CHART_PX),
        key="explain_rather",
        alt=alt.contributions(labels, values),
        table=pl.DataFrame({say("page_explain.table.event"): labels, say("page_explain.table.value"): values}),
        how=say(f"page_explain.why.bars.how.{told.method}", players=count(len(shares), "event")),
    )


def compare(view: View) -> None:
    """Put the list of a baseline beside the run's own, for the same history."""
    others = [name for name in view.ready.card.baselines if name != view.ready.name]
    if not others:
        st.caption(say("page_explain.compare.none"))
        return
    chosen = st.segmented_control(
        say("page_explain.compare.with"),
        others,
        default=max(others, key=lambda name: _ndcg(view, name)),
        required=True,
        format_func=lambda name: say(model_spec(name).title),
        key=f"explain_compare_{view.ready.card.id}",
    )
    also = (view.target,)
    with errors.shown():
        other = ranked(view.ready.open_model(chosen), view.edited, view.case.history, K, also)
    own = ranked(view.ready, view.edited, view.case.history, K, also)
    names = [say(model_spec(name).title) for name in (view.ready.name, chosen)]
    first, second = (_rank_of(table, view.target_id) for table in (own, other))
    same = len(set(own[c.ITEM].head(K)) & set(other[c.ITEM].head(K)))
    chart.finding(
        say("page_explain.compare.found", one=names[0], first=first, other=names[1], second=second),
        say("page_explain.compare.unit", same=same, k=K),
    )
    table = pl.DataFrame(
        {
            say("page_explain.top.rank"): own[c.RANK].head(K),
            names[0]: _marked(own, view).head(K),
            names[1]: _marked(other, view).head(K),
        }
    )
    shown = table.with_columns(pl.col(names).map_elements(plain, pl.String))
    st.table(shown.rename({name: plain(name) for name in shown.columns}), hide_index=True)
    with st.container(horizontal=True, vertical_alignment="center"):
        chart.download(table, key="explain_compare_csv", file_name="compare.csv")
        st.caption(say("page_explain.compare.how"))


def _ndcg(view: View, name: str) -> float:
    return view.ready.card.baselines[name].get("ndcg@10", {}).get("mean") or 0.0


def _rank_of(table: pl.DataFrame, item: str) -> int:
    return int(table.filter(pl.col(c.ITEM) == item)[c.RANK][0])


def _marked(table: pl.DataFrame, view: View) -> pl.Series:
    mark = pl.when(pl.col(c.ITEM) == view.target_id).then(pl.lit("▶ ")).otherwise(pl.lit(""))
    return table.select((mark + pl.col(c.TITLE)).alias("title"))["title"]
