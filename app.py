"""The router: page frame, navigation, context bar, and the page itself."""

from pathlib import Path

import streamlit as st

from seqrec_core.text import say
from seqrec_core.ui import errors, frame

page = frame.navigation()
st.set_page_config(
    page_title=say("ui.tab", page=page.title, product=say("ui.product")),
    page_icon=str(Path(__file__).parent / "seqrec_core" / "ui" / "icon.png"),
    layout="wide",
)
with errors.shown():
    frame.bar()
page.run()
