"""How the Journeys page is set. All of it lives in the address, so that a link opens the same picture."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from seqrec_core.data.labels import default_of
from seqrec_core.data.sequences import Of, SequenceDataset, Sequences
from seqrec_core.journeys.suggest import suggested_steps
from seqrec_core.ui import context
from seqrec_core.ui.journeys.shape import Shape

VIEWS = ("flow", "funnel", "matrix", "around", "paths", "time", "cohorts", "changes")
FEWEST_STEPS, MOST_STEPS, STEPS = 2, 8, 4
FEWEST_TOP, MOST_TOP, TOP = 3, 12, 6
WINDOWS = (60, 300, 1_800, 3_600, 86_400, 604_800, 2_592_000)  # seconds
OCCURRENCES = (1, 2, 3, -1)  # −1 = the last
STRETCHES = (1, 7, 28, 91)  # days
NAMES = ("start", "end", "at", "vs", "aim", "t0", "t1", "back")  # values of the address that are one event each


@dataclass(frozen=True)
class Setting:
    """What the reader chose; names that the log does not have are in `unknown` and left out.

    Args:
        view: one of VIEWS.
        of: what paths run over.
        steps, top: columns of the flow (events of a path), events shown by themselves.
        hide: names left out everywhere; start, end: of the flow.
        at: the event in the middle of Around.
        funnel, strict: steps of the funnel, and whether they follow each other directly.
        once: count an event that repeats directly as one (paths).
        vs: compare those with this event to those without; "" = compare periods or segments.
        picked: the chosen mark; what it holds depends on the view.
        window: seconds in which a funnel has to be done; None = any time.
        nth: only this occurrence of the event in the middle, −1 = the last; None = every one.
        aim: paths are read up to this event; "" = whole.
        t0, t1: events that time is taken between; "" = as suggested.
        days: length of a cohort's stretch; None = as fits the log. back: only this event counts as coming back; "" = any.
        unknown: names in the address that this log does not have.
    """

    view: str
    of: Of
    steps: int
    top: int
    hide: tuple[str, ...]
    start: str | None
    end: str | None
    at: str
    funnel: tuple[str, ...]
    strict: bool
    once: bool
    vs: str
    window: int | None
    nth: int | None
    aim: str
    t0: str
    t1: str
    days: int | None
    back: str
    picked: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def options(self) -> dict[str, Any]:
        """The arguments of `step_flow`."""
        return {"steps": self.steps, "top": self.top, "start": self.start, "end": self.end}


def views_of(arrays: SequenceDataset) -> tuple[Of, ...]:
    """Return what paths of this log can run over."""
    found: list[Of] = []
    if len(arrays.event_names) > 1:
        found.append("event")
    if arrays.categories is not None and len(set(arrays.categories[1:])) > 1:
        found.append("category")
    if not found or set(arrays.vocabulary.ids) != set(arrays.event_names):
        found.append("item")
    return tuple(found)


def chosen_of(arrays: SequenceDataset) -> Of:
    """Return what paths run over: as the address says where the log has it, else as fits the log."""
    wanted = context.get("of")
    return next((of for of in views_of(arrays) if of == wanted), default_of(arrays))


def setting(of: Of, sequences: Sequences, shape: Shape) -> Setting:
    """Read the address.

    Args:
        of: what paths run over.
        sequences: everyone's, events grouped and left out, for the names of events and the first suggestions.
        shape: how events were grouped and left out.
    """
    known = set(sequences.labels) - set(shape.hidden)
    asked = [*unpacked("funnel"), *(context.get(name) for name in NAMES)]
    funnel = tuple(label for label in unpacked("funnel") if label in known)
    one = {name: context.get(name) if context.get(name) in known else "" for name in NAMES}
    view = context.get("view", "flow")
    return Setting(
        view=view if view in VIEWS else "flow",
        of=of,
        steps=_number("steps", STEPS, FEWEST_STEPS, MOST_STEPS),
        top=_number("top", TOP, FEWEST_TOP, MOST_TOP),
        hide=shape.hidden,
        start=one["start"] or None,
        end=one["end"] or None,
        at=one["at"],
        funnel=funnel or suggested_steps(sequences),
        strict=context.get("strict") == "1",
        once=context.get("once") == "1",
        vs=one["vs"],
        window=_among("window", WINDOWS),
        nth=_among("nth", OCCURRENCES),
        aim=one["aim"],
        t0=one["t0"],
        t1=one["t1"],
        days=_among("days", STRETCHES),
        back=one["back"],
        picked=unpacked("sel"),
        unknown=tuple(dict.fromkeys([*shape.unknown, *(label for label in asked if label and label not in known)])),
    )


def _among(name: str, values: tuple[int, ...]) -> int | None:
    """Read a number that is one of a few; None where it is not."""
    return next((value for value in values if str(value) == context.get(name)), None)


def packed(names: tuple[str, ...] | list[str]) -> str:
    """Write names as one value of the address; commas inside a name are kept apart."""
    return ",".join(quote(name, safe=" /") for name in names)


def unpacked(name: str) -> tuple[str, ...]:
    """Read names from one value of the address."""
    return tuple(unquote(part) for part in context.get(name).split(",") if part)


def _number(name: str, default: int, low: int, high: int) -> int:
    text = context.get(name)
    return min(max(int(text), low), high) if text.isascii() and text.isdigit() and len(text) < 4 else default


def pick(*names: object) -> None:
    """Choose a mark."""
    context.put(sel=packed([str(name) for name in names]))


def open_view(view: str, **values: str | None) -> None:
    """Show another view; the chosen mark belongs to the old one."""
    context.put(**{"view": None if view == "flow" else view, "sel": None, "vs": None, **values})


def choose_of(of: str) -> None:
    """Let paths run over something else: the names chosen before belong to the old one."""
    gone = dict.fromkeys(("sel", "hide", "group", "funnel", *NAMES))
    context.put(of=of, **gone)
