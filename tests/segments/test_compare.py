"""A segment against the rest: planted differences are found, chance is not, and sessions of one user count together."""

import numpy as np
import pytest

from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.errors import BadInput
from seqrec_core.segments.compare import SCHEMA, compare
from seqrec_core.segments.preview import preview
from seqrec_core.segments.types import Segment
from tests.segments.test_select import make_log


def planted(seed: int = 0):
    """60 users; every third is on a phone, comes twice as often and buys more."""
    rng = np.random.default_rng(seed)
    rows = []
    for user in range(60):
        is_phone = user % 3 == 0
        for visit in range(rng.integers(2, 5) + 3 * is_phone):
            for step in range(rng.integers(1, 6)):
                kind = "buy" if rng.random() < (0.5 if is_phone else 0.2) else "view"
                device = "phone" if is_phone else "desktop"
                rows.append((f"u{user:02d}", f"u{user:02d}/{visit}", 30 * visit + step, kind, "xyz"[rng.integers(3)], device))
    return make_log(rows)


LOG = planted()
DATASET = SequenceDataset.from_log(LOG)
PHONE = Segment(name="phones", where={"device": "phone"})


def test_planted_differences_stand_first_with_their_interval():
    frame = compare(LOG, DATASET, PHONE, "user", min_n=20)
    assert dict(frame.schema) == SCHEMA
    found = {row["feature"]: row for row in frame.to_dicts()}
    share = found["share_buy"]
    assert share["difference"] == pytest.approx(share["mean_in"] - share["mean_rest"])
    assert share["low"] <= share["difference"] <= share["high"]
    assert share["p_corrected"] < 0.001
    assert share["low"] > 0
    assert found["sessions"]["low"] > 1
    assert {"sessions", "share_buy"} <= set(frame["feature"].head(12))
    assert (share["n_in"], share["n_rest"], share["small"]) == (20, 40, False)
    assert frame["p_corrected"].drop_nulls().min() >= frame["p_value"].drop_nulls().min()


def test_a_group_by_chance_differs_in_nothing():
    found = 0
    for seed in range(10):
        chosen = np.random.default_rng(seed).choice(60, 25, replace=False)
        sessions = tuple(s for s in DATASET.session_ids if int(s[1:3]) in set(chosen.tolist()))
        frame = compare(LOG, DATASET, Segment(name="chance", sessions=sessions), "user", min_n=20)
        found += int((frame["p_corrected"] < 0.05).sum())
    assert found <= 2


def test_what_the_rule_itself_decides_is_no_finding_and_stands_last():
    frame = compare(LOG, DATASET, Segment(name="buyers", rule="buys >= 1"), "session")
    rows = {row["feature"]: row for row in frame.to_dicts()}
    assert rows["count_buy"]["by_rule"]
    assert not rows["events"]["by_rule"]
    findings = frame.filter(~frame["by_rule"] & ~frame["small"]).height
    assert frame["feature"].to_list().index("count_buy") >= findings > 0


@pytest.mark.parametrize("segment", [Segment(name="all"), Segment(name="none", sessions=())])
def test_there_has_to_be_a_group_and_a_rest(segment: Segment):
    with pytest.raises(BadInput, match="no rest"):
        compare(LOG, DATASET, segment, "user")


def test_a_group_of_one_has_means_and_no_interval():
    one = Segment(name="one", sessions=(DATASET.session_ids[0],))
    row = compare(LOG, DATASET, one, "session").row(0, named=True)
    assert row["small"]
    assert (row["low"], row["p_value"], row["p_corrected"]) == (None, None, None)
    assert row["mean_in"] is not None


def test_a_preview_counts_and_says_it():
    found = preview(LOG, DATASET, PHONE)
    phones = LOG.frame.filter(LOG.frame["device"] == "phone")
    assert (found.users, found.sessions, found.events) == (20, phones["session_id"].n_unique(), phones.height)
    assert found.share_of_users == pytest.approx(1 / 3)
    assert "20 users (33.3 %)" in found.sentence
    assert found.examples == ("u00/0", "u00/1", "u00/2", "u00/3", "u00/4")
    assert "no session" in preview(LOG, DATASET, Segment(name="none", sessions=())).sentence
