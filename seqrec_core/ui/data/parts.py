"""The parts of the Data page, one open at a time; which one stands in the address, and only that one is computed."""

from collections.abc import Callable

import streamlit as st

from seqrec_core.text import say
from seqrec_core.ui import context

KEY, NAME = "data_parts", "part"


def tabs(draw: dict[str, Callable[[], None]]) -> None:
    """Draw the open part; the first one where the address names none."""
    titles = {part: say(f"page_data.part.{part}") for part in draw}
    chosen = context.get(NAME)
    shown = titles.get(chosen, next(iter(titles.values())))
    if st.session_state.get(KEY) != shown:
        st.session_state[KEY] = shown
    drawn = st.tabs(list(titles.values()), key=KEY, on_change=_keep, args=(titles,))
    for tab, show in zip(drawn, draw.values(), strict=True):
        if tab.open:
            with tab:
                show()


def _keep(titles: dict[str, str]) -> None:
    """Write the chosen part into the address; the first one is not named."""
    part = next(part for part, title in titles.items() if title == st.session_state[KEY])
    context.put(**{NAME: None if part == next(iter(titles)) else part})


def to(part: str) -> None:
    """Open a part."""
    context.put(**{NAME: part})
