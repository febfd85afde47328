"""The recipe of a dataset as a list: each step with what it left and a switch, and what the switch would change."""

import json

import streamlit as st

from seqrec_core.data.again import Terms
from seqrec_core.data.report import ImportReport
from seqrec_core.data.steps.effect import Counts
from seqrec_core.data.steps.types import Effect, Step, steps_of
from seqrec_core.errors import SeqrecError
from seqrec_core.text import count, integer, percent, say, signed
from seqrec_core.ui import errors
from seqrec_core.ui.context import Context
from seqrec_core.ui.data import calls as data_calls
from seqrec_core.ui.data import cleaning_jobs, recipe_add, recipe_draft
from seqrec_core.ui.data import reading as data_reading
from seqrec_core.ui.data import recipe_calls as calls
from seqrec_core.ui.data.recipe_draft import RecipeDraft

WIDTHS = (2.6, 2.1, 1.9)
MOST_LISTED = 12
RECIPE_MB = 1
UPLOADER = "data_recipe_apply"


def show(now: Context) -> None:
    """Draw the recipe, what was proposed and not done, further steps, and the ways to keep or take over a recipe."""
    report = data_calls.report(now.dataset)
    draft = recipe_draft.current(now.dataset.id, report.steps)
    st.subheader(errors.plain(_finding(report)), anchor=False)
    st.caption(say("page_cleaning.subtitle"))
    _before_steps(report)
    is_tried = calls.is_tried(now.dataset)
    if not is_tried:
        st.caption(say("page_cleaning.too_large", n=integer(calls.MOST_EVENTS)))
    number = 2
    for step, effect in zip(report.steps, report.effects, strict=True):
        _step(now, draft, step, effect, number, is_tried)
        number += 1
    _proposed(now, draft, report, is_tried)
    recipe_add.show(now, draft, is_tried)
    _pending(now, draft, is_tried)
    _files(now, report)


def _finding(report: ImportReport) -> str:
    left = sum(effect.rows_removed for effect in report.effects)
    done = sum(1 for effect in report.effects if effect.rows_removed or effect.changed)
    if not report.effects:
        return say("page_cleaning.none")
    before = report.effects[0].rows_before
    values = {"n": count(len(report.effects), "step"), "left": count(left, "event"), "share": percent(left / max(1, before))}
    return say("page_cleaning.title" if done else "page_cleaning.title.nothing", **values)


def _before_steps(report: ImportReport) -> None:
    """Say how the file was read, which is the first step of all, and what could not be an event."""
    first = report.effects[0].rows_before if report.effects else report.rows_kept
    read = report.recipe.get("read")
    with st.container(border=True):
        left, right = st.columns([2.6, 4], gap="small", vertical_alignment="center")
        left.markdown(say("page_cleaning.number", n=1, name=say("page_cleaning.read")))
        told = data_reading.told(read if isinstance(read, dict) else {})
        right.caption(told)
        right.markdown(say("page_cleaning.read.rows", before=integer(report.rows_read), after=integer(first)))


def _step(now: Context, draft: RecipeDraft, step: Step, effect: Effect, number: int, is_tried: bool) -> None:
    """Draw a step that was done."""
    with st.container(border=True):
        left, middle, right = st.columns(WIDTHS, gap="small", vertical_alignment="center")
        with left:
            _switch(draft, step, say("page_cleaning.number", n=number, name=title(step)))
            settings(step)
        middle.markdown(_counts(effect))
        with right:
            _would(now, step, is_tried)


def _switch(draft: RecipeDraft, step: Step, label: str) -> None:
    """Draw the switch of a step; it changes the draft alone."""
    key = f"data_step_{draft.dataset}_{step.name}_{draft.changes}"
    on = step.name in {one.name for one in draft.steps}
    st.toggle(label, on, key=key, on_change=_switched, args=(step, key))


def _switched(step: Step, key: str) -> None:
    recipe_draft.switch(step, st.session_state[key])


def title(step: Step) -> str:
    """Name a step for people."""
    return say(f"page_cleaning.step.{step.name}")


def settings(step: Step) -> None:
    """Say what a step is told: thresholds, codes, spellings."""
    told = step.model_dump(mode="json", exclude={"name"}, exclude_none=True)
    parts = [say("page_cleaning.setting", name=_words(name), value=_listed(value)) for name, value in told.items() if value]
    if parts:
        st.caption(errors.plain(" · ".join(parts)))


def _words(name: str) -> str:
    return say(f"page_cleaning.setting.{name}")


def _listed(value: object) -> str:
    """Write a setting: lists and pairs up to some entries."""
    if value is True:
        return say("page_cleaning.yes")
    if isinstance(value, dict):
        value = [f"{old} → {new}" for old, new in value.items()]
    if isinstance(value, list):
        more = len(value) - MOST_LISTED
        shown = ", ".join(str(one) for one in value[:MOST_LISTED])
        return say("page_cleaning.listed", shown=shown, n=more) if more > 0 else shown
    return f"{value:g}" if isinstance(value, float) else str(value)


def _counts(effect: Effect) -> str:
    """Say how many there were and are."""
    if not effect.rows_removed and not effect.changed:
        return say("page_cleaning.found_nothing", n=integer(effect.rows_after))
    parts = []
    if effect.rows_removed:
        before_after = (
            ("events", effect.rows_before, effect.rows_after),
            ("users", effect.users_before, effect.users_after),
            ("items", effect.items_before, effect.items_after),
        )
        parts = [
            say(f"page_cleaning.counts.{name}", before=integer(before), after=integer(after))
            for name, before, after in before_after
            if before != after
        ]
    if effect.changed:
        parts.append(say("page_cleaning.counts.changed", n=count(effect.changed, "event")))
    return "  \n".join(parts)


def _would(now: Context, step: Step, is_tried: bool) -> None:
    """Say what switching a step would do, before it is done."""
    if not is_tried:
        return
    try:
        with st.spinner(say("page_cleaning.trying")):
            found = calls.effect(now.dataset, step)
    except SeqrecError as error:
        st.caption(errors.plain(error.message))
        return
    key = "page_cleaning.without" if found.on else "page_cleaning.with"
    st.caption(say(key, change=changes(found.before, found.after, found.changed)))


def changes(before: Counts, after: Counts, changed: int = 0) -> str:
    """Say the difference: '−1,234 events, −12 users'."""
    pairs = (("events", before.rows, after.rows), ("users", before.users, after.users), ("items", before.items, after.items))
    parts = [say(f"page_cleaning.change.{name}", n=signed(new - old, 0)) for name, old, new in pairs if new != old]
    if changed:
        parts.append(say("page_cleaning.change.changed", n=integer(changed)))
    return ", ".join(parts) or say("page_cleaning.change.none")


def _proposed(now: Context, draft: RecipeDraft, report: ImportReport, is_tried: bool) -> None:
    """Draw what the log suggests and was not done, and what is switched on beyond the recipe."""
    done = {step.name for step in report.steps}
    found = {proposed.name: proposed for proposed in report.proposed if proposed.name not in done}
    wanted: dict[str, Step] = {step.name: step for step in draft.steps if step.name not in done}
    for name in dict.fromkeys((*found, *wanted)):
        step = wanted.get(name) or steps_of([found[name].step])[0]
        with st.container(border=True):
            left, middle, right = st.columns(WIDTHS, gap="small", vertical_alignment="center")
            with left:
                _switch(
                    draft, step, say("page_cleaning.further" if name in wanted else "page_cleaning.suggested", name=title(step))
                )
                settings(step)
            if name in found:
                middle.caption(errors.plain(found[name].sentence))
            with right:
                _would(now, step, is_tried)


def _pending(now: Context, draft: RecipeDraft, is_tried: bool) -> None:
    """Say what all changes together would do, and offer to do them, or to take them back."""
    if len(draft.history) == 1:
        return
    with st.container(border=True, key="data_recipe_pending"):
        if draft.is_changed and is_tried:
            try:
                with st.spinner(say("page_cleaning.trying")):
                    before, after = calls.outcome(now.dataset, draft.steps)
            except SeqrecError as error:
                errors.show(error)
            else:
                st.markdown(say("page_cleaning.pending", change=changes(before, after), n=integer(after.rows)))
        elif draft.is_changed:
            st.markdown(say("page_cleaning.pending.untried"))
        else:
            st.markdown(say("page_cleaning.pending.same"))
        with st.container(horizontal=True, gap="small"):
            if st.button(say("page_cleaning.do"), key="data_recipe_do", type="primary", disabled=not draft.is_changed):
                old = Terms.of(data_calls.report(now.dataset))
                apply(now, Terms(draft.steps, old.gap, old.whole))
            st.button(say("page_cleaning.undo"), key="data_recipe_undo", icon=":material/undo:", on_click=recipe_draft.undo)
            st.button(say("page_cleaning.clear"), key="data_recipe_clear", on_click=recipe_draft.clear, type="tertiary")


def apply(now: Context, terms: Terms, name: str = "") -> None:
    """Make the dataset anew: a short one at once, and open it; a longer one by the worker. The one before stays."""
    try:
        if calls.is_at_once(now.dataset):
            with st.spinner(say("page_cleaning.working"), show_time=True):
                made = calls.make(now.dataset, terms, name)
            cleaning_jobs.opened(now.dataset.id, made.info.id)
        else:
            cleaning_jobs.begin(now.dataset, terms, name)
            recipe_draft.clear()
    except SeqrecError as error:
        errors.show(error)
        return
    st.rerun(scope="app")


def _files(now: Context, report: ImportReport) -> None:
    """Give the recipe away, or take the steps of another one over."""
    left, right = st.columns([1, 1.6], gap="medium", vertical_alignment="top")
    with left:
        st.download_button(
            say("page_cleaning.download"),
            data=lambda: json.dumps(report.recipe, indent=1, ensure_ascii=False).encode(),
            file_name=f"{now.dataset.name[:60]}-recipe.json",
            mime="application/json",
            key="data_recipe_download",
            on_click="ignore",
            icon=":material/download:",
            help=say("page_data.export.recipe.help"),
        )
        st.caption(say("page_cleaning.download.about"))
    number = st.session_state.get(UPLOADER, 0)
    with right:
        file = st.file_uploader(
            say("page_cleaning.upload"),
            type="json",
            key=f"{UPLOADER}_{now.dataset.id}_{number}",
            max_upload_size=RECIPE_MB,
            help=say("page_cleaning.upload.help"),
        )
    if file is None:
        return
    try:
        recipe_draft.put(calls.steps_of_recipe(file.getvalue()))
    except SeqrecError as error:
        errors.show(error)
        return
    st.session_state[UPLOADER] = number + 1
    st.rerun()
