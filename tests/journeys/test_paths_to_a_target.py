"""Paths with conversion stop before the target; wildcards mean the labels that fit."""

import polars as pl
import pytest
from hypothesis import given, settings

from seqrec_core.errors import NotFound
from seqrec_core.journeys.paths import converting_paths, top_paths
from seqrec_core.journeys.reading import grouped, matching, merged
from tests.journeys.brute import LABELS, logs_of_words, made


@settings(max_examples=80, deadline=None)
@given(rows=logs_of_words)
def test_counts_equal_those_of_loops(rows):
    target = LABELS[0]
    expected: dict[tuple[str, ...], list[int]] = {}
    for row in rows:
        reaches = target in row
        path = tuple(row[: row.index(target)] if reaches else row)[:2]
        if path:
            cell = expected.setdefault(path, [0, 0])
            cell[0] += 1
            cell[1] += reaches
    frame = converting_paths(made(rows), target, depth=2, top=100)
    assert {tuple(events): [count, hits] for events, count, _, hits, _ in frame.rows()} == expected
    assert all(rate == hits / count for _, count, _, hits, rate in frame.rows())


def test_without_any_target_it_is_the_top_paths():
    sequences = made([["a", "c"], ["a"], ["d"]])
    with_target = converting_paths(sequences, "b")
    assert with_target.drop("converted", "rate").equals(top_paths(sequences))
    assert with_target["converted"].to_list() == [0] * 3


LONG = ("view_home", "view_item", "cart", "view[1]")


def test_a_wildcard_means_all_that_fit_and_an_exact_name_itself():
    sequences = made([list(LONG)], labels=LONG)
    assert matching(sequences, "view_*") == ["view_home", "view_item"]
    assert matching(sequences, "view[1]") == ["view[1]"]
    with pytest.raises(NotFound):
        matching(sequences, "buy*")


def test_the_first_group_that_names_an_event_has_it():
    sequences = made([list(LONG)], labels=LONG)
    names = grouped(sequences, {"home": ["view_home"], "view": ["view*"]})
    assert names == {"view_home": "home", "view_item": "view", "view[1]": "view"}
    assert pl.Series(merged(sequences, names).labels).to_list() == ["home", "view", "cart"]
