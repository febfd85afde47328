"""One HTML page that needs nothing besides itself: text, tables and charts, with a single copy of plotly.js inside."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import plotly.graph_objects as go

from seqrec_core.figures.theme import CHART, DARK, LIGHT, Theme
from seqrec_core.text import say


def _style(theme: Theme) -> str:
    """Return the look of the page, in the theme that its charts are drawn in."""
    return f"""
:root {{ color-scheme: {"dark" if theme is DARK else "light"}; }}
body {{ font: 16px/1.5 system-ui, "Segoe UI", "Noto Sans", sans-serif; color: {theme.text}; background: {theme.background};
  margin: 0 auto; max-width: 960px; padding: 24px; }}
h1 {{ font-size: 28px; line-height: 1.25; margin: 0 0 8px; }}
h2 {{ font-size: 20px; margin: 32px 0 8px; }}
p {{ margin: 8px 0; overflow-wrap: anywhere; }}
p.small {{ color: {theme.muted}; font-size: 14px; }}
figure {{ margin: 16px 0; }}
figcaption {{ font-weight: 600; margin-bottom: 4px; }}
div.wide {{ overflow-x: auto; }}
table {{ border-collapse: collapse; font-size: 14px; width: 100%; }}
th, td {{ border-bottom: 1px solid {theme.grid}; padding: 6px 8px; text-align: left; vertical-align: top;
  overflow-wrap: anywhere; }}
td:first-child, th:first-child {{ white-space: nowrap; }}
td.number, th.number {{ text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }}
@media print {{ figure {{ break-inside: avoid; }} }}
"""


@dataclass(frozen=True)
class Heading:
    """A heading of a part."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; a small one is an aside."""

    text: str
    small: bool = False


@dataclass(frozen=True)
class Grid:
    """A table: names of the columns, rows of written cells; `numbers` are the columns set to the right."""

    names: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Chart:
    """A chart with its finding and what it shows in words."""

    figure: go.Figure
    title: str
    alt: str


Block = Heading | Paragraph | Grid | Chart


def page(title: str, subtitle: str, blocks: Sequence[Block], theme: Theme = LIGHT) -> str:
    """Return the page. Every text is escaped: a name can be no markup here.

    Args:
        title: its finding.
        subtitle: the numbers behind it.
        blocks: what follows, in order.
        theme: the one that the charts are drawn in.
    """
    body = [f"<h1>{escape(title)}</h1>", f"<p>{escape(subtitle)}</p>"]
    has_script = False
    for number, block in enumerate(blocks):
        body.append(_written(block, number, not has_script))
        has_script = has_script or isinstance(block, Chart)
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="{escape(say("words.language"))}">',
            '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title>",
            f"<style>{_style(theme)}</style></head>",
            "<body><main>",
            *body,
            "</main></body></html>",
            "",
        ]
    )


def _written(block: Block, number: int, with_script: bool) -> str:
    if isinstance(block, Heading):
        return f"<h2>{escape(block.text)}</h2>"
    if isinstance(block, Paragraph):
        return f"<p{' class=small' if block.small else ''}>{escape(block.text)}</p>"
    if isinstance(block, Grid):
        return _table(block)
    config: dict[str, Any] = CHART["config"]
    drawn = block.figure.to_html(full_html=False, include_plotlyjs=with_script, div_id=f"chart-{number}", config=config)
    label = f'role="img" aria-label="{escape(block.alt)}"'
    return f"<figure {label}><figcaption>{escape(block.title)}</figcaption>{drawn}</figure>"


def _table(block: Grid) -> str:
    sides = ["number" if column in block.numbers else "" for column in range(len(block.names))]
    head = "".join(f"<th{_side(side)}>{escape(name)}</th>" for name, side in zip(block.names, sides, strict=True))
    rows = ["".join(f"<td{_side(side)}>{escape(cell)}</td>" for cell, side in zip(row, sides, strict=True)) for row in block.rows]
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f"<div class=wide><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"


def _side(side: str) -> str:
    return f" class={side}" if side else ""
