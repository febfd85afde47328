"""The bundled logs come in right with what the importer proposes by itself."""

import json

import pytest

from seqrec_core import columns as c
from seqrec_core.data.features.order import order_effect
from seqrec_core.data.importing import Imported, import_log
from seqrec_core.data.mapping import ImportRequest
from seqrec_core.data.samples import SAMPLES, sample
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.segments.columns import values_of
from seqrec_core.segments.compare import compare
from seqrec_core.segments.grammar import holding
from seqrec_core.segments.select import select
from seqrec_core.segments.types import Segment

WEB = ("device", "channel", "country")
ATTRIBUTES = {"finance": ("entry_mode", "channel", "country"), "medicine": ("setting", "urgency", "region")}


@pytest.fixture(scope="module", params=sorted(SAMPLES))
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def imported(name: str) -> Imported:
    return import_log(ImportRequest(path=sample(name).events, items_path=sample(name).items))


@pytest.fixture
def truths(name: str) -> dict:
    return json.loads(sample(name).truths.read_text(encoding="utf-8"))


def test_each_column_gets_its_role(name: str, imported: Imported):
    roles = imported.report.mapping.roles()
    assert roles == {
        "user": "user_id", "item": "item_id", "time": "timestamp", "event": "event_type", "session": "session_id",
        "value": "amount" if name == "finance" else "value",
    }  # fmt: skip
    assert imported.log.attributes == ATTRIBUTES.get(name, WEB)


def test_exactly_the_dirty_rows_are_rejected(imported: Imported, truths: dict):
    dirty = truths["dirty_rows"]
    assert imported.report.rows_read == truths["rows_in_file"]
    assert imported.report.rows_kept == truths["clean"]["rows"]
    assert sorted(imported.report.rejects[c.LINE]) == sorted(line for entry in dirty.values() for line in entry["lines"])
    assert sorted(imported.report.rejected.values()) == sorted(entry["rows"] for entry in dirty.values())


def test_the_log_has_the_counts_of_the_truths(imported: Imported, truths: dict):
    clean, log = truths["clean"], imported.log
    assert (log.n_users, log.n_sessions, log.n_items) == (clean["users"], clean["sessions"], clean["items"])
    assert set(log.event_types) == set(clean["event_types"])


def test_the_catalogue_is_known_to_the_item(imported: Imported):
    frame = imported.catalog.frame
    assert (frame[c.TITLE] != frame[c.ITEM]).all()
    assert len(imported.catalog.categories) == frame.height


def test_the_incident_can_be_named_as_a_segment(truths: dict):
    shop = import_log(ImportRequest(path=sample("shop").events))
    said = json.loads(sample("shop").truths.read_text(encoding="utf-8"))["incident"]
    dataset = SequenceDataset.from_log(shop.log)
    chosen = select(shop.log, dataset, Segment(name="incident", start=said["from"], end=said["to"]), "session")
    sequences = dataset.sequences("session", "event").take(chosen)
    pay, buy = (sequences.labels.index(label) for label in said["step"])
    pairs = [pair for i in range(len(sequences)) for pair in zip(sequences[i], [*sequences[i][1:], -1], strict=True)]
    assert sum(first == pay for first, _ in pairs) == said["inside"]["payment_details"]
    assert sum(pair == (pay, buy) for pair in pairs) == said["inside"]["purchase"]


def test_what_is_known_of_a_session_is_offered_as_segments(name: str, imported: Imported):
    assert set(values_of(imported.log)) == set(ATTRIBUTES.get(name, WEB))


def opened(name: str) -> tuple[Imported, SequenceDataset, dict]:
    found = import_log(ImportRequest(path=sample(name).events, items_path=sample(name).items))
    known = json.loads(sample(name).truths.read_text(encoding="utf-8"))
    return found, SequenceDataset.from_log(found.log, found.catalog), known


def test_a_rule_finds_the_days_of_fraud_and_nothing_else():
    found, dataset, known = opened("finance")
    rule = f"{holding(known['fraud']['items'], 'item')} and value_sum > 0"
    chosen = select(found.log, dataset, Segment(name="fraud", rule=rule), "session")
    assert {dataset.session_ids[row] for row in chosen} >= set(known["fraud"]["sessions"])
    assert len(chosen) == next(one["support_count"] for one in known["sequences"] if one["items"] == known["fraud"]["items"])


def test_referrals_of_the_incident_wait_longer_than_the_rest():
    found, dataset, known = opened("medicine")
    period = {"start": known["incident"]["from"], "end": known["incident"]["to"]}
    late = Segment(name="late", rule="first_event = referral and urgency = routine", **period)
    rows = {row["feature"]: row for row in compare(found.log, dataset, late, "session").to_dicts()}
    assert rows["max_gap_seconds"]["low"] > 4 * 86_400
    assert rows["max_gap_seconds"]["p_corrected"] < 1e-6


@pytest.mark.parametrize("name", ["shop", "finance", "medicine"])
def test_order_matters_in_the_events_of_a_sample(name: str):
    _, dataset, _ = opened(name)
    assert order_effect(dataset.sequences("session", "item"), draws=19).verdict in ("matters", "a_little")
