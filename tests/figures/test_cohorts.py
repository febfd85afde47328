"""The heat map of cohorts: a cell for each stretch after the first, hatched where little is known."""

from datetime import date

import polars as pl
import pytest

from seqrec_core.figures.cohorts import cohorts
from seqrec_core.figures.matrix import matrix

ROWS = [
    (date(2026, 1, 5), 40, 0, 40, 1.0, True),
    (date(2026, 1, 5), 40, 1, 20, 0.5, True),
    (date(2026, 1, 5), 40, 2, 10, 0.25, False),
    (date(2026, 1, 12), 5, 0, 5, 1.0, True),
    (date(2026, 1, 12), 5, 1, 1, 0.2, True),
]
FRAME = pl.DataFrame(ROWS, schema=["cohort", "size", "period", "count", "rate", "complete"], orient="row")


@pytest.mark.parametrize("dark", [False, True])
def test_cells_carry_their_cohort_and_small_or_open_ones_are_hatched(dark: bool) -> None:
    figure = cohorts(FRAME, dark, picked=("2026-01-12", 1))
    heat, hatched, marks, texts = figure.data
    assert [list(row) for row in heat.z] == [[0.5, 0.25], [0.2, None]]
    assert list(zip(hatched.x, hatched.base, strict=True)) == [(2, -0.46), (1, 0.54)]
    assert [list(key) for key in marks.customdata] == [["2026-01-05", 1], ["2026-01-05", 2], ["2026-01-12", 1]]
    assert list(texts.text) == ["50.0", "25.0", "20.0"]
    assert (figure.layout.shapes[0].x0, figure.layout.shapes[0].y0) == (0.53, 0.55)


def test_one_stretch_alone_is_said() -> None:
    assert not cohorts(FRAME.filter(period=0)).data


@pytest.mark.parametrize(("count", "hatched"), [(29, 1), (30, 0)])
def test_rows_of_a_matrix_with_few_cases_are_hatched(count: int, hatched: int) -> None:
    frame = pl.DataFrame({"from": ["a"], "to": ["b"], "count": [count], "rate": [1.0]})
    assert sum(trace.type == "bar" for trace in matrix(frame).data) == hatched
