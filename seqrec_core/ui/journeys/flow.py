"""The step flow of the Journeys page, with its panel and its controls."""

import polars as pl
import streamlit as st

from seqrec_core import columns as c
from seqrec_core.figures import alt
from seqrec_core.figures import journeys as figures
from seqrec_core.journeys.flow import StepFlow
from seqrec_core.text import count, say
from seqrec_core.ui import chart, context
from seqrec_core.ui.journeys import bar as journeys_bar
from seqrec_core.ui.journeys import calls as journeys_calls
from seqrec_core.ui.journeys import titles as journeys_titles
from seqrec_core.ui.journeys.panel import (
    Room,
    event_actions,
    following,
    heading,
    headings,
    many,
    number,
    see,
    share_of_all,
    times,
)
from seqrec_core.ui.journeys.state import FEWEST_STEPS, FEWEST_TOP, MOST_STEPS, MOST_TOP, STEPS, TOP, pick

NARROW_STEPS = 5  # with more columns the flow takes the whole width


def flow(room: Room) -> None:
    """Draw the flow; the chosen node beside it."""
    chosen = room.chosen
    found = journeys_calls.flow(room.key, room.sequences, chosen.options)
    chart.finding(journeys_titles.flow(room, found), _subtitle(room, found), page=True)
    journeys_bar.views(room)
    if found.n == 0:
        journeys_bar.nothing(room)
        return
    node = _node(room, found)
    wide = chosen.steps > NARROW_STEPS
    left, right = (st.container(), st.container()) if wide else st.columns([3.1, 1], gap="medium")
    with left:
        _chart(room, found, node, 880 if wide else 640)
        controls(room)
    with right, st.container(border=True):
        _panel(room, found, node)


def _subtitle(room: Room, found: StepFlow) -> str:
    values = {"who": room.who(found.n), "top": room.chosen.top}
    if room.shape.hidden:
        return say("page_journeys.flow.subtitle.hidden", hidden=", ".join(room.shape.hide), **values)
    return say("page_journeys.flow.subtitle", **values)


def _node(room: Room, found: StepFlow) -> tuple[int, str]:
    """Return the chosen node where it is drawn, else the largest event of the second step (of the last but one to an end)."""
    nodes = found.nodes
    picked = room.chosen.picked
    if len(picked) == 2 and picked[0].isdigit():
        step, event = int(picked[0]), picked[1]
        if nodes.filter((pl.col(c.STEP) == step) & (pl.col("event") == event)).height:
            return step, event
    wanted = max(room.chosen.steps - 1, 1) if room.chosen.end else 2
    here = nodes.filter((pl.col(c.STEP) == wanted) & (pl.col("kind") == "event"))
    step, event = (here if here.height else nodes).select(c.STEP, "event").row(0)
    return int(step), str(event)


def _chart(room: Room, found: StepFlow, node: tuple[int, str], width: int) -> None:
    chosen = chart.chart(
        figures.step_flow(found, node, room.dark, colors=room.colors, unit=room.unit, headings=_headings(room), width=width),
        key="journeys_flow",
        alt=alt.step_flow(found, room.unit),
        table=found.nodes,
        how=say("page_journeys.how.flow"),
        clickable=True,
        once=True,
        columns=headings(c.STEP, "event", c.COUNT, c.SHARE, "kind", percents=(c.SHARE,)),
    )
    if chosen is None:
        return
    at = found.nodes.select(c.STEP, "event").row(chosen[1]) if chosen[0] == "row" else tuple(chosen)
    if at != node:
        pick(*at)
        st.rerun()


def _panel(room: Room, found: StepFlow, at: tuple[int, str]) -> None:
    """Show who is at the chosen node, what they do next, and what can be done."""
    step, event = at
    node = journeys_calls.at_node(room.key, room.sequences, step, event, room.chosen.options)
    heading(event, _place(room, step))
    number(say(f"words.{room.unit}s").lower(), many(len(node.rows)), share_of_all(len(node.rows), node.total))
    if node.kind == "left":
        gone = "later" if room.chosen.end else f"left.{room.unit}"
        st.caption(say(f"page_journeys.{gone}", n=count(len(node.rows), room.unit), step=step))
    following(node.following)
    times("median", node.median_seconds, node.p90_seconds)
    with st.container(gap="xsmall"):
        if node.kind == "event":
            event_actions(room, event)
        see(room, node.rows)


def _headings(room: Room) -> list[str] | None:
    """Name the columns of a flow to an end by how far they are from it."""
    if not room.chosen.end:
        return None
    before = [say("page_journeys.heading.before", n=n) for n in range(room.chosen.steps - 1, 0, -1)]
    return [*before, say("page_journeys.heading.last")]


def _place(room: Room, step: int) -> str:
    """Say which column a node is in."""
    if not room.chosen.end:
        return say(f"page_journeys.node.{step}")
    far = room.chosen.steps - step
    named = {0: "last", 1: "1"}
    return say(f"page_journeys.before.{named.get(far, 'n')}", n=far)


def controls(room: Room) -> None:
    """Set steps and events a step."""
    chosen = room.chosen
    left, right = st.columns(2, gap="medium")
    for column, name, low, high, value, default in (
        (left, "steps", FEWEST_STEPS, MOST_STEPS, chosen.steps, STEPS),
        (right, "top", FEWEST_TOP, MOST_TOP, chosen.top, TOP),
    ):
        key = f"journeys_{name}_{value}"
        column.slider(say(f"page_journeys.{name}"), low, high, value, key=key, on_change=_put_number, args=(key, name, default))


def _put_number(key: str, name: str, default: int) -> None:
    value = int(st.session_state[key])
    context.put(**{name: None if value == default else str(value)}, sel=None)
