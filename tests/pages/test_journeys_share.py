"""A view of Journeys taken away: the recipe opens the same view, the page needs no network."""

import json
import re

import polars as pl
import pytest

from seqrec_core.errors import BadInput
from seqrec_core.figures.journeys import paths
from seqrec_core.ui.chart import Drawn
from seqrec_core.ui.journeys.recipe import read
from seqrec_core.ui.journeys.share import document

TABLE = pl.DataFrame({"events": [["<b>", "b"]], "count": [3], "share": [0.5]})


def test_a_recipe_is_read_back_as_it_was_written() -> None:
    view = {"view": "funnel", "funnel": "a,b", "group": "x=a*", "window": "300"}
    segment = {"name": "few", "sessions": ["s1", "s2"]}
    found = read(json.dumps({"format": "journeys", "version": 1, "dataset": "d", "view": view, "segment": segment}).encode())
    assert found.values == view
    assert found.segment is not None
    assert (found.segment.name, found.segment.sessions) == ("few", ("s1", "s2"))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"nothing", "recipe_json"),
        (b"[" * 100_000, "recipe_json"),
        (b"[]", "recipe_other"),
        (b'{"format": "import"}', "recipe_other"),
        (b'{"format": "journeys", "version": 2, "view": {}}', "recipe_version"),
        (b'{"format": "journeys", "version": 1, "view": {"ds": "x"}}', "recipe_value"),
        (b'{"format": "journeys", "version": 1, "view": {"steps": 4}}', "recipe_value"),
        (b'{"format": "journeys", "version": 1, "view": {}, "segment": {"name": ""}}', "recipe_value"),
    ],
)
def test_what_is_no_recipe_is_refused_by_name(content: bytes, code: str) -> None:
    with pytest.raises(BadInput) as error:
        read(content)
    assert error.value.code == code


@pytest.mark.parametrize("dark", [False, True])
def test_the_page_holds_one_script_its_tables_and_nothing_from_elsewhere(dark: bool) -> None:
    columns = {"events": "path", "share": {"label": "share", "type_config": {"format": "percent"}}}
    one = Drawn(figure=paths(TABLE, dark), alt="bars", table=TABLE, how="counted", columns=columns)
    written = document([Drawn("Finding <b>", "3 sessions"), one, Drawn("Second", "more"), one], "{}", dark)
    assert "Finding &lt;b&gt;" in written
    assert "<td>&lt;b&gt; → b</td>" in written
    assert "50.0 %" in written
    assert len(re.findall(r"Plotly\.newPlot\(", written)) == 2
    assert written.count("plotly.js v") == 1
    assert not re.findall(r"<(?:script|link|img)[^>]+(?:src|href)=", written)
