"""Each feature equals its definition; a log that lacks something lacks the columns and says so."""

import math
from datetime import timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec_core import columns as c
from seqrec_core.data.catalog import ItemCatalog
from seqrec_core.data.features.registry import FEATURES, FeatureOf, definition
from seqrec_core.data.features.table import FeatureTable, feature_table
from seqrec_core.data.log import EventLog
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.errors import BadInput
from tests.data.features import brute
from tests.data.features.brute import Row

PLAIN = {"user": (brute.user, 0, c.USER), "item": (brute.item, 4, c.ITEM), "sequence": (brute.sequence, 1, c.SESSION)}
SMALL: list[Row] = [
    ("ann", "a1", 0, "view", "x", None),
    ("ann", "a1", 5, "view", "x", None),
    ("ann", "a1", 9, "buy", "x", 20.0),
    ("ann", "a2", 3000, "view", "w", None),
    ("bob", "b1", 60, "view", "y", 1.0),
    ("bob", "b1", 62, "buy", "z", 5.0),
    ("bob", "b1", 66, "view", "y", None),
    ("bob", "b2", 9000, "view", "x", None),
]


def table(of: FeatureOf, rows: list[Row], names: list[str] | None = None) -> FeatureTable:
    log, catalog = brute.log_of(rows), brute.catalog()
    return feature_table(of, log, SequenceDataset.from_log(log, catalog), catalog, names)


def held(of: FeatureOf, rows: list[Row]) -> None:
    plain, place, key = PLAIN[of]
    frame = table(of, rows).frame
    found = {row[key]: row for row in frame.to_dicts()}
    for name, own in brute.by(rows, place).items():
        for column, expected in plain(rows, own).items():
            if column in found[name] or expected:
                assert found[name][column] == (expected if expected is None else pytest.approx(expected)), (name, column)


@pytest.mark.parametrize("of", list(FEATURES))
def test_a_small_log_by_hand(of: FeatureOf):
    held(of, SMALL)


ROWS = st.lists(
    st.tuples(
        st.sampled_from("abc"), st.integers(0, 2), st.integers(0, 30_000), st.sampled_from(["view", "buy"]),
        st.sampled_from("xyzw"), st.sampled_from([None, 1.0, 2.5]),
    ), min_size=1, max_size=30, unique_by=lambda row: row[2],
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(rows=ROWS)
def test_every_table_equals_the_plain_definition(rows: list[tuple]):
    rows = [(user, f"{user}{session}", *rest) for user, session, *rest in rows]
    if len({row[3] for row in rows}) > 1 and any(row[5] is not None for row in rows if row[3] == "buy"):
        for of in FEATURES:
            held(of, rows)


@pytest.mark.parametrize("of", list(FEATURES))
def test_rows_stand_in_the_order_of_the_arrays_and_columns_in_that_of_the_registry(of: FeatureOf):
    log, catalog = brute.log_of(SMALL), brute.catalog()
    dataset = SequenceDataset.from_log(log, catalog)
    found = feature_table(of, log, dataset, catalog)
    ids = {"user": dataset.user_ids, "item": dataset.vocabulary.ids, "sequence": dataset.session_ids}[of]
    assert tuple(found.frame.to_series(0)) == ids
    defined = [definition(of, column) for column in found.columns]
    assert None not in defined
    places = [FEATURES[of].index(feature) for feature in defined if feature]
    assert places == sorted(places)
    assert found.notes == (("The catalogue has no tags: tags are left out.",) if of == "item" else ())


def test_an_item_that_only_the_catalogue_knows_has_a_row_without_events():
    frame = table("item", SMALL).frame
    (never,) = frame.filter(pl.col(c.ITEM) == "never").to_dicts()
    assert (never["events"], never["users"], never["price"], never["category"]) == (0, 0, 2.5, "hats")
    assert [never[name] for name in ("first_seen", "repeat_share", "mean_position", "trend")] == [None] * 4
    assert never["rank"] == frame["rank"].max()


@pytest.mark.parametrize("of", list(FEATURES))
def test_asking_for_some_columns_gives_them_as_the_whole_table_has_them(of: FeatureOf):
    whole = table(of, SMALL)
    for name in whole.columns:
        assert table(of, SMALL, [name]).frame.equals(whole.frame.select(whole.frame.columns[0], name))


def test_a_feature_that_the_log_does_not_have_is_refused_with_those_it_has():
    with pytest.raises(BadInput, match="recency_days"):
        table("user", SMALL, ["recency"])


def test_a_rising_item_has_a_trend_above_nought_and_its_interval_holds_it():
    day = 1440
    rows = [("u", f"s{n}", n * day // 4, "view", "y", None) for n in range(400)]
    rows += [("v", f"t{n}", n * day + 1, "buy", "x", None) for n in range(80, 100)]
    found = {row[c.ITEM]: row for row in table("item", rows).frame.to_dicts()}
    assert (found["x"]["trend_before"], found["x"]["trend_recent"]) == (0, 20)
    assert 0 < found["x"]["trend_low"] < found["x"]["trend"] < found["x"]["trend_high"]
    assert found["y"]["trend"] < 0
    assert (found["x"]["trend_recent"], found["y"]["trend_recent"]) == (20, 100)


def test_keywords_tell_an_item_from_the_others():
    rows = [
        {c.ITEM: item, c.TITLE: title} for item, title in (("x", "Red tent, 2 people"), ("y", "Blue tent"), ("z", "Red boot"))
    ]
    catalog = ItemCatalog.from_frame(pl.DataFrame(rows), also=["w"])
    log = brute.log_of(SMALL)
    frame = feature_table("item", log, SequenceDataset.from_log(log, catalog), catalog).frame
    found = dict(zip(frame[c.ITEM], frame["keywords"], strict=True))
    assert found == {"w": None, "x": "people red tent", "y": "blue tent", "z": "boot red"}
    lengths = dict(zip(frame[c.ITEM], frame["text_length"], strict=True))
    assert lengths["y"] == len("Blue tent")


def test_the_usual_direction_has_bits_above_nought_and_the_opposite_one_as_many_below():
    rows: list[Row] = []
    for n in range(20):
        names = ("view", "cart", "buy") if n < 19 else ("buy", "cart", "view")
        rows += [(f"u{n:02d}", f"s{n:02d}", 100 * n + place, name, "x", None) for place, name in enumerate(names)]
    bits = table("sequence", rows).frame["order_bits"]
    assert bits[0] == bits[18] == pytest.approx(math.log2(19.5 / 1.5)) == -bits[19]


# Logs that lack something


def bare(**gone: object) -> tuple[EventLog, SequenceDataset]:
    frame = brute.log_of(SMALL).frame.drop(c.VALUE)
    if "times" in gone:
        frame = frame.with_columns(pl.lit(None, c.TIME_DTYPE).alias(c.TIME), pl.Series(c.ORDER, range(len(SMALL))))
    if "clock" in gone:
        frame = frame.with_columns(pl.col(c.TIME).dt.truncate("1d"))
    log = EventLog.from_frame(frame, has_items="items" not in gone, has_event_types="types" not in gone)
    return log, SequenceDataset.from_log(log)


@pytest.mark.parametrize("of", list(FEATURES))
@pytest.mark.parametrize("gone", ["times", "clock", "items", "types"])
def test_columns_that_a_log_cannot_give_are_absent_and_named(of: FeatureOf, gone: str):
    log, dataset = bare(**{gone: True})
    found = feature_table(of, log, dataset)
    lost = {feature.name for feature in FEATURES[of] if gone in feature.needs}
    assert not lost & set(found.columns)
    if lost:
        assert set(found.absent[gone]) >= {name for name in lost if name in found.absent[gone]} != set()
    assert {"values", "categories"} & set(found.absent) or of == "item"
    assert len(found.notes) == len(found.absent)
    assert all(found.frame.height == len(column) for column in found.frame.iter_columns())


def test_only_thirty_event_types_have_columns_and_it_is_said():
    rows = [("u", "s", n, f"type{n % 35:02d}", "x", None) for n in range(70)]
    found = table("user", rows)
    assert sum(name.startswith("count_") for name in found.columns) == 30
    assert "35 event types" in found.notes[-1]


def test_a_log_and_arrays_of_another_are_refused():
    log = brute.log_of(SMALL)
    with pytest.raises(BadInput, match="do not belong together"):
        feature_table("user", log, SequenceDataset.from_log(brute.log_of(SMALL[:3])))


def test_a_single_event_has_every_table():
    for of in FEATURES:
        assert table(of, SMALL[:1]).frame.height == (len(brute.CATEGORIES) if of == "item" else 1)


def test_days_and_times_agree_with_the_log():
    frame = table("user", SMALL).frame
    assert frame["last_seen"].max() == brute.START + timedelta(minutes=9000)
    assert frame["recency_days"].min() == 0
