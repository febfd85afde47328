"""The rate of one step over time: a bar a span, few cases hatched, the period outlined, a click names its days."""

from datetime import date

import polars as pl

from seqrec_core.figures.over_time import over_time

FRAME = pl.DataFrame(
    {
        "first": [date(2026, 8, 3), date(2026, 8, 10), date(2026, 8, 17)],
        "last": [date(2026, 8, 9), date(2026, 8, 16), date(2026, 8, 23)],
        "count": [30, 0, 4],
        "n": [60, 0, 20],
        "rate": [0.5, None, 0.2],
    }
)


def test_bars_are_rates_and_carry_their_days():
    bar = over_time(FRAME, (date(2026, 8, 20), date(2026, 8, 21))).data[0]
    assert list(bar.y) == [0.5, 0.2]
    assert [list(key) for key in bar.customdata] == [["2026-08-03", "2026-08-09"], ["2026-08-17", "2026-08-23"]]
    assert list(bar.marker.pattern.shape) == ["", "/"]
    assert list(bar.marker.line.width) == [0, 1.2]


def test_nothing_is_said():
    assert over_time(FRAME.clear()).layout.annotations[0].text.startswith("Nothing to draw")
