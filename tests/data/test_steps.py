"""Steps of cleaning: planted dirt is found and left out, what is counted adds up, and a recipe replays."""

import csv
import io
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from seqrec_core import columns as c
from seqrec_core.data.importing import dataset_fingerprint, import_log, request_from_recipe
from seqrec_core.data.intake.tables import Sizes
from seqrec_core.data.mapping import ColumnMapping, ImportRequest
from seqrec_core.data.steps.codes import case_only, non_products
from seqrec_core.data.steps.types import NAMES
from seqrec_core.errors import BadInput
from seqrec_core.text import say

TINY = Sizes(piece_bytes=300, piece_rows=7, bucket_rows=5)
START = datetime(2024, 1, 1, tzinfo=UTC)
HEADER = ("invoice", "customer", "stock_code", "quantity", "price", "date")
MAPPING = ColumnMapping(user="customer", item="stock_code", time="date", session="invoice", value="quantity")
PLAIN = ColumnMapping(user="user", item="item", event="event", time="time")
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
OPTIONS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], phases=PHASES)


def write(path, header, rows):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *rows])
    path.write_text(out.getvalue(), encoding="utf-8")
    return path


def at(minute):
    return (START + timedelta(minutes=minute)).isoformat()


def invoices():
    """120 products that 10 customers buy, and some of each kind of dirt: rows, and how many are dirt."""
    rows = [(f"{5000 + n // 4}", f"{100 + n % 10}", f"{20000 + n % 120}A", 3, "2.50", at(7 * n)) for n in range(480)]
    rows += [(f"C{6000 + n}", f"{100 + n}", f"{20000 + n}A", -3, "2.50", at(5000 + n)) for n in range(6)]
    rows += [("7000", "101", code, 1, "9", at(6000)) for code in ("POST", "M", "BANK CHARGES")]
    rows += [("7001", "102", "20001A", 1, price, at(6001)) for price in ("0", "0.00")]
    rows += [("7002", "103", "20002a", 1, "2.50", at(6002))]
    return rows, {"returns": 6, "non_product_codes": 3, "prices": 2}


def logged(tmp_path, rows, steps, sizes=None):
    path = write(tmp_path / "log.csv", ("user", "item", "event", "time"), rows)
    return import_log(ImportRequest(path=path, mapping=PLAIN, steps=steps), sizes=sizes)


def events(made):
    return made.log.frame.select(c.USER, c.ITEM, c.EVENT).rows()


@pytest.mark.parametrize("sizes", [None, TINY])
def test_planted_dirt_is_proposed_and_left_out(tmp_path, sizes):
    rows, dirt = invoices()
    made = import_log(ImportRequest(path=write(tmp_path / "log.csv", HEADER, rows), mapping=MAPPING), sizes=sizes)
    assert made.report.rejected == {say(f"data.reason.{reason}"): n for reason, n in dirt.items()}
    effects = {effect.name: effect for effect in made.report.effects}
    assert {name: effect.rows_removed for name, effect in effects.items() if effect.rows_removed} == dirt
    assert (effects["merge_items"].changed, effects["merge_items"].items_before, effects["merge_items"].items_after) == (
        1,
        121,
        120,
    )
    assert made.log.n_items == 120
    assert all(proposed.sentence for proposed in made.report.proposed)


def test_a_step_left_out_by_name_is_not_done_and_the_recipe_says_so(tmp_path):
    path = write(tmp_path / "log.csv", HEADER, invoices()[0])
    made = import_log(ImportRequest(path=path, mapping=MAPPING, without=("returns",)))
    assert say("data.reason.returns") not in made.report.rejected
    again = import_log(request_from_recipe(made.report.recipe, path))
    assert dataset_fingerprint(again.log, again.catalog) == dataset_fingerprint(made.log, made.catalog)
    assert again.report.recipe == made.report.recipe


def test_raw_does_nothing(tmp_path):
    rows = invoices()[0]
    made = import_log(ImportRequest(path=write(tmp_path / "log.csv", HEADER, rows), mapping=MAPPING, raw=True))
    assert (made.report.rejected, made.report.effects, made.report.recipe["steps"]) == ({}, (), [])


def test_a_return_can_take_its_purchase_with_it(tmp_path):
    rows = [("1", "a", "x", 2, "1", at(0)), ("2", "a", "x", 2, "1", at(1)), ("3", "a", "x", 3, "1", at(2))]
    rows += [("C100", "a", "x", -2, "1", at(3)), ("C101", "b", "x", -2, "1", at(4)), ("5", "b", "x", 2, "1", at(5))]
    steps = [{"name": "returns", "purchases": True}]
    made = import_log(ImportRequest(path=write(tmp_path / "log.csv", HEADER, rows), mapping=MAPPING, steps=steps))
    assert made.log.frame.select(c.USER, c.SESSION).rows() == [("a", "1"), ("a", "3"), ("b", "5")]


def test_types_are_merged_hidden_and_repeats_collapsed_in_the_order_given(tmp_path):
    kinds = ["view", "look", "view", "ping", "view", "cart"]
    rows = [("a", "x", kind, at(n)) for n, kind in enumerate(kinds)]
    steps = [
        {"name": "hide_events", "types": ["ping"]},
        {"name": "merge_events", "into": {"look": "view"}},
        {"name": "collapse_repeats"},
    ]
    assert events(logged(tmp_path, rows, steps)) == [("a", "x", "view"), ("a", "x", "cart")]
    assert len(events(logged(tmp_path, rows, [steps[2], *steps[:2]]))) == 5
    near = [{"name": "collapse_repeats", "within_seconds": 59}]
    assert len(events(logged(tmp_path, rows, near))) == 6


def test_a_k_core_is_the_largest_set_in_which_all_have_enough(tmp_path):
    pairs = [("a", "x"), ("a", "y"), ("b", "x"), ("b", "y"), ("c", "x"), ("c", "z"), ("d", "z")]
    rows = [(user, item, "view", at(n)) for n, (user, item) in enumerate(pairs)]
    steps = [{"name": "k_core", "users": 2, "items": 2}]
    for sizes in (None, TINY):
        made = logged(tmp_path, rows, steps, sizes)
        assert [row[:2] for row in events(made)] == pairs[:4]
        assert made.report.rejected == {say("data.reason.k_core"): 3}


def test_a_fast_a_regular_and_a_busy_user_are_bots_and_people_are_not(tmp_path):
    rows = [(f"u{n % 50}", f"i{n % 7}", "view", at(n * n % 9973)) for n in range(3_000)]
    rows += [("fast", "x", "view", (START + timedelta(seconds=n + n % 3)).isoformat()) for n in range(200)]
    rows += [("clock", "x", "view", at(10 * n)) for n in range(200)]
    rows += [("busy", "x", "view", at(n * n % 99_991)) for n in range(1_500)]
    path = write(tmp_path / "log.csv", ("user", "item", "event", "time"), rows)
    first = import_log(ImportRequest(path=path, mapping=PLAIN))
    proposed = next(one for one in first.report.proposed if one.name == "bots")
    assert (proposed.on, proposed.n) == (False, 3)  # among 53 users a busy one is not told by its number of events
    assert proposed.sentence.endswith(
        "busy: 1,500 × 2,880 s (never sleeps); clock: 200 × 600 s (too regular, never sleeps); "
        "fast: 200 × 1 s (too fast, too regular)."
    )
    made = logged(tmp_path, rows, [proposed.step | {"max_events": 1_000}])
    assert {"fast", "clock", "busy"} & set(made.log.frame[c.USER]) == set()
    assert made.log.n_users == 50


def test_an_item_that_is_the_name_of_its_event_is_neither_a_strange_code_nor_lost(tmp_path):
    rows = [(f"{n}", f"{100 + n}", "view", at(n)) for n in range(100)] + [("a", "", "home", at(200 + n)) for n in range(3)]
    path = write(tmp_path / "log.csv", ("user", "item", "event", "time"), rows)
    made = import_log(ImportRequest(path=path, mapping=PLAIN))
    assert [one.name for one in made.report.proposed] == ["exact_duplicates"]
    renamed = logged(tmp_path, rows, [{"name": "merge_events", "into": {"home": "start"}}])
    assert ("a", "start", "start") in events(renamed)


def test_when_no_event_is_left_it_says_why(tmp_path):
    with pytest.raises(BadInput) as error:
        logged(tmp_path, [("a", "x", "view", at(0))], [{"name": "min_history", "events": 2}])
    assert error.value.code == "all_rejected"
    assert say("data.reason.min_history") in str(error.value)


def test_a_step_on_a_column_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BadInput) as error:
        logged(tmp_path, [("a", "x", "view", at(0))], [{"name": "prices", "column": "cost"}])
    assert error.value.code == "no_column"


@pytest.mark.parametrize(
    ("ids", "found"),
    [
        ([*(f"{n:05}" for n in range(100)), "POST"], ["POST"]),
        ([f"word-{n}" for n in range(100)], []),
        ([*(f"{n:05}" for n in range(100)), *(f"x{n}y" for n in range(9))], []),
        ([*(f"{n:05}" for n in range(20)), "POST"], []),
    ],
)
def test_a_code_is_strange_only_among_many_of_one_shape(ids, found):
    assert non_products(pl.DataFrame({c.ITEM: ids, "len": [1] * len(ids)}))[c.ITEM].to_list() == found


def test_ids_in_which_case_counts_are_not_merged():
    plain = pl.DataFrame({c.ITEM: [f"{n}A" for n in range(40)] + ["1a"], "len": [2] * 40 + [1]})
    assert case_only(plain) == {"1a": "1A"}
    mixed = pl.DataFrame({c.ITEM: ["aB", "Ab", "AB", "cD", "Cd"], "len": [1] * 5})
    assert case_only(mixed) == {}


STEPS = st.lists(
    st.sampled_from(
        [
            {"name": "exact_duplicates"},
            {"name": "hide_events", "types": ["home"]},
            {"name": "merge_events", "into": {"cart": "view"}},
            {"name": "collapse_repeats", "within_seconds": 60},
            {"name": "merge_items", "into": {"i1": "i2"}},
            {"name": "k_core", "users": 2, "items": 3},
            {"name": "min_history", "events": 1},
            {"name": "bots", "min_events": 6, "max_events": 8},
        ]
    ),
    max_size=4,
)
ROW = st.tuples(st.sampled_from("abcdefg"), st.sampled_from(["i1", "i2", "i3", ""]), st.sampled_from(["view", "cart", "home"]))


@OPTIONS
@given(rows=st.lists(ROW, min_size=1, max_size=60), steps=STEPS)
def test_any_steps_add_up_replay_and_do_not_depend_on_pieces(tmp_path, rows, steps):
    rows = [*(("z", "i9", "view", at(99 * n)) for n in range(5)), *((*row, at(n // 2)) for n, row in enumerate(rows))]
    path = write(tmp_path / "log.csv", ("user", "item", "event", "time"), rows)
    request = ImportRequest(path=path, mapping=PLAIN, steps=[*steps, {"name": "hide_events", "types": ["none"]}])
    steps = request.steps
    made = import_log(request)
    report = made.report
    assert report.rows_kept == made.log.n_events
    assert report.rejects.height == report.rows_rejected
    assert dict(report.rejects[c.REASON].value_counts().rows()) == report.rejected
    assert [effect.name for effect in report.effects] == [step.name for step in steps]
    last = report.effects[-1]
    assert (last.rows_after, last.users_after, last.items_after) == (made.log.n_events, made.log.n_users, made.log.n_items)
    again = import_log(request_from_recipe(report.recipe, tmp_path / "log.csv"), sizes=TINY)
    assert dataset_fingerprint(again.log, again.catalog) == dataset_fingerprint(made.log, made.catalog)
    assert (again.report.effects, again.report.rejected, again.report.recipe) == (report.effects, report.rejected, report.recipe)


def test_each_step_has_a_name_and_a_sentence():
    for name in NAMES:
        assert name == "exact_duplicates" or say(f"steps.fix.{name}", n=1)


def test_returns_without_a_letter_are_told_by_their_value_alone(tmp_path):
    rows = [(f"{n}", f"{n % 9}", f"{100 + n % 60}", -1 if n < 6 else 2, "3", at(n)) for n in range(200)]
    path = write(tmp_path / "log.csv", HEADER, rows)
    returned = next(one for one in import_log(ImportRequest(path=path, mapping=MAPPING)).report.proposed if one.name == "returns")
    assert returned.sentence == "6 events take something back: their value is negative."
