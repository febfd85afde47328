"""Names in labels: names are data of users, so they are cleaned, cut to the room there is, and escaped."""

import unicodedata
from html import escape

FONT_SIZE = 13
_BIDI = dict.fromkeys((0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_NARROW, _BROAD = "iljtfrI.,:;'|!()[] ·", "mwMW@%—→▲▼"


def clean(name: str) -> str:
    """Return `name` on one line: no control or direction characters, single spaces; '∅' if nothing is left."""
    visible = "".join(" " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in name.translate(_BIDI))
    return " ".join(visible.split()) or "∅"


def text_px(text: str, size: int = FONT_SIZE) -> float:
    """Return the estimated width of `text` in pixels; rather too wide than too narrow."""
    return size * sum(_em(char) for char in text)


def _em(char: str) -> float:
    """Width of one character in units of the font size."""
    if unicodedata.east_asian_width(char) in ("W", "F"):
        return 1.0
    if char in _NARROW:
        return 0.3
    if char in _BROAD:
        return 0.85
    return 0.63 if char.isupper() else 0.54


def fit(name: str, px: float, size: int = FONT_SIZE) -> str:
    """Return `name` cleaned, cut with … so that it takes at most `px` pixels, and escaped.

    Example:
        >>> fit("<b>Trail</b> tent", 60)
        '&lt;b&gt;Trail…'
    """
    text = clean(name)
    if text_px(text, size) > px:
        room = px - text_px("…", size)
        kept = ""
        for char in text:
            room -= size * _em(char)
            if room < 0:
                break
            kept += char
        text = kept.rstrip() + "…"
    return escape(text, quote=False)


def full(name: str, limit: int = 80) -> str:
    """Return `name` for a hover text: cleaned, escaped, and cut only if it is longer than `limit` characters."""
    text = clean(name)
    return escape(text if len(text) <= limit else text[: limit - 1] + "…", quote=False)


def arrow_path(names: list[str], px: float, size: int = FONT_SIZE) -> str:
    """Return 'a → b → c' in at most `px` pixels: the long names are cut first, so that each step stays visible."""
    texts = [clean(name) for name in names]
    room = max(px - (len(texts) - 1) * text_px(" → ", size), 12.0 * len(texts))
    budget = _shared_budget([text_px(text, size) for text in texts], room)
    return " → ".join(fit(text, budget, size) for text in texts)


def _shared_budget(widths: list[float], room: float) -> float:
    """Return the largest width that each may take so that all together fit into `room`."""
    left, waiting = room, sorted(widths)
    while waiting and waiting[0] <= left / len(waiting):
        left -= waiting.pop(0)
    return left / len(waiting) + 0.01 if waiting else max(widths, default=0.0) + 0.01
