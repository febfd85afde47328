"""What the Journeys page shows beside its chart: the numbers of the chosen mark, and what can be done with it."""

from dataclasses import dataclass

import numpy as np
import polars as pl
import streamlit as st
from numpy.typing import NDArray

from seqrec_core.data.sequences import Of, Sequences
from seqrec_core.text import count, duration, integer, percent, say
from seqrec_core.ui import context, errors, frame, loaders
from seqrec_core.ui.context import Context
from seqrec_core.ui.journeys import keep as journeys_keep
from seqrec_core.ui.journeys.calls import Key
from seqrec_core.ui.journeys.shape import Shape
from seqrec_core.ui.journeys.state import Setting, open_view, packed

GOOD_HISTORY = 12  # events: long enough to explain, short enough to read


@dataclass(frozen=True)
class Room:
    """All that a view of the page needs.

    Args:
        now: dataset, unit, group and run.
        chosen: how the page is set; shape: how events are grouped and left out.
        key: name of the sequences; sequences: those of the group.
        ranked: all events, the most frequent first; colors: hue of each.
        dark: whether the reader looks at the dark theme.
    """

    now: Context
    chosen: Setting
    shape: Shape
    key: Key
    sequences: Sequences
    ranked: tuple[str, ...]
    colors: dict[str, str]
    dark: bool

    @property
    def unit(self) -> str:
        """Noun of one sequence."""
        return self.now.unit

    @property
    def units(self) -> str:
        """The noun in the plural, inside a sentence."""
        return say(f"words.{self.now.unit}s").lower()

    @property
    def of(self) -> Of:
        """What paths run over."""
        return self.chosen.of

    def who(self, n: int | None = None) -> str:
        """Say how many are looked at, and which group."""
        number = count(len(self.sequences) if n is None else n, self.unit)
        group = context.segment_label()
        return say("page_journeys.who.group", n=number, group=group) if group else say("page_journeys.who", n=number)


def md(text: str) -> str:
    """Write a name in bold, as it is."""
    return f"**{errors.plain(text)}**"


def heading(event: str, what: str = "") -> None:
    """Name the chosen mark."""
    st.markdown(md(event) + (f", {errors.plain(what)}" if what else ""))


def number(label: str, value: str, note: str = "") -> None:
    """Show one number with its reference under it."""
    st.metric(label, value, note or None, delta_color="off", delta_arrow="off")


def following(frame_: pl.DataFrame) -> None:
    """Say what comes next, with shares."""
    parts = []
    for event, share, kind in frame_.select("event", "share", "kind").iter_rows():
        name = say("page_journeys.then.end") if kind == "end" else event
        parts.append(f"{errors.plain(name)} **{unbroken(percent(share))}**")
    if parts:
        st.markdown(f":small[{say('page_journeys.then')}] " + " · ".join(parts))


def times(key: str, median: float | None, p90: float | None) -> None:
    """Say how long it takes; nothing where the log knows only days or no time at all."""
    if median is None or p90 is None or p90 == 0:
        return
    label, p90_label = say(f"page_journeys.{key}"), say("page_journeys.p90")
    st.markdown(f":small[{label}] **{unbroken(duration(median))}** · :small[{p90_label}] **{unbroken(duration(p90))}**")


def unbroken(text: str) -> str:
    """Keep a number and its unit on one line."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def event_actions(room: Room, event: str, *, is_in_middle: bool = False) -> None:
    """Offer what can be done with an event."""
    chosen = room.chosen
    rest = {"sel": None, "view": None}
    actions: list[tuple[str, str, dict[str, str | None]]] = [
        ("start_here", "first_page", {"start": event, **rest}),
        ("end_here", "last_page", {"end": event, **rest}),
    ]
    if event not in (chosen.start, chosen.end):
        actions.append(("hide", "visibility_off", {"hide": packed([*room.shape.hide, event]), "sel": None}))
    if not is_in_middle:
        actions.append(("around", "hub", {"at": event, "view": "around", "sel": None}))
    for name, icon, values in actions:
        st.button(
            say(f"page_journeys.{name}"),
            key=f"do_{name}",
            icon=f":material/{icon}:",
            width="stretch",
            on_click=context.put,
            kwargs=values,
        )
    st.button(
        say("page_journeys.compare"),
        key="do_compare",
        icon=":material/compare_arrows:",
        width="stretch",
        help=errors.plain(say("page_journeys.compare.help", event=event)),
        on_click=open_view,
        args=("changes",),
        kwargs={"vs": event},
    )


def see(
    room: Room,
    rows: NDArray[np.int64],
    sequences: Sequences | None = None,
    sentence: str = "see",
    *,
    everyone: bool = False,
    named: str = "",
) -> None:
    """Offer to open Explain on these people, and to keep them as a segment that filters every page.

    Args:
        room: the page.
        rows: numbers of their sequences in `sequences`.
        sequences: those of the page, unless others are given.
        sentence: what the button says.
        everyone: whether `sequences` are all of the log, not those of the group that is looked at.
        named: what they have in common, as a first name of the segment.
    """
    label = say(f"page_journeys.{sentence}", n=count(len(rows), room.unit))
    name = " · ".join(part for part in (named or journeys_keep.told(room.chosen), context.segment_label()) if part)
    is_chosen = st.button(
        label,
        key=f"do_{sentence}",
        icon=":material/person_search:",
        type="primary",
        width="stretch",
        disabled=not len(rows),
        help=say("page_journeys.see.help"),
    )

    def members() -> NDArray[np.int64]:
        return journeys_keep.members(room.now, rows, everyone=everyone)

    if is_chosen:
        person = someone(room, room.sequences if sequences is None else sequences, rows)
        frame.go("explain", u=person, i=None, drop=None, add=None, **journeys_keep.narrowed(room.now, name, members()))
    journeys_keep.popover(room.now, name, len(rows), members)


def someone(room: Room, sequences: Sequences, rows: NDArray[np.int64]) -> str:
    """Return the user among these sequences whose history is best to read: about a dozen events."""
    arrays = loaders.arrays(room.now.dataset).arrays
    owners = np.unique(sequences.owner[rows])
    far = np.abs(np.diff(arrays.user_offsets)[owners] - GOOD_HISTORY)
    return arrays.user_ids[int(owners[int(np.argmin(far))])]


def share_of_all(rows: int, total: int) -> str:
    """Say a share of all."""
    return say("page_journeys.share_of_all", share=percent(rows / total if total else None))


def many(n: int) -> str:
    """Write a whole number."""
    return integer(n)


def headings(*names: str, percents: tuple[str, ...] = ()) -> dict[str, object]:
    """Name the columns of a table in words; shares as percentages."""
    found: dict[str, object] = {}
    for name in names:
        label = say(f"page_journeys.column.{name}")
        found[name] = st.column_config.NumberColumn(label, format="percent") if name in percents else label
    return found
