"""How the bytes of a file become rows: what was found and why, each part correctable."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from seqrec_core.data.formats.workbook import inspect
from seqrec_core.data.importing import Proposal
from seqrec_core.data.mapping import zone_names
from seqrec_core.data.reading import FORMATS
from seqrec_core.settings import settings
from seqrec_core.text import percent, say
from seqrec_core.ui import errors
from seqrec_core.ui.data import draft as data_draft
from seqrec_core.ui.data.draft import Draft

FOUND = ""
ENCODINGS = (
    "utf-8", "gb18030", "big5", "shift_jis", "euc-jp", "euc-kr", "cp1252", "cp1250", "cp1251", "koi8-r", "cp1253", "cp1254",
    "cp1255", "cp1256", "cp874", "utf-16",
)  # fmt: skip
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", "::": "colons", " ": "blank"}
HEADERS = {True: "names", False: "values"}
QUOTES = {'"': "double", "'": "single", "": "none"}
ESCAPES = ("double", "backslash")
COMMENTS = ("#", "//", "%", "--")
MOST_SKIPPED = 10
# What another way to read the file may mend.
REMEDIES = frozenset(("not_that_encoding", "unknown_encoding", "two_widths", "no_rows", "header_only", "no_json_rows"))
REMEDIES |= {"parquet_damaged", "first_line", "no_names", "damaged_header", "skips_all", "control_characters"}


@dataclass(frozen=True)
class Part:
    """One part of how a file is written.

    Args:
        name: as in ReadOptions.
        options: what it may be.
        label: names an option for people.
        evidence: the part under which the proposal says why, where that is another name.
    """

    name: str
    options: tuple[object, ...]
    label: Callable[[object], str] = str
    evidence: str = ""


def _delimiter(value: object) -> str:
    known = DELIMITERS.get(str(value))
    return say(f"page_data.delimiter.{known}") if known else repr(value).strip("'")


def _quote(value: object) -> str:
    return say(f"page_data.quote.{QUOTES[str(value)]}") if str(value) in QUOTES else str(value)


def _skipped(value: object) -> str:
    return say("page_data.skip_lines.none") if value == 0 else str(value)


def _comment(value: object) -> str:
    return say("page_data.comment.none") if value == "" else str(value)


MAIN = (
    Part("format", FORMATS),
    Part("encoding", ENCODINGS),
    Part("delimiter", tuple(DELIMITERS), _delimiter),
    Part("has_header", tuple(HEADERS), lambda value: say(f"page_data.header.{HEADERS[bool(value)]}"), "header"),
)
FURTHER = (
    Part("quote", tuple(QUOTES), _quote),
    Part("escape", ESCAPES, lambda value: say(f"page_data.escape.{value}")),
    Part("skip_lines", tuple(range(MOST_SKIPPED + 1)), _skipped),
    Part("comment", COMMENTS, _comment),
)


ZONE = Part("time_zone", zone_names())
KEPT_WITH = ("time_zone",)  # parts that leave the rows as they are, and with them the answers about them


@st.cache_data(max_entries=20, show_spinner=False)
def _sheets(path: Path, stamp: int) -> tuple[str, ...]:
    return tuple(inspect(path, settings()))


def choose(draft: Draft, proposal: Proposal | None) -> None:
    """Draw what was found about how the file is written, each part as a choice with its reason."""
    st.markdown(say("page_data.reading"))
    kind = None if proposal is None else proposal.format
    text = kind in (None, "csv", "tsv", "text")
    parts: tuple[Part, ...] = MAIN if text else MAIN[:2] if kind == "jsonl" else MAIN[:1]
    if kind == "xlsx":
        parts += (Part("sheet", _sheets(draft.file, draft.file.stat().st_mtime_ns)), MAIN[3])
    if draft.read.time_zone is not None or (proposal is not None and why(proposal, ZONE.name)):
        parts += (ZONE,)
    _grid(draft, proposal, parts)
    if text:
        with st.expander(_further(draft, proposal)):
            _grid(draft, proposal, FURTHER)


def _grid(draft: Draft, proposal: Proposal | None, parts: tuple[Part, ...]) -> None:
    for start in range(0, len(parts), 2):
        for cell, part in zip(st.columns(2, gap="small"), parts[start : start + 2], strict=False):
            with cell:
                _pick(draft, proposal, part)


def _further(draft: Draft, proposal: Proposal | None) -> str:
    """Name the further parts that are out of the ordinary."""
    read = draft.read if proposal is None else proposal.read
    odd = [part.name for part in FURTHER if getattr(read, part.name) not in (None, '"', "double", 0, "")]
    if read.quote == "":
        odd.append("quote")
    names = ", ".join(say(f"page_data.read.{name}").lower() for name in odd)
    return say("page_data.reading.more_odd", names=names) if odd else say("page_data.reading.more")


def _pick(draft: Draft, proposal: Proposal | None, part: Part) -> None:
    """Offer what was found and what it may be instead, and say why."""
    given = getattr(draft.read, part.name)
    found = given if proposal is None or given is not None else getattr(proposal.read, part.name)
    options = [option for option in part.options if option != found]
    offered: list[object] = [None, *([found] if given is not None else []), *options]
    key = f"data_read_{draft.id}_{part.name}_{given}_{found}"
    st.selectbox(
        say(f"page_data.read.{part.name}"),
        range(len(offered)),
        index=0 if given is None else 1,
        format_func=lambda n: _label(part, offered[n], found if given is None else None),
        key=key,
        on_change=_put,
        args=(key, part.name, tuple(offered)),
        help=say(f"page_data.read.{part.name}.help"),
    )
    reason = _reason(proposal, part, given is not None)
    if reason:
        st.caption(errors.plain(reason))


def _label(part: Part, option: object, found: object) -> str:
    if option is not None:
        return part.label(option)
    if found is None:
        return say("page_data.read.zone" if part is ZONE else "page_data.read.find")
    return part.label(found)


def _reason(proposal: Proposal | None, part: Part, chosen: bool) -> str:
    if chosen:
        return say("page_data.role.chosen")
    return "" if proposal is None else why(proposal, part.evidence or part.name)


def why(proposal: Proposal, part: str) -> str:
    """Say why a part is as it was found, and how sure that is; empty where nothing is known of it."""
    told = [
        say("page_data.role.why", share=percent(evidence.confidence, 0), reason=evidence.reason)
        for evidence in proposal.evidence
        if evidence.part == part
    ]
    return " ".join(told)


def _put(key: str, part: str, offered: tuple[object, ...]) -> None:
    """Take over a choice; answers about the rows as they were read before no longer hold."""
    draft = data_draft.current()
    if draft is not None:
        read = draft.read.model_copy(update={part: offered[st.session_state[key]]})
        data_draft.change(read=read, **({} if part in KEPT_WITH else {"answers": {}, "asked": ()}))


def forget() -> None:
    """Read the file as it is found again."""
    draft = data_draft.current()
    if draft is not None:
        data_draft.change(read=type(draft.read)(), roles={}, answers={}, asked=())


def told(proposal_read: dict[str, object]) -> str:
    """Say in one line how a file was read: 'Read as csv, gb18030, cut at each semicolon, the first row names the columns'."""
    parts = [say("page_data.read.told", format=proposal_read.get("format") or "csv")]
    if proposal_read.get("encoding"):
        parts.append(str(proposal_read["encoding"]))
    if proposal_read.get("delimiter"):
        parts.append(say("page_data.read.cut", delimiter=_delimiter(proposal_read["delimiter"])))
    if proposal_read.get("has_header") is not None:
        parts.append(say("page_data.header.told" if proposal_read["has_header"] else "page_data.header.told_none"))
    return errors.plain(", ".join(parts))
