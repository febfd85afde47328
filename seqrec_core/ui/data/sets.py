"""The datasets of this home: open, rename, delete with a word on what depends on it, and where all of it lives."""

from datetime import datetime

import streamlit as st

from seqrec_core.errors import SeqrecError
from seqrec_core.store.datasets import DatasetInfo
from seqrec_core.text import count, decimal, say
from seqrec_core.ui import context, errors, frame, loaders
from seqrec_core.ui.context import Context

WIDTHS = (2.6, 1.1, 1.1, 0.9, 1.2, 2.3)
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
    for cell, text in zip(cells[1:5], _facts(info), strict=True):
        cell.caption(errors.plain(text))
    with cells[5], st.container(horizontal=True, horizontal_alignment="right", gap="xsmall"):
        st.button(
            say("page_data.sets.open"),
            key=f"data_open_{info.id}",
            on_click=context.put,
            kwargs={"ds": info.id},
            disabled=here,
        )
        _rename(info)
        _delete(info, now)


def _facts(info: DatasetInfo) -> tuple[str, ...]:
    made = datetime.fromisoformat(info.created).strftime("%Y-%m-%d %H:%M")
    return count(info.n_events, "event"), count(info.n_users, "user"), size(info.bytes), made


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
        cards = loaders.runs().list(info.id)
        runs = ", ".join(frame.run_label(card) for card in cards[:5])
        sentence = "page_data.sets.delete.runs" if cards else "page_data.sets.delete.alone"
        values = {"n": len(cards), "runs": runs} if cards else {}
        st.markdown(errors.plain(say(sentence, name=info.name, **values)))
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
