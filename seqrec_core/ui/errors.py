"""The one handler of errors on a page: a sentence, a way out, and the page stops there."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from seqrec_core.errors import NeedsDecision, SeqrecError
from seqrec_core.text.markup import plain

__all__ = ["plain", "show", "show_dict", "shown"]


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


def show(error: SeqrecError, worded: Callable[[str], str] = str) -> None:
    """Show an error with its way out; `worded` may put names that people know into its sentences."""
    show_dict(error.as_dict(), worded)


def show_dict(error: dict[str, str], worded: Callable[[str], str] = str) -> None:
    """Show an error as a job row keeps it."""
    message, hint = (plain(worded(error.get(part, ""))) for part in ("message", "hint"))
    st.error(f"{message}  \n{hint}", icon=":material/error:")
