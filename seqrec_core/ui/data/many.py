"""The screen of several files that become channels of one log: each read in its own way, all imported together."""

import streamlit as st

from seqrec_core.data.mapping import OF_CHANNEL, Channel, ImportRequest
from seqrec_core.errors import SeqrecError
from seqrec_core.text import count, say
from seqrec_core.ui import errors
from seqrec_core.ui.data import draft_set
from seqrec_core.ui.data import importing as data_import
from seqrec_core.ui.data import preview as data_preview
from seqrec_core.ui.data import questions as data_questions
from seqrec_core.ui.data import reading as data_reading
from seqrec_core.ui.data import roles as data_roles
from seqrec_core.ui.data.draft_set import DraftSet, Entry
from seqrec_core.ui.data.told import Told, request_of, tell

WIDTHS = (1.3, 1.6, 2.4, 1.2)
MOST_FILES = 5
AT_ONCE_BYTES = 4 << 20


def show(found: DraftSet, active: str) -> None:
    """Draw the page of several files that are about to be imported."""
    told: dict[str, Told | SeqrecError] = {}
    for entry in found.entries:
        try:
            told[entry.draft.id] = tell(entry.draft)
        except SeqrecError as error:
            told[entry.draft.id] = error
    is_ready = all(isinstance(one, Told) and one.ready and one.problem is None for one in told.values())
    names = [entry.source for entry in found.entries]
    is_named = len(names) == 1 or (len(set(names)) == len(names) and all(is_name(name) for name in names))
    answered = {code for code, _ in found.answers} >= {question.code for question in found.asked}
    wanted = _head(found, is_ready and is_named and answered)
    below = st.container()
    for entry in found.entries:
        with st.container(border=True):
            _row(entry, told[entry.draft.id], entry.draft.id == active, len(found.entries))
    if not is_named:
        st.warning(say("page_channels.names"), icon=":material/badge:")
    _asked(found)
    _one(next(entry for entry in found.entries if entry.draft.id == active), told[active])
    if wanted:
        known = [(entry, one) for entry in found.entries if isinstance(one := told[entry.draft.id], Told)]
        with below:
            data_import.start_several(request(found, known), _is_short(known))


def _is_short(known: list[tuple[Entry, Told]]) -> bool:
    """Whether all files together are so short that nobody needs to wait for the worker."""
    n_bytes = sum(path.stat().st_size for entry, _ in known for path in entry.paths)
    return n_bytes <= AT_ONCE_BYTES and all(one.trial is not None and one.trial.whole for _, one in known)


def is_name(name: str) -> bool:
    """Whether a channel can be called so."""
    return bool(name.strip()) and OF_CHANNEL not in name and "=" not in name


def _head(found: DraftSet, is_ready: bool) -> bool:
    """Say what the files become, and offer to import them."""
    head, buttons = st.columns([3, 1.15], vertical_alignment="top", gap="medium")
    files = sum(len(entry.paths) for entry in found.entries)
    with head:
        key = "page_channels.title" if len(found.entries) > 1 else "page_channels.title.parts"
        st.header(say(key, files=count(files, "file"), n=len(found.entries)), anchor=False)
        st.caption(say("page_channels.subtitle" if len(found.entries) > 1 else "page_channels.subtitle.parts"))
    with buttons, st.container(horizontal=True, horizontal_alignment="right", gap="small"):
        st.button(say("page_data.discard"), on_click=draft_set.discard, key="data_discard")
        wanted = st.button(
            say("page_data.import"), type="primary", disabled=not is_ready, key="data_import", icon=":material/input:"
        )
    key = "data_set_name"
    st.text_input(
        say("page_data.name"),
        found.name,
        max_chars=120,
        key=key,
        placeholder=" + ".join(entry.source or entry.draft.shown for entry in found.entries)[:100],
        on_change=lambda: draft_set.change(name=st.session_state[key]),
    )
    return wanted


def _row(entry: Entry, told: Told | SeqrecError, is_active: bool, n: int) -> None:
    """Draw a channel: its name, its files, what its columns are taken for, and whether anything is open."""
    cells = st.columns(WIDTHS, vertical_alignment="center", gap="small")
    with cells[0]:
        key = f"data_source_{entry.draft.id}"
        if n > 1:
            call = (entry.draft.id, key)
            st.text_input(say("page_channels.source"), entry.source, key=key, max_chars=60, on_change=draft_set.call, args=call)
    shown = ", ".join(entry.files[:MOST_FILES]) + (" …" if len(entry.files) > MOST_FILES else "")
    cells[1].markdown(errors.plain(shown))
    with cells[2]:
        if isinstance(told, Told):
            st.markdown(data_roles.badges(told.roles))
        st.caption(errors.plain(_state(told)))
    with cells[3], st.container(horizontal=True, horizontal_alignment="right", gap="xsmall"):
        st.button(
            say("page_channels.look"), key=f"data_look_{entry.draft.id}", on_click=draft_set.look, args=(entry.draft.id,),
            disabled=is_active,
        )  # fmt: skip
        st.button(
            say("page_channels.leave_out"), key=f"data_leave_{entry.draft.id}", on_click=draft_set.leave_out,
            args=(entry.draft.id,), type="tertiary", disabled=n == 1,
        )  # fmt: skip


def _state(told: Told | SeqrecError) -> str:
    """Say whether a channel can be read."""
    if isinstance(told, SeqrecError):
        return told.message
    if told.unanswered:
        return say("page_channels.open", n=len(told.unanswered))
    if told.problem is not None:
        return told.problem.message
    n = count(told.proposal.n_rows, "row")
    return say("page_channels.ready", n=n)


def _asked(found: DraftSet) -> None:
    """Ask what came up about the log as a whole."""
    given = dict(found.answers)
    for question in found.asked:
        answers = [answer for answer, _ in question.options]
        chosen = given.get(question.code)
        with st.container(border=True):
            answer = st.radio(
                errors.plain(question.message),
                answers,
                index=answers.index(chosen) if chosen in answers else None,
                captions=[errors.plain(meaning) for _, meaning in question.options],
                key=f"data_set_answer_{question.code}",
            )
        if answer is not None and answer != chosen:
            draft_set.change(answers=tuple({**given, question.code: answer}.items()))
            st.rerun()


def _one(entry: Entry, told: Told | SeqrecError) -> None:
    """Draw how the channel that is looked at is read."""
    st.subheader(errors.plain(say("page_channels.one", name=entry.source or entry.draft.shown)), anchor=False)
    if isinstance(told, SeqrecError):
        errors.show(told, entry.draft.worded)
        if told.code in data_reading.REMEDIES:
            data_reading.choose(entry.draft, None)
        return
    if told.problem is not None:
        errors.show(told.problem, entry.draft.worded)
    data_questions.show(entry.draft, told)
    left, right = st.columns([1.25, 1], gap="large")
    with left:
        data_preview.show(told.proposal, told.roles, told.trial)
    with right:
        data_roles.choose(entry.draft, told.proposal, told.roles)
        data_reading.choose(entry.draft, told.proposal)


def request(found: DraftSet, known: list[tuple[Entry, Told]]) -> ImportRequest:
    """Return what is to be imported: each channel as it was found or chosen."""
    channels, gaps = [], []
    for entry, told in known:
        alone = request_of(entry.draft, told)
        gaps.append(alone.session_gap_minutes)
        channels.append(
            Channel(
                source=entry.source if len(known) > 1 else "",
                paths=entry.paths,
                files=entry.files,
                mapping=alone.mapping,
                read=alone.read,
                answers=alone.answers,
            )
        )
    return ImportRequest(
        path=channels[0].paths[0],
        name=found.name.strip() or None,
        channels=tuple(channels),
        session_gap_minutes=next((gap for gap in gaps if gap is not None), None),
        answers=dict(found.answers),
    )
