"""The charts of the Data page: what is in the log, counted."""

import numpy as np
import polars as pl
import streamlit as st

from seqrec_core import columns as c
from seqrec_core.data.summary import DAY, RANK_SHARE
from seqrec_core.figures import alt, data
from seqrec_core.text import count, integer, percent, say
from seqrec_core.ui import context, errors
from seqrec_core.ui.chart import chart, finding, is_dark
from seqrec_core.ui.context import Context
from seqrec_core.ui.data import calls as data_calls
from seqrec_core.ui.data.calls import Contents

TOP = 0.1
NARROW_PX = 380


def show(now: Context) -> None:
    """Draw all charts of the chosen group."""
    with errors.shown():
        told = data_calls.contents(now)
    if told is None:
        st.info(f"{errors.plain(say('ui.empty_segment', label=context.segment_label()))} {say('ui.empty_segment.hint')}")
        everyone = {"seg": None, "from": None, "to": None}
        st.button(say("ui.show_everyone"), on_click=context.put, kwargs=everyone, key="data_everyone")
        return
    if now.dataset.has_times:
        _days(now, told)
    items = now.dataset.has_items
    if now.dataset.has_event_types:
        _pair(_mix, _top if items else None, now, told)
        _pair(_users, _sessions, now, told)
        _pair(_tail if items else None, None, now, told)
    else:
        _pair(_top, _tail, now, told)
        _pair(_users, _sessions, now, told)


def _pair(left: object, right: object, now: Context, told: Contents) -> None:
    """Draw two charts side by side, or the one that there is."""
    drawn = [draw for draw in (left, right) if callable(draw)]
    for column, draw in zip(st.columns(len(drawn), gap="medium") if drawn else [], drawn, strict=True):
        with column:
            draw(now, told)


def _who(now: Context, n: str) -> str:
    return say("page_data.chart.group", n=n, group=context.segment_label()) if now.segment else say("page_data.chart.all", n=n)


def _days(now: Context, told: Contents) -> None:
    days = told.per_day
    top = days.sort([c.COUNT, DAY], descending=[True, False]).row(0)
    usual = days[c.COUNT].median()
    title = say("page_data.days.title", day=str(top[0]), n=count(top[1], "event"), usual=integer(_number(usual)))
    finding(title, say("page_data.days.subtitle", who=_who(now, count(told.n_events, "event")), days=count(days.height, "day")))
    chart(
        data.events_per_day(days, is_dark()),
        key="events-per-day",
        alt=alt.events_per_day(days),
        table=days,
        how=say("page_data.days.how"),
        columns={DAY: say("page_data.column.day"), c.COUNT: say("page_data.column.events")},
    )


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _mix(now: Context, told: Contents) -> None:
    event, _, share = told.mix.row(0)
    finding(
        say("page_data.mix.title", event=event, share=percent(share)),
        say("page_data.mix.subtitle", who=_who(now, count(told.n_events, "event")), n=count(told.mix.height, "type")),
    )
    shown = told.mix.head(data_calls.TOP_ITEMS)
    chart(
        data.event_mix(shown, is_dark(), width=NARROW_PX),
        key="event-mix",
        alt=alt.event_mix(shown),
        table=_shares(told.mix),
        how=say("page_data.mix.how"),
        columns=_columns(),
    )


def _top(now: Context, told: Contents) -> None:
    title, share = told.top.select(c.TITLE, c.SHARE).row(0)
    finding(
        say("page_data.top.title", item=title, share=percent(share)),
        say("page_data.top.subtitle", who=_who(now, count(told.n_events, "event")), n=told.top.height, items=told.tail.height),
    )
    chart(
        data.top_items(told.top, is_dark(), width=NARROW_PX),
        key="top-items",
        alt=alt.top_items(told.top),
        table=_shares(told.top),
        how=say("page_data.top.how"),
        columns=_columns(),
    )


def _users(now: Context, told: Contents) -> None:
    _histogram(now, told.per_user, "user")


def _sessions(now: Context, told: Contents) -> None:
    _histogram(now, told.per_session, "session")


def _histogram(now: Context, table: pl.DataFrame, noun: str) -> None:
    """Draw how many events users, or sessions, have."""
    half = count(round(_number(table[c.COUNT].median())), "event")
    most = integer(_number(table[c.COUNT].max()))
    finding(
        say(f"page_data.per_{noun}.title", n=half),
        say("page_data.per.subtitle", who=_who(now, count(table.height, noun)), most=most),
    )
    name = c.USER if noun == "user" else c.SESSION
    chart(
        data.histogram(table, is_dark(), noun=noun),
        key=f"events-per-{noun}",
        alt=alt.histogram(table, noun),
        table=table,
        how=say(f"page_data.per_{noun}.how"),
        columns={name: say(f"page_data.role.{noun}.short"), c.COUNT: say("page_data.column.events")},
    )


def _tail(now: Context, told: Contents) -> None:
    items, events = told.tail[RANK_SHARE].to_list(), told.tail[c.SHARE].to_list()
    share = float(np.interp(TOP, [0.0, *items], [0.0, *events]))
    finding(
        say("page_data.tail.title", part=percent(TOP, 0), share=percent(share)),
        say("page_data.tail.subtitle", who=_who(now, count(told.tail.height, "item")), part=percent(TOP, 0)),
    )
    chart(
        data.long_tail(told.tail, is_dark(), top=TOP),
        key="long-tail",
        alt=alt.long_tail(told.tail, TOP),
        table=_shares(told.tail, c.SHARE, RANK_SHARE),
        how=say("page_data.tail.how"),
        columns=_columns()
        | {RANK_SHARE: _percent("page_data.column.rank_share"), c.SHARE: _percent("page_data.column.cumulative")},
    )


def _shares(table: pl.DataFrame, *names: str) -> pl.DataFrame:
    """Write shares in percent."""
    return table.with_columns((pl.col(name) * 100).round(2) for name in (names or (c.SHARE,)))


def _columns() -> dict[str, object]:
    return {
        c.ITEM: say("page_data.role.item.short"),
        c.TITLE: say("page_data.column.title"),
        c.EVENT: say("page_data.role.event.short"),
        c.COUNT: say("page_data.column.events"),
        c.SHARE: _percent("page_data.column.share"),
    }


def _percent(key: str) -> object:
    return st.column_config.NumberColumn(say(key), format="%.2f %%")
