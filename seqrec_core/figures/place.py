"""Direct labels beside points, placed so that none covers another label or point."""

from collections.abc import Sequence

from seqrec_core.figures.labels import FONT_SIZE, text_px

Box = tuple[float, float, float, float]
LINE = 17.0
_SIDES = (("left", 0.0), ("right", 0.0), ("center", -1.0), ("center", 1.0))


def places(
    points: Sequence[tuple[float, float, float]], texts: Sequence[str], plot: tuple[float, float], *, limit: int = 40
) -> list[tuple[str, float, float] | None]:
    """Return where each label goes, in the order given (the first ones choose first).

    Args:
        points: x, y (px from the upper left) and radius of each mark.
        texts: the labels, as plain text; an empty one is not placed.
        plot: width and height of the plot, px.
        limit: labels placed at most.

    Returns:
        For each point (xanchor, dx, dy) in pixels from its centre, or None where there is no free room.
    """
    taken: list[Box] = [(x - r, y - r, x + r, y + r) for x, y, r in points]
    found: list[tuple[str, float, float] | None] = []
    for own, ((x, y, radius), text) in enumerate(zip(points, texts, strict=True)):
        choice = None
        if text and sum(place is not None for place in found) < limit:
            choice = _free_side(x, y, radius, text, plot, taken, own)
        found.append(choice)
        if choice is not None:
            taken.append(_box(x, y, text, choice))
    return found


def _free_side(
    x: float, y: float, radius: float, text: str, plot: tuple[float, float], taken: list[Box], own: int
) -> tuple[str, float, float] | None:
    """Return the first side of a point at which its label meets nothing."""
    for anchor, line in _SIDES:
        dx = {"left": radius + 5, "right": -radius - 5, "center": 0.0}[anchor]
        choice = (anchor, dx, line * (radius + LINE / 2 + 1))
        box = _box(x, y, text, choice)
        inside = box[0] >= 0 and box[2] <= plot[0] and box[1] >= 0 and box[3] <= plot[1]
        if inside and not any(_meet(box, other) for at, other in enumerate(taken) if at != own):
            return choice
    return None


def _box(x: float, y: float, text: str, choice: tuple[str, float, float]) -> Box:
    """Return the area that a label covers."""
    anchor, dx, dy = choice
    px = text_px(text, FONT_SIZE)
    left = x + dx - {"left": 0.0, "right": px, "center": px / 2}[anchor]
    return (left, y + dy - LINE / 2, left + px, y + dy + LINE / 2)


def _meet(one: Box, other: Box) -> bool:
    """Whether two areas overlap."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
