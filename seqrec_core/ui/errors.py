"""The one handler of errors on a page: a sentence, a way out, and the page stops there."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from seqrec_core.errors import NeedsDecision, SeqrecError

# What turns into a link without any markup: addresses of the web and of mail. An invisible joiner inside keeps it text.
AUTOLINK = re.compile(r"https?:/|www\.|[\w.+-]@(?=[\w-]+\.[\w-])", re.IGNORECASE)
# What turns into an icon or an emoji even where its colons are escaped: `:material/home:`, `:smile:`.
SHORTCODE = re.compile(r":(?=[^\W\d][\w+-]*(?:/\w+)?:|[+-]1:)|(?<!\d):(?=\d+:)")
JOINER = "\u2060"
# Marks of direction: one in a name would turn the sentence round it.
DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# A word so long that it fills a page of its own is cut.
ENDLESS, KEPT = re.compile(r"\S{121,}"), 120


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


def plain(text: str) -> str:
    """Escape what Markdown would interpret, so that names from a log are shown as they are: no link, no icon, no flood."""
    text = DIRECTION.sub("", text)
    text = ENDLESS.sub(lambda found: f"{found[0][:KEPT]}…", text)
    text = AUTOLINK.sub(lambda found: f"{found[0][:-1]}{JOINER}{found[0][-1]}", text)
    text = SHORTCODE.sub(f":{JOINER}", text)
    escaped = "".join(f"\\{character}" if character in r"\`*_{}[]()#+!|<>$~:" else character for character in text)
    return escaped.replace("\n", " ")
