"""Pure functions from results to Plotly figures, one subject a file.

Every function takes `dark` (a bool or a Theme) and, where labels need it, `width`: the narrowest chart in pixels at which
they must fit. Titles are not in a figure: the page prints the finding above it. What a page passes on to the chart element
(no tool bar, no theme of its own over ours) is `CHART`.
"""

from seqrec_core.figures.theme import CHART, DARK, LIGHT, LOWERS, RAISES, Theme, hues, theme_of

__all__ = ["CHART", "DARK", "LIGHT", "LOWERS", "RAISES", "Theme", "hues", "theme_of"]
