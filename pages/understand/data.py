"""Being built."""

import streamlit as st

from seqrec_core.ui import context

now = context.current()
st.header(now.dataset.name)
st.json(st.session_state.get("context"))
