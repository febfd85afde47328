"""Bring a log: drop a file, choose one on this machine, or take a sample."""

import streamlit as st

from seqrec_core.data.samples import SAMPLES
from seqrec_core.errors import SeqrecError
from seqrec_core.settings import settings
from seqrec_core.store.datasets import ensure_sample
from seqrec_core.text import say
from seqrec_core.ui import context, errors, loaders
from seqrec_core.ui.data import draft as data_draft
from seqrec_core.ui.data import draft_set
from seqrec_core.ui.data import large as data_large


def strip() -> None:
    """Draw the ways in, side by side."""
    left, right = st.columns([1.5, 1], gap="medium", vertical_alignment="top")
    with left:
        _upload()
        _local()
    with right:
        _samples()


def _upload() -> None:
    number = st.session_state.get(data_draft.UPLOADER, 0)
    files = st.file_uploader(
        say("page_data.drop"),
        key=f"data_upload_{number}",
        accept_multiple_files=True,
        max_upload_size=settings().max_upload_mb,
        help=say("page_data.drop.help"),
    )
    if len(files) == 1:
        data_draft.begin(files[0].name, files[0])
        st.rerun()
    if files:
        draft_set.begin([(file.name, file) for file in files])
        st.rerun()
    data_large.uploader()


def _local() -> None:
    """Offer the files of the folder that this machine allows; nothing where there is none."""
    files = [path.name for path in data_draft.local_files()]
    if not files:
        return
    chosen = st.selectbox(
        say("page_data.local", folder=settings().import_dir),
        files,
        index=None,
        placeholder=say("page_data.local.choose"),
        key="data_local",
    )
    if chosen is not None and st.button(say("page_data.local.open"), key="data_local_open"):
        data_draft.begin_local(chosen)
        st.rerun()


def _samples() -> None:
    st.markdown(say("page_data.samples"), help=say("page_data.samples.help"))
    with st.container(horizontal=True, gap="small"):
        for name, sample in SAMPLES.items():
            title = errors.plain(say(sample.title))
            st.button(title, key=f"data_sample_{name}", help=say(sample.about), on_click=_open_sample, args=(name,))


def _open_sample(name: str) -> None:
    try:
        with st.spinner(say("page_data.importing", name=name)):
            info = ensure_sample(loaders.home(), name)
    except SeqrecError as error:
        errors.show(error)
    else:
        context.put(ds=info.id)
