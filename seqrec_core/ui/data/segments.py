"""Segments: those that are saved, an editor that shows the size of a rule at once, and what sets a group apart."""

import streamlit as st

from seqrec_core.data.features.source import Source
from seqrec_core.errors import BadInput, SeqrecError
from seqrec_core.segments.grammar import parse
from seqrec_core.segments.preview import Preview
from seqrec_core.segments.rules import suggested_unit
from seqrec_core.segments.types import Segment
from seqrec_core.text import count, integer, percent, say
from seqrec_core.ui import context, errors, loaders
from seqrec_core.ui.context import SAVED, Context
from seqrec_core.ui.data import segment_calls as calls
from seqrec_core.ui.data import segment_draft, segment_pickers, segment_rest
from seqrec_core.ui.data.segment_draft import SegmentDraft, has_more

WIDTHS = (2.2, 3, 1.5, 2.6)
SAID = "data_segment_said"
MARK = "^"


def show(now: Context) -> None:
    """Draw the room."""
    said = st.session_state.pop(SAID, "")
    if said:
        st.success(errors.plain(said), icon=":material/check_circle:")
    _saved(now)
    st.fragment(_editor)(now)


def _saved(now: Context) -> None:
    """List the saved segments with their sizes."""
    saved = loaders.saved_segments(now.dataset.id)
    st.subheader(say("page_segments.saved" if saved else "page_segments.saved.none", n=len(saved)), anchor=False)
    st.caption(say("page_segments.saved.about"))
    for name, segment in saved.items():
        with st.container(border=True):
            _row(now, name, segment)


def _row(now: Context, name: str, segment: Segment) -> None:
    cells = st.columns(WIDTHS, vertical_alignment="center", gap="small")
    here = context.get("seg") == f"{SAVED}{name}"
    plain = errors.plain(name)
    cells[0].markdown(say("page_segments.here", name=plain) if here else f"**{plain}**")
    with cells[1]:
        if segment.rule:
            st.code(segment.rule, language=None, wrap_lines=True)
        more = told_more(segment)
        if more:
            st.caption(errors.plain(more))
    try:
        found = calls.size(now.dataset, segment)
        cells[2].caption(say("page_segments.size", sessions=count(found.sessions, "session"), users=count(found.users, "user")))
    except SeqrecError as error:
        cells[2].caption(errors.plain(error.message))
    with cells[3], st.container(horizontal=True, horizontal_alignment="right", gap="xsmall"):
        _actions(now, name, segment, here)


def _actions(now: Context, name: str, segment: Segment, here: bool) -> None:
    """Use, change, rename or delete a segment."""
    if here:
        st.button(say("ui.show_everyone"), key=f"segment_all_{name}", on_click=context.put, kwargs={"seg": None})
    else:
        use = {"seg": f"{SAVED}{name}"}
        st.button(say("page_segments.use"), key=f"segment_use_{name}", on_click=context.put, kwargs=use, type="primary")
    change = (now.dataset.id, segment)
    st.button(say("page_segments.open"), key=f"segment_open_{name}", on_click=segment_draft.take_up, args=change)
    _rename(now, name, here)
    with st.popover(say("page_segments.delete"), type="tertiary"):
        st.markdown(errors.plain(say("page_segments.delete.about", name=name)))
        if st.button(say("page_segments.delete.do"), key=f"segment_delete_{name}", type="primary"):
            loaders.segments().delete(now.dataset.id, name)
            if here:
                context.put(seg=None)
            st.rerun()


def _rename(now: Context, name: str, here: bool) -> None:
    with st.popover(say("page_data.sets.rename"), type="tertiary"):
        key = f"segment_rename_{name}"
        st.text_input(say("page_data.name"), name, key=key, max_chars=200)
        if not st.button(say("page_data.sets.rename.do"), key=f"segment_rename_do_{name}", type="primary"):
            return
        try:
            renamed = loaders.segments().rename(now.dataset.id, name, st.session_state[key])
        except SeqrecError as error:
            errors.show(error)
            return
        if here:
            context.put(seg=f"{SAVED}{renamed.name}")
        if segment_draft.current(now.dataset.id).name == name:
            segment_draft.clear(now.dataset.id)
        st.rerun()


def told_more(segment: Segment) -> str:
    """Say what a segment asks for besides its rule."""
    parts = [say("page_segments.more.where", column=column, value=value) for column, value in segment.where.items()]
    if segment.start is not None or segment.end is not None:
        start, end = (("…" if day is None else day.date().isoformat()) for day in (segment.start, segment.end))
        parts.append(say("page_segments.more.period", start=start, end=end))
    if segment.sessions is not None:
        parts.append(say("page_segments.more.sessions", n=count(len(segment.sessions), "session")))
    return " · ".join(parts)


def _editor(now: Context) -> None:
    """Draw the editor: name, whom it speaks of, pickers, the rule as text, its size, and what to do with it."""
    draft = segment_draft.current(now.dataset.id)
    title = "page_segments.editor" if draft.base is None else "page_segments.editor.open"
    name = "" if draft.base is None else draft.base.name
    st.subheader(errors.plain(say(title, name=name)), anchor=False)
    if draft.is_empty:
        _starters(now)
    with st.container(border=True):
        _head(draft)
        segment_pickers.show(now, draft)
        key = f"segment_rule_{draft.version}"
        st.text_area(
            say("page_segments.rule"),
            draft.rule,
            key=key,
            height=90,
            max_chars=2_000,
            placeholder=say("page_segments.rule.example"),
            help=say("page_segments.rule.help"),
            on_change=_typed,
            args=(now, key),
        )
        if draft.base is not None and has_more(draft.base):
            st.caption(errors.plain(say("page_segments.also", more=told_more(draft.base))))
        _result(now, draft)


def _typed(now: Context, key: str) -> None:
    """Take over a typed rule; where it names what only users have, it speaks of users."""
    rule = st.session_state[key]
    segment_draft.change(now.dataset.id, rule=rule)
    try:
        loaded = loaders.arrays(now.dataset)
        unit = suggested_unit(parse(rule), Source(loaded.log, loaded.arrays)) if rule.strip() else "session"
    except SeqrecError:
        return
    if unit == "user":
        segment_draft.change(now.dataset.id, unit=unit)


def _starters(now: Context) -> None:
    """Offer rules to begin with."""
    with errors.shown():
        found = calls.first_rules(now.dataset)
    if not found:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.caption(say("page_segments.starters"), width="content")
        for starter in found:
            label = say("page_segments.starter", rule=starter.rule, n=count(starter.n, starter.unit))
            st.button(
                errors.plain(label),
                key=f"segment_starter_{starter.rule}",
                on_click=segment_draft.write,
                args=(now.dataset.id,),
                kwargs={"rule": starter.rule, "unit": starter.unit},
            )


def _head(draft: SegmentDraft) -> None:
    left, right = st.columns([2, 1.4], gap="medium", vertical_alignment="bottom")
    with left:
        key = f"segment_name_{draft.version}"
        st.text_input(
            say("page_data.name"),
            draft.name,
            key=key,
            max_chars=200,
            placeholder=say("page_segments.name.example"),
            on_change=segment_draft.keep,
            args=(draft.dataset, "name", key),
        )
    with right:
        key = f"segment_unit_{draft.unit}_{draft.version}"
        st.segmented_control(
            say("page_segments.unit"),
            ["session", "user"],
            default=draft.unit,
            required=True,
            format_func=lambda unit: say(f"words.{unit}s"),
            key=key,
            help=say("page_segments.unit.help"),
            on_change=segment_draft.keep,
            args=(draft.dataset, "unit", key),
        )


def _result(now: Context, draft: SegmentDraft) -> None:
    """Show the size of what is described, or why it cannot be read; then save, compare, or begin anew."""
    if draft.is_empty:
        st.caption(say("page_segments.nothing"))
        return
    try:
        segment = draft.segment()
        found = calls.size(now.dataset, segment)
    except SeqrecError as error:
        _point(draft.rule, error)
        errors.show(error)
        return
    _size(found)
    with st.container(horizontal=True, gap="small"):
        if st.button(say("page_segments.save_use"), key="segment_save_use", type="primary", icon=":material/filter_alt:"):
            _save(now, draft, segment, is_used=True)
        if st.button(say("page_segments.save"), key="segment_save", icon=":material/save:"):
            _save(now, draft, segment, is_used=False)
        compare = {"is_compared": not draft.is_compared}
        label = say("page_segments.compare.close" if draft.is_compared else "page_segments.compare")
        args = (draft.dataset,)
        st.button(
            label,
            key="segment_compare",
            icon=":material/compare_arrows:",
            on_click=segment_draft.change,
            args=args,
            kwargs=compare,
        )
        st.button(say("page_segments.clear"), key="segment_clear", on_click=segment_draft.clear, args=args, type="tertiary")
    if draft.is_compared:
        segment_rest.show(now, segment)


def _point(rule: str, error: SeqrecError) -> None:
    """Mark the place that an error speaks of."""
    at = error.values.get("at")
    if isinstance(at, int) and rule.strip():
        line = " ".join(rule.split("\n"))
        st.code(f"{line}\n{' ' * (min(at, len(line) + 1) - 1)}{MARK}", language=None)


def _size(found: Preview) -> None:
    cells = st.columns(3, gap="small")
    told = (
        ("sessions", found.sessions, found.share_of_sessions),
        ("users", found.users, found.share_of_users),
        ("events", found.events, found.events / max(1, found.all_events)),
    )
    for cell, (name, n, share) in zip(cells, told, strict=True):
        cell.metric(say(f"page_segments.metric.{name}"), integer(n), say("page_segments.share", share=percent(share)),
                    delta_color="off", delta_arrow="off")  # fmt: skip


def _save(now: Context, draft: SegmentDraft, segment: Segment, is_used: bool) -> None:
    """Save under the name given; another segment is never overwritten."""
    name, store = draft.name.strip(), loaders.segments()
    before = None if draft.base is None else draft.base.name
    try:
        if not name:
            raise BadInput("store", "empty_name")
        if name != before and name in loaders.saved_segments(now.dataset.id):
            raise BadInput("store", "segment_name_taken", name=name)
        store.save(now.dataset.id, segment)
    except SeqrecError as error:
        errors.show(error)
        return
    segment_draft.take_up(now.dataset.id, segment, draft.is_compared)
    st.session_state[SAID] = say("page_segments.said.used" if is_used else "page_segments.said", name=name)
    if is_used:
        context.put(seg=f"{SAVED}{name}")
    st.rerun(scope="app")
