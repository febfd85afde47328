"""Click-through and conversion as replayed: what the lists of a run held of what people then did, and what that cannot tell."""

from collections.abc import Mapping
from dataclasses import replace

import polars as pl
import streamlit as st

from seqrec_core import columns as c
from seqrec_core.evaluation.behaviour import WINDOW
from seqrec_core.evaluation.names import GROUPS, metric_how, metric_title
from seqrec_core.evaluation.told import behaviour_told
from seqrec_core.figures import alt, scorecard
from seqrec_core.report.entries import Entry, interval, written
from seqrec_core.text import count, percent, say
from seqrec_core.ui import chart, context, run_calls
from seqrec_core.ui.errors import plain
from seqrec_core.ui.journeys.state import packed, unpacked
from seqrec_core.ui.scorecard.view import Field, short_rules

CTR, CONVERSION = "ctr@10", "conversion@10"
BARS_PX = 420
HOUR, DAY = 3_600.0, 86_400.0
WINDOWS: Mapping[str, float | None] = {"hour": HOUR, "day": DAY, "week": WINDOW, "month": 30 * DAY, "end": None}
USUAL = "week"
NOTHING = "(none)"  # in the address, where a person wants no type to count


def section(found: Field) -> None:
    """Say the replayed rates beside the best baseline's, and draw them by event type."""
    if found.verdict.model.mean(CTR) is None:
        st.subheader(say("page_scorecard.behaviour"), anchor=False)
        st.caption(say("page_scorecard.behaviour.none"))
        return
    _replay(found)


@st.fragment
def _replay(found: Field) -> None:
    """Draw the section; only this part is drawn again by another role or window."""
    types = run_calls.event_types(found.card)
    roles = chosen(types)
    model, rival = _under(found, found.verdict.model, roles), found.verdict.rival
    rival = None if rival is None else _under(found, rival, roles)
    chart.finding(title(model), say("page_scorecard.behaviour.subtitle", rules=short_rules(found.card)))
    _controls(found, types, roles)
    left, right = st.columns([1, 1.2], gap="large")
    with left:
        _rates(model, rival)
    with right:
        _by_event(found, roles)
    *told, limit = _told(found, roles)
    if told:
        st.caption(plain(" ".join(told)))
    st.info(plain(limit), icon=":material/balance:")


def chosen(types: list[str]) -> run_calls.Roles:
    """Return the roles and the window that the address names; what it does not name is decided by the names of event types.

    Args:
        types: event types of the log; others are left out.
    """
    window = context.get("within", USUAL)
    named = {name: unpacked(key) for name, key in (("clicks", "clicks"), ("conversions", "buys")) if context.get(key)}
    given = {name: tuple(type_ for type_ in types if type_ in some) for name, some in named.items()}
    return run_calls.Roles(**given, window=WINDOWS.get(window, WINDOW))


def _under(found: Field, entry: Entry, roles: run_calls.Roles) -> Entry:
    """Return a model with its behaviour measured under these roles; as it was stored where they are the usual ones."""
    if roles == run_calls.Roles():
        return entry
    others = {name: values for name, values in entry.metrics.items() if name.partition("@")[0] not in GROUPS["behaviour"]}
    return replace(entry, metrics={**others, **run_calls.replayed(entry, found.card.dataset, roles)})


def _told(found: Field, roles: run_calls.Roles) -> list[str]:
    line = found.card.protocol
    if roles == run_calls.Roles() or line is None:
        return found.card.replay or [say("evaluation.replay.limit")]
    return [say("page_scorecard.behaviour.yours"), *behaviour_told(run_calls.behaviour(found.card, roles), line)]


def title(model: Entry) -> str:
    """Say the replayed rates of a model in one sentence."""
    clicked, bought = model.mean(CTR), model.mean(CONVERSION)
    if clicked is None:
        return say("page_scorecard.behaviour.bought" if bought is not None else "page_scorecard.behaviour", rate=percent(bought))
    if bought is None:
        return say("page_scorecard.behaviour.clicked", ctr=percent(clicked))
    return say("page_scorecard.behaviour.both", ctr=percent(clicked), conversion=percent(bought))


def _controls(found: Field, types: list[str], roles: run_calls.Roles) -> None:
    """Choose what counts as a click, what as a conversion, and for how long."""
    now = run_calls.behaviour(found.card, roles)
    columns = st.columns([2, 2, 1])
    for column, name, key, types_now in (
        (columns[0], "clicks", "clicks", now.clicks),
        (columns[1], "conversions", "buys", now.conversions),
    ):
        shown = [type_ for type_ in types if type_ in types_now]
        widget = f"scorecard_{key}_{packed(tuple(shown))}"
        column.multiselect(
            say(f"page_scorecard.behaviour.{name}"),
            types,
            default=shown,
            key=widget,
            on_change=_put_types,
            args=(widget, key),
            placeholder=say("page_scorecard.behaviour.no_type"),
            help=say("page_scorecard.behaviour.roles.help"),
        )
    at = next((name for name, seconds in WINDOWS.items() if seconds == roles.window), USUAL)
    columns[2].selectbox(
        say("page_scorecard.behaviour.within"),
        list(WINDOWS),
        index=list(WINDOWS).index(at),
        format_func=lambda name: say(f"page_scorecard.behaviour.within.{name}"),
        key=f"scorecard_within_{at}",
        on_change=context.put_from,
        args=(f"scorecard_within_{at}", "within", USUAL),
    )


def _put_types(widget: str, key: str) -> None:
    context.put(**{key: packed(tuple(st.session_state[widget])) or NOTHING})


def _rates(model: Entry, rival: Entry | None) -> None:
    """Show every replayed metric of the run's model, with its interval, beside the best baseline's."""
    rows = []
    for name in GROUPS["behaviour"]:
        metric = f"{name}@10"
        mean, ends = model.mean(metric), interval(model, metric)
        if mean is None:
            continue
        other = None if rival is None else rival.mean(metric)
        span = "–" if ends is None else say("words.span", low=written(metric, ends[0]), high=written(metric, ends[1]))
        rows.append((metric_title(metric), written(metric, mean), span, "–" if other is None else written(metric, other)))
    if not rows:
        st.caption(say("page_scorecard.behaviour.nothing_counts"))
        return
    columns = ("metric", "model", "interval", "baseline")
    names = [say(f"page_scorecard.behaviour.column.{name}") for name in columns]
    st.table(pl.DataFrame(rows, schema=names, orient="row"))
    with st.expander(say("page_scorecard.how")):
        for name in GROUPS["behaviour"]:
            if model.mean(f"{name}@10") is not None:
                st.markdown(plain(say("page_scorecard.meaning", name=metric_title(f"{name}@10"), how=metric_how(f"{name}@10"))))


def _by_event(found: Field, roles: run_calls.Roles) -> None:
    table = run_calls.followed(found.card, roles)
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
