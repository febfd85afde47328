"""Roles are proposed from names and from values, and values have the last word."""

import polars as pl
import pytest

from seqrec_core.data.guess import guess_roles
from seqrec_core.data.hints import hint, words_of
from seqrec_core.data.importing import propose
from seqrec_core.data.profile import profile_columns
from seqrec_core.errors import BadInput

N = 200
USERS = [f"u{n % 37}" for n in range(N)]
ITEMS = [f"i{n * 7 % 53}" for n in range(N)]
TIMES = [f"2024-05-{n % 28 + 1:02d} 08:{n % 60:02d}:00" for n in range(N)]
EVENTS = [("view", "cart", "purchase")[n % 3] for n in range(N)]
MILLIS = [str(1_714_550_400_000 + n * 61_000) for n in range(N)]


def roles(**columns):
    frame = pl.DataFrame(columns)
    return guess_roles(frame, profile_columns(frame)).roles


@pytest.mark.parametrize(
    ("user", "item", "event", "time"),
    [
        ("uid", "sku", "action", "ts"),
        ("用户", "商品", "行为", "时间"),
        ("用户编号", "商品ID", "行为类型", "行为时间"),
        ("visitorid", "itemid", "event", "timestamp"),
        ("CustomerID", "StockCode", "EventType", "InvoiceDate"),
        ("user_id", "product_id", "event_type", "event_time"),
        ("fullVisitorId", "contentId", "interaction_type", "visited_at"),
        ("member_no", "article_id", "behavior", "date"),
    ],
)
def test_usual_names(user, item, event, time):
    found = roles(**{event: EVENTS, time: MILLIS, item: ITEMS, user: USERS})
    assert found == {"user": user, "item": item, "event": event, "time": time}


def test_names_that_speak_of_something_else():
    found = roles(
        user_id=USERS, user_cohort=["a", "b"] * 100, user_name=USERS, item_id=ITEMS, item_category=["x", "y"] * 100,
        product_name=ITEMS, event_time=TIMES, updated=TIMES, event_type=EVENTS, price=[f"{n}.5" for n in range(N)],
    )  # fmt: skip
    assert found == {"user": "user_id", "item": "item_id", "event": "event_type", "time": "event_time"}


def test_a_name_alone_does_not_decide_against_the_values():
    found = roles(
        time=ITEMS, user=USERS, event=[f"{n}" for n in range(N)], item=[f"{n}.25" for n in range(N)], x=TIMES, y=EVENTS, sku=ITEMS
    )
    assert found["time"] == "x"
    assert found["event"] == "y"
    assert found["item"] == "sku"


def test_a_user_session_names_a_session_and_an_order_id_too():
    found = roles(user_id=USERS, user_session=[f"s{n % 60}" for n in range(N)], product_id=ITEMS, event_time=TIMES)
    assert found["session"] == "user_session"
    assert roles(user_id=USERS, order_id=[f"o{n % 60}" for n in range(N)], product_id=ITEMS, date=TIMES)["session"] == "order_id"


def test_without_users_a_session_stands_for_one():
    found = roles(sess=[f"s{n % 60}" for n in range(N)], item=ITEMS, ts=TIMES)
    assert (found["user"], found["session"]) == ("sess", "sess")


def test_an_order_counts_inside_a_session():
    session = [f"s{n // 5}" for n in range(N)]
    found = roles(session_id=session, item=ITEMS, date=TIMES, order=[str(n % 5) for n in range(N)])
    assert found["order"] == "order"
    constant = roles(session_id=session, item=ITEMS, date=TIMES, order=["1"] * N)
    assert "order" not in constant


def test_dates_in_parts_are_a_time():
    found = roles(user=USERS, item=ITEMS, year=["2024"] * N, month=["5"] * N, day=[str(n % 28 + 1) for n in range(N)])
    assert found["time"] == "year+month+day"


def test_without_names_values_and_position_decide():
    frame = pl.DataFrame(
        {"column_1": USERS, "column_2": ITEMS, "column_3": EVENTS, "column_4": MILLIS, "column_5": ["1", "2"] * 100}
    )
    found = guess_roles(frame, profile_columns(frame), has_names=False).roles
    assert found == {"user": "column_1", "item": "column_2", "event": "column_3", "time": "column_4", "value": "column_5"}


def test_words_and_hints():
    assert words_of("CustomerID") == ("customer", "id")
    assert words_of("event_type") == ("event", "type")
    assert hint("user_id", "user") > hint("user_cohort", "user") > hint("cohort", "user") == 0
    assert hint("order", "session") < hint("order_id", "session")
    assert hint("order_id", "order") == 0


def test_a_gbk_semicolon_file_with_unix_milliseconds(tmp_path):
    rows = ["用户;商品;行为;时间", *(f"张三{n % 5};帐篷{n % 7};浏览;{t}" for n, t in enumerate(MILLIS))]
    path = tmp_path / "log.csv"
    path.write_bytes("\n".join(rows).encode("gb18030"))
    proposal = propose(path)
    assert (proposal.encoding, proposal.delimiter, proposal.has_header) == ("gb18030", ";", True)
    assert proposal.roles == {"user": "用户", "item": "商品", "event": "行为", "time": "时间"}
    assert proposal.questions == ()


def test_given_roles_win_over_the_proposal(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("user,item,other,time\n" + "\n".join(f"u{n},i{n},o{n},{t}" for n, t in enumerate(TIMES)), encoding="utf-8")
    proposal = propose(path)
    assert proposal.mapping_with({"item": "other"}).roles() == {"user": "user", "item": "other", "time": "time"}
    assert proposal.mapping_with({"user": "item"}).roles() == {"user": "item", "time": "time"}
    with pytest.raises(BadInput):
        proposal.mapping_with({"colour": "other"})
