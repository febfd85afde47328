"""The row of views of the Journeys page, and what was set in the flow as buttons that take it back."""

import streamlit as st

from seqrec_core.text import say
from seqrec_core.ui import context, errors, loaders
from seqrec_core.ui.journeys.panel import Room
from seqrec_core.ui.journeys.state import VIEWS, choose_of, open_view, packed, views_of


def views(room: Room) -> None:
    """Choose how to look at the journeys, and what paths run over."""
    chosen = room.chosen
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        key = f"journeys_view_{chosen.view}"
        st.segmented_control(
            say("page_journeys.view"),
            VIEWS,
            default=chosen.view,
            required=True,
            format_func=lambda view: say(f"page_journeys.view.{view}"),
            key=key,
            on_change=_put_view,
            args=(key,),
            label_visibility="collapsed",
        )
        options = views_of(loaders.arrays(room.now.dataset).arrays)
        if len(options) > 1:
            key = f"journeys_of_{chosen.of}"
            st.selectbox(
                say("page_journeys.of"),
                options,
                index=options.index(chosen.of),
                format_func=lambda of: say(f"page_journeys.of.{of}"),
                key=key,
                on_change=_put_of,
                args=(key,),
                label_visibility="collapsed",
                width=170,
            )


def _put_view(key: str) -> None:
    open_view(st.session_state[key])


def _put_of(key: str) -> None:
    choose_of(st.session_state[key])


def taken_back(room: Room) -> None:
    """Show start, end and hidden events of the flow; a click takes one back."""
    chosen = room.chosen
    here: list[tuple[str, str | None, dict[str, str | None]]] = [
        ("starts_at", chosen.start, {"start": None}),
        ("ends_at", chosen.end, {"end": None}),
    ]
    here += [("without", event, {"hide": packed([name for name in chosen.hide if name != event])}) for event in chosen.hide]
    if not any(event for _, event, _ in here):
        return
    with st.container(horizontal=True, gap="xsmall"):
        for name, event, values in here:
            if event:
                st.button(
                    errors.plain(say(f"page_journeys.{name}", event=event)),
                    key=f"undo_{name}_{event}",
                    icon=":material/close:",
                    help=say("page_journeys.take_back"),
                    on_click=context.put,
                    kwargs={**values, "sel": None},
                )
