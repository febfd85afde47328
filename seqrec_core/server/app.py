"""The web process: Streamlit behind an ASGI app that is warm before the first visitor. `make run` starts it.

`streamlit run app.py` works too, without the warm-up and without the route for large files.
"""

import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from seqrec_core.errors import SeqrecError
from seqrec_core.server.upload import routes
from seqrec_core.settings import settings
from seqrec_core.store.datasets import ensure_sample
from seqrec_core.store.home import Home
from seqrec_core.store.uploads import Uploads
from seqrec_core.ui.upload_route import SERVED

ROOT = Path(__file__).resolve().parents[2]
log = logging.getLogger(__name__)


def warm() -> None:
    """Import what the first answer would wait for, and make sure that there is a dataset to look at."""
    try:
        home = Home(settings().home)
        Uploads(home).sweep()
        ensure_sample(home, "shop")
        from seqrec_core.serving import answer

        answer.warm(home)
    except SeqrecError as error:
        log.warning("%s %s", error.message, error.hint)


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[dict[str, Any]]:
    """Turn the legacy multipage mode off (a folder named `pages` switches it on) and warm up beside the first visitor."""
    # Private, and the only way: otherwise the first deep link on a fresh server comes up under "Page not found".
    PagesManager.uses_pages_directory = False
    SERVED.set()
    threading.Thread(target=warm, name="warm-up", daemon=True).start()
    yield {}


app = st.App(ROOT / "app.py", routes=routes(), lifespan=lifespan)
