"""What the columns of a file mean: each role with its column, how sure that is, and why."""

import streamlit as st

from seqrec_core.data.importing import Proposal
from seqrec_core.errors import BadInput
from seqrec_core.text import percent, say
from seqrec_core.ui import errors
from seqrec_core.ui.data import draft as data_draft
from seqrec_core.ui.data.draft import NO_COLUMN, Draft

NEEDED = ("user", "item", "event", "time")
FURTHER = ("session", "order", "value")
# One colour a role; blue and red are kept for direction.
COLORS = {"user": "violet", "item": "green", "event": "orange", "time": "yellow"}


def roles_of(draft: Draft, proposal: Proposal) -> dict[str, str]:
    """Return role → column: as proposed, with what a person chose on top."""
    there = set(proposal.preview.columns) | set(proposal.roles.values())
    chosen = {role: column for role, column in draft.roles.items() if column in there}
    try:
        roles = proposal.mapping_with(chosen).roles()
    except BadInput:
        roles = {**proposal.roles, **chosen}
    return {role: column for role, column in roles.items() if draft.roles.get(role) != NO_COLUMN}


def choose(draft: Draft, proposal: Proposal, roles: dict[str, str]) -> None:
    """Draw the roles, the needed ones first."""
    st.markdown(say("page_data.roles"))
    columns = [NO_COLUMN, *proposal.preview.columns]
    columns += [column for column in proposal.roles.values() if column not in columns]
    for pair in (NEEDED[:2], NEEDED[2:]):
        for cell, role in zip(st.columns(2, gap="small"), pair, strict=True):
            with cell:
                _role(draft, proposal, roles, role, columns)
    known = ", ".join(say(f"page_data.role.{role}.short") for role in FURTHER if role in roles)
    label = say("page_data.roles.more", known=known) if known else say("page_data.roles.more.none")
    with st.expander(errors.plain(label)):
        for role in FURTHER:
            _role(draft, proposal, roles, role, columns)


def _role(draft: Draft, proposal: Proposal, roles: dict[str, str], role: str, columns: list[str]) -> None:
    column = roles.get(role, NO_COLUMN)
    key = f"data_role_{draft.id}_{role}_{column}_{len(columns)}"
    st.selectbox(
        say(f"page_data.role.{role}"),
        columns,
        index=columns.index(column),
        format_func=lambda name: name or say("page_data.role.none"),
        key=key,
        on_change=_put,
        args=(key, role),
    )
    st.caption(errors.plain(_reason(draft, proposal, role, column)))


def _reason(draft: Draft, proposal: Proposal, role: str, column: str) -> str:
    """Say why a role has its column."""
    for evidence in proposal.evidence:
        if evidence.part == role and evidence.value == column:
            return say("page_data.role.why", share=percent(evidence.confidence, 0), reason=evidence.reason)
    if column and draft.roles.get(role) == column:
        return say("page_data.role.chosen")
    if column:
        return say("page_data.role.answered")
    return say(f"page_data.role.{role}.missing")


def _put(key: str, role: str) -> None:
    draft = data_draft.current()
    if draft is not None:
        data_draft.change(roles={**draft.roles, role: st.session_state[key]})


def badges(roles: dict[str, str]) -> str:
    """Write the roles as a line of badges: 'user: 用户编号', in Markdown."""
    return " ".join(f":{COLORS.get(role, 'gray')}-badge[{_badge(role, column)}]" for role, column in roles.items())


def _badge(role: str, column: str) -> str:
    return errors.plain(say("page_data.badge", role=say(f"page_data.role.{role}.short"), column=column))


def label(column: str, roles: dict[str, str]) -> str:
    """Name a column of the preview with the role that it plays."""
    played = [say(f"page_data.role.{role}.short") for role, name in roles.items() if column in (name, *name.split("+"))]
    return say("page_data.preview.column", column=column, role=", ".join(played)) if played else column
