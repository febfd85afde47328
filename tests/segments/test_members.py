"""A segment of given sequences selects exactly them."""

import numpy as np
import pytest

from seqrec_core.data.sequences import SequenceDataset, Unit
from seqrec_core.segments.members import of_rows
from seqrec_core.segments.select import select
from tests.segments.test_select import SMALL, make_log


@pytest.mark.parametrize("unit", ["session", "user"])
def test_a_segment_of_rows_selects_exactly_them(unit: Unit):
    log = make_log(SMALL)
    dataset = SequenceDataset.from_log(log)
    n = dataset.n_sessions if unit == "session" else dataset.n_users
    assert n > 1
    for rows in ([0], [n - 1], [0, n - 1], list(range(n))):
        segment = of_rows("these", dataset, unit, np.array(rows))
        assert select(log, dataset, segment, unit).tolist() == sorted(set(rows))
