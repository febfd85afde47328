"""What only a person can decide about a file: each answer with what would differ under it."""

import polars as pl
import streamlit as st

from seqrec_core.data.candidates import role_asked
from seqrec_core.errors import NeedsDecision, Question, SeqrecError
from seqrec_core.text import has_sentence, say
from seqrec_core.ui import errors
from seqrec_core.ui.data import draft as data_draft
from seqrec_core.ui.data import preview as data_preview
from seqrec_core.ui.data.draft import Draft
from seqrec_core.ui.data.told import Told, tried_with

MOST_COMPARED = 4  # answers whose rows are shown side by side
MOST_ROWS = 3
SKIPPED = "skip_lines"


def show(draft: Draft, told: Told) -> None:
    """Draw all questions, those answered already too."""
    for question in told.questions:
        with st.container(border=True):
            _choice(draft, question)
            if 1 < len(question.options) <= MOST_COMPARED:
                _compare(draft, told, question)


def _choice(draft: Draft, question: Question) -> None:
    answers = [answer for answer, _ in question.options]
    given = draft.answers.get(question.code)
    key = f"data_answer_{draft.id}_{question.code}_{given}"
    st.radio(
        errors.plain(question.message),
        answers,
        index=answers.index(given) if given in answers else None,
        captions=[errors.plain(meaning) for _, meaning in question.options],
        format_func=lambda answer: _label(question.code, answer),
        key=key,
        horizontal=True,
        on_change=_answer,
        args=(question.code, key),
    )


def _label(code: str, answer: str) -> str:
    """Name an answer for people: where the catalogue has words for it, in these."""
    if code == SKIPPED and answer.isdigit():
        return say("page_data.answer.line", n=int(answer) + 1)
    key = f"page_data.answer.{answer}"
    return say(key) if has_sentence(key) else errors.plain(answer)


def _answer(code: str, key: str) -> None:
    draft = data_draft.current()
    if draft is not None:
        roles = {role: column for role, column in draft.roles.items() if role != role_asked(code)}
        data_draft.change(answers={**draft.answers, code: st.session_state[key]}, roles=roles)


def _compare(draft: Draft, told: Told, question: Question) -> None:
    """Show the first rows that differ between the answers, as the events they would become."""
    tables = [_events(draft, told, question.code, answer) for answer, _ in question.options]
    rows = differing(tables)
    if not rows:
        return
    st.caption(say("page_data.question.differ"))
    for cell, (answer, _), table in zip(st.columns(len(tables), gap="small"), question.options, tables, strict=True):
        with cell:
            st.caption(f"**{_label(question.code, answer)}**")
            if table is None:
                st.caption(say("page_data.question.none"))
                continue
            shown = table[[row for row in rows if row < table.height]]
            named = data_preview.columns(shown)
            st.dataframe(shown, hide_index=True, column_config=named, key=f"data_differ_{draft.id}_{question.code}_{answer}")


def _events(draft: Draft, told: Told, code: str, answer: str) -> pl.DataFrame | None:
    """Return the first events under an answer; None where the file is no log under it."""
    try:
        return tried_with(draft, told, {code: answer}).events
    except (SeqrecError, NeedsDecision):
        return None


def differing(tables: list[pl.DataFrame | None]) -> list[int]:
    """Return the numbers of the first rows that are not the same in all tables."""
    there = [table.rows() for table in tables if table is not None]
    longest = max((len(rows) for rows in there), default=0)
    seen = [{rows[n] if n < len(rows) else None for rows in there} for n in range(longest)]
    if len(there) < len(tables):
        return list(range(min(MOST_ROWS, longest)))
    return [n for n, values in enumerate(seen) if len(values) > 1][:MOST_ROWS]
