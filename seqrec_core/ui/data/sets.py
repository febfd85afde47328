"""The datasets of this home: open, rename, delete with a word on what depends on it, and where all of it lives."""

from datetime import datetime

import streamlit as st

from seqrec_core.errors import SeqrecError
from seqrec_core.store.datasets import DatasetInfo
from seqrec_core.text import count, decimal, say
from seqrec_core.ui import context, errors, frame, loaders
from seqrec_core.ui.context import Context

WIDTHS = (2.6, 1.3, 1.2, 1.2, 2.7)
SHOWN = 5  # runs and segments that are named
KB, MB = 1 << 10, 1 << 20


def show(now: Context) -> None:
    """List the datasets, the newest first."""
    infos = loaders.datasets().list()
    st.subheader(say("page_data.sets.title", n=len(infos)), anchor=False)
    st.caption(errors.plain(say("page_data.sets.home", path=loaders.home().path, size=size(sum(info.bytes for info in infos)))))
    for info in infos:
        with st.container(border=True):
            _row(info, now)


def size(n_bytes: int) -> str:
    """Write a size on disk: '3.4 MB', '12 KB'."""
    if n_bytes < 0.1 * MB:
        return say("page_data.kb", n=decimal(n_bytes / KB, 0))
    return say("page_data.mb", n=decimal(n_bytes / MB, 1))


def _row(info: DatasetInfo, now: Context) -> None:
    cells = st.columns(WIDTHS, vertical_alignment="center", gap="small")
    name = errors.plain(info.name)
    here = info.id == now.dataset.id
    cells[0].markdown(say("page_data.sets.here", name=name) if here else f"**{name}**")
    cells[0].caption(errors.plain(info.source))
    for cell, text in zip(cells[1:4], _facts(info), strict=True):
        cell.caption(text)
    with cells[4], st.container(horizontal=True, horizontal_alignment="right", gap="xsmall"):
        st.button(
            say("page_data.sets.open"),
            key=f"data_open_{info.id}",
            on_click=context.put,
            kwargs={"ds": info.id},
            disabled=here,
        )
        _link(info)
        _rename(info)
        _delete(info, now)


def _facts(info: DatasetInfo) -> tuple[str, ...]:
    made = datetime.fromisoformat(info.created).strftime("%Y-%m-%d %H:%M")
    what = (count(info.n_events, "event"), count(info.n_users, "user"))
    more = (count(info.n_sessions, "session"), count(info.n_items, "item") if info.has_items else say("page_data.sets.no_items"))
    return "  \n".join(what), "  \n".join(more), f"{size(info.bytes)}  \n{made}"


def _link(info: DatasetInfo) -> None:
    """Give the address that opens a dataset in any browser."""
    with st.popover(say("ui.link"), type="tertiary"):
        st.caption(say("page_data.sets.link"))
        st.code(frame.address_of(ds=info.id), language=None, wrap_lines=True)


def _rename(info: DatasetInfo) -> None:
    with st.popover(say("page_data.sets.rename"), type="tertiary"):
        key = f"data_rename_{info.id}_{info.name}"
        st.text_input(say("page_data.name"), info.name, key=key, max_chars=120)
        if not st.button(say("page_data.sets.rename.do"), key=f"data_rename_do_{info.id}", type="primary"):
            return
        try:
            loaders.datasets().rename(info.id, st.session_state[key])
        except SeqrecError as error:
            errors.show(error)
        else:
            st.rerun()


def _delete(info: DatasetInfo, now: Context) -> None:
    kept = info.sample == loaders.FIRST_SAMPLE
    label = say("page_data.sets.delete")
    if kept:
        st.button(label, key=f"data_keep_{info.id}", disabled=True, help=say("page_data.sets.delete.sample"), type="tertiary")
        return
    with st.popover(label, type="tertiary"):
        st.markdown(errors.plain(say("page_data.sets.delete.about", name=info.name)))
        lines = _depending(info)
        st.markdown("\n".join(f"- {errors.plain(line)}" for line in lines) if lines else say("page_data.sets.delete.alone"))
        if not st.button(say("page_data.sets.delete.do"), key=f"data_delete_{info.id}", type="primary"):
            return
        try:
            loaders.datasets().delete(info.id)
        except SeqrecError as error:
            errors.show(error)
            return
        if info.id == now.dataset.id:
            context.put(ds=None)
        st.rerun()


def _depending(info: DatasetInfo) -> list[str]:
    """Say what depends on a dataset: runs trained on it, and its segments."""
    runs = [frame.run_label(card) for card in loaders.runs().list(info.id)]
    segments = list(loaders.saved_segments(info.id))
    found = []
    for kind, names in (("run", runs), ("segment", segments)):
        if names:
            shown = ", ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")
            found.append(say(f"page_data.sets.delete.{kind}s", n=count(len(names), kind), names=shown))
    return found
