"""The Explain page beside the history: the headline, the list, the trust badge, contributions, ranks without one event."""

from typing import TYPE_CHECKING, Any

import polars as pl
import streamlit as st

from seqrec_core import columns as c
from seqrec_core.explain.game import GROUP
from seqrec_core.explain.sentences import sentence, trust_line
from seqrec_core.explain.when import when
from seqrec_core.figures import alt
from seqrec_core.figures import explain as figures
from seqrec_core.models.registry import model_spec
from seqrec_core.serving.what_if import ADDED, BEFORE
from seqrec_core.text import count, decimal, duration, say, signed
from seqrec_core.ui import chart, context
from seqrec_core.ui.errors import plain
from seqrec_core.ui.explain.state import K, View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seqrec_core.explain.types import Attribution, Explanation

CHART_PX = 340
MOST_BARS = 12
MOST_CHANGES = 2
US = 1_000_000
BADGES = {
    "holds": ("green", ":material/verified:"),
    "weak": ("yellow", ":material/info:"),
    "fails": ("gray", ":material/gpp_maybe:"),
    "too_short": ("gray", ":material/hourglass_empty:"),
}


def headline(view: View, told: "Explanation") -> None:
    """Say whose item this is, why it is where it is, and, after a what-if, what that changed."""
    st.markdown(f"**{plain(say('page_explain.eyebrow', item=view.title(view.target), user=view.case.user))}**")
    why = sentence(told, view.title, view.event if view.has_events else None, view.now, K)
    chart.finding(f"{changed(view)} {why}" if view.what_if else why, _subtitle(view), page=True)


def changed(view: View) -> str:
    """Say how a what-if moved the item, such as “falls from #2 to #40 without this”."""
    row = view.row(view.target_id)
    before, after = int(str(row[BEFORE])), int(str(row[c.RANK]))
    way = "falls" if after > before else "rises" if after < before else "stays"
    values = {"after": after, "change": _change(view)} | ({} if way == "stays" else {"before": before})
    return say(f"page_explain.{way}", **values)


def _change(view: View) -> str:
    history, dataset = view.case.history, view.ready.dataset
    out = _names(view, [int(history.items[position]) for position in view.what_if.drop])
    put_in = _names(view, [dataset.vocabulary.index(one.item) for one in view.what_if.add])
    without = say("page_explain.change.without", names=out) if out else ""
    added = say("page_explain.change.with", names=put_in) if put_in else ""
    return say("page_explain.change.both", without=without, added=added) if without and added else without or added


def _names(view: View, items: list[int]) -> str:
    """Name up to two events; count more."""
    titles = list(dict.fromkeys(say("explain.quoted", name=view.title(item)) for item in items))
    if len(items) > MOST_CHANGES:
        return count(len(items), "event")
    return say("page_explain.names.two", first=titles[0], last=titles[1]) if len(titles) > 1 else "".join(titles)


def _subtitle(view: View) -> str:
    history, card = view.edited.history, view.ready.card
    span = ""
    if history.times is not None and len(history) > 1 and history.times[-1] > history.times[0]:
        span = say("page_explain.span", time=duration(float(history.times[-1] - history.times[0]) / US))
    return say(
        "page_explain.subtitle",
        events=count(len(history), "event"),
        span=span,
        model=say(model_spec(view.ready.name).title),
        split=say(f"page_explain.split.{card.split}"),
    )


# The list


def listing(view: View) -> None:
    """Show the best items; the chosen row is the item that is explained."""
    title = "page_explain.top.seen_out" if view.ready.card.exclude_seen else "page_explain.top"
    with st.container(gap=None):
        st.markdown(f"**{say(title, k=K)}**")
        st.caption(_outcome(view))
    table = listed(view)
    place = view.listing[c.ITEM].to_list().index(view.target_id)
    key = f"explain_top_{view.case.user}_{view.target}_{context.get('drop')}_{context.get('add')}"
    st.dataframe(
        table,
        key=key,
        hide_index=True,
        height="content",
        on_select=lambda: _choose(view, key),
        selection_mode="single-row-required",
        selection_default={"selection": {"rows": [place], "columns": [], "cells": []}},
        column_config=_columns(),
        alt=say("page_explain.top.alt", k=K),
    )
    chart.download(table, key="explain_top_csv", file_name="top.csv")


def _outcome(view: View) -> str:
    if view.held_out_id is None or view.held_out_id not in view.listing[c.ITEM]:
        return say("page_explain.top.caption")
    row = view.row(view.held_out_id)
    said = say("page_explain.top.caption.held_out", user=view.case.user, item=row[c.TITLE], rank=row[c.RANK])
    return f"{plain(said)} {say('page_explain.top.caption')}"


def listed(view: View) -> pl.DataFrame:
    """Return the list as people read it: rank, title, change of rank after a what-if, and what was taken next."""
    rows = view.listing.select(c.ITEM, c.TITLE).iter_rows()
    titles = [say("page_explain.top.took", item=title) if item == view.held_out_id else title for item, title in rows]
    table: dict[str, list[Any]] = {say("page_explain.top.rank"): view.listing[c.RANK].to_list()}
    if view.what_if:
        places = view.listing.select(BEFORE, c.RANK).iter_rows()
        table[say("page_explain.top.delta")] = [_moved(was - place) for was, place in places]
    return pl.DataFrame({**table, say("page_explain.top.item"): titles})


def _moved(places: int) -> str:
    return "=" if places == 0 else f"{'▲' if places > 0 else '▼'} {abs(places):,}"


def _columns() -> dict[str, Any]:
    column = st.column_config  # a pinned column keeps its width: beside short titles, "#" would grow
    return {
        say("page_explain.top.rank"): column.NumberColumn(width=38, pinned=True),
        say("page_explain.top.delta"): column.TextColumn(width=50, pinned=True, help=say("page_explain.top.delta.help")),
    }


def _choose(view: View, key: str) -> None:
    rows = st.session_state[key].selection.rows
    if rows:
        context.put(u=view.case.user, i=view.listing[c.ITEM][rows[0]])


# Why


def trust(told: "Explanation") -> None:
    """Say, in a word, an icon and a sentence, whether taking out the named events matters more than taking out others."""
    verdict = told.faithfulness.verdict
    color, icon = BADGES[verdict]
    with st.container(border=True, gap="xsmall"):
        st.badge(say(f"page_explain.trust.{verdict}"), icon=icon, color=color)  # type: ignore[arg-type]
        st.markdown(say(f"page_explain.trust.{verdict}.means"))
        if verdict != "too_short":
            st.caption(plain(trust_line(told.faithfulness)[1]))


def bars(view: View, told: "Explanation") -> None:
    """Draw what each event adds to the score, the largest first."""
    shares = sorted(told.attributions, key=lambda share: -abs(share.value))
    labels, values, errors = drawn(view, told, shares)
    title = say("page_explain.why.bars.none")
    if shares and shares[0].value:
        title = say(
            "page_explain.why.bars" if values[0] > 0 else "page_explain.why.bars.against",
            event=event_label(view, told, shares[0].position, is_quoted=True),
            value=signed(values[0]),
        )
    unit = say(
        "page_explain.why.bars.unit",
        item=view.title(view.target),
        base=decimal(told.base_value),
        score=decimal(told.score),
    )
    chart.finding(title, unit)
    chart.chart(
        figures.contributions(labels, values, errors, dark=chart.is_dark(), width=CHART_PX),
        key="explain_contributions",
        alt=alt.contributions(labels, values),
        table=_table(view, told, [share.position for share in shares], page_value=[share.value for share in shares]),
        how=say(f"page_explain.why.bars.how.{told.method}", players=count(len(shares), "event")),
    )


def drawn(view: View, told: "Explanation", shares: "Sequence[Attribution]") -> tuple[list[str], list[float], list[float]]:
    """Return labels, values and standard errors of the bars: the largest one by one, the rest together."""
    single, rest = shares[:MOST_BARS], shares[MOST_BARS:]
    labels = [event_label(view, told, share.position) for share in single]
    values, errors = [s.value for s in single], [s.standard_error for s in single]
    if rest:
        labels.append(count(len(rest), "other_event"))
        values.append(sum(s.value for s in rest))
        errors.append(sum(s.standard_error**2 for s in rest) ** 0.5)
    return labels, values, errors


def ranks(view: View, told: "Explanation") -> None:
    """Draw the rank without each event that has a contribution of its own, in the order of the bars."""
    without = {single.position: single.rank for single in told.leave_one_out}
    if not without:
        return
    order = [s.position for s in sorted(told.attributions, key=lambda share: -abs(share.value)) if s.position != GROUP]
    order = order[:MOST_BARS]
    labels = [event_label(view, told, position) for position in order]
    after = [without[position] for position in order]
    furthest = max(range(len(after)), key=lambda place: abs(after[place] - told.rank))
    title = say("page_explain.why.ranks.none", before=told.rank)
    if after[furthest] != told.rank:
        title = say(
            "page_explain.why.ranks",
            event=event_label(view, told, order[furthest], is_quoted=True),
            before=told.rank,
            after=after[furthest],
        )
    chart.finding(title, say("page_explain.why.ranks.unit", item=view.title(view.target), k=K))
    everything = list(reversed(range(len(told.history))))
    chart.chart(
        figures.rank_without(labels, after, told.rank, dark=chart.is_dark(), k=K, width=CHART_PX),
        key="explain_without",
        alt=alt.rank_without(labels, after, told.rank),
        table=_table(view, told, everything, page_rank=[without[position] for position in everything]),
        how=say("page_explain.why.ranks.how"),
    )


def event_label(view: View, told: "Explanation", position: int, *, is_quoted: bool = False) -> str:
    """Name an event by its title, after its type where the item occurs more than once; the older events by their number."""
    if position == GROUP:
        return count(told.n_grouped, "older_event")
    item = int(told.history.items[position])
    title = say("explain.quoted", name=view.title(item)) if is_quoted else view.title(item)
    if not view.has_events or int((told.history.items == item).sum()) < 2 or told.history.event_types is None:
        return title
    return say("page_explain.why.repeated", item=title, event=view.event(int(told.history.event_types[position])))


def _table(
    view: View,
    told: "Explanation",
    positions: list[int],
    *,
    page_value: list[float] | None = None,
    page_rank: list[int] | None = None,
) -> pl.DataFrame:
    history = told.history
    table: dict[str, list[object]] = {
        say("page_explain.table.event"): [
            count(told.n_grouped, "older_event") if p == GROUP else view.title(int(history.items[p])) for p in positions
        ]
    }
    if view.has_events and history.event_types is not None:
        codes = history.event_types
        table[say("page_explain.table.type")] = ["" if p == GROUP else view.event(int(codes[p])) for p in positions]
    table[say("page_explain.table.when")] = [_when(view, told, p) for p in positions]
    if page_value is not None:
        table[say("page_explain.table.value")] = list(page_value)
    if page_rank is not None:
        table[say("page_explain.table.rank")] = list(page_rank)
    return pl.DataFrame(table)


def _when(view: View, told: "Explanation", position: int) -> str:
    if position == GROUP:
        return ""
    if view.edited.positions[position] == ADDED:
        return say("page_explain.history.added")
    is_newest = view.edited.positions[position] == len(view.case.history) - 1
    return say("page_explain.history.newest") if is_newest else when(told.history, position, view.now)
