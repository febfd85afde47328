"""How a file would be read: a preview, each guess with its reason beside it, and what only a person can decide."""

from dataclasses import dataclass, replace

import streamlit as st

from seqrec_core.data.importing import Proposal
from seqrec_core.data.mapping import ColumnMapping, ImportRequest
from seqrec_core.data.trial import Trial
from seqrec_core.errors import BadInput, NeedsDecision, Question, SeqrecError
from seqrec_core.jobs.handlers.importing import plain_name
from seqrec_core.settings import settings
from seqrec_core.text import count, integer, say
from seqrec_core.ui import errors
from seqrec_core.ui.data import calls as data_calls
from seqrec_core.ui.data import draft as data_draft
from seqrec_core.ui.data import importing as data_import
from seqrec_core.ui.data import preview as data_preview
from seqrec_core.ui.data import reading as data_reading
from seqrec_core.ui.data import roles as data_roles
from seqrec_core.ui.data import sets as data_sets
from seqrec_core.ui.data.draft import Draft

MANY = 0.5  # below this share of kept rows, the columns are probably not what they are taken for


@dataclass(frozen=True)
class Told:
    """What is known of a draft.

    Args:
        proposal: as found, with the answers given so far.
        questions: all that only a person can decide; those answered already among them.
        unanswered: codes of those that still wait.
        roles: role → column, proposed or chosen.
        trial: what the beginning of the file would become; None where that cannot be said.
        problem: why not.
    """

    proposal: Proposal
    questions: tuple[Question, ...]
    roles: dict[str, str]
    unanswered: frozenset[str] = frozenset()
    trial: Trial | None = None
    problem: SeqrecError | None = None

    @property
    def open(self) -> tuple[Question, ...]:
        """Questions without an answer."""
        return tuple(question for question in self.questions if question.code in self.unanswered)


def show(draft: Draft) -> None:
    """Draw the page of a file that is about to be imported."""
    try:
        told = tell(draft)
    except SeqrecError as error:
        _unreadable(draft, error)
        return
    head, buttons = st.columns([3, 1.15], vertical_alignment="top", gap="medium")
    with head:
        _headline(draft, told)
    with buttons, st.container(horizontal=True, horizontal_alignment="right", gap="small"):
        st.button(say("page_data.discard"), on_click=data_draft.discard, key="data_discard")
        ready = told.trial is not None and not told.open and told.trial.n_kept > 0
        wanted = st.button(
            say("page_data.import"), type="primary", disabled=not ready, key="data_import", icon=":material/input:"
        )
    below = st.container()
    if told.problem is not None:
        errors.show(told.problem, draft.worded)
    _questions(draft, told)
    left, right = st.columns([1.55, 1], gap="medium")
    with right:
        data_roles.choose(draft, told.proposal, told.roles)
    with left:
        data_reading.choose(draft, told.proposal)
        data_preview.show(told.proposal, told.roles, told.trial)
    _further(draft, told)
    if wanted:
        with below:
            data_import.start(draft, request(draft, told), at_once=told.trial is not None and told.trial.whole)


def tell(draft: Draft) -> Told:
    """Find out all about a draft.

    Raises:
        NotFound, BadInput: the file cannot be read at all.
    """
    asked = data_calls.proposal(draft.file, draft.read, {})
    proposal = data_calls.proposal(draft.file, draft.read, draft.answers)
    questions = {question.code: question for question in (*asked.questions, *proposal.questions, *draft.asked)}
    waiting = {question.code for question in proposal.questions} | {question.code for question in draft.asked}
    roles = data_roles.roles_of(draft, proposal)
    told = Told(proposal, tuple(questions.values()), roles, frozenset(waiting - set(draft.answers)))
    try:
        return _tried(draft, told)
    except SeqrecError as error:
        return replace(told, problem=error)
    except NeedsDecision:
        return told


def _tried(draft: Draft, told: Told) -> Told:
    if "user" not in told.roles:
        raise BadInput("data", "no_user_column", found=", ".join(told.proposal.preview.columns[:30]))
    answers = {question.code: question.options[0][0] for question in told.questions if question.options} | draft.answers
    trial = data_calls.tried(draft.file, ColumnMapping(**told.roles), draft.read, answers, draft.raw)
    return replace(told, trial=trial)


def request(draft: Draft, told: Told) -> ImportRequest:
    """Return what is to be imported, with everything that was found or chosen."""
    codes = {question.code for question in told.questions}
    columns = {f"column_{role}": column for role, column in told.roles.items() if f"column_{role}" in codes}
    gap = draft.gap or settings().session_gap_minutes
    return ImportRequest(
        path=draft.file,
        items_path=draft.items,
        source=draft.shown,
        items_source=draft.items_shown or None,
        name=draft.name.strip() or plain_name(draft.shown),
        mapping=ColumnMapping(**told.roles),
        read=draft.read,
        session_gap_minutes=None if "session" in told.roles or "time" not in told.roles else gap,
        raw=draft.raw,
        answers={code: answer for code, answer in (draft.answers | columns).items() if code in codes},
    )


def _headline(draft: Draft, told: Told) -> None:
    n = count(told.proposal.n_rows, "row")
    rows = n if told.trial is None or told.trial.whole else say("page_data.about", n=n)
    st.header(errors.plain(_finding(draft.shown, told)), anchor=False)
    size = data_sets.size(draft.file.stat().st_size)
    st.caption(errors.plain(say("page_data.file", rows=rows, columns=told.proposal.preview.width, size=size)))


def _finding(file: str, told: Told) -> str:
    if told.open:
        return say("page_data.title.question", file=file)
    if told.trial is None:
        return say("page_data.title.problem", file=file)
    kept, read = told.trial.n_kept, told.trial.n_read
    values = {"file": file, "n": count(read, "row")}
    if kept == read:
        return say("page_data.title.all" if told.trial.whole else "page_data.title.all_so_far", **values)
    if kept < MANY * read:
        return say("page_data.title.few", kept=integer(kept), **values)
    return say("page_data.title.some" if told.trial.whole else "page_data.title.some_so_far", kept=integer(kept), **values)


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


def _questions(draft: Draft, told: Told) -> None:
    for question in told.questions:
        answers = [answer for answer, _ in question.options]
        given = draft.answers.get(question.code)
        key = f"data_answer_{draft.id}_{question.code}"
        with st.container(border=True):
            st.radio(
                errors.plain(question.message),
                answers,
                index=answers.index(given) if given in answers else None,
                captions=[errors.plain(meaning) for _, meaning in question.options],
                format_func=_answer_label,
                key=key,
                horizontal=True,
                on_change=_answer,
                args=(question.code, key),
            )


def _answer_label(answer: str) -> str:
    """Name an answer for people: the two orders of a date in words, all others as they are."""
    return say(f"page_data.answer.{answer}") if answer in ("dmy", "mdy") else errors.plain(answer)


def _answer(code: str, key: str) -> None:
    draft = data_draft.current()
    if draft is not None:
        roles = {role: column for role, column in draft.roles.items() if code != f"column_{role}"}
        data_draft.change(answers={**draft.answers, code: st.session_state[key]}, roles=roles)


def _further(draft: Draft, told: Told) -> None:
    """Name, sessions, cleaning and the item file."""
    with st.container(border=True):
        name, sessions, items = st.columns([1, 1.1, 1.3], gap="medium")
        with name:
            _name(draft)
        with sessions:
            _sessions(draft, told)
        with items:
            _items(draft)


def _name(draft: Draft) -> None:
    name, raw = f"data_name_{draft.id}", f"data_raw_{draft.id}"
    given = draft.name or plain_name(draft.shown)
    st.text_input(say("page_data.name"), given, max_chars=120, key=name, on_change=_keep, args=(name, "name"))
    st.toggle(say("page_data.clean"), not draft.raw, key=raw, on_change=_keep_raw, args=(raw,), help=say("page_data.clean.help"))


def _sessions(draft: Draft, told: Told) -> None:
    if "session" in told.roles:
        st.markdown(say("page_data.sessions.title"))
        st.caption(errors.plain(say("page_data.sessions.column", column=told.roles["session"])))
    elif "time" not in told.roles:
        st.markdown(say("page_data.sessions.title"))
        st.caption(say("page_data.sessions.none"))
    else:
        key = f"data_gap_{draft.id}"
        usual = draft.gap or settings().session_gap_minutes
        st.number_input(
            say("page_data.gap"), 1.0, 44_640.0, usual, 5.0, format="%g", key=key, on_change=_keep, args=(key, "gap"),
            help=say("page_data.gap.help"),
        )  # fmt: skip


def _items(draft: Draft) -> None:
    if draft.items is not None:
        st.markdown(say("page_data.items.title"))
        st.caption(errors.plain(say("page_data.items.have", name=draft.items_shown)))
        st.button(
            say("page_data.items.remove"),
            on_click=data_draft.change,
            kwargs={"items": None, "items_shown": ""},
            key="data_items_remove",
        )
        return
    number = st.session_state.get(data_draft.UPLOADER, 0)
    file = st.file_uploader(
        say("page_data.items"),
        key=f"data_items_{number}",
        max_upload_size=settings().max_upload_mb,
        help=say("page_data.items.help"),
    )
    if file is not None:
        data_draft.add_items(file.name, file)
        st.rerun()


def _keep(key: str, name: str) -> None:
    data_draft.change(**{name: st.session_state[key]})


def _keep_raw(key: str) -> None:
    data_draft.change(raw=not st.session_state[key])
