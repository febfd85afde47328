"""Name, target, sessions, item file and recipe of several files that are imported together."""

from typing import Any

import streamlit as st

from seqrec_core.text import say
from seqrec_core.ui.data import draft_set
from seqrec_core.ui.data import further as data_further
from seqrec_core.ui.data.draft_set import DraftSet
from seqrec_core.ui.data.told import Told


def is_cut(told: list[Told]) -> bool:
    """Whether sessions are cut by a pause: there are times, and not all channels name their sessions."""
    timed = any("time" in one.roles for one in told)
    return timed and not all("session" in one.roles for one in told)


def show(found: DraftSet, active: str, told: list[Told]) -> None:
    """Draw what else decides the import."""
    with st.container(border=True):
        name, into, sessions = st.columns(3, gap="medium")
        with name:
            _name(found)
        with into:
            data_further.target(active, found.append)
        with sessions:
            _sessions(found, active, told)
        items, recipe = st.columns(2, gap="medium")
        with items:
            data_further.items_of(found.items_shown, draft_set.add_items, _without_items)
        with recipe:
            if not found.append:
                data_further.recipe_of(lambda content: draft_set.follow(data_further.parsed(content)))


def _name(found: DraftSet) -> None:
    key, raw = f"data_set_name_{found.append}", f"data_set_raw_{found.raw}"
    st.text_input(
        say("page_data.name"),
        found.name,
        max_chars=120,
        key=key,
        placeholder=" + ".join(entry.source or entry.draft.shown for entry in found.entries)[:100],
        on_change=_keep,
        args=(key,),
    )
    if not found.append:
        help_ = say("page_data.clean.help")
        st.toggle(say("page_data.clean"), not found.raw, key=raw, on_change=_keep_raw, args=(raw,), help=help_)


def _sessions(found: DraftSet, active: str, told: list[Told]) -> None:
    if found.append or not is_cut(told):
        st.markdown(say("page_data.sessions.title"))
        st.caption(say("page_channels.sessions.append" if found.append else "page_channels.sessions.own"))
    else:
        data_further.gap_of(active, found.gap, _keep_gap)


def _keep(key: str) -> None:
    draft_set.change(name=st.session_state[key])


def _keep_raw(key: str) -> None:
    draft_set.change(raw=not st.session_state[key])


def _keep_gap(gap: float) -> None:
    draft_set.change(gap=gap)


def _without_items() -> None:
    nothing: dict[str, Any] = {"items": None, "items_shown": ""}
    draft_set.change(**nothing)
