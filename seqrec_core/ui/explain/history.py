"""The history on the Explain page: whose it is, its events as chips that can be taken out, events that can be added."""

import numpy as np
import polars as pl
import streamlit as st

from seqrec_core.errors import NotFound
from seqrec_core.explain.when import when
from seqrec_core.serving.notable import Notable
from seqrec_core.serving.what_if import Added
from seqrec_core.text import count, say
from seqrec_core.ui import context
from seqrec_core.ui.context import Context
from seqrec_core.ui.errors import plain
from seqrec_core.ui.explain import state
from seqrec_core.ui.explain.state import View

MOST_CHIPS = 15
# Hues of event types, the most frequent first; blue and orange are kept for direction.
COLORS = ("violet", "green", "yellow", "gray")


def finder(view: View, now: Context) -> None:
    """Choose a user: one worth looking at, or any by id."""
    named, others = state.users(view.ready, now)
    kinds = {one.user_id: one for one in named}
    options = list(dict.fromkeys([*kinds, view.case.user, *others]))
    key = f"explain_user_{view.ready.card.id}_{view.case.user}"
    st.selectbox(
        say("page_explain.user"),
        options,
        index=options.index(view.case.user),
        format_func=lambda user: _user(user, kinds),
        key=key,
        on_change=_open_user,
        args=(key,),
        accept_new_options=True,
        help=say("page_explain.user.help"),
    )


def _user(user: str, kinds: dict[str, Notable]) -> str:
    if user not in kinds:
        return user
    kind = kinds[user].kind.replace(" ", "_")
    return say("page_explain.user.named", kind=say(f"page_explain.kind.{kind}"), user=user)


def _open_user(key: str) -> None:
    user = st.session_state[key]
    if user:
        context.put(u=user.strip(), i=None, drop=None, add=None)


def chips(view: View) -> None:
    """Show the events, newest first; each is a button that takes it out or puts it back."""
    n = len(view.case.history)
    with st.container(gap=None):
        st.markdown(f"**{say('page_explain.history')}**")
        st.caption(say("page_explain.history.how" if n or view.what_if else "page_explain.history.empty"))
    # Chips read like a list: names on the left, ✕ on the right; Streamlit only centres.
    st.html(
        """<style>
        .st-key-explain_chips button { justify-content: flex-start; text-align: left; padding: 0.25rem 0.6rem; }
        .st-key-explain_chips button > *, .st-key-explain_chips button > * > span { width: 100%; justify-content: space-between; }
        </style>"""
    )
    with st.container(gap="xsmall", key="explain_chips"):
        for place in reversed(range(len(view.what_if.add))):
            _added_chip(view, place)
        for position in reversed(range(max(0, n - MOST_CHIPS), n)):
            _chip(view, position)
    if n > MOST_CHIPS:
        _older(view, n - MOST_CHIPS)
    _buttons(view)


def _chip(view: View, position: int) -> None:
    history = view.case.history
    is_out = position in view.what_if.drop
    age = say("page_explain.history.gone") if is_out else _age(view, position)
    code = int(history.event_types[position]) if history.event_types is not None else 0
    st.button(
        label(view, int(history.items[position]), code, age, is_out=is_out),
        key=f"chip_{view.case.user}_{position}",
        icon=":material/undo:" if is_out else ":material/close:",
        icon_position="right",
        on_click=state.toggle,
        args=(view, (position,)),
        width="stretch",
        wrap=True,
    )


def _added_chip(view: View, place: int) -> None:
    added = view.what_if.add
    names = view.ready.dataset.event_names
    code = names.index(added[place].event) if added[place].event in names else 0
    item = view.ready.dataset.vocabulary.index(added[place].item)
    st.button(
        label(view, item, code, say("page_explain.history.added")),
        key=f"added_{view.case.user}_{place}",
        icon=":material/close:",
        icon_position="right",
        on_click=state.put_what_if,
        args=(view, set(view.what_if.drop), (*added[:place], *added[place + 1 :])),
        width="stretch",
        wrap=True,
    )


def label(view: View, item: int, code: int, age: str, *, is_out: bool = False) -> str:
    """Return the Markdown of a chip: event type as a badge, title, age; names are escaped."""
    color = "gray" if is_out else COLORS[min(code, len(COLORS) - 1)]
    badge = f":{color}-badge[{plain(view.event(code))}] " if view.has_events else ""
    title = plain(view.title(item))
    return f"{badge}{f'~~{title}~~' if is_out else title} :small[:gray[{plain(age)}]]"


def _age(view: View, position: int) -> str:
    history = view.case.history
    return say("page_explain.history.newest") if position == len(history) - 1 else when(history, position, view.now)


def _older(view: View, n: int) -> None:
    """Fold the older events: a table, and one button for all of them."""
    events = count(n, "older_event")
    with st.expander(events):
        is_out = set(range(n)) <= set(view.what_if.drop)
        key = "page_explain.history.with_older" if is_out else "page_explain.history.without_older"
        st.button(say(key, events=events), key="explain_older", on_click=state.toggle, args=(view, tuple(range(n))), wrap=True)
        st.dataframe(_table(view, n), hide_index=True, height=240, key="explain_older_table")


def _table(view: View, n: int) -> pl.DataFrame:
    history = view.case.history
    positions = list(reversed(range(n)))
    table = {say("page_explain.table.event"): [view.title(int(history.items[position])) for position in positions]}
    if view.has_events and history.event_types is not None:
        table[say("page_explain.table.type")] = [view.event(int(history.event_types[position])) for position in positions]
    table[say("page_explain.table.when")] = [when(history, position, view.now) for position in positions]
    return pl.DataFrame(table)


def _buttons(view: View) -> None:
    with st.container(horizontal=True, gap="small"):
        with st.popover(say("page_explain.add"), icon=":material/add:"):
            _add(view)
        st.button(
            say("page_explain.reset"),
            key="explain_reset",
            icon=":material/restart_alt:",
            disabled=not view.what_if,
            on_click=context.put,
            kwargs={"drop": None, "add": None},
        )


def _add(view: View) -> None:
    dataset = view.ready.dataset
    often = np.argsort(-np.bincount(dataset.items, minlength=dataset.vocabulary.size)[1:], kind="stable")
    options = [dataset.vocabulary.id(int(item) + 1) for item in often[: state.MOST_OFFERED]]
    options.sort(key=view.ready.catalog.title)
    st.selectbox(
        say("page_explain.add.item"),
        options,
        format_func=view.ready.catalog.title,
        key="explain_add_item",
        accept_new_options=True,
    )
    if view.has_events:
        st.selectbox(say("page_explain.add.event"), dataset.event_names, key="explain_add_event")
    st.button(say("page_explain.add.do"), key="explain_add", type="primary", on_click=_put_added, args=(view,))


def _put_added(view: View) -> None:
    item = st.session_state["explain_add_item"]
    event = st.session_state.get("explain_add_event") or view.ready.dataset.event_names[0]
    if not item:
        return
    try:
        view.ready.dataset.vocabulary.index(item)
    except NotFound:
        by_title = {title: one for one, title in view.ready.catalog.titles.items()}
        item = by_title.get(item, item)
    state.put_what_if(view, set(view.what_if.drop), (*view.what_if.add, Added(item, event)))
