"""Name, cleaning, sessions, item file and recipe of a draft."""

import json

import streamlit as st

from seqrec_core.data.channels import plain_name
from seqrec_core.data.recipe import request_from_recipe
from seqrec_core.errors import BadInput, SeqrecError
from seqrec_core.settings import settings
from seqrec_core.text import say
from seqrec_core.ui import errors
from seqrec_core.ui.data import draft as data_draft
from seqrec_core.ui.data.draft import Draft
from seqrec_core.ui.data.told import Told

RECIPE_MB = 1
PROBLEM = "data_recipe_problem"


def show(draft: Draft, told: Told) -> None:
    """Draw what else decides an import."""
    with st.container(border=True):
        name, sessions, items, recipe = st.columns([1, 1, 1.25, 1.25], gap="medium")
        with name:
            _name(draft)
        with sessions:
            _sessions(draft, told)
        with items:
            _items(draft)
        with recipe:
            _recipe(draft)


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
        nothing = {"items": None, "items_shown": ""}
        st.button(say("page_data.items.remove"), on_click=data_draft.change, kwargs=nothing, key="data_items_remove")
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
            data_draft.add_items(file.name, file)
        except SeqrecError as error:
            errors.show(error)
        else:
            st.rerun()


def _recipe(draft: Draft) -> None:
    """Take over what an earlier import of such a file decided."""
    number = st.session_state.get(data_draft.UPLOADER, 0)
    key = f"data_recipe_{number}"
    file = st.file_uploader(
        say("page_data.recipe"),
        type="json",
        key=key,
        max_upload_size=RECIPE_MB,
        help=say("page_data.recipe.help"),
    )
    if file is None:
        return
    try:
        apply(draft, file.getvalue())
    except SeqrecError as error:
        errors.show(error)
    else:
        st.session_state[data_draft.UPLOADER] = number + 1
        st.rerun()


def apply(draft: Draft, content: bytes) -> None:
    """Decide as a recipe says: how the file is written, its columns, answers, gap and cleaning.

    Raises:
        BadInput: this is no recipe.
    """
    try:
        recipe = json.loads(content)
    except ValueError as error:
        raise BadInput("data", "not_a_recipe", found="–") from error
    if not isinstance(recipe, dict):
        raise BadInput("data", "not_a_recipe", found=type(recipe).__name__)
    request = request_from_recipe(recipe, draft.file)
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
