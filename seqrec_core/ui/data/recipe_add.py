"""Add a step of cleaning that the log does not suggest: choose it, set it, see what it would do, switch it on."""

from collections.abc import Callable

import streamlit as st

from seqrec_core.data.steps.types import (
    Bots,
    CollapseRepeats,
    HideEvents,
    KCore,
    MergeEvents,
    MinHistory,
    Step,
)
from seqrec_core.errors import SeqrecError
from seqrec_core.text import say
from seqrec_core.ui import errors
from seqrec_core.ui.context import Context
from seqrec_core.ui.data import recipe, recipe_draft
from seqrec_core.ui.data import recipe_calls as calls
from seqrec_core.ui.data.recipe_draft import RecipeDraft


def show(now: Context, draft: RecipeDraft, is_tried: bool) -> None:
    """Draw the form."""
    kinds: dict[str, Callable[[Context], Step | None]] = {
        "min_history": _min_history,
        "k_core": _k_core,
        "collapse_repeats": _collapse,
        "bots": _bots,
    }
    if now.dataset.has_event_types:
        kinds |= {"hide_events": _hide, "merge_events": _merge}
    with st.expander(say("page_cleaning.add"), key="data_recipe_add", on_change="rerun") as opened:
        if not opened.open:
            return
        left, right = st.columns([1, 2.2], gap="medium", vertical_alignment="top")
        with left:
            kind = st.selectbox(
                say("page_cleaning.add.which"),
                list(kinds),
                format_func=lambda name: say(f"page_cleaning.step.{name}"),
                key="data_step_kind",
            )
        with right:
            step = kinds[kind](now)
        st.caption(say(f"page_cleaning.about.{kind}"))
        if step is None:
            return
        if is_tried:
            try:
                with st.spinner(say("page_cleaning.trying")):
                    before, after = (
                        calls.outcome(now.dataset, steps)[1] for steps in (draft.steps, recipe_draft.with_step(draft, step))
                    )
            except SeqrecError as error:
                errors.show(error)
                return
            would = "page_cleaning.add.would_more" if draft.is_changed else "page_cleaning.add.would"
            st.markdown(say(would, change=recipe.changes(before, after)))
        label = say("page_cleaning.add.do")
        st.button(label, key="data_step_add", icon=":material/add:", on_click=recipe_draft.switch, args=(step, True))


def _min_history(now: Context) -> Step:
    n = st.number_input(say("page_cleaning.least_events"), 1, 1000, 3, key="data_step_min")
    return MinHistory(events=int(n))


def _k_core(now: Context) -> Step:
    left, right = st.columns(2, gap="small")
    users = left.number_input(say("page_cleaning.least_of_user"), 1, 1000, 5, key="data_step_users")
    items = right.number_input(say("page_cleaning.least_of_item"), 1, 1000, 5, key="data_step_items")
    return KCore(users=int(users), items=int(items))


def _collapse(now: Context) -> Step:
    seconds = st.number_input(
        say("page_cleaning.within"), 0, 86_400, 0, key="data_step_within", help=say("page_cleaning.within.help")
    )
    return CollapseRepeats(within_seconds=float(seconds) if seconds else None)


def _bots(now: Context) -> Step:
    left, right = st.columns(2, gap="small")
    least = left.number_input(say("page_cleaning.bots.events"), 2, 1_000_000, 100, key="data_step_bot_events")
    pause = right.number_input(say("page_cleaning.bots.pause"), 0.1, 60.0, 3.0, format="%g", key="data_step_bot_pause")
    return Bots(min_events=int(least), max_pause=float(pause))


def _hide(now: Context) -> Step | None:
    types = st.multiselect(say("page_cleaning.merge.old"), list(now.dataset.event_types), key=f"data_step_hide_{now.dataset.id}")
    return HideEvents(types=tuple(types)) if types else None


def _merge(now: Context) -> Step | None:
    left, right = st.columns([2, 1], gap="small")
    types = left.multiselect(
        say("page_cleaning.merge.old"), list(now.dataset.event_types), key=f"data_step_merge_{now.dataset.id}"
    )
    name = right.text_input(say("page_cleaning.merge.new"), key="data_step_merge_name", max_chars=100).strip()
    into = {old: name for old in types if old != name}
    return MergeEvents(into=into) if name and into else None
