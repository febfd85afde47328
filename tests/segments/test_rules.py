"""Who meets a rule: by hand, against plain Python, and what is said of names and values that do not fit."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec_core import columns as c
from seqrec_core.data.catalog import ItemCatalog
from seqrec_core.data.features.source import Source
from seqrec_core.data.log import EventLog
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.errors import BadInput
from seqrec_core.segments.grammar import parse
from seqrec_core.segments.rules import decided_by, is_met, suggested_unit
from seqrec_core.segments.select import select
from seqrec_core.segments.types import Segment
from seqrec_core.segments.within import sequences_within
from tests.segments.test_select import DAY, SMALL, make_log

# user, session, hours, event, item, device
ROWS = [
    ("ann", "a1", 0, "view", "x", "mobile"),
    ("ann", "a1", 1, "cart", "x", "mobile"),
    ("ann", "a1", 2, "buy", "x", "mobile"),
    ("ann", "a2", 30, "view", "y", "desktop"),
    ("ann", "a2", 31, "buy", "y", "desktop"),
    ("bob", "b1", 40, "view", "z", "mobile"),
    ("bob", "b1", 41, "cart", "y", "mobile"),
    ("cat", "c1", 900, "cart", "z", None),
    ("cat", "c1", 901, "view", "x", None),
]
CATEGORIES = {"x": "shoes", "y": "hats", "z": None}


def arrays(log: EventLog) -> SequenceDataset:
    rows = [{c.ITEM: item, c.TITLE: item, c.CATEGORY: category} for item, category in CATEGORIES.items()]
    return SequenceDataset.from_log(log, ItemCatalog.from_frame(pl.DataFrame(rows)))


LOG = make_log(ROWS, age=[30, 30, 30, 31, 31, 20, 20, 40, 40])
SOURCE = Source(LOG, arrays(LOG))


def met(rule: str, unit: str = "session") -> str:
    ids = SOURCE.dataset.session_ids if unit == "session" else SOURCE.dataset.user_ids
    return " ".join(np.array(ids)[is_met(parse(rule), SOURCE, unit)])


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("events >= 3", "a1"),
        ("buy >= 1", "a1 a2"),
        ("buys = 0", "b1 c1"),
        ("count_buy = 0", "b1 c1"),
        ("did buy", "a1 a2"),
        ("without buy", "b1 c1"),
        ("event = cart", "a1 b1 c1"),
        ("event != cart", "a2"),
        ("event in (cart, buy)", "a1 a2 b1 c1"),
        ("item = x", "a1 c1"),
        ("category = shoes", "a1 c1"),
        ("did shoes and not item = y", "a1 c1"),
        ("contains cart -> buy", "a1"),
        ("contains view -> buy within 1 steps", "a2"),
        ("contains view -> buy within 2 steps", "a1 a2"),
        ("contains category shoes -> hats", ""),
        ("contains z -> y", "b1"),
        ("device = mobile", "a1 b1"),
        ("device != mobile", "a2 c1"),
        ("device in (mobile, desktop)", "a1 a2 b1"),
        ("age > 30", "a2 c1"),
        ("age = 30", "a1"),
        ("first_event = cart", "c1"),
        ("start >= 2026-09-02", "a2 b1 c1"),
        ("distinct_share < 50%", "a1"),
        ("user.recency_days < 10 and did view", "c1"),
        ("user.buys >= 2", "a1 a2"),
        ("user.device = desktop", "a1 a2"),
        ("since_previous_days > 1", "a2"),
        ("since_previous_days != 1.25", "a1 b1 c1"),
        ("did buy or number = 1 and device = mobile", "a1 a2 b1"),
        ("(did buy or number = 1) and device = mobile", "a1 b1"),
    ],
)
def test_sessions_that_meet_a_rule(rule: str, expected: str):
    assert met(rule) == expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("buys >= 2 and recency_days > 30", "ann"),
        ("without buy", "bob cat"),
        ("sessions > 1", "ann"),
        ("contains buy -> buy", "ann"),
        ("device = desktop", "ann"),
        ("age >= 31", "ann cat"),
        ("mean_gap_days > 0", "ann"),
        ("not mean_gap_days > 0", "bob cat"),
        ("diversity_bits = 0", "bob cat"),
    ],
)
def test_users_that_meet_a_rule(rule: str, expected: str):
    assert met(rule, "user") == expected


def test_a_rule_speaks_of_sessions_unless_it_names_what_only_users_have():
    for rule, unit in [("buys >= 2", "session"), ("recency_days < 3", "user"), ("buys >= 2 and recency_days < 3", "user")]:
        assert suggested_unit(parse(rule), SOURCE) == unit
    assert suggested_unit(parse("recency_days < 3 and duration_seconds > 3"), SOURCE) == "session"


@pytest.mark.parametrize(
    ("rule", "code", "at", "named"),
    [
        ("did buy and recency_day < 3", "rule_name", 13, "user.recency_days"),
        ("Events > 3", "rule_name", 1, "events"),
        ("did bye", "rule_label", 5, "buy"),
        ("contains view -> shoes", "rule_label", 10, "view"),
        ("contains event view -> shoes", "rule_label", 24, "buy"),
        ("events > many", "rule_number", 10, "many"),
        ("events > nan", "rule_number", 10, "nan"),
        ("start > soon", "rule_moment", 9, "soon"),
        ("event > 3", "rule_operator", 1, ">"),
        ("device < mobile", "rule_operator", 1, "<"),
        ("event = fly", "rule_label", 9, "buy"),
        ("device = Mobile", "rule_value", 10, "“mobile”"),
        ("device in (mobile, phone)", "rule_value", 12, "phone"),
        ("not device != tablett", "rule_value", 15, "tablett"),
    ],
)
def test_what_does_not_fit_the_log_is_named_with_its_place(rule: str, code: str, at: int, named: str):
    with pytest.raises(BadInput) as caught:
        met(rule)
    assert (caught.value.code, caught.value.values["at"]) == (code, at)
    assert named in caught.value.message


def test_a_log_without_types_categories_or_times_says_what_it_lacks():
    frame = make_log(SMALL).frame.with_columns(pl.lit(None, c.TIME_DTYPE).alias(c.TIME), pl.Series(c.ORDER, range(len(SMALL))))
    log = EventLog.from_frame(frame.with_columns(pl.lit("event").alias(c.EVENT)), has_event_types=False)
    source = Source(log, SequenceDataset.from_log(log))
    for rule, code in [
        ("duration_seconds > 3", "rule_name"),
        ("category = shoes", "no_categories"),
        ("event > 1", "rule_operator"),
    ]:
        with pytest.raises(BadInput) as caught:
            is_met(parse(rule), source, "session")
        assert caught.value.code == code


def test_a_rule_joins_period_where_and_listed_sessions():
    dataset = SOURCE.dataset

    def ids(**given: object) -> str:
        return " ".join(dataset.session_ids[i] for i in select(LOG, dataset, Segment(name="s", **given), "session"))

    assert ids(rule="did view", start=DAY + timedelta(hours=30)) == "a2 b1 c1"
    assert ids(rule="did view", where={"device": "mobile"}) == "a1 b1"
    assert ids(rule="did view", sessions=("a1", "c1")) == "a1 c1"
    assert ids(rule="buys >= 2", unit="user") == "a1 a2"
    assert ids(rule="buys >= 2", unit="user", start=DAY + timedelta(hours=30)) == "a2"
    assert ids(rule="  ") == "a1 a2 b1 c1"


def test_sequences_of_a_rule_are_those_of_its_members():
    loyal = Segment(name="loyal", rule="buys >= 2", unit="user")
    found = sequences_within(LOG, SOURCE.dataset, loyal, "user", "event")
    assert [found.labels[code] for code in found.values] == ["view", "cart", "buy", "view", "buy"]


def test_a_segment_with_a_rule_survives_json_and_an_old_one_reads_the_same():
    new = Segment(name="a", rule="did buy", unit="user")
    assert Segment.model_validate_json(new.model_dump_json()) == new
    old = Segment.model_validate_json(
        '{"name": "a", "where": {"device": "mobile"}, "start": null, "end": null, "sessions": null}'
    )
    assert old == Segment(name="a", where={"device": "mobile"})
    with pytest.raises(BadInput, match="character 5"):
        Segment(name="a", rule="did ")


def test_features_that_a_rule_decides_by_are_named():
    found = decided_by(parse("did buy and events > 2 or carts > 1 and user.sessions > 1"), SOURCE, "session")
    assert found == {"count_buy", "events", "count_cart"}


ROW = st.tuples(
    st.sampled_from("abc"), st.integers(0, 2), st.integers(0, 60), st.sampled_from(["view", "buy"]), st.sampled_from("xyz")
)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(ROW, min_size=1, max_size=25, unique_by=lambda row: row[2]), least=st.integers(0, 3), gap=st.integers(1, 3))
def test_rules_equal_the_plain_definition(rows: list[tuple], least: int, gap: int):
    rows = [(user, f"{user}{session}", *rest, "m") for user, session, *rest in rows]
    log = make_log(rows)
    if not {"view", "buy"} <= set(log.event_types):
        return
    source = Source(log, SequenceDataset.from_log(log))
    rule = parse(f"buys >= {least} and not contains view -> buy within {gap} steps")
    for unit, place, ids in (("session", 1, source.dataset.session_ids), ("user", 0, source.dataset.user_ids)):
        expected = set()
        for key in ids:
            own = [row[3] for row in sorted(rows, key=lambda row: row[2]) if row[place] == key]
            near = any(own[i] == "view" and "buy" in own[i + 1 : i + 1 + gap] for i in range(len(own)))
            if own.count("buy") >= least and not near:
                expected.add(key)
        assert set(np.array(ids)[is_met(rule, source, unit)]) == expected
