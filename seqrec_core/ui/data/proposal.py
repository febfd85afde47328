"""How a file would be read: the preview in the middle, each guess with its reason beside it, what it comes to above."""

from pathlib import Path

import streamlit as st

from seqrec_core.errors import SeqrecError
from seqrec_core.text import count, integer, say
from seqrec_core.ui import errors
from seqrec_core.ui.data import account as data_account
from seqrec_core.ui.data import calls as data_calls
from seqrec_core.ui.data import draft as data_draft
from seqrec_core.ui.data import further as data_further
from seqrec_core.ui.data import importing as data_import
from seqrec_core.ui.data import preview as data_preview
from seqrec_core.ui.data import questions as data_questions
from seqrec_core.ui.data import reading as data_reading
from seqrec_core.ui.data import roles as data_roles
from seqrec_core.ui.data import sets as data_sets
from seqrec_core.ui.data.account import Account, Plan
from seqrec_core.ui.data.draft import Draft
from seqrec_core.ui.data.told import Told, request_of, tell

AT_ONCE_CELLS, WIDE = 1_000_000, 200  # more cells or columns take longer than a page may take to stand
MANY = 0.5  # below this share of kept rows, the columns are probably not what they are taken for


def show(draft: Draft) -> None:
    """Draw the page of a file that is about to be imported."""
    try:
        with st.spinner(errors.plain(say("page_data.looking", name=draft.shown))):
            told = tell(draft)
    except SeqrecError as error:
        _unreadable(draft, error)
        return
    plan = _plan(draft, told)
    whole = None if plan is None else data_account.counted(plan, _is_short(told))
    problem = whole if isinstance(whole, SeqrecError) else told.problem
    account = whole if isinstance(whole, Account) else None if told.trial is None else Account.of_trial(told.trial)
    head, buttons = st.columns([3, 1.15], vertical_alignment="top", gap="medium")
    with head:
        _headline(draft, told, account)
    with buttons, st.container(horizontal=True, horizontal_alignment="right", gap="small"):
        st.button(say("page_data.discard"), on_click=data_draft.discard, key="data_discard")
        ready = told.ready and problem is None
        wanted = st.button(
            say("page_data.import"), type="primary", disabled=not ready, key="data_import", icon=":material/input:"
        )
    below = st.container()
    if problem is not None:
        errors.show(problem, draft.worded)
    data_questions.show(draft, told)
    soon = plan is not None and not (wanted or whole) and _is_small(draft, told) and data_account.count_soon(plan)
    if account is not None and not told.unanswered and not soon:
        data_account.show(account, Path(draft.shown).stem, lambda: data_account.recipe_bytes(request_of(draft, told), told))
    left, right = st.columns([1.25, 1], gap="large")
    with left:
        data_preview.show(told.proposal, told.roles, told.trial)
    with right:
        data_roles.choose(draft, told.proposal, told.roles)
        data_reading.choose(draft, told.proposal)
    data_further.show(draft, told)
    if wanted:
        with below:
            data_import.start(draft, request_of(draft, told), at_once=told.trial is not None and told.trial.whole)


def _plan(draft: Draft, told: Told) -> Plan | None:
    """Return what may be counted; None before it can be imported."""
    if not told.ready:
        return None
    return Plan(request_of(draft, told), told.proposal.n_rows, lambda questions: data_draft.change(asked=tuple(questions)))


def _is_short(told: Told) -> bool:
    """Whether it is counted before the page is drawn."""
    cells = told.proposal.n_rows * told.proposal.preview.width
    return told.trial is not None and told.trial.whole and cells <= AT_ONCE_CELLS and told.proposal.preview.width <= WIDE


def _is_small(draft: Draft, told: Told) -> bool:
    """Whether it is counted once the page stands."""
    return data_calls.is_small(draft.file, told.proposal.n_rows, told.proposal.preview.width)


def _headline(draft: Draft, told: Told, account: Account | None) -> None:
    n = count(told.proposal.n_rows if account is None or not account.whole else account.n_read, "row")
    rows = n if account is None or account.whole else say("page_data.about", n=n)
    size = data_sets.size(draft.file.stat().st_size)
    st.header(errors.plain(_finding(draft.shown, told, account)), anchor=False)
    st.caption(errors.plain(say("page_data.file", rows=rows, columns=told.proposal.preview.width, size=size)))


def _finding(file: str, told: Told, account: Account | None) -> str:
    if told.unanswered:
        return say("page_data.title.question", file=file)
    if account is None:
        return say("page_data.title.problem", file=file)
    kept, read = account.n_kept, account.n_read
    values = {"file": file, "n": count(read, "row")}
    if kept == read:
        return say("page_data.title.all" if account.whole else "page_data.title.all_so_far", **values)
    if kept < MANY * read:
        return say("page_data.title.few", kept=integer(kept), **values)
    return say("page_data.title.some" if account.whole else "page_data.title.some_so_far", kept=integer(kept), **values)


def _unreadable(draft: Draft, error: SeqrecError) -> None:
    """Say why a file cannot be read, with the ways out: read it otherwise, or take another."""
    st.header(errors.plain(say("page_data.title.unreadable", file=draft.shown)), anchor=False)
    errors.show(error, draft.worded)
    with st.container(horizontal=True):
        st.button(say("page_data.another"), on_click=data_draft.discard, type="primary", key="data_discard")
        if draft.read.model_dump(exclude_none=True):
            st.button(say("page_data.as_found"), on_click=data_reading.forget, key="data_as_found")
    if error.code in data_reading.REMEDIES:
        data_reading.choose(draft, None)
