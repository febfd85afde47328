"""How the Journeys page is set. All of it lives in the address, so that a link opens the same picture."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from seqrec_core.data.labels import default_of
from seqrec_core.data.sequences import Of, SequenceDataset, Sequences
from seqrec_core.journeys.suggest import suggested_steps
from seqrec_core.ui import context

VIEWS = ("flow", "funnel", "matrix", "around", "paths", "changes")
FEWEST_STEPS, MOST_STEPS, STEPS = 2, 8, 4
FEWEST_TOP, MOST_TOP, TOP = 3, 12, 6


@dataclass(frozen=True)
class Setting:
    """What the reader chose; names that the log does not have are in `unknown` and left out.

    Args:
        view: one of VIEWS.
        of: what paths run over.
        steps, top: columns of the flow (events of a path), events shown by themselves.
        hide, start, end: of the flow.
        at: the event in the middle of Around.
        funnel, strict: steps of the funnel, and whether they follow each other directly.
        once: count an event that repeats directly as one (paths).
        vs: compare those with this event to those without; "" = compare periods or segments.
        picked: the chosen mark; what it holds depends on the view.
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
    picked: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def options(self) -> dict[str, Any]:
        """The arguments of `step_flow`."""
        return {"steps": self.steps, "top": self.top, "start": self.start, "end": self.end, "hide": self.hide}


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


def setting(of: Of, sequences: Sequences) -> Setting:
    """Read the address.

    Args:
        of: what paths run over.
        sequences: everyone's, for the names of events and the first suggestions.
    """
    known = set(sequences.labels)
    asked = [*unpacked("hide"), *unpacked("funnel"), *(context.get(name) for name in ("start", "end", "at", "vs"))]
    funnel = tuple(label for label in unpacked("funnel") if label in known)
    hide = tuple(label for label in unpacked("hide") if label in known)
    start, end, at, vs = (context.get(name) if context.get(name) in known else "" for name in ("start", "end", "at", "vs"))
    view = context.get("view", "flow")
    return Setting(
        view=view if view in VIEWS else "flow",
        of=of,
        steps=_number("steps", STEPS, FEWEST_STEPS, MOST_STEPS),
        top=_number("top", TOP, FEWEST_TOP, MOST_TOP),
        hide=tuple(label for label in hide if label not in (start, end)),
        start=start or None,
        end=end or None,
        at=at,
        funnel=funnel or suggested_steps(sequences),
        strict=context.get("strict") == "1",
        once=context.get("once") == "1",
        vs=vs,
        picked=unpacked("sel"),
        unknown=tuple(dict.fromkeys(label for label in asked if label and label not in known)),
    )


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
    gone = dict.fromkeys(("sel", "hide", "start", "end", "at", "funnel", "vs"))
    context.put(of=of, **gone)
