"""Name, cleaning, sessions, item file and recipe of a draft."""

import json
from collections.abc import Callable
from typing import IO, Any

import streamlit as st

from seqrec_core.data.channels import plain_name
from seqrec_core.data.recipe import request_from_recipe
from seqrec_core.errors import BadInput, SeqrecError
from seqrec_core.settings import settings
from seqrec_core.text import say
from seqrec_core.ui import errors, loaders
from seqrec_core.ui.data import draft as data_draft
from seqrec_core.ui.data import draft_set
from seqrec_core.ui.data.draft import Draft
from seqrec_core.ui.data.told import Told

RECIPE_MB = 1


def show(draft: Draft, told: Told) -> None:
    """Draw what else decides an import."""
    with st.container(border=True):
        name, into, sessions = st.columns(3, gap="medium")
        with name:
            _name(draft)
        with into:
            target(draft.id, "")
        with sessions:
            _sessions(draft, told)
        items, recipe = st.columns(2, gap="medium")
        with items:
            items_of(draft.items_shown if draft.items else "", data_draft.add_items, _without_items)
        with recipe:
            recipe_of(lambda content: apply(draft, content))


def _name(draft: Draft) -> None:
    name, raw = f"data_name_{draft.id}", f"data_raw_{draft.id}_{draft.raw}"
    given = draft.name or plain_name(draft.shown)
    st.text_input(say("page_data.name"), given, max_chars=120, key=name, on_change=_keep, args=(name, "name"))
    st.toggle(say("page_data.clean"), not draft.raw, key=raw, on_change=_keep_raw, args=(raw,), help=say("page_data.clean.help"))


def target(draft_id: str, append: str) -> None:
    """Choose whether files become a dataset of their own or are added to one.

    Args:
        draft_id: of the file that is looked at.
        append: the dataset that they are added to; "" = none.
    """
    names = {"": say("page_channels.into.own")} | {info.id: info.name for info in loaders.datasets().list()}
    key = f"data_into_{draft_id}_{append}"
    st.selectbox(
        say("page_channels.into"),
        list(names),
        index=list(names).index(append) if append in names else 0,
        format_func=lambda ref: names[ref],
        key=key,
        on_change=lambda: draft_set.add_to(st.session_state[key]),
        help=say("page_channels.into.help"),
    )


def _without_items() -> None:
    data_draft.change(items=None, items_shown="")


def _sessions(draft: Draft, told: Told) -> None:
    if "session" in told.roles:
        st.markdown(say("page_data.sessions.title"))
        st.caption(errors.plain(say("page_data.sessions.column", column=told.roles["session"])))
    elif "time" not in told.roles:
        st.markdown(say("page_data.sessions.title"))
        st.caption(say("page_data.sessions.none"))
    else:
        gap_of(draft.id, draft.gap, lambda gap: data_draft.change(gap=gap))


def gap_of(draft_id: str, gap: float | None, keep: Callable[[float], None]) -> None:
    """Choose the pause that starts a new session.

    Args:
        draft_id: of the file that is looked at.
        gap: minutes; None = the usual ones.
        keep: takes what is chosen.
    """
    key = f"data_gap_{draft_id}_{gap}"
    st.number_input(
        say("page_data.gap"), 1.0, 44_640.0, gap or settings().session_gap_minutes, 5.0, format="%g", key=key,
        on_change=lambda: keep(st.session_state[key]), help=say("page_data.gap.help"),
    )  # fmt: skip


def items_of(shown: str, add: Callable[[str, IO[bytes]], None], remove: Callable[[], None]) -> None:
    """Take a file that describes the items, or leave out the one that is there.

    Args:
        shown: what people call the one that is there; "" = none.
        add: keeps the content of one under its name.
        remove: leaves it out.
    """
    if shown:
        st.markdown(say("page_data.items.title"))
        st.caption(errors.plain(say("page_data.items.have", name=shown)))
        st.button(say("page_data.items.remove"), on_click=remove, key="data_items_remove")
        return
    number = st.session_state.get(data_draft.UPLOADER, 0)
    file = st.file_uploader(
        say("page_data.items"),
        key=f"data_items_{number}",
        max_upload_size=settings().max_upload_mb,
        help=say("page_data.items.help"),
    )
    if file is not None:
        try:
            add(file.name, file)
        except SeqrecError as error:
            errors.show(error)
        else:
            st.rerun()


def recipe_of(follow: Callable[[bytes], None]) -> None:
    """Take over what an earlier import of such files decided.

    Args:
        follow: decides as the content of a recipe says.
    """
    number = st.session_state.get(data_draft.UPLOADER, 0)
    file = st.file_uploader(
        say("page_data.recipe"),
        type="json",
        key=f"data_recipe_{number}",
        max_upload_size=RECIPE_MB,
        help=say("page_data.recipe.help"),
    )
    if file is None:
        return
    try:
        follow(file.getvalue())
    except SeqrecError as error:
        errors.show(error)
    else:
        st.session_state[data_draft.UPLOADER] = number + 1
        st.rerun()


def parsed(content: bytes) -> dict[str, Any]:
    """Return a recipe from its JSON.

    Raises:
        BadInput: this is none.
    """
    try:
        recipe = json.loads(content)
    except ValueError as error:
        raise BadInput("data", "not_a_recipe", found="–") from error
    if not isinstance(recipe, dict):
        raise BadInput("data", "not_a_recipe", found=type(recipe).__name__)
    return recipe


def apply(draft: Draft, content: bytes) -> None:
    """Decide as a recipe says: how the file is written, its columns, answers, gap and cleaning.

    Raises:
        BadInput: this is no recipe.
    """
    request = request_from_recipe(parsed(content), draft.file)
    data_draft.change(
        read=request.read,
        roles={} if request.mapping is None else request.mapping.roles(),
        answers=dict(request.answers),
        asked=(),
        gap=request.session_gap_minutes,
        raw=request.raw,
        steps=request.steps,
        without=request.without,
    )


def _keep(key: str, name: str) -> None:
    data_draft.change(**{name: st.session_state[key]})


def _keep_raw(key: str) -> None:
    data_draft.change(raw=not st.session_state[key])
