"""Axes, bins, curves, placed labels: small arithmetic with known answers."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqrec_core.figures.axes import log_ticks, number_text, padded, share_text
from seqrec_core.figures.bins import log_bins, whole_bins
from seqrec_core.figures.curves import concentration
from seqrec_core.figures.labels import text_px
from seqrec_core.figures.marks import spread
from seqrec_core.figures.place import LINE, places
from seqrec_core.figures.rows import room_for
from seqrec_core.figures.scorecard import pareto


def test_few_numbers_get_a_bin_each_and_many_get_doubling_ones():
    assert whole_bins([1, 2, 2, 4], [1, 1, 1, 1]) == ([1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 0, 1])
    assert whole_bins([1, 3, 100], [5, 2, 1]) == ([1, 2, 4, 8, 16, 32, 64], [1, 3, 7, 15, 31, 63, 100], [5, 2, 0, 0, 0, 0, 1])


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=60))
def test_whole_bins_lose_nothing(values: list[int]):
    firsts, lasts, counts = whole_bins(values, [1] * len(values))
    assert counts == [sum(first <= value <= last for value in values) for first, last in zip(firsts, lasts, strict=True)]
    assert sum(counts) == len(values)


@given(st.lists(st.floats(1, 1e6), min_size=1, max_size=60))
def test_log_bins_lose_nothing_and_grow_by_one_factor(values: list[float]):
    edges, counts = log_bins(values)
    assert sum(counts) == len(values)
    factors = [high / low for low, high in itertools.pairwise(edges)]
    assert factors == pytest.approx([factors[0]] * len(factors))
    assert edges[0] <= min(values) * (1 + 1e-9)
    assert max(values) <= edges[-1] * (1 + 1e-9)


def test_concentration_of_known_counts():
    assert concentration([1, 3], rising=True) == ([0, 0.5, 1], [0, 0.25, 1])
    assert concentration([1, 3], rising=False) == ([0, 0.5, 1], [0, 0.75, 1])
    assert concentration([0, 0], rising=True) == ([], [])


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=800))
def test_a_lorenz_curve_rises_and_stays_under_the_diagonal(counts: list[int]):
    xs, ys = concentration(counts, rising=True)
    assert xs == sorted(xs)
    assert ys == sorted(ys)
    assert all(y <= x + 1e-9 for x, y in zip(xs, ys, strict=True))
    assert not xs or (xs[-1], ys[-1]) == (1, 1)


def test_pareto_keeps_what_nothing_beats_in_both():
    assert pareto([5, 8, 9, 8], [0.02, 0.18, 0.11, 0.1]) == [1, 2]
    assert pareto([1, 1], [1, 1]) == [0]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=12))
def test_pareto_agrees_with_its_definition(points: list[tuple[int, int]]):
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    unbeaten = {
        point for point in points if not any(other[0] >= point[0] and other[1] >= point[1] and other != point for other in points)
    }
    assert {points[at] for at in pareto(xs, ys)} == unbeaten


def test_spread_moves_only_what_is_too_close():
    assert spread([1.0, 1.0, 5.0], 1.0) == [0.5, 1.5, 5.0]
    assert spread([3.0, 1.0], 1.0) == [3.0, 1.0]


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=10))
def test_spread_values_are_apart_and_in_order(values: list[float]):
    placed = spread(values, 1.0)
    ordered = sorted(placed)
    assert all(high - low >= 1 - 1e-6 for low, high in itertools.pairwise(ordered))
    order = sorted(range(len(values)), key=lambda at: values[at])
    assert [placed[at] for at in order] == ordered


@given(st.lists(st.tuples(st.floats(0, 600), st.floats(0, 400)), min_size=1, max_size=25))
def test_placed_labels_cover_neither_each_other_nor_a_point(points: list[tuple[float, float]]):
    marks = [(x, y, 6.0) for x, y in points]
    texts = [f"label number {at}" for at in range(len(points))]
    boxes = []
    for at, spot in enumerate(places(marks, texts, (600, 400))):
        if spot is not None:
            anchor, dx, dy = spot
            px = text_px(texts[at])
            left = points[at][0] + dx - {"left": 0, "right": px, "center": px / 2}[anchor]
            boxes.append((left, points[at][1] + dy - LINE / 2, left + px, points[at][1] + dy + LINE / 2, at))
    for one in boxes:
        assert one[0] >= -1e-9
        assert one[2] <= 600 + 1e-9
        for other in boxes:
            assert one[4] == other[4] or not (one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3])
        for at, (x, y, radius) in enumerate(marks):
            clear = x + radius <= one[0] or x - radius >= one[2] or y + radius <= one[1] or y - radius >= one[3]
            assert at == one[4] or clear


def test_room_is_left_for_the_number_at_the_end_of_a_bar():
    top = room_for([(10.0, 100.0)], 400)
    assert 10 / top * 400 + 100 <= 400 + 1e-9


def test_ticks_are_round_and_few():
    assert log_ticks(0, 2) == [1, 3, 10, 30, 100]
    assert log_ticks(0, 1) == [1, 2, 5, 10]
    assert len(log_ticks(-9, 9)) <= 6
    assert all(0 <= math.log10(tick) <= 3 for tick in log_ticks(0, 3))


def test_axis_numbers_have_no_needless_decimals():
    assert [share_text(share) for share in (0, 0.2, 0.05, 0.005, 0.125)] == ["0 %", "20 %", "5 %", "0.5 %", "12.5 %"]
    assert [number_text(value) for value in (1, 0.5, 2000, 1.25)] == ["1", "0.5", "2,000", "1.25"]


def test_padding_keeps_the_floor():
    assert padded([0.0, 1.0], 0.1) == pytest.approx((-0.1, 1.1))
    assert padded([0.0, 1.0], 0.1, floor=0.0) == pytest.approx((0.0, 1.1))
    low, high = padded([2.0, 2.0])
    assert low < 2 < high
