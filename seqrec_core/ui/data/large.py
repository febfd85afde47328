"""Send a file that is too large for Streamlit's uploader: a button with a progress bar, and the route that takes it."""

import time
from pathlib import Path
from typing import Any

import streamlit as st

from seqrec_core.settings import settings
from seqrec_core.store.uploads import MB, TICKET_SECONDS, Uploads
from seqrec_core.text import integer, say
from seqrec_core.ui import loaders
from seqrec_core.ui.data import draft as data_draft
from seqrec_core.ui.upload_route import NAME_HEADER, PATH, SERVED, TICKET_HEADER

STATE, KEY = "data_large", "data_large_file"
HERE = Path(__file__).parent


def _source(ending: str) -> str:
    return (HERE / f"large.{ending}").read_text(encoding="utf-8")


@st.cache_resource(show_spinner=False)
def _sender() -> Any:
    """Make the component known to the running server; before there is one, nobody would remember it."""
    return st.components.v2.component("seqrec_large_file", html=_source("html"), css=_source("css"), js=_source("js"))


def uploader() -> None:
    """Draw the way in for large files, or say what else there is where the route is not served."""
    limit = integer(settings().max_upload_mb)
    if not SERVED.is_set():
        st.caption(say("page_data.large.not_served", limit=limit))
        return
    upload, ticket = _slot()
    _sender()(
        key=f"{KEY}_{upload}",
        data=_told(ticket) | {"lead": say("page_data.large", limit=limit)},
        on_arrived_change=_arrived,
        height="content",
    )


def _slot() -> tuple[str, str]:
    """Return the upload that this session may fill, and a ticket that is still good for a while."""
    upload, ticket, made = st.session_state.get(STATE, ("", "", 0.0))
    if not upload or time.time() - made > TICKET_SECONDS / 2:
        uploads = Uploads(loaders.home())
        upload = upload or uploads.new()
        ticket, made = uploads.ticket(upload), time.time()
        st.session_state[STATE] = (upload, ticket, made)
    return upload, ticket


def _told(ticket: str) -> dict[str, Any]:
    """Return what the component needs: where to, with which ticket, and its sentences."""
    limit = settings().max_stream_mb
    sentences = {name: say(f"page_data.large.{name}") for name in ("choose", "stop", "under", "arrived", "broken", "stopped")}
    sentences["tooLarge"] = say("page_data.large.too_large", limit=integer(limit))
    headers = {"ticketHeader": TICKET_HEADER, "nameHeader": NAME_HEADER}
    return {"path": PATH, "ticket": ticket, "limit": limit * MB, **headers, **sentences}


def _arrived() -> None:
    """Begin with the file that has arrived in this session's upload."""
    upload = st.session_state.pop(STATE, ("", "", 0.0))[0]
    sent = Uploads(loaders.home()).find(upload) if upload else None
    if sent is not None:
        data_draft.begin_at(sent.path, sent.name, upload)
