"""The one handler of errors on a page: a sentence, a way out, and the page stops there."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from seqrec_core.errors import NeedsDecision, SeqrecError

# What turns into a link without any markup: addresses of the web and of mail. An invisible joiner inside keeps it text.
AUTOLINK = re.compile(r"https?:/|www\.|[\w.+-]@(?=[\w-]+\.[\w-])", re.IGNORECASE)
JOINER = "\u2060"


@contextmanager
def shown() -> Iterator[None]:
    """Show an error of the family where it happens and stop the page."""
    try:
        yield
    except SeqrecError as error:
        show(error)
        st.stop()
    except NeedsDecision as error:
        for question in error.questions:
            st.warning(plain(question.message), icon=":material/help:")
        st.stop()


def show(error: SeqrecError) -> None:
    """Show an error with its way out."""
    st.error(f"{plain(error.message)}  \n{plain(error.hint)}", icon=":material/error:")


def show_dict(error: dict[str, str]) -> None:
    """Show an error as a job row keeps it."""
    st.error(f"{plain(error.get('message', ''))}  \n{plain(error.get('hint', ''))}", icon=":material/error:")


def plain(text: str) -> str:
    """Escape what Markdown would interpret, so that names from a log are shown as they are and never become a link."""
    text = AUTOLINK.sub(lambda found: f"{found[0][:-1]}{JOINER}{found[0][-1]}", text)
    escaped = "".join(f"\\{character}" if character in r"\`*_{}[]()#+!|<>$~:" else character for character in text)
    return escaped.replace("\n", " ")
