"""Figures of features: values in their unit, groups on the side they differ to."""

import polars as pl
import pytest

from seqrec_core.data.features.distribution import distribution
from seqrec_core.figures import data, features
from seqrec_core.figures.theme import LOWERS, RAISES
from tests.figures import samples as made
from tests.figures.of_data import sources


@pytest.mark.parametrize(
    ("values", "unit", "ticks"),
    [([1, 1, 3], "events", ["1", "2", "3"]), ([0.0, 0.5, 1.0], "share", ["0 %", "15 %"]), ([30.0, 90.0], "seconds", ["30 s"])],
)
def test_a_feature_is_written_in_its_unit(values: list[float], unit: str, ticks: list[str]):
    figure = features.distribution(distribution(pl.Series(values)), unit=unit, unit_name=unit, noun="user")
    assert list(figure.layout.xaxis.ticktext)[: len(ticks)] == ticks
    assert sum(figure.data[0].y) == len(values)


def test_a_group_is_drawn_on_the_side_it_differs_to_with_the_interval_of_the_difference():
    bars, whiskers = features.group_differences(made.group()).data
    assert list(bars.x) == [0.5, -0.25]
    assert [bars.marker.color[0], bars.marker.color[1]] == [RAISES, LOWERS]
    assert whiskers.error_x.arrayminus[0] == pytest.approx(0.125)


def test_each_channel_has_a_line_over_its_days_or_a_bar_without_days():
    lines = data.events_per_source(sources())
    assert [list(line.y) for line in lines.data] == [[30, 20], [4, 5]]
    assert len({line.line.color for line in lines.data}) == 2
    bars = data.events_per_source(sources().with_columns(day=pl.lit(None, pl.Date)))
    assert list(bars.data[0].x) == [50, 9]
