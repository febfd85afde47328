"""Keep who holds a pattern as a segment: a living rule where a rule says exactly that, else the list of them."""

import hashlib
from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from seqrec_core.errors import SeqrecError
from seqrec_core.segments.grammar import holding, quoted
from seqrec_core.segments.members import of_rows
from seqrec_core.segments.select import select
from seqrec_core.segments.types import Segment
from seqrec_core.text import count, say
from seqrec_core.ui import context, errors, frame, loaders
from seqrec_core.ui.journeys.state import packed
from seqrec_core.ui.patterns.room import Room
from seqrec_core.ui.patterns.state import FLOOR

MOST_NAME = 120


def rule_of(room: Room, items: Sequence[str], never: str = "") -> str:
    """Write the rule of a pattern, and of never having had an event besides."""
    rule = holding(list(items), room.chosen.of, room.chosen.gap)
    return f"{rule} and without {quoted(never)}" if never else rule


def segment_of(room: Room, name: str, rows: NDArray[np.int64], rule: str) -> Segment:
    """Return the segment of some sequences of the page.

    It is a rule, within the group that is looked at, where that gives exactly these: new sessions that do the same belong to it
    then. Limits in time, direct repeats counted once under a limit on gaps, or only some event types, cannot be said in a rule.

    Args:
        room: the page.
        name: of the segment.
        rows: numbers of the sequences.
        rule: what they have in common.
    """
    now, loaded = room.now, loaders.arrays(room.now.dataset)
    members = loaders.members(now.dataset, now.unit, now.segment)[rows]
    base = now.segment or Segment(name=name)
    if not room.chosen.in_time and (not base.rule or base.unit == now.unit):
        try:
            joined = f"({base.rule}) and {rule}" if base.rule else rule
            living = Segment.model_validate({**base.model_dump(), "name": name, "rule": joined, "unit": now.unit})
            if np.array_equal(select(loaded.log, loaded.arrays, living, now.unit), members):
                return living
        except SeqrecError:
            pass  # a rule too long, or under a name that the grammar gives another meaning: the list says it
    return of_rows(name, loaded.arrays, now.unit, members)


def save(room: Room, name: str, rows: NDArray[np.int64], rule: str) -> Segment:
    """Keep some sequences of the page as a segment of the dataset."""
    return loaders.segments().save(room.now.dataset.id, segment_of(room, name, rows, rule))


def actions(room: Room, items: tuple[str, ...], rows: NDArray[np.int64], label: str, *, never: str = "") -> None:
    """Light the sequences up in Journeys, or keep them as a segment.

    Args:
        room: the page.
        items: what they hold.
        rows: their numbers.
        label: key of the sentence on the button.
        never: the event that they never had.
    """
    n, rule = count(len(rows), room.unit), rule_of(room, items, never)
    is_few = len(np.unique(room.reading.sequences.owner[rows])) < FLOOR
    why = say("page_patterns.light.few", floor=FLOOR) if is_few else say("page_patterns.light.help")
    name = segment_name(room, items, never)
    if st.button(
        say(f"page_patterns.{label}", n=n),
        key="patterns_light",
        type="primary",
        icon=":material/lightbulb:",
        width="stretch",
        help=why,
        disabled=is_few,
    ):
        saved = save(room, name, rows, rule)
        gone = dict.fromkeys(("from", "to", "view", "sel", "start", "end", "hide", "vs"))
        frame.go("journeys", seg=f"{context.SAVED}{saved.name}", **gone)
    with st.popover(say("page_patterns.save"), icon=":material/bookmark_add:", width="stretch", disabled=is_few):
        chosen = st.text_input(say("page_patterns.save.name"), name, max_chars=200, key=f"patterns_name_{packed(items)}_{never}")
        if st.button(say("page_patterns.save.do"), key="patterns_save", type="primary", disabled=not chosen.strip()):
            saved = save(room, chosen.strip(), rows, rule)
            st.success(errors.plain(say("page_patterns.save.done", name=saved.name, n=n)), icon=":material/check:")
            if saved.sessions is None:
                st.caption(say("page_patterns.save.living"))
                st.code(saved.rule, language=None, wrap_lines=True)
            else:
                st.caption(say("page_patterns.save.fixed"))


def segment_name(room: Room, items: tuple[str, ...], never: str = "") -> str:
    """Name the group so that equal names mean equal groups: the pattern, its gap, its unit, the group it was found in."""
    parts = [room.path(items)]
    if never:
        parts.append(say("page_patterns.save.never", event=never))
    far = room.far()
    parts.extend(far)
    if far and room.chosen.once:
        parts.append(say("page_patterns.once.short"))
    parts.extend(room.chosen.types)
    if room.unit == "user":
        parts.append(room.units)
    if context.segment_label():
        parts.append(context.segment_label())
    name = " · ".join(parts)
    if len(name) <= MOST_NAME:
        return name
    return f"{name[: MOST_NAME - 8]}… {hashlib.sha256(name.encode()).hexdigest()[:6]}"
