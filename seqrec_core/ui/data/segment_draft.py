"""The segment that is being made or changed: a note of the session, by dataset."""

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from seqrec_core.data.sequences import Unit
from seqrec_core.segments.types import Segment

STATE = "data_segment_draft"
UNNAMED = "–"


@dataclass(frozen=True)
class SegmentDraft:
    """A segment on its way.

    Args:
        dataset: id of the dataset it belongs to.
        name: as typed.
        rule: as typed; may not be readable yet.
        unit: whom the rule speaks of.
        base: the saved segment that is changed; its period, columns and sessions stay as they are.
        version: rises when a program changes what a widget shows, so that the widget is made anew.
        is_compared: whether the comparison with the rest is open.
    """

    dataset: str
    name: str = ""
    rule: str = ""
    unit: Unit = "session"
    base: Segment | None = None
    version: int = 0
    is_compared: bool = False

    def segment(self) -> Segment:
        """Return what is described so far.

        Raises:
            BadInput: the rule cannot be read.
        """
        told = {"name": self.name.strip() or UNNAMED, "rule": self.rule, "unit": self.unit}
        kept = {} if self.base is None else self.base.model_dump(exclude={"name", "rule", "unit"})
        return Segment.model_validate(kept | told)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for."""
        return not self.rule.strip() and (self.base is None or not has_more(self.base))


def has_more(segment: Segment) -> bool:
    """Whether a segment asks for more than its rule: columns, a period, listed sessions."""
    return bool(segment.where or segment.start or segment.end or segment.sessions is not None)


def current(dataset: str) -> SegmentDraft:
    """Return the draft of this dataset, an empty one where there is none."""
    draft: SegmentDraft | None = st.session_state.get(STATE)
    return draft if draft is not None and draft.dataset == dataset else SegmentDraft(dataset)


def change(dataset: str, **values: Any) -> None:
    """Take over what a widget says."""
    st.session_state[STATE] = replace(current(dataset), **values)


def write(dataset: str, **values: Any) -> None:
    """Change the draft by program: its widgets show it."""
    change(dataset, **values, version=current(dataset).version + 1)


def take_up(dataset: str, segment: Segment, is_compared: bool = False) -> None:
    """Make a saved segment the draft."""
    known = {"name": segment.name, "rule": segment.rule, "unit": segment.unit}
    write(dataset, **known, base=segment, is_compared=is_compared)


def clear(dataset: str) -> None:
    """Begin anew."""
    st.session_state[STATE] = SegmentDraft(dataset, version=current(dataset).version + 1)


def keep(dataset: str, name: str, key: str) -> None:
    """Take over the value of a widget (for `on_change`)."""
    change(dataset, **{name: st.session_state[key]})
