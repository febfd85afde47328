"""Each real log comes in right without a word said about it; the counts are known from its makers or counted otherwise."""

from datetime import UTC, datetime

import polars as pl
import pytest

from seqrec_core import columns as c
from seqrec_core.data.importing import dataset_fingerprint, import_log, propose, request_from_recipe
from seqrec_core.data.mapping import ColumnMapping, ImportRequest
from seqrec_core.data.sessions import count_sessions
from seqrec_core.text import say

DUPLICATE = say("data.reason.duplicate")
NO_USER = say("data.reason.no_user")


def imported(logs, name, items=None, **options):
    return import_log(ImportRequest(path=logs / name, items_path=logs / items if items else None, **options))


def adds_up(report):
    return report.rows_read == report.rows_kept + sum(report.rejected.values())


@pytest.fixture(scope="module")
def eshop(logs):
    return imported(logs, "eshop/eshop.csv.gz", "eshop/eshop_items.csv")


def test_eshop(eshop):
    report, log = eshop.report, eshop.log
    assert report.mapping == ColumnMapping(user="session_id", session="session_id", item="model", time="date", order="order")
    assert (report.rows_read, report.rows_kept, report.rejected) == (165_474, 165_474, {})
    assert (log.n_users, log.n_sessions, log.n_items, log.event_types) == (24_026, 24_026, 217, ("event",))
    assert not log.has_event_types
    assert log.resolution == 86_400
    lengths = log.frame.group_by(c.SESSION).len()["len"]
    assert (lengths.max(), round(lengths.mean(), 1), int((lengths < 3).sum())) == (195, 6.9, 8_362)
    in_order = log.frame.select((pl.col(c.ORDER).diff().over(c.USER) > 0).all()).item()
    assert in_order


def test_eshop_items_join_on_the_model(eshop, logs):
    items = pl.read_csv(logs / "eshop" / "eshop_items.csv", infer_schema=False).sort("model")
    catalog = eshop.catalog.frame
    assert catalog[c.ITEM].to_list() == items["model"].to_list()
    assert catalog[c.CATEGORY].to_list() == items["category_name"].to_list()
    assert catalog[c.PRICE].to_list() == [float(price) for price in items["price"]]


def test_eshop_alone_describes_its_items(logs):
    made = imported(logs, "eshop/eshop.csv.gz")
    given = pl.read_csv(logs / "eshop" / "eshop_items.csv", infer_schema=False).sort("model")
    assert made.catalog.frame[c.CATEGORY].to_list() == given["category_name"].to_list()
    conflicts = {fix.values["column"]: fix.n for fix in made.report.fixes if fix.key == "data.fix.item_conflict"}
    assert conflicts == {"category": 1, "category_name": 1}


def test_journeys_demo_raw_keeps_every_row(logs):
    made = imported(logs, "journeys-demo/ecom.csv.gz", raw=True)
    assert made.report.mapping == ColumnMapping(user="user_id", session="session_id", event="event", time="timestamp")
    assert (made.report.rows_read, made.report.rows_kept) == (31_106, 31_106)
    assert (made.log.n_users, made.log.n_sessions, len(made.log.event_types)) == (600, 3_605, 19)
    assert not made.log.has_items
    assert made.log.frame[c.ITEM].equals(made.log.frame[c.EVENT].alias(c.ITEM))
    assert set(made.log.attributes) == {"platform", "acquisition_channel", "user_cohort", "user_lifecycle"}
    assert count_sessions(made.log, 30) == 3_605
    assert "data.fix.no_items" in {fix.key for fix in made.report.fixes}


def test_journeys_demo_cleaned_loses_its_30_duplicates(logs):
    made = imported(logs, "journeys-demo/ecom.csv.gz")
    assert made.report.rejected == {DUPLICATE: 30}
    assert made.report.rows_kept == 31_076
    assert adds_up(made.report)
    assert made.report.rejects.height == 30
    lines = made.report.rejects[c.LINE]
    text = pl.read_csv(logs / "journeys-demo" / "ecom.csv.gz", infer_schema=False)
    repeated = text.with_row_index("row").filter(~text.select(pl.struct(pl.all()).is_first_distinct()).to_series())["row"]
    assert lines.to_list() == [row + 2 for row in repeated]


def test_journeys_demo_by_gap(logs):
    made = imported(logs, "journeys-demo/ecom.csv.gz", raw=True, session_gap_minutes=30)
    assert made.log.n_sessions == 3_605
    assert made.log.session_gap == 1_800


def test_weblog_keeps_offsets_and_has_paths_for_items(logs):
    made = imported(logs, "weblog/pageviews_clean.csv", raw=True)
    assert made.report.mapping == ColumnMapping(user="visitor", item="path", time="time")
    assert (made.report.rows_kept, made.log.n_users, made.log.n_items) == (1_932, 1_018, 396)
    assert "data.fix.naive_times" not in {fix.key for fix in made.report.fixes}
    visitor = made.log.frame.filter(pl.col(c.USER) == "168506633b0bb8f5")
    assert datetime(2015, 5, 17, 10, 5, 14, tzinfo=UTC) in visitor[c.TIME].to_list()


def test_movietweetings_keeps_leading_zeros_and_accents(logs):
    made = imported(logs, "movietweetings/ratings.dat", "movietweetings/movies.dat")
    assert made.report.mapping == ColumnMapping(user="column_1", item="column_2", value="column_3", time="column_4")
    assert made.report.recipe["read"]["delimiter"] == "::"
    assert made.report.recipe["read"]["has_header"] is False
    assert (made.report.rows_kept, made.log.n_users, made.log.n_items) == (100_000, 16_554, 10_506)
    first = made.log.frame.filter(pl.col(c.USER) == "1").row(0, named=True)
    assert (first[c.ITEM], first[c.VALUE], first[c.TIME]) == ("1074638", 7.0, datetime.fromtimestamp(1365029107, UTC))
    assert made.catalog.title("0002844") == "Fantômas - À l'ombre de la guillotine (1913)"
    assert made.catalog.categories["0002844"] == "Crime"
    without = made.catalog.frame.filter(pl.col("tags").is_null()).height
    assert without == 66


ONLINE_RETAIL = {"no_user": 135_037, "returns": 8_872, "duplicate": 5_268, "non_product_codes": 1_542, "prices": 40}


def test_online_retail_parquet(logs):
    made = imported(logs, "online-retail/online_retail.parquet")
    mapping = ColumnMapping(user="CustomerID", item="StockCode", time="InvoiceDate", session="InvoiceNo", value="Quantity")
    assert made.report.mapping == mapping
    assert made.report.rows_read == 541_909
    left_out = {say(f"data.reason.{reason}"): n for reason, n in ONLINE_RETAIL.items()}
    assert made.report.rejected == left_out
    assert (made.report.rows_kept, made.log.n_users, made.log.n_items) == (391_150, 4_334, 3_659)
    assert not made.log.frame[c.SESSION].str.contains("C").any()
    assert made.log.frame[c.ITEM].str.contains(r"^\d{5}[A-Za-z]*$").all()
    assert made.log.frame[c.VALUE].min() == 1
    assert adds_up(made.report)
    assert made.catalog.title("85123A") == "WHITE HANGING HEART T-LIGHT HOLDER"
    assert "17850" in set(made.log.frame[c.USER])


def test_online_retail_as_it_circulates_is_the_same_log(logs):
    ours = imported(logs, "online-retail/online_retail_cp1252_usdates.csv.gz", raw=True)
    typed = pl.read_parquet(logs / "online-retail" / "online_retail.parquet")
    assert ours.report.recipe["read"]["encoding"] == "cp1252"
    assert ours.report.rejected == {NO_USER: 135_080}
    expected = typed.filter(pl.col("CustomerID").is_not_null())
    assert ours.report.rows_kept == expected.height
    assert ours.log.frame[c.TIME].sort().dt.replace_time_zone(None).equals(expected["InvoiceDate"].sort().alias(c.TIME))
    assert sorted(ours.log.frame[c.ITEM].unique()) == sorted(expected["StockCode"].unique())
    assert ours.log.frame[c.VALUE].sum() == expected["Quantity"].sum()
    assert ours.log.frame[c.VALUE].null_count() == 0


def test_complete_journey(logs):
    made = imported(logs, "complete-journey/transactions_sample.parquet", "complete-journey/products.parquet")
    roles = ("user", "item", "time", "session", "value")
    assert [getattr(made.report.mapping, role) for role in roles] == [
        "household_id", "product_id", "transaction_timestamp", "basket_id", "quantity",
    ]  # fmt: skip
    assert (made.report.rows_kept, made.log.n_users, made.log.n_items) == (75_000, 2_377, 20_902)
    assert made.catalog.frame.height >= 92_331
    assert made.catalog.categories["25671"] in ("GROCERY", "FRZN ICE")


def test_otto_unrolls_its_sessions(logs):
    made = imported(logs, "otto/train.jsonl")
    assert made.report.mapping == ColumnMapping(user="session", session="session", item="aid", event="type", time="ts")
    assert (made.report.rows_kept, made.log.n_users, made.log.n_items) == (862, 20, 510)
    assert set(made.log.event_types) == {"clicks", "carts", "orders"}


@pytest.mark.parametrize("name", ["journeys-demo/ecom.csv.gz", "movietweetings/ratings.dat", "otto/train.jsonl"])
def test_replaying_the_recipe_gives_the_same_fingerprint(logs, name):
    first = imported(logs, name)
    again = import_log(request_from_recipe(first.report.recipe, logs / name))
    assert dataset_fingerprint(again.log, again.catalog) == dataset_fingerprint(first.log, first.catalog)
    assert again.report.recipe == first.report.recipe
    assert again.report.rejected == first.report.rejected


def test_the_proposal_is_what_the_import_does(logs):
    for name in (
        "eshop/eshop.csv.gz",
        "online-retail/online_retail_cp1252_usdates.csv.gz",
        "complete-journey/transactions_sample.parquet",
    ):
        proposal = propose(logs / name)
        assert proposal.questions == ()
        assert proposal.preview.height == 100
        assert {evidence.part for evidence in proposal.evidence} >= set(proposal.roles)
        assert all(evidence.reason and 0 < evidence.confidence <= 1 for evidence in proposal.evidence)
    assert proposal.mapping == imported(logs, name).report.mapping
    assert propose(logs / "eshop/eshop.csv.gz").n_rows == pytest.approx(165_474, rel=0.05)
