"""Weeks among those of one kind: an incident that touches a part is found there, and corrected for all that was looked at."""

from pathlib import Path

import polars as pl
import pytest

from seqrec_core.data.importing import import_log
from seqrec_core.data.mapping import ImportRequest
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.insight.weeks import unusual_weeks
from seqrec_core.insight.weeks_within import unusual_weeks_within
from seqrec_core.segments.types import Segment

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data" / "finance"


@pytest.fixture(scope="module")
def finance():
    imported = import_log(ImportRequest(path=SAMPLE / "events.csv", items_path=SAMPLE / "items.csv"))
    return imported.log, SequenceDataset.from_log(imported.log, imported.catalog)


def test_payments_declined_on_the_web_alone_are_first_and_sure(finance):
    log, dataset = finance
    first = unusual_weeks_within(log, dataset, "session", "event").row(0, named=True)
    assert (first["column"], first["value"], first["to"]) == ("channel", "web", "decline")
    assert first["start"].date().isoformat() == "2026-08-10"
    assert first["p_corrected"] < 0.001
    everyone = unusual_weeks(dataset.sequences("session", "event"))
    assert everyone["p_corrected"].min() > 0.05


def test_those_of_all_are_compared_as_before_and_corrected_for_more(finance):
    log, dataset = finance
    alone = unusual_weeks(dataset.sequences("session", "event"))
    within = unusual_weeks_within(log, dataset, "session", "event").filter(pl.col("column").is_null())
    key = ["start", "from", "to"]
    both = alone.join(within, on=key, suffix="_within", nulls_equal=True)
    assert both.height == alone.height == within.height
    assert (both["p_value"] == both["p_value_within"]).all()
    assert (both["p_corrected"] <= both["p_corrected_within"] + 1e-12).all()


def test_a_group_is_not_told_apart_by_what_all_of_it_share(finance):
    log, dataset = finance
    found = unusual_weeks_within(log, dataset, "session", "event", Segment(name="web", where={"channel": "web"}))
    assert "channel" not in found["column"].drop_nulls().to_list()
    assert found.row(0, named=True)["to"] == "decline"
