"""Figure of the Scorecard: whether the chances that scores give can be believed."""

from collections.abc import Sequence

import plotly.graph_objects as go

from seqrec_core.figures.curves import diagonal
from seqrec_core.figures.theme import Theme, blank, nothing, theme_of
from seqrec_core.text import integer, percent, say

HEIGHT = 320
LEFT, BOTTOM = 62, 46


def reliability(
    confidence: Sequence[float], right: Sequence[float], counts: Sequence[int], dark: bool | Theme = False
) -> go.Figure:
    """Draw how often the first item came next against the chance that its score gives it; honest scores lie on the diagonal.

    Args:
        confidence: mean chance of each bin, in [0, 1], rising.
        right: share of its cases in which the item came next, in [0, 1].
        counts: its cases.
        dark: theme.
    """
    theme = theme_of(dark)
    if not confidence:
        return nothing(theme)
    figure = blank(theme, HEIGHT, left=LEFT, bottom=BOTTOM, top=8, right=24)
    figure.add_scatter(**diagonal(theme))
    figure.add_scatter(
        x=list(confidence),
        y=list(right),
        mode="lines+markers",
        line={"color": theme.palette[2], "width": 2.4},
        marker={"size": 9, "color": theme.palette[2]},
        hovertext=[
            say("figures.reliability.point", chance=percent(x), share=percent(y), n=integer(n))
            for x, y, n in zip(confidence, right, counts, strict=True)
        ],
        hoverinfo="text",
        cliponaxis=False,
    )
    top = min(1.0, 1.15 * max([*confidence, *right, 0.05]))
    figure.update_xaxes(range=[0, top], title_text=say("figures.reliability.x"), tickformat=".0%", nticks=6, automargin=False)
    figure.update_yaxes(range=[0, top], title_text=say("figures.reliability.y"), tickformat=".0%", nticks=6, automargin=False)
    return figure
