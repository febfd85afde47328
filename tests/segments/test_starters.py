"""Rules to begin with split a log into parts of some size, and hold for whom they say."""

import pytest

from seqrec_core.data.features.source import Source
from seqrec_core.data.importing import import_log
from seqrec_core.data.mapping import ImportRequest
from seqrec_core.data.samples import SAMPLES, sample
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.segments.select import select
from seqrec_core.segments.starters import LEAST, MOST, starters
from seqrec_core.segments.types import Segment


@pytest.mark.parametrize("name", list(SAMPLES)[:2])
def test_rules_to_begin_with_hold_for_some_and_not_for_nearly_all(name):
    found = sample(name)
    imported = import_log(ImportRequest(path=found.events, items_path=found.items))
    log, dataset = imported.log, SequenceDataset.from_log(imported.log, imported.catalog)
    rules = starters(Source(log, dataset))
    assert 1 <= len(rules) <= 4
    for starter in rules:
        members = select(log, dataset, Segment(name="x", rule=starter.rule, unit=starter.unit), starter.unit)
        n = dataset.n_sessions if starter.unit == "session" else dataset.n_users
        assert len(members) == starter.n
        assert LEAST <= starter.n / n <= MOST
