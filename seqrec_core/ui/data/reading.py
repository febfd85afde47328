"""How the bytes of a file become rows: what was found, each part correctable."""

import streamlit as st

from seqrec_core.data.importing import Proposal
from seqrec_core.text import say
from seqrec_core.ui import errors
from seqrec_core.ui.data import draft as data_draft
from seqrec_core.ui.data.draft import Draft

FOUND = ""
FORMATS = ("csv", "jsonl", "parquet")
ENCODINGS = ("utf-8", "gb18030", "big5", "shift_jis", "euc-kr", "cp1252", "cp1251", "utf-16")
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", "::": "colons", " ": "blank"}
HEADERS = ("names", "values")
# What another way to read the file may mend.
REMEDIES = frozenset(
    ("not_that_encoding", "unknown_encoding", "two_widths", "no_rows", "header_only", "no_json_rows", "parquet_damaged")
)


def choose(draft: Draft, proposal: Proposal | None) -> None:
    """Draw what was found about how the file is written, each part as a choice."""
    columns = st.columns((0.85, 1, 1.1, 0.95), gap="small")
    text = proposal is None or proposal.format == "csv"
    with columns[0]:
        _pick(draft, "format", list(FORMATS), draft.read.format, None if proposal is None else proposal.format)
    if proposal is None or proposal.format != "parquet":
        with columns[1]:
            _pick(draft, "encoding", list(ENCODINGS), draft.read.encoding, None if proposal is None else proposal.encoding)
    if not text:
        return
    with columns[2]:
        _pick(draft, "delimiter", list(DELIMITERS), draft.read.delimiter, None if proposal is None else proposal.delimiter)
    with columns[3]:
        found = None if proposal is None or proposal.has_header is None else HEADERS[0 if proposal.has_header else 1]
        given = None if draft.read.has_header is None else HEADERS[0 if draft.read.has_header else 1]
        _pick(draft, "has_header", list(HEADERS), given, found)


def _pick(draft: Draft, part: str, options: list[str], given: str | None, found: str | None) -> None:
    """Offer what was found and what it may be instead."""
    others = [option for option in options if option != found or given is not None]
    offered = [FOUND, *others] if given is None or given in others else [FOUND, given, *others]
    key = f"data_read_{draft.id}_{part}_{given}"
    st.selectbox(
        say(f"page_data.read.{part}"),
        offered,
        index=offered.index(given or FOUND),
        format_func=lambda option: _label(part, option, found if given is None else None),
        key=key,
        on_change=_put,
        args=(key, part),
        help=say(f"page_data.read.{part}.help"),
    )


def _label(part: str, option: str, found: str | None) -> str:
    if option != FOUND:
        return _named(part, option)
    return _named(part, found) if found else say("page_data.read.find")


def _named(part: str, value: str) -> str:
    if part == "delimiter":
        return say(f"page_data.delimiter.{DELIMITERS[value]}") if value in DELIMITERS else repr(value).strip("'")
    return say(f"page_data.header.{value}") if part == "has_header" else value


def _put(key: str, part: str) -> None:
    draft = data_draft.current()
    if draft is None:
        return
    chosen = st.session_state[key] or None
    value = (None if chosen is None else chosen == HEADERS[0]) if part == "has_header" else chosen
    data_draft.change(read=draft.read.model_copy(update={part: value}), roles={}, answers={})


def forget() -> None:
    """Read the file as it is found again."""
    draft = data_draft.current()
    if draft is not None:
        data_draft.change(read=type(draft.read)(), roles={}, answers={})


def told(proposal_read: dict[str, object]) -> str:
    """Say in one line how a file was read: 'Read as csv, gb18030, cut at the semicolon, the first row names the columns'."""
    parts = [say("page_data.read.told", format=proposal_read.get("format") or "csv")]
    if proposal_read.get("encoding"):
        parts.append(str(proposal_read["encoding"]))
    if proposal_read.get("delimiter"):
        parts.append(say("page_data.read.cut", delimiter=_named("delimiter", str(proposal_read["delimiter"]))))
    if proposal_read.get("has_header") is not None:
        parts.append(say("page_data.header.told" if proposal_read["has_header"] else "page_data.header.told_none"))
    return errors.plain(", ".join(parts))
