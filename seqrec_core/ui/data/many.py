"""The screen of several files that become channels of one log: each read in its own way, all imported together."""

import streamlit as st

from seqrec_core.data.mapping import OF_CHANNEL, Channel, ImportRequest
from seqrec_core.errors import SeqrecError
from seqrec_core.settings import settings
from seqrec_core.store.datasets import DatasetInfo
from seqrec_core.text import count, say
from seqrec_core.ui import errors, loaders
from seqrec_core.ui.data import account as data_account
from seqrec_core.ui.data import calls as data_calls
from seqrec_core.ui.data import draft_set, many_further
from seqrec_core.ui.data import importing as data_import
from seqrec_core.ui.data import preview as data_preview
from seqrec_core.ui.data import questions as data_questions
from seqrec_core.ui.data import reading as data_reading
from seqrec_core.ui.data import roles as data_roles
from seqrec_core.ui.data.account import Account, Plan
from seqrec_core.ui.data.draft_set import DraftSet, Entry
from seqrec_core.ui.data.told import Told, request_of, tell

WIDTHS = (1.3, 1.6, 2.4, 1.2)
MOST_FILES = 5
AT_ONCE_BYTES, AT_ONCE_EVENTS = 4 << 20, 100_000
MOST_COUNTED = 50  # files that are counted before an import


def show(found: DraftSet, active: str) -> None:
    """Draw the page of several files that are about to be imported."""
    told: dict[str, Told | SeqrecError] = {}
    for entry in found.entries:
        try:
            with st.spinner(errors.plain(say("page_data.looking", name=entry.draft.shown))):
                told[entry.draft.id] = tell(entry.draft)
        except SeqrecError as error:
            told[entry.draft.id] = error
    names = [entry.source for entry in found.entries]
    is_named = not found.is_named or (len(set(names)) == len(names) and all(is_name(name) for name in names))
    answered = {code for code, _ in found.answers} >= {question.code for question in found.asked}
    known = [(entry, one) for entry in found.entries if isinstance(one := told[entry.draft.id], Told)]
    is_ready = len(known) == len(found.entries) and all(one.ready and one.problem is None for _, one in known)
    is_ready = is_ready and is_named and answered
    plan = Plan(request(found, known), sum(one.proposal.n_rows for _, one in known), draft_set.ask) if is_ready else None
    counted = None if plan is None else data_account.counted(plan, _is_short(found, known))
    wanted = _head(found, is_ready and not isinstance(counted, SeqrecError))
    below = st.container()
    if isinstance(counted, SeqrecError):
        errors.show(counted)
    for entry in found.entries:
        with st.container(border=True):
            _row(entry, told[entry.draft.id], entry.draft.id == active, found)
    if not is_named:
        st.warning(say("page_channels.names"), icon=":material/badge:")
    _asked(found)
    if plan is not None and not isinstance(counted, SeqrecError):
        _account(found, known, plan, counted, wanted)
    many_further.show(found, active, [one for _, one in known])
    _one(next(entry for entry in found.entries if entry.draft.id == active), told[active])
    if wanted and plan is not None:
        with below:
            data_import.start_several(plan.request, _is_short(found, known))


def _account(found: DraftSet, known: list[tuple[Entry, Told]], plan: Plan, counted: Account | None, wanted: bool) -> None:
    """Say what the import comes to and what the channels have in common, where that can be counted while a person waits."""
    if counted is not None:
        told = known[0][1]
        recipe = None if found.append else lambda: data_account.recipe_bytes(plan.request, told)
        data_account.show(counted, " + ".join(entry.source for entry, _ in known) or known[0][0].draft.shown, recipe)
    elif not wanted and _is_small(found, known):
        data_account.count_soon(plan)
    else:
        st.caption(say("page_channels.not_counted"))


def _base(found: DraftSet) -> DatasetInfo | None:
    """Return the dataset that the files are added to; None where they are not, or it is gone."""
    return next((info for info in loaders.datasets().list() if info.id == found.append), None)


def _is_short(found: DraftSet, known: list[tuple[Entry, Told]]) -> bool:
    """Whether all files together are so short that nobody needs to wait for the worker."""
    base = _base(found)
    n_bytes = sum(path.stat().st_size for entry, _ in known for path in entry.paths)
    is_base_short = base is None or base.n_events <= AT_ONCE_EVENTS
    return is_base_short and n_bytes <= AT_ONCE_BYTES and all(one.trial is not None and one.trial.whole for _, one in known)


def _is_small(found: DraftSet, known: list[tuple[Entry, Told]]) -> bool:
    """Whether all files together can be counted while a person waits."""
    base = _base(found)
    if base is not None and base.n_events > data_calls.SMALL_ROWS:
        return False
    files = [(path, one) for entry, one in known for path in entry.paths]
    return len(files) <= MOST_COUNTED and all(
        data_calls.is_small(path, one.proposal.n_rows * len(files), one.proposal.preview.width) for path, one in files
    )


def is_name(name: str) -> bool:
    """Whether a channel can be called so."""
    return bool(name.strip()) and OF_CHANNEL not in name and "=" not in name


def _head(found: DraftSet, is_ready: bool) -> bool:
    """Say what the files become, and offer to import them."""
    head, buttons = st.columns([3, 1.15], vertical_alignment="top", gap="medium")
    files = sum(len(entry.paths) for entry in found.entries)
    base = _base(found)
    kind = "append" if base is not None else "channels" if len(found.entries) > 1 else "parts"
    with head:
        values = {"files": count(files, "file"), "n": len(found.entries), "name": "" if base is None else base.name}
        st.header(errors.plain(say(f"page_channels.title.{kind}", **values)), anchor=False)
        st.caption(errors.plain(say(f"page_channels.subtitle.{kind}", **values)))
    with buttons, st.container(horizontal=True, horizontal_alignment="right", gap="small"):
        st.button(say("page_data.discard"), on_click=draft_set.discard, key="data_discard")
        wanted = st.button(
            say("page_data.import"), type="primary", disabled=not is_ready, key="data_import", icon=":material/input:"
        )
    return wanted


def _row(entry: Entry, told: Told | SeqrecError, is_active: bool, found: DraftSet) -> None:
    """Draw a channel: its name, its files, what its columns are taken for, and whether anything is open."""
    cells = st.columns(WIDTHS, vertical_alignment="center", gap="small")
    with cells[0]:
        key = f"data_source_{entry.draft.id}"
        if found.is_named:
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
            args=(entry.draft.id,), type="tertiary", disabled=len(found.entries) == 1,
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
    is_whole = told.trial is not None and told.trial.whole
    return say("page_channels.ready", n=n if is_whole else say("page_data.about", n=n))


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
    channels, is_cut = [], many_further.is_cut([told for _, told in known])
    for entry, told in known:
        alone = request_of(entry.draft, told)
        channels.append(
            Channel(
                source=entry.source if found.is_named else "",
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
        items_path=found.items,
        items_source=found.items_shown or None,
        append=found.append or None,
        answers=dict(found.answers),
        steps=found.steps,
        without=found.without,
        raw=found.raw,
        session_gap_minutes=None if found.append or not is_cut else found.gap or settings().session_gap_minutes,
    )
