"""What truths.json says holds when it is counted again from events.csv."""

import re
import statistics
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from seqrec_core.data.samples import FOLDER, SAMPLES, sample
from seqrec_core.errors import NotFound
from tests.sample_data.plain import Plain, time_of

COLUMN = {"item": "item_id", "event": "event_type"}
GAP = timedelta(minutes=30)


@cache
def loaded(name: str) -> Plain:
    return Plain(name)


@pytest.fixture(params=sorted(SAMPLES))
def plain(request: pytest.FixtureRequest) -> Plain:
    return loaded(request.param)


def moment(text: str) -> datetime:
    found = time_of(text)
    assert found is not None
    return found


def embeds(sequence: list[str], items: list[str]) -> bool:
    """Greedy: find each item after the one before."""
    at = 0
    for item in items:
        if item not in sequence[at:]:
            return False
        at = sequence.index(item, at) + 1
    return True


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_the_script_writes_the_same_bytes(name: str, rewritten: Path):
    for file in ("events.csv", "items.csv", "truths.json"):
        assert (rewritten / name / file).read_bytes() == (FOLDER / name / file).read_bytes(), file


@pytest.fixture(scope="module")
def rewritten(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("samples")
    subprocess.run([sys.executable, str(FOLDER / "make_samples.py"), "--out", str(out)], check=True)
    return out


def test_the_samples_are_small():
    files = [path for one in SAMPLES.values() for path in (one.events, one.items, one.truths)]
    assert sum(path.stat().st_size for path in files) < 4_000_000


def test_the_clean_log_has_the_counts_it_claims(plain: Plain):
    said = plain.truths["clean"]
    assert len(plain.clean) == said["rows"]
    for column, name in (("user_id", "users"), ("session_id", "sessions"), ("item_id", "items")):
        assert len({row[column] for row in plain.clean}) == said[name]
    assert Counter(row["event_type"] for row in plain.clean) == said["event_types"]
    times = [row["timestamp"] for row in plain.clean]
    assert (min(times), max(times)) == (said["first"], said["last"])
    assert len(plain.rows) == plain.truths["rows_in_file"]


def test_dirty_rows_are_where_they_are_said_to_be_and_nowhere_else(plain: Plain):
    lines: dict[str, list[int]] = {"exact_duplicate": [], "missing_user": [], "missing_item": [], "unparsable_time": []}
    seen: set[tuple[str, ...]] = set()
    for line, row in plain.rows:
        cells = tuple(row.values())
        if not row["user_id"]:
            lines["missing_user"].append(line)
        elif not row["item_id"]:
            lines["missing_item"].append(line)
        elif time_of(row["timestamp"]) is None:
            lines["unparsable_time"].append(line)
        elif cells in seen:
            lines["exact_duplicate"].append(line)
        seen.add(cells)
    assert lines == {kind: entry["lines"] for kind, entry in plain.truths["dirty_rows"].items()}
    assert all(entry["rows"] == len(entry["lines"]) >= 3 for entry in plain.truths["dirty_rows"].values())
    cell_at = dict(plain.rows)
    bad = plain.truths["dirty_rows"]["unparsable_time"]
    assert [cell_at[line]["timestamp"] for line in bad["lines"]] == bad["cells"]


def test_planted_sequences_have_the_support_they_claim(plain: Plain):
    sessions = list(plain.by("session_id").values())
    for said in plain.truths["sequences"]:
        named = [[row[COLUMN[said["of"]]] for row in session] for session in sessions]
        glued = "\0" + "\0".join(said["items"]) + "\0"
        assert said["n_sequences"] == len(named)
        assert said["support_count"] == sum(embeds(session, said["items"]) for session in named)
        assert said["support_count_contiguous"] == sum(glued in "\0" + "\0".join(session) + "\0" for session in named)
        assert said["support_count"] >= 40
        assert said["support_count_contiguous"] < said["support_count"]


def test_the_effect_follows_its_cause_and_hardly_anything_else(plain: Plain):
    said = plain.truths["cause"]
    cause, effect = said["cause"], said["effect"]
    users = {user: [row["item_id"] for row in rows] for user, rows in plain.by("user_id").items()}
    followers, without, direct = set(), set(), 0
    for user, items in users.items():
        at = [place for place, item in enumerate(items) if item == effect]
        if at and cause not in items[: at[-1]]:
            without.add(user)
        for place in at:
            before = items[max(0, place - said["within_events"]) : place]
            if cause in before and set(before[before.index(cause) + 1 :]) - {cause, effect}:
                followers.add(user)
            direct += before[-1:] == [cause] and user != plain.truths["bot"]["user_id"]
    assert (len(followers), len(without)) == (said["followers"], said["others_with_effect"])
    assert sum(cause in items for items in users.values()) == said["users_with_cause"]
    assert said["followers"] >= 60
    assert said["followers"] / said["users_with_cause"] > 0.8
    assert len(without) <= 0.05 * len(followers)
    assert direct == 0


def test_some_users_end_with_the_effect_shortly_after_the_cause(plain: Plain):
    said = plain.truths["cause"]
    users = plain.by("user_id")
    assert len(said["ends_with_effect"]) >= 10
    for user in said["ends_with_effect"]:
        items = [row["item_id"] for row in users[user]]
        assert items[-1] == said["effect"]
        assert said["cause"] in items[-4:-2]
        assert (items.count(said["cause"]), items.count(said["effect"])) == (1, 1)


def test_payments_fail_in_the_incident_and_only_then():
    plain = loaded("shop")
    said = plain.truths["incident"]
    start, end = moment(said["from"]), moment(said["to"])
    assert end - start == timedelta(days=14)
    counts = {"inside": [0, 0], "outside": [0, 0]}
    for session in plain.by("session_id").values():
        for row, after in zip(session, [*session[1:], {}], strict=True):
            if row["event_type"] == said["step"][0]:
                side = counts["inside" if start <= moment(row["timestamp"]) < end else "outside"]
                side[0] += 1
                side[1] += after.get("event_type") == said["step"][1]
    for name, (n, paid) in counts.items():
        assert said[name] == {"payment_details": n, "purchase": paid, "rate": round(paid / n, 4)}
    assert said["inside"]["rate"] < 0.3
    assert said["outside"]["rate"] > 0.65
    assert said["inside"]["payment_details"] >= 60


def test_the_bot_is_far_busier_than_anyone_and_as_regular_as_it_is_said_to_be(plain: Plain):
    said = plain.truths["bot"]
    users = plain.by("user_id")
    times = [moment(row["timestamp"]) for row in users[said["user_id"]]]
    gaps = {(after - before).total_seconds() for before, after in pairwise(times)}
    assert len(times) == said["events"]
    assert gaps == {said["seconds_between"]}
    sizes = sorted(len(rows) for rows in users.values())
    assert sizes[-1] == said["events"]
    assert sizes[-2] == said["busiest_other_user"]
    assert said["events"] > 4 * said["busiest_other_user"]


@pytest.mark.parametrize("name", ["shop", "news", "music"])
def test_sessions_are_those_that_a_gap_of_30_minutes_gives(name: str):
    for rows in loaded(name).by("user_id").values():
        for before, after in pairwise(rows):
            is_new = moment(after["timestamp"]) - moment(before["timestamp"]) > GAP
            assert is_new == (before["session_id"] != after["session_id"])


def test_no_two_events_of_a_session_share_a_second(plain: Plain):
    for rows in plain.by("session_id").values():
        assert len({row["timestamp"] for row in rows}) == len(rows)
        assert len({row["user_id"] for row in rows}) == 1


def test_few_items_have_much_of_the_attention(plain: Plain):
    counts = sorted(Counter(row["item_id"] for row in plain.clean).values(), reverse=True)
    assert sum(counts[: len(counts) // 10]) > 0.25 * sum(counts)
    assert statistics.median(counts) < 0.8 * statistics.mean(counts)


def test_the_catalogue_describes_each_item_once_in_words(plain: Plain):
    known = {item["item_id"]: item for item in plain.items}
    assert len(known) == len(plain.items)
    assert {row["item_id"] for row in plain.clean} <= set(known)
    titles = Counter(item["title"] for item in plain.items)
    assert max(titles.values()) == 1
    for item in plain.items:
        assert not re.search(r"item \d|\{|\}", item["title"], re.IGNORECASE)
        assert item["title"][0].strip()
        assert item["description"][0].isupper() or item["description"][0].isdigit()
        assert item["category"]
        assert all(tag.strip() == tag and tag for tag in item["tags"].split("|"))


def test_prices_of_the_shop_are_prices():
    plain = loaded("shop")
    prices = {item["item_id"]: float(item["price"]) for item in plain.items}
    assert all(0.5 < price < 1000 for price in prices.values())
    bought = [row for row in plain.clean if row["event_type"] == "purchase"]
    assert all(float(row["value"]) >= prices[row["item_id"]] - 1e-9 for row in bought)
    assert all(row["value"] == "" for row in plain.clean if row["event_type"] != "purchase")


def test_the_readme_gives_the_sizes_of_the_files(plain: Plain):
    line = next(row for row in (FOLDER / "README.md").read_text().splitlines() if row.startswith(f"| `{plain.name}`"))
    clean = plain.truths["clean"]
    sizes = [plain.truths["rows_in_file"], clean["users"], clean["sessions"], clean["items"]]
    assert " · ".join(f"{n:,}" for n in sizes) in line
    assert all(name in line for name in clean["event_types"])


def test_the_span_is_about_ten_weeks(plain: Plain):
    first, last = moment(plain.truths["clean"]["first"]), moment(plain.truths["clean"]["last"])
    assert timedelta(weeks=9) < last - first < timedelta(weeks=13)
    assert last.astimezone(UTC).year == 2026


def test_an_unknown_sample_is_answered_with_the_known_ones():
    assert sample("shop") is SAMPLES["shop"]
    with pytest.raises(NotFound, match="shop, news, music, finance, medicine"):
        sample("shoes")
