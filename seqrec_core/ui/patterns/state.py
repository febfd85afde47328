"""How the Patterns page is set. All of it lives in the address, so that a link opens the same patterns."""

from dataclasses import dataclass

from seqrec_core.data.labels import default_of
from seqrec_core.data.sequences import Of, SequenceDataset
from seqrec_core.mining.types import Kind, MiningTerms
from seqrec_core.ui import context
from seqrec_core.ui.journeys.state import packed, unpacked, views_of

TABS = ("patterns", "before", "compare", "unusual")
VIEWS = ("bubbles", "ranked", "rules", "table")
KINDS: tuple[Kind, ...] = ("closed", "all", "maximal")
LONGEST = 8
LENGTHS = {"before": (1, 5)}  # one event may lead to another
USUAL_LENGTHS = (2, 5)
GAPS = (0, 1, 2, 3, 5, 10)  # 0 = any
WAITS = (0, 10, 60, 300, 1_800, 3_600, 21_600, 86_400, 604_800, 2_592_000)  # seconds; 0 = any
MOST = (0, 20, 50, 100, 500)  # 0 = all
FLOOR = 5  # fewest distinct users of a pattern that is shown
FILTERS = ("has", "first", "last", "most", "types")


@dataclass(frozen=True)
class Setting:
    """What the reader chose.

    Args:
        tab: one of TABS.
        show: one of VIEWS.
        of: what patterns are made of.
        share: least support in percent; None = one that fits the log.
        shortest, longest: events of a pattern.
        gap: most steps between neighbours; None = any.
        wait: most seconds between neighbours; None = any.
        span: most seconds from the first event to the last; None = any.
        kind: all, closed or maximal.
        most: keep only so many, the best supported; None = all.
        once: count an event that repeats directly as one.
        has, first, last: labels that a pattern has to hold, all; labels of which it has to start, or end, with one.
        types: event types that are read; () = all.
        pattern: the chosen one, as labels; () = the first of the view.
        goal: the event that others precede; "" = the one whose name says success.
        a, b: the groups compared, as texts; "" = as fits the log.
        row: place of the chosen sequence among the unusual ones, from 0.
    """

    tab: str
    show: str
    of: Of
    share: float | None
    shortest: int
    longest: int
    gap: int | None
    wait: int | None
    span: int | None
    kind: Kind
    most: int | None
    once: bool
    has: tuple[str, ...]
    first: tuple[str, ...]
    last: tuple[str, ...]
    types: tuple[str, ...]
    pattern: tuple[str, ...]
    goal: str
    a: str
    b: str
    row: int

    @property
    def rules(self) -> MiningTerms:
        """How far apart the events of a pattern may be; equal for all supports and lengths."""
        return MiningTerms(1, max_gap=self.gap, max_gap_seconds=self.wait, max_span_seconds=self.span)

    @property
    def in_time(self) -> bool:
        """Whether a time limits how far apart events may be."""
        return self.wait is not None or self.span is not None


def setting(arrays: SequenceDataset) -> Setting:
    """Read the address; what cannot be read is as at the start."""
    tab = _one("tab", TABS)
    shortest, longest = _lengths(lengths_of(tab))
    known = set(arrays.event_names)
    row = context.get("row")
    return Setting(
        tab=tab,
        show=_one("show", VIEWS),
        of=_of(arrays, tab),
        share=_share(),
        shortest=shortest,
        longest=longest,
        gap=next((gap for gap in GAPS if str(gap) == context.get("gap")), 0) or None,
        wait=_seconds(arrays, tab, "wait"),
        span=_seconds(arrays, tab, "span"),
        kind=next((kind for kind in KINDS if kind == context.get("kind")), KINDS[0]),
        most=next((most for most in MOST if str(most) == context.get("most")), 0) or None,
        once=context.get("rep") != "all" and tab != "unusual",  # a repeat is what may be unusual
        has=unpacked("has"),
        first=unpacked("first"),
        last=unpacked("last"),
        types=tuple(name for name in unpacked("types") if name in known and tab in ("patterns", "before")),
        pattern=unpacked("pat"),
        goal=context.get("goal"),
        a=context.get("a"),
        b=context.get("b"),
        row=int(row) if row.isascii() and row.isdigit() and len(row) < 6 else 0,
    )


def _one(name: str, options: tuple[str, ...]) -> str:
    return context.get(name) if context.get(name) in options else options[0]


def _seconds(arrays: SequenceDataset, tab: str, name: str) -> int | None:
    """Return a limit in time, where the log has times and the question is about one list of patterns."""
    if arrays.times is None or tab not in ("patterns", "before"):
        return None
    return next((wait for wait in WAITS if str(wait) == context.get(name)), 0) or None


def lengths_of(tab: str) -> tuple[int, int]:
    """Return the lengths of patterns that a question begins with."""
    return LENGTHS.get(tab, USUAL_LENGTHS)


def _of(arrays: SequenceDataset, tab: str) -> Of:
    """Items tell more about what precedes what than the few event types do; what is usual shows in what all share."""
    options = views_of(arrays)
    wanted = context.get("of")
    usual: Of = "item" if "item" in options and tab != "unusual" else default_of(arrays)
    return next((of for of in options if of == wanted), usual)


def _share() -> float | None:
    try:
        share = float(context.get("sup"))
    except ValueError:
        return None
    return share if 0 < share <= 100 else None


def _lengths(usual: tuple[int, int]) -> tuple[int, int]:
    parts = context.get("len").split("-")
    if len(parts) != 2 or not all(part.isascii() and part.isdigit() and len(part) == 1 for part in parts):
        return usual
    low, high = int(parts[0]), int(parts[1])
    return (low, high) if 1 <= low <= high <= LONGEST else usual


def pick(items: tuple[str, ...]) -> None:
    """Choose a pattern."""
    context.put(pat=packed(items))


def choose_of(of: str) -> None:
    """Look at patterns of something else: what was chosen by label belongs to the old ones, and so does the support."""
    context.put(of=of, **dict.fromkeys(("sup", "has", "first", "last", "pat", "row")))


def without_filters() -> None:
    """Show all that was found."""
    context.put(**dict.fromkeys(FILTERS))
