"""Above every chart of the Journeys page: the views, what paths run over, and how events are read, each taken back by a click."""

import streamlit as st

from seqrec_core.text import count, say
from seqrec_core.ui import context, errors, loaders
from seqrec_core.ui.journeys import share as journeys_share
from seqrec_core.ui.journeys.panel import Room
from seqrec_core.ui.journeys.shape import fitting, written
from seqrec_core.ui.journeys.state import VIEWS, choose_of, open_view, packed, views_of

MOST_OFFERED = 500
NAME_LENGTH = 80


def views(room: Room) -> None:
    """Choose how to look at the journeys, what paths run over, and how events are read."""
    chosen = room.chosen
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
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
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
        _editor(room)
        journeys_share.popover(room)
        _taken_back(room)


def nothing(room: Room) -> None:
    """Say that nobody is left, with the way back."""
    st.info(f"{say('page_journeys.empty', units=room.units)} {say('page_journeys.empty.hint')}", icon=":material/route:")
    gone = dict.fromkeys(("start", "end", "hide", "group", "sel"))
    st.button(say("page_journeys.reset"), type="primary", on_click=context.put, kwargs=gone)


def _put_view(key: str) -> None:
    open_view(st.session_state[key])


def _put_of(key: str) -> None:
    choose_of(st.session_state[key])


def _editor(room: Room) -> None:
    """Count several events as one, rename one, or leave some out; by name or wildcard."""
    with st.popover(say("page_journeys.events"), icon=":material/join_inner:"):
        st.caption(say("page_journeys.events.help"))
        keys = {name: f"journeys_events_{name}_{room.shape.key}" for name in ("which", "name")}
        asked = st.multiselect(
            say("page_journeys.events.which"),
            list(room.ranked[:MOST_OFFERED]),
            key=keys["which"],
            accept_new_options=True,
            placeholder=say("page_journeys.events.placeholder"),
        )
        found = list(dict.fromkeys(label for pattern in asked for label in fitting(room.ranked, pattern)))
        missed = [pattern for pattern in asked if not fitting(room.ranked, pattern)]
        if found:
            named = ", ".join(found[:8]) + (" …" if len(found) > 8 else "")
            st.caption(errors.plain(say("page_journeys.events.found", n=count(len(found), "event"), names=named)))
        if missed:
            st.caption(errors.plain(say("page_journeys.unknown", names=", ".join(missed))))
        st.text_input(say("page_journeys.events.name"), key=keys["name"], max_chars=NAME_LENGTH)
        with st.container(horizontal=True):
            st.button(
                say("page_journeys.events.group"),
                key="journeys_group",
                icon=":material/join_inner:",
                disabled=not found,
                on_click=_group,
                args=(room, keys),
            )
            st.button(
                say("page_journeys.hide"),
                key="journeys_hide",
                icon=":material/visibility_off:",
                disabled=not found,
                on_click=_hide,
                args=(room, keys),
            )


def _asked(room: Room, keys: dict[str, str]) -> list[str]:
    return [pattern for pattern in st.session_state[keys["which"]] if fitting(room.ranked, pattern)]


def _group(room: Room, keys: dict[str, str]) -> None:
    """Keep a group; an event that is a group itself stands for what it holds."""
    asked = _asked(room, keys)
    name = st.session_state[keys["name"]].strip() or " + ".join(asked)[:NAME_LENGTH]
    held = dict(room.shape.groups)
    listed = [one for pattern in asked for one in held.get(pattern, (pattern,))]
    groups = [(name, tuple(listed)), *((other, rest) for other, rest in held.items() if other != name and other not in asked)]
    context.put(group=written(groups), sel=None)


def _hide(room: Room, keys: dict[str, str]) -> None:
    context.put(hide=packed([*room.shape.hide, *_asked(room, keys)]), sel=None)


def _taken_back(room: Room) -> None:
    """Show groups, hidden events, and start and end of the flow; a click takes one back."""
    chosen, shape = room.chosen, room.shape
    here: list[tuple[str, str, str, dict[str, str | None]]] = []
    for name, patterns in shape.groups:
        rest = [group for group in shape.groups if group[0] != name]
        label = say("page_journeys.grouped", name=name, events=", ".join(patterns))
        here.append(("grouped", name, label, {"group": written(rest)}))
    if chosen.view == "flow":
        for kind, key, event in (("starts_at", "start", chosen.start), ("ends_at", "end", chosen.end)):
            if event:
                here.append((kind, event, say(f"page_journeys.{kind}", event=event), {key: None}))
    for event in shape.hide:
        left: dict[str, str | None] = {"hide": packed([name for name in shape.hide if name != event])}
        here.append(("without", event, say("page_journeys.without", event=event), left))
    for kind, event, label, values in here:
        st.button(
            errors.plain(label if len(label) <= NAME_LENGTH else label[: NAME_LENGTH - 1] + "…"),
            key=f"undo_{kind}_{event}",
            icon=":material/close:",
            help=say("page_journeys.take_back"),
            on_click=context.put,
            kwargs={**values, "sel": None},
        )
