"""Replayed behaviour: counted by hand, weighted by exposure, and honest about what a log does not tell."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from seqrec_core import columns as c
from seqrec_core.data.log import EventLog
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import Cases, Split, split
from seqrec_core.errors import BadInput
from seqrec_core.evaluation.asked import Asked
from seqrec_core.evaluation.behaviour import behaviour_of, candidates_before, followed_by, settled_items
from seqrec_core.evaluation.behaviour_metrics import behaviour_ratios, replayed
from seqrec_core.evaluation.evaluate import evaluate
from seqrec_core.evaluation.exposure import CLIP, exposure_of
from seqrec_core.evaluation.later import later_events, previous_rows
from seqrec_core.evaluation.lists import item_facts
from seqrec_core.models.topk import TopK
from tests.evaluation.test_evaluate import Fixed
from tests.models.planted import BEGIN

DAY = 86_400


def log_of(rows, **more):
    """Rows (user, item, event, day); every user is one session; further columns by name."""
    frame = pl.DataFrame(
        {
            c.USER: [row[0] for row in rows],
            c.ITEM: [row[1] for row in rows],
            c.EVENT: [row[2] for row in rows],
            c.TIME: pl.Series([BEGIN + timedelta(days=row[3]) for row in rows], dtype=c.TIME_DTYPE),
            c.SESSION: [row[0] for row in rows],
            **more,
        }
    )
    return EventLog.from_frame(frame)


ROWS = [
    *(
        ("u1", "a", "view", 0),
        ("u1", "b", "view", 1),
        ("u1", "c", "view", 2),
        ("u1", "c", "purchase", 3),
        ("u1", "d", "view", 20),
    ),
    *(("u2", "b", "view", 0), ("u2", "a", "purchase", 1), ("u2", "b", "purchase", 2)),
]


def asked(log, targets, exclude_seen=False):
    """Questions at these rows, as if all before them was for training."""
    dataset = SequenceDataset.from_log(log)
    users = np.searchsorted(dataset.user_offsets, targets, side="right") - 1
    cases = Cases(users.astype(np.int32), np.array(targets, np.int64))
    parts = split(dataset, "leave_one_out")
    return Asked(dataset, parts, "test", cases, exclude_seen, item_facts(dataset, parts), later_events(dataset, cases))


def lists(dataset, *rows):
    """Lists of external items, k + 1 long, scores falling."""
    items = np.array([[dataset.vocabulary.index(item) for item in row] for row in rows], np.int32)
    return TopK(items, np.tile(np.arange(items.shape[1], 0, -1, np.float32), (len(rows), 1)))


def ratio(found, name):
    return found[name].above.sum() / found[name].below.sum()


def test_click_through_and_conversion_by_hand():
    log = log_of(ROWS, value=[None, None, None, 30.0, None, None, 8.0, 5.0])
    case = asked(log, [2, 6])  # before c of u1, before a of u2
    found = behaviour_ratios(case, lists(case.dataset, "cab", "bdc"), behaviour_of(log, window=7 * DAY), 2)
    assert ratio(found, "ctr@2") == 0.5  # u1 views c within a week; u2 views nothing more
    assert ratio(found, "conversion@2") == 1.0  # u1 buys c, u2 buys b
    assert ratio(found, "ctr_possible@2") == 1.0
    assert ratio(found, "value@2") == pytest.approx((30 + 5) / 2)
    short = behaviour_ratios(case, lists(case.dataset, "cab", "bdc"), behaviour_of(log, window=0.5 * DAY), 2)
    assert ratio(short, "conversion@2") == 0.0
    assert ratio(short, "ctr@2") == 0.5
    late = behaviour_ratios(case, lists(case.dataset, "dab", "bdc"), behaviour_of(log, window=None), 2)
    assert ratio(late, "ctr@2") == 0.5, "without a window the view of d on day 20 counts"


def test_an_item_of_the_history_is_no_chance_where_seen_items_are_out():
    log = log_of(ROWS)
    case = asked(log, [2, 6], exclude_seen=True)
    later = later_events(case.dataset, case.cases)
    open_ = candidates_before(case.cases, later, previous_rows(case.dataset), True)
    told = list(
        zip(later.case.tolist(), case.dataset.vocabulary.external(case.dataset.items[later.row]), open_.tolist(), strict=True)
    )
    assert told == [(0, "c", True), (0, "c", True), (0, "d", True), (1, "a", True), (1, "b", False)]


def test_what_is_tied_with_an_item_outside_the_list_is_no_hit():
    items = np.array([[1, 2, 3], [1, 2, 3], [1, 2, 0]], np.int32)
    scores = np.array([[3, 1, 1], [1, 1, 1], [1, 1, -np.inf]], np.float32)
    assert settled_items(TopK(items, scores), 2).tolist() == [[1, 0], [0, 0], [1, 2]]


def test_every_event_type_has_its_row():
    """Temporal cut before day 2: u1 is asked before c (view), u2 before b (purchase)."""
    log = log_of(ROWS)
    dataset = SequenceDataset.from_log(log)
    cases = Cases(np.array([0, 1], np.int32), np.array([2, 7], np.int64))
    parts = Split("temporal", {}, np.array([2, 7], np.int64), cases, cases, "")
    model = Fixed(dataset, {"c": 3, "b": 2})
    report = evaluate(model, dataset, parts, k=(1, 2), behaviour=behaviour_of(log))
    table = followed_by(report, dataset, behaviour_of(log))
    assert table.select("event_type", "lists", "possible", "found", "rate", "rate_of_possible").rows() == [
        ("view", 2, 1, 1, 0.5, 1.0),
        ("purchase", 2, 2, 2, 1.0, 1.0),
    ]
    assert (report.means["ctr@2"], report.means["conversion@2"], report.means["conversion@1"]) == (0.5, 1.0, 0.5)


@pytest.mark.parametrize(
    ("types", "clicks", "conversions"),
    [
        (["home", "view", "add_to_cart", "payment_details", "purchase"], {"view"}, {"purchase"}),
        (["clicks", "carts", "orders"], {"clicks"}, {"orders"}),
        (["ViewContent", "AddToCart", "Purchase"], {"ViewContent"}, {"Purchase"}),
        (["play", "skip", "like"], {"play"}, set()),
        (["auth", "decline", "refund"], {"auth"}, set()),
        (["product_view", "cancel_order", "reorder"], {"product_view"}, set()),
        (["event"], {"event"}, set()),
        (["refund"], {"refund"}, set()),
    ],
)
def test_names_of_event_types_decide_and_can_be_overruled(types, clicks, conversions):
    log = log_of([("u", "a", name, at) for at, name in enumerate(types)])
    found = behaviour_of(log)
    assert (set(found.clicks), set(found.conversions), found.is_guessed) == (clicks, conversions, True)
    given = behaviour_of(log, clicks=types[:1], conversions=types[-1:])
    assert (given.clicks, given.conversions, given.is_guessed) == ((types[0],), (types[-1],), False)


def test_what_the_log_does_not_have_is_said():
    log = log_of(ROWS)
    with pytest.raises(BadInput, match="no event type “tap”; it has view, purchase"):
        behaviour_of(log, clicks=["tap"])
    with pytest.raises(BadInput, match="above 0"):
        behaviour_of(log, window=0)
    with pytest.raises(BadInput, match="no column “slot”"):
        exposure_of(log, "slot")
    with pytest.raises(BadInput, match="no number above 0"):
        exposure_of(log_of(ROWS, slot=["x"] * 8), "slot")
    assert exposure_of(log) is None


def test_clicks_where_few_look_count_more():
    """Position 1 is clicked half of the times it is shown, position 2 a tenth: a click at 2 stands for five."""
    shown = [("s", "a", "impression", 0)] * 40
    clicked = [("s", "b", "click", 0)] * 12
    log = log_of([*shown, *clicked], position=[1] * 20 + [2] * 20 + [1] * 10 + [2] * 2)
    found = exposure_of(log)
    assert (found.kind, found.column) == ("shown", "position")
    assert found.places.rows() == [(1, 20, 10, 1.0), (2, 20, 2, pytest.approx(0.2))]
    assert sorted(set(found.weights.round(6))) == [1.0, 5.0]


def test_weights_are_self_normalised_and_clipped():
    rows = [("u", "a", "click", 0), ("u", "b", "click", 1), ("u", "c", "click", 2)]
    log = log_of(rows, propensity=[0.5, 0.5, 0.1])
    case = asked(log, [1])
    found = behaviour_ratios(case, lists(case.dataset, "ba"), behaviour_of(log, exposure=exposure_of(log)), 1)
    assert ratio(found, "ctr_ips@1") == pytest.approx(2 / (2 + 10))
    rare = exposure_of(log_of(rows, propensity=[1.0, 0.5, 0.0001]))
    assert (rare.weights.max(), rare.clipped) == (CLIP, pytest.approx(1 / 3))


def test_the_weighted_estimate_undoes_a_position_bias():
    """Items are clicked alike, but half of them stand where a quarter looks: unweighted, the others seem better."""
    rng = np.random.default_rng(0)
    rows: list[tuple[str, str, str, int]] = []
    positions: list[int | None] = []
    for user in range(3_000):
        rows.append((f"u{user:04}", "start", "click", 0))
        positions.append(None)
        for item, position, chance in (("top", 1, 0.8), ("low", 2, 0.2)):
            rows.append((f"u{user:04}", item, "impression", 1))
            positions.append(position)
            if rng.random() < chance:
                rows.append((f"u{user:04}", item, "click", 2))
                positions.append(position)
    log = log_of(rows, position=positions)
    frame = log.frame.with_row_index("row")
    targets = frame.group_by(c.USER).agg(pl.col("row").sort().get(1))["row"].sort().to_list()
    case = asked(log, targets)
    behaviour = behaviour_of(log, exposure=exposure_of(log))
    found = behaviour_ratios(case, lists(case.dataset, *[("top", "low")] * 3_000), behaviour, 1)
    clicks = log.frame.filter((pl.col(c.EVENT) == "click") & (pl.col(c.ITEM) != "start"))
    assert (clicks[c.ITEM] == "top").mean() > 0.75
    assert ratio(found, "ctr_ips@1") == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("exclude_seen", [False, True])
@pytest.mark.parametrize(
    "roles", [{}, {"clicks": ("purchase",), "conversions": ("view",)}, {"window": DAY}, {"window": None, "conversions": ()}]
)
def test_a_stored_report_is_replayed_under_any_roles_as_if_it_were_measured_again(roles, exclude_seen):
    rng = np.random.default_rng(7)
    rows = [
        (f"u{u}", "abcdef"[rng.integers(6)], ["view", "purchase"][rng.integers(2)], day) for u in range(40) for day in range(6)
    ]
    log = log_of(rows, value=[float(n % 9) for n in range(len(rows))])
    dataset = SequenceDataset.from_log(log)
    parts = split(dataset, "temporal", test_share=0.2)
    model = Fixed(dataset, {"a": 4, "b": 3, "c": 2, "d": 2})
    usual = behaviour_of(log)
    other = replace(usual, **roles)
    stored = evaluate(model, dataset, parts, k=(3,), behaviour=usual, exclude_seen=exclude_seen)
    again = evaluate(model, dataset, parts, k=(3,), behaviour=other, exclude_seen=exclude_seen)
    means, intervals = replayed(stored, dataset, other)
    assert set(means) == {name for name in again.means if name.split("@")[0].split("_")[0] in ("ctr", "conversion", "value")}
    for name, mean in means.items():
        assert mean == pytest.approx(again.means[name], abs=1e-12)
        assert intervals[name] == pytest.approx(again.intervals[name], abs=1e-9)
