"""Two models case by case: a paired test, and the people for whom they differ."""

from typing import Any

import polars as pl
import streamlit as st

from seqrec_core import columns as c
from seqrec_core.data.catalog import ItemCatalog
from seqrec_core.data.vocabulary import Vocabulary
from seqrec_core.evaluation import breakdown
from seqrec_core.evaluation.compare import Comparison
from seqrec_core.evaluation.names import metric_title
from seqrec_core.report.entries import ACCURACY, Entry
from seqrec_core.report.verdict import SURE, p_value
from seqrec_core.serving import answer
from seqrec_core.text import count, decimal, percent, say, signed
from seqrec_core.ui import chart, context, frame, loaders, run_calls
from seqrec_core.ui.errors import plain
from seqrec_core.ui.scorecard.view import Field, short_rules

METRICS = (
    ACCURACY,
    "hr@10",
    "mrr@10",
    "recall@10",
    "map@10",
    "ctr@10",
    "conversion@10",
    "novelty@10",
    "diversity@10",
    "content_diversity@10",
    "serendipity@10",
)
MOST_CASES = 500  # cases in the table on the page; the download holds all


def section(found: Field) -> None:
    """Choose two models and a metric, say what the test says, and list the people who are answered differently."""
    if len(found.entries) < 2:
        return
    st.subheader(say("page_scorecard.compare"), anchor=False)
    first, second, metric = _chosen(found)
    if first.key == second.key:
        st.info(say("page_scorecard.compare.same"))
        return
    test = run_calls.compare(first, second, metric)
    chart.finding(sentence(first, second, metric, test), numbers(found, metric, test))
    _people(found, first, second, metric, test.n)


def _chosen(found: Field) -> tuple[Entry, Entry, str]:
    rival = found.verdict.rival or found.entries[1]
    first = found.entry(context.get("cmp")) or rival
    second = found.entry(context.get("cmp2")) or found.verdict.model
    known = [metric for metric in METRICS if first.mean(metric) is not None and second.mean(metric) is not None]
    columns = st.columns([2, 2, 1.2])
    with columns[0]:
        _choose(found, "cmp", first, rival.key)
    with columns[1]:
        _choose(found, "cmp2", second, found.verdict.model.key)
    with columns[2]:
        metric = st.selectbox(say("page_scorecard.metric"), known, format_func=metric_title, key="scorecard_test_metric")
    return first, second, str(metric)


def _choose(found: Field, name: str, chosen: Entry, default: str) -> None:
    keys = [entry.key for entry in found.entries]
    titles = {entry.key: entry.title for entry in found.entries}
    key = f"scorecard_{name}_{chosen.key}"
    st.selectbox(
        say(f"page_scorecard.{name}"),
        keys,
        index=keys.index(chosen.key),
        format_func=lambda entry: titles[entry],
        key=key,
        on_change=context.put_from,
        args=(key, name, default),
    )


def sentence(first: Entry, second: Entry, metric: str, test: Comparison) -> str:
    """Say in one sentence which of two models is better, or that the test cannot tell."""
    names = {"first": first.title, "second": second.title, "metric": metric_title(metric)}
    if test.p_value >= SURE or test.difference == 0:
        return say("page_scorecard.compare.even", **names)
    way = "more" if test.difference > 0 else "less"
    return say(f"page_scorecard.compare.{way}", difference=decimal(abs(test.difference), 3), **names)


def numbers(found: Field, metric: str, test: Comparison) -> str:
    """Write the numbers of a paired test in one line."""
    return say(
        "page_scorecard.compare.numbers",
        difference=signed(test.difference, 3),
        low=signed(test.low, 3),
        high=signed(test.high, 3),
        p=p_value(test.p_value),
        cases=count(test.n, "case"),
        rules=short_rules(found.card),
    )


def _people(found: Field, first: Entry, second: Entry, metric: str, n: int) -> None:
    table = breakdown.differences(run_calls.report(first.run, first.model), run_calls.report(second.run, second.model), metric)
    if not table.height:
        st.caption(say("page_scorecard.people.none"))
        return
    share = percent(table.height / max(1, n))
    st.caption(say("page_scorecard.people", n=count(table.height, "case"), share=share, most=MOST_CASES))
    shown = table if table.height <= MOST_CASES else ends(table, MOST_CASES)
    named = _named(shown, found)
    titles = {name: say(f"page_scorecard.column.{name}") for name in named.columns}
    event: Any = st.dataframe(
        named.rename(titles),
        hide_index=True,
        height=300,
        on_select="rerun",
        selection_mode="single-row",
        key=f"scorecard_people_{first.key}_{second.key}_{metric}",
        column_config={titles[breakdown.GAIN]: st.column_config.NumberColumn(format="%+.3f")},
    )
    rows = event.selection.rows if event else []
    if rows:
        _lists(found, first, second, shown.row(rows[0], named=True))
    else:
        st.caption(say("page_scorecard.lists.choose"))
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(say("page_scorecard.explain"), disabled=not rows, icon=":material/psychology:", key="scorecard_explain"):
            frame.go("explain", u=shown[c.USER][rows[0]], i=shown[c.ITEM][rows[0]], run=second.run)
        chart.download(_named(table, found), key="scorecard_people_csv", file_name="differences.csv")
        st.caption(say("page_scorecard.people.how"))


def _lists(found: Field, first: Entry, second: Entry, case: dict[str, Any]) -> None:
    """Show what both models recommended in one case, side by side; the item that came next is marked."""
    catalog, names = _known(found)
    columns: dict[str, list[str]] = {}
    for entry in (first, second):
        report = run_calls.report(entry.run, entry.model)
        items = breakdown.list_of(report, case[c.USER], case[c.N_HISTORY])
        external = [names.external([item])[0] for item in items if item]
        titles = [catalog.title(item) for item in external]
        marked = [say("page_scorecard.lists.mark", title=title) for title in titles]
        columns[entry.title] = [
            m if item == case[c.ITEM] else title for m, title, item in zip(marked, titles, external, strict=True)
        ]
    n = max(len(column) for column in columns.values())
    table = pl.DataFrame({name: [*column, *[""] * (n - len(column))] for name, column in columns.items()})
    st.caption(plain(say("page_scorecard.lists", user=case[c.USER], n=count(case[c.N_HISTORY], "event"))))
    st.dataframe(table.with_row_index(say("page_scorecard.lists.rank"), 1), hide_index=True, key="scorecard_lists")


def _known(found: Field) -> tuple[ItemCatalog, Vocabulary]:
    loaded = answer.dataset(loaders.home(), found.card.dataset)
    return loaded.catalog, loaded.arrays.vocabulary


def ends(table: pl.DataFrame, most: int) -> pl.DataFrame:
    """Return the cases that differ most in either direction, in the order of the table."""
    return pl.concat([table.head(most - most // 2), table.tail(most // 2)])


def _named(table: pl.DataFrame, found: Field) -> pl.DataFrame:
    """Put the titles of items beside their ids."""
    catalog = _known(found)[0]
    titles = pl.Series(c.TITLE, [catalog.title(item) for item in table[c.ITEM]], pl.String)
    return table.with_columns(titles).select(c.USER, c.TITLE, c.ITEM, c.N_HISTORY, "rank_a", "rank_b", breakdown.GAIN)
