"""What people do instead: counted by definition, with the event itself as what those who reach it do next."""

import pytest
from hypothesis import given, settings

from seqrec_core import columns as c
from seqrec_core.errors import BadInput, NotFound
from seqrec_core.insight.instead import instead
from seqrec_core.mining.preceding import cut_before
from seqrec_core.stats.intervals import wilson_interval
from tests.mining.brute import LABELS, logs_of, made

A, B, C, D = (LABELS.index(label) for label in "abcd")


def shown(found) -> dict[str | None, tuple[int, int]]:
    return {row[c.TO]: (row[c.COUNT], row["count_reached"]) for row in found.frame.iter_rows(named=True)}


def test_those_who_do_not_reach_the_event_are_told_by_where_they_go_next():
    log = made([[[A], [B], [D]], [[A], [D]], [[A], [C]], [[A], [C], [B]], [[A]], [[B], [D]]])
    found = instead(cut_before(log, log, "d"), ["a"])
    assert (found.n, found.n_reached) == (3, 2)
    assert shown(found) == {"c": (2, 0), None: (1, 0)}
    first = found.frame.row(0, named=True)
    assert first["share"] == pytest.approx(2 / 3)
    assert (first["low"], first["high"]) == pytest.approx([float(end) for end in wilson_interval(2, 3)])
    assert first["difference"] == pytest.approx(2 / 3)


@settings(max_examples=80, deadline=None)
@given(rows=logs_of(2))
def test_every_sequence_counts_once_by_the_first_event_after_the_earliest_end(rows):
    log = made(rows)
    if D not in log.values or A not in log.values:
        return
    expected: dict[str | None, list[int]] = {}
    for row in rows:
        end = next((at for at, step in enumerate(row) if D in step), None)
        before = row if end is None else row[:end]
        at = next((at for at, step in enumerate(before) if A in step), None)
        if at is None:
            continue
        rest = before[at + 1 :]
        name = LABELS[rest[0][0]] if rest else ("d" if end is not None else None)
        expected.setdefault(name, [0, 0])[end is not None] += 1
    found = shown(instead(cut_before(log, log, "d"), ["a"]))
    assert found == {name: tuple(counts) for name, counts in expected.items() if counts[0]}


def test_what_few_people_do_is_left_out_and_counted():
    log = made([[[A], [C]]] * 3 + [[[A], [B]]] * 2 + [[[D]]], owner=[0, 1, 2, 3, 3, 4])
    found = instead(cut_before(log, log, "d"), ["a"], floor=2)
    assert list(shown(found)) == ["c"]
    assert found.left_out == 2


def test_no_pattern_and_unknown_events_are_refused():
    log = made([[[A], [D]]])
    cut = cut_before(log, log, "d")
    with pytest.raises(BadInput):
        instead(cut, [])
    with pytest.raises(NotFound):
        instead(cut, ["x"])
