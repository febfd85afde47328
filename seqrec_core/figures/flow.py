"""Step flow: columns of steps, one block for each event, ribbons between them.

A block is a strip in the event's hue and a plate beside it that carries the label, so that no label ever lies on a ribbon.
Heights are counts: the blocks of a column sum to n. Blocks are bars (they can be clicked), ribbons are filled areas.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

import plotly.graph_objects as go

from seqrec_core import columns as c
from seqrec_core.figures.labels import FONT_SIZE, fit, full, text_px
from seqrec_core.figures.theme import (
    SMALL,
    Theme,
    blank,
    hatch,
    hue_of,
    hues,
    keep_unselected,
    note,
    nothing,
    rgba,
    theme_of,
    write,
)
from seqrec_core.text import count, percent, say

EVENT, KIND = "event", "kind"
BAR_PX, GAP_PX, PITCH_PX, HEADING_PX = 400, 6, 18, 30
STRIP, PLATE_SHARE = 0.05, 0.7
THIN, FEWEST = 0.01, 0.003
CURVE = 12
Outline = tuple[list[float], list[float]]


class Flow(Protocol):
    """What is drawn: `nodes` [step, event, count, share, kind], `links` [step, from, to, count], n sequences."""

    @property
    def nodes(self) -> Any: ...  # noqa: D102 - a frame
    @property
    def links(self) -> Any: ...  # noqa: D102 - a frame
    @property
    def n(self) -> int: ...  # noqa: D102 - number of sequences


@dataclass(frozen=True)
class _Block:
    """One node and where it stands; y and size are in sequences."""

    column: int
    step: int
    event: str
    count: int
    share: float
    kind: str
    y: float
    color: str


def step_flow(
    flow: Flow,
    selected: tuple[int, str] | None = None,
    dark: bool | Theme = False,
    *,
    colors: Mapping[str, str] | None = None,
    unit: str = "session",
    headings: Sequence[str] | None = None,
    width: int = 640,
) -> go.Figure:
    """Draw a step flow.

    Args:
        flow: nodes, links and n.
        selected: (step, event) of the block whose ribbons stand out.
        dark: theme.
        colors: hue of each event; by total count where it is not given.
        unit: noun of one sequence, for hover texts.
        headings: text above each column; "First event", "Second" … where they are not given.
        width: narrowest chart, px.

    Returns:
        A figure whose blocks carry customdata [step, event].
    """
    theme = theme_of(dark)
    if flow.n == 0 or flow.nodes.height == 0:
        return nothing(theme)
    blocks = _placed(flow, colors or _by_total(flow, theme), theme)
    steps = sorted({block.step for block in blocks})
    pitch_px = width / (len(steps) - 1 + PLATE_SHARE)
    bottom = max(block.y + block.count for block in blocks)
    figure = blank(theme, round(HEADING_PX + bottom * BAR_PX / flow.n + 6), top=HEADING_PX)
    bars = [_bars(blocks, theme, flow.n, unit, selected, plate=plate) for plate in (True, False)]
    figure.add_traces([*_ribbons(flow, blocks, selected, unit, theme), *bars])
    texts = headings or [say(f"figures.step.{min(at, 9)}", n=at) for at in range(1, len(steps) + 1)]
    write(figure, [_label(block, theme, flow.n, pitch_px, is_chosen=(block.step, block.event) == selected) for block in blocks])
    write(figure, [_heading(text, column, pitch_px, theme) for column, text in enumerate(texts)])
    figure.update_layout(barmode="overlay", bargap=0)
    figure.update_xaxes(visible=False, range=[-0.004, len(steps) - 1 + PLATE_SHARE + 0.004])
    figure.update_yaxes(visible=False, range=[bottom, 0])
    return figure


def _heading(text: str, column: int, pitch_px: float, theme: Theme) -> dict[str, Any]:
    """Write the heading of a column above its blocks."""
    shown = fit(text, pitch_px * 0.96)
    return note(shown, column, 1, theme, yref="paper", yanchor="bottom", yshift=8, color=theme.muted)


def _by_total(flow: Flow, theme: Theme) -> dict[str, str]:
    """Give hues to the events of a flow, the most frequent first."""
    totals: dict[str, int] = {}
    for event, amount, kind in flow.nodes.select(EVENT, c.COUNT, KIND).iter_rows():
        if kind == "event":
            totals[event] = totals.get(event, 0) + amount
    return hues(sorted(totals, key=lambda event: (-totals[event], event)), theme)


def _placed(flow: Flow, colors: Mapping[str, str], theme: Theme) -> list[_Block]:
    """Stack the blocks of each step, the most frequent first, then Other, then those that left."""
    order = {"event": 0, "other": 1, "left": 2}
    rows = list(flow.nodes.select(c.STEP, EVENT, c.COUNT, c.SHARE, KIND).iter_rows())
    blocks: list[_Block] = []
    for column, step in enumerate(sorted({row[0] for row in rows})):
        here = sorted((row for row in rows if row[0] == step and row[2] > 0), key=lambda row: (order[row[4]], -row[2], row[1]))
        y, before = 0.0, None
        for _, event, amount, share, kind in here:
            if before is not None:
                y = _next_y(before, amount, flow.n / BAR_PX)
            before = _Block(column, step, event, amount, share, kind, y, _color(event, kind, colors, theme))
            blocks.append(before)
    return blocks


def _next_y(above: _Block, amount: int, per_px: float) -> float:
    """Return where the next block starts: below the one above, and so that two labels never touch."""
    centre = above.y + above.count / 2
    return max(above.y + above.count + GAP_PX * per_px, centre + PITCH_PX * per_px - amount / 2)


def _color(event: str, kind: str, colors: Mapping[str, str], theme: Theme) -> str:
    """Return a block's hue: the event's own, or grey for Other and for those that left."""
    return hue_of(event, colors, theme) if kind == "event" else theme.neutral


def _bars(
    blocks: Sequence[_Block], theme: Theme, n: int, unit: str, selected: tuple[int, str] | None, *, plate: bool
) -> dict[str, Any]:
    """Return the trace of all plates (tinted, they carry the labels) or of all strips (in full hue)."""
    chosen = [(block.step, block.event) == selected for block in blocks]
    if plate:
        fills = [rgba(block.color, 0.34 if on else 0.14) for block, on in zip(blocks, chosen, strict=True)]
        high = [block.count * BAR_PX / n >= SMALL + 4 for block in blocks]  # a frame round a lower block would cross its label
        widths = [1.4 if on and is_high else 0 for on, is_high in zip(chosen, high, strict=True)]
        line: dict[str, Any] = {"color": theme.text, "width": widths}
    else:
        fills = [block.color if block.kind != "left" else theme.loss_fill for block in blocks]
        line = {"color": theme.outline, "width": 0.7}
    return {
        "type": "bar",
        "x": [block.column + ((PLATE_SHARE if plate else STRIP) / 2) for block in blocks],
        "width": PLATE_SHARE if plate else STRIP,
        "base": [block.y for block in blocks],
        "y": [block.count for block in blocks],
        "customdata": [[block.step, block.event] for block in blocks],
        "hovertext": [_hover(block, n, unit) for block in blocks],
        "hoverinfo": "text",
        "textposition": "none",
        "marker": {
            "color": fills,
            "line": line,
            "pattern": hatch(theme, ["/" if block.kind == "left" and not plate else "" for block in blocks]),
        },
        **keep_unselected(),
    }


def _hover(block: _Block, n: int, unit: str) -> str:
    """Say how many are in one block."""
    return say(
        "figures.flow.block",
        event=full(block.event),
        step=block.column + 1,
        n=count(block.count, unit),
        total=f"{n:,}",
        share=percent(block.share),
    )


def _label(block: _Block, theme: Theme, n: int, pitch_px: float, *, is_chosen: bool = False) -> dict[str, Any]:
    """Write name and share on the plate: in two lines where the block is high enough, the chosen one in bold."""
    plate_px = pitch_px * (PLATE_SHARE - STRIP) - 9
    share = percent(block.share) if block.share >= 0.001 else "&lt; 0.1 %"
    size = SMALL if pitch_px < 190 else FONT_SIZE
    tall = block.count * BAR_PX / n >= 2.4 * size
    room = plate_px if tall else plate_px - text_px(f"  {percent(block.share)}", size) - 2
    name = fit(block.event, (room if room >= 28 else plate_px) * (0.94 if is_chosen else 1), size)
    name = f"<b>{name}</b>" if is_chosen else name
    text = f"{name}{'<br>' if tall else '  '}<b>{share}</b>" if room >= 28 else name
    return note(text, block.column + STRIP, block.y + block.count / 2, theme, size=size, xshift=6, captureevents=False)


def _joined(flow: Flow, blocks: Sequence[_Block]) -> list[tuple[_Block, _Block, int]]:
    """Return each link as the two blocks it joins and its count, from the top left; those that left go nowhere."""
    at = {(block.step, block.event): block for block in blocks}
    next_step = dict(pairwise(sorted({block.step for block in blocks})))
    links = []
    for step, start, end, amount in flow.links.select(c.STEP, c.FROM, c.TO, c.COUNT).iter_rows():
        source, target = at.get((step, start)), at.get((next_step.get(step, -1), end))
        if source is not None and target is not None and {source.kind, target.kind} != {"left"}:
            links.append((source, target, amount))
    return sorted(links, key=lambda link: (link[0].column, link[0].y, link[1].y))


def _ribbons(
    flow: Flow, blocks: Sequence[_Block], selected: tuple[int, str] | None, unit: str, theme: Theme
) -> list[dict[str, Any]]:
    """Return the filled areas of the links; they stack in the order of the blocks they join, so none crosses needlessly."""
    used: dict[tuple[int, str, str], float] = {}
    thin: dict[tuple[int, str], dict[str, Any]] = {}
    pale, strong = [], []
    faint = theme.faint if selected is None else theme.faint * 0.45
    for source, target, amount in _joined(flow, blocks):
        leave, reach = (source.step, source.event, "out"), (target.step, target.event, "in")
        ends = source.y + used.get(leave, 0), target.y + used.get(reach, 0)
        used[leave], used[reach] = used.get(leave, 0) + amount, used.get(reach, 0) + amount
        if selected in ((source.step, source.event), (target.step, target.event)):
            chosen = source if (source.step, source.event) == selected else target
            strong.append(_ribbon(source, target, amount, ends, fill=rgba(chosen.color, 0.6), unit=unit))
        elif amount >= THIN * flow.n:
            pale.append(_ribbon(source, target, amount, ends, fill=rgba(source.color, faint), unit=unit))
        elif amount >= FEWEST * flow.n:
            _join(thin, source, _outline(source.column, ends, amount), rgba(source.color, faint))
    return [*thin.values(), *pale, *strong]


def _join(thin: dict[tuple[int, str], dict[str, Any]], source: _Block, outline: Outline, fill: str) -> None:
    """Add a thin ribbon to the one area of all thin ribbons of its colour and column: fewer areas draw faster."""
    area = thin.setdefault((source.column, fill), {**_area([], [], fill), "hoverinfo": "skip"})
    for name, values in zip(("x", "y"), outline, strict=True):
        area[name] += [None, *values] if area[name] else values


def _ribbon(source: _Block, target: _Block, amount: int, ends: tuple[float, float], *, fill: str, unit: str) -> dict[str, Any]:
    """Return the filled area of one link, with its count for the pointer."""
    share = percent(amount / source.count)
    hover = say("figures.flow.link", source=full(source.event), target=full(target.event), n=count(amount, unit), share=share)
    return {**_area(*_outline(source.column, ends, amount), fill), "text": hover, "hoverinfo": "text"}


def _outline(column: int, ends: tuple[float, float], amount: int) -> Outline:
    """Return x and y around a ribbon between two blocks: a smooth step from the one height to the other."""
    (y0, y1), start, reach = ends, column + PLATE_SHARE, 1 - PLATE_SHARE
    ramp = [place / CURVE for place in range(CURVE + 1)]
    xs = [start + reach * t for t in ramp]
    top = [y0 + (y1 - y0) * t * t * (3 - 2 * t) for t in ramp]
    return xs + xs[::-1], top + [y + amount for y in reversed(top)]


def _area(xs: list[Any], ys: list[Any], fill: str) -> dict[str, Any]:
    """Return a filled area without a border."""
    return {
        "type": "scatter",
        "x": xs,
        "y": ys,
        "fill": "toself",
        "mode": "lines",
        "line": {"width": 0},
        "fillcolor": fill,
        "hoveron": "fills",
    }
