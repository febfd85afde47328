"""What truths.json says of the card payments and of the care pathways holds when it is counted again."""

import statistics
from collections import Counter
from itertools import pairwise

import pytest

from tests.sample_data.plain import Plain, time_of
from tests.sample_data.test_truths import moment


@pytest.fixture(scope="module")
def cards() -> Plain:
    return Plain("finance")


@pytest.fixture(scope="module")
def care() -> Plain:
    return Plain("medicine")


def test_a_session_is_one_day_of_one_card(cards: Plain):
    days = {key: {(row["user_id"], row["timestamp"][:10]) for row in rows} for key, rows in cards.by("session_id").items()}
    assert all(len(found) == 1 for found in days.values())
    assert len(set().union(*days.values())) == len(days)


def test_cards_are_declined_on_the_web_in_the_incident_and_only_then(cards: Plain):
    said = cards.truths["incident"]
    start, end = moment(said["from"]), moment(said["to"])
    rows = [row for row in cards.clean if row["channel"] == said["channel"] and row["user_id"] != said["without_user"]]
    for side in ("inside", "outside"):
        kinds = Counter(row["event_type"] for row in rows if (start <= moment(row["timestamp"]) < end) == (side == "inside"))
        n = kinds["auth"] + kinds["decline"]
        assert said[side] == {"payments": n, "declined": kinds["decline"], "rate": round(kinds["decline"] / n, 4)}
    assert said["inside"]["rate"] > 0.2
    assert said["outside"]["rate"] < 0.04
    assert said["inside"]["payments"] >= 150


def test_a_stolen_card_is_tested_with_one_euro_before_it_is_emptied(cards: Plain):
    said = cards.truths["fraud"]
    sessions = cards.by("session_id")
    usual = {item["item_id"]: float(item["price"]) for item in cards.items}
    assert len(said["sessions"]) >= 40
    for name in said["sessions"]:
        paid = [row for row in sessions[name] if row["event_type"] == "auth" and row["item_id"] in said["items"]]
        assert [row["item_id"] for row in paid if row["item_id"] in said["items"]][:1] == said["items"][:1]
        assert paid[0]["amount"] == "1.00"
    emptied = [float(row["amount"]) for name in said["sessions"] for row in sessions[name] if row["item_id"] == said["items"][1]]
    assert statistics.median(emptied) > 2 * usual[said["items"][1]]


def test_each_chargeback_takes_back_a_stolen_payment_to_the_cent(cards: Plain):
    said = cards.truths["fraud"]
    back = [row for row in cards.clean if row["event_type"] == "chargeback"]
    assert len(back) == said["chargebacks"] >= 30
    stolen = Counter(
        (row["user_id"], row["item_id"], row["amount"])
        for name in said["sessions"]
        for row in cards.by("session_id")[name]
        if row["event_type"] == "auth"
    )
    assert not Counter((row["user_id"], row["item_id"], row["amount"]) for row in back) - stolen


def test_a_refund_follows_its_payment(cards: Plain):
    for rows in cards.by("user_id").values():
        paid: set[tuple[str, str]] = set()
        for row in rows:
            if row["event_type"] == "refund":
                assert (row["item_id"], row["amount"]) in paid
            paid.add((row["item_id"], row["amount"]))


def test_the_tester_of_cards_pays_little_and_is_mostly_declined(cards: Plain):
    own = cards.by("user_id")[cards.truths["bot"]["user_id"]]
    assert max(float(row["amount"]) for row in own) <= 2
    assert Counter(row["event_type"] for row in own)["decline"] > 0.7 * len(own)


def test_an_episode_begins_with_a_referral_and_a_discharge_ends_it(care: Plain):
    fake = care.truths["bot"]["user_id"]
    for rows in care.by("session_id").values():
        kinds = [row["event_type"] for row in rows]
        if rows[0]["user_id"] != fake:
            assert kinds[0] == "referral"
            assert kinds.count("referral") == 1
            assert "discharge" not in kinds[:-1]
            assert kinds.count("admission") <= 1


def test_the_event_of_a_procedure_is_its_kind(care: Plain):
    kinds = {item["item_id"]: item["kind"] for item in care.items}
    assert all(row["event_type"] == kinds[row["item_id"]] for row in care.clean)


def test_a_discharge_says_the_hours_of_the_stay(care: Plain):
    for rows in care.by("session_id").values():
        admitted = [row for row in rows if row["event_type"] == "admission"]
        if rows[-1]["event_type"] == "discharge":
            stay = [
                round((moment(rows[-1]["timestamp"]) - moment(row["timestamp"])).total_seconds() / 3600, 1) for row in admitted
            ]
            assert [float(rows[-1]["value"])] == pytest.approx(stay, abs=0.06) if stay else rows[-1]["value"] == ""
        assert all(row["value"] == "" for row in rows if row["event_type"] != "discharge")


def test_referrals_wait_in_the_incident_and_only_then(care: Plain):
    said = care.truths["incident"]
    start, end = moment(said["from"]), moment(said["to"])
    days: dict[str, list[float]] = {"inside": [], "outside": []}
    for rows in care.by("session_id").values():
        if rows[0]["event_type"] == "referral" and rows[0]["urgency"] == said["urgency"] and len(rows) > 1:
            at, then = (moment(row["timestamp"]) for row in rows[:2])
            days["inside" if start <= at < end else "outside"].append((then - at).total_seconds() / 86_400)
    for side, waits in days.items():
        assert said[side] == {"referrals": len(waits), "median_days": round(statistics.median(waits), 2)}
    assert said["inside"]["median_days"] > 3 * said["outside"]["median_days"]
    assert said["inside"]["referrals"] >= 100


def test_episodes_of_a_patient_do_not_overlap(care: Plain):
    for rows in care.by("user_id").values():
        order = [row["session_id"] for row in rows]
        changes = sum(a != b for a, b in pairwise(order))
        assert changes == len(set(order)) - 1
        assert all(time_of(row["timestamp"]) for row in rows)
