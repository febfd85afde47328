"""Keep the people behind a mark as a segment: it filters Patterns, Train, Scorecard and Explain as well."""

import hashlib
from collections.abc import Callable

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from seqrec_core.segments.members import of_rows
from seqrec_core.text import count, say
from seqrec_core.ui import context, errors, loaders
from seqrec_core.ui.context import Context
from seqrec_core.ui.journeys.state import Setting

MOST_LISTED = 50_000  # a segment of more sessions is a file of megabytes: it is kept only when asked for
MOST_NAME = 120


Rows = Callable[[], NDArray[np.int64]]  # found only when asked for: a rule over 10 million events takes a while


def members(now: Context, rows: NDArray[np.int64], *, everyone: bool) -> NDArray[np.int64]:
    """Return the sessions or users of the log behind some sequences of the page."""
    return rows if everyone or now.segment is None else loaders.members(now.dataset, now.unit, now.segment)[rows]


def told(chosen: Setting) -> str:
    """Say in a few words which mark is chosen."""
    view = say(f"page_journeys.view.{chosen.view}")
    parts = [view, *chosen.picked] if chosen.picked else [view, chosen.at or chosen.start or chosen.end or ""]
    return " · ".join(part for part in parts if part)


def narrowed(now: Context, name: str, rows: NDArray[np.int64]) -> dict[str, str | None]:
    """Save exactly these people and return the address that shows them alone; as it is, where they are everyone or too many."""
    arrays = loaders.arrays(now.dataset).arrays
    segment = of_rows(_short(name, rows), arrays, now.unit, rows)
    listed = segment.sessions or ()
    if not listed or len(listed) > MOST_LISTED or len(listed) == arrays.n_sessions:
        return {}
    saved = loaders.segments().save(now.dataset.id, segment)
    return {"seg": f"{context.SAVED}{saved.name}", "from": None, "to": None, "sel": None}


def _short(name: str, rows: NDArray[np.int64]) -> str:
    """Name a group so that equal names mean equal people."""
    mark = hashlib.sha256(np.ascontiguousarray(rows, np.int64).tobytes()).hexdigest()[:4]
    return f"{name if len(name) <= MOST_NAME else name[: MOST_NAME - 1] + '…'} · {mark}"


def popover(now: Context, name: str, size: int, rows: Rows) -> None:
    """Offer to keep these people as a segment."""
    n = count(size, now.unit)
    with st.popover(say("page_journeys.keep"), icon=":material/bookmark_add:", width="stretch", disabled=not size):
        chosen = st.text_input(say("page_journeys.keep.name"), name[:MOST_NAME], max_chars=200, key=f"journeys_keep_name_{name}")
        if st.button(say("page_journeys.keep.do"), key="journeys_keep", type="primary", disabled=not chosen.strip()):
            segment = of_rows(chosen.strip(), loaders.arrays(now.dataset).arrays, now.unit, rows())
            saved = loaders.segments().save(now.dataset.id, segment)
            st.success(errors.plain(say("page_journeys.keep.done", name=saved.name, n=n)), icon=":material/check:")
            values = {"seg": f"{context.SAVED}{saved.name}", "from": None, "to": None, "sel": None, "vs": None}
            st.button(say("page_journeys.keep.show"), key="journeys_keep_show", on_click=context.put, kwargs=values)
