"""A model that reads text, from the command line: new items, short histories, unknown items, and where a score comes from."""

import pytest

KINDS = ("tent", "boot")


def events(with_text: bool = False) -> str:
    """Twenty users who use tents and twenty who use boots, four each, in turn; by wish with the text in the log itself."""
    rows = ["user,item,time" + (",title,category" if with_text else "")]
    for user in range(40):
        kind = KINDS[user % 2]
        for n in range(4):
            item = (user // 2 + n) % 6
            text = f",{'green' if item % 2 else 'blue'} {kind} of wool,{kind.upper()}" if with_text else ""
            rows.append(f"u{user},{kind}{item},2026-01-01T10:{user:02}:{n:02}{text}")
    return "\n".join(rows) + "\n"


ITEMS = "item,title,category\n" + "".join(
    f"{kind}{n},{'green' if n % 2 else 'blue'} {kind} of wool,{kind.upper()}\n" for kind in KINDS for n in range(8)
)
FEW = ["--set", "epochs=4", "--set", "patience=4"]


@pytest.fixture
def home(cli, write, tmp_path):
    cli("import", write("log.csv", events()), "--items", write("items.csv", ITEMS), "--name", "log", home=tmp_path)
    return tmp_path


def test_new_items_short_histories_and_unknown_items_are_answered_and_labelled(cli, home):
    run = cli("train", "log", "--model", "content", "--split", "none", *FEW, home=home).json["run"]
    found = cli("recommend", run, "--history", "tent0,never-seen", "--k", 15, home=home).json
    assert found["unknown"] == ["never-seen"]
    assert {row["item_id"] for row in found["items"] if row["is_new"]} == {"tent6", "tent7", "boot6", "boot7"}
    assert {row["item_id"][:4] for row in found["items"][:5]} == {"tent"}
    assert [any(word in line for line in found["told"]) for word in ("never-seen", "one event", "4 of 15")] == [True] * 3
    explained = cli("explain", run, "--history", "tent0,tent1", "--item", "tent7", home=home).json
    assert explained["is_new"]
    assert explained["parts"] is None
    assert any("tent" in fired["words"] for fired in explained["content"])
    everyone = cli("recommend", run, "--all", "--k", 3, "--out", home / "all.csv", home=home).json
    assert everyone["rows"] == 40 * 3


def test_text_inside_the_log_does_as_well(cli, write, tmp_path):
    cli("import", write("log.csv", events(with_text=True)), "--name", "log", home=tmp_path)
    trained = cli("train", "log", "--model", "content", *FEW, home=tmp_path).json
    assert trained["metrics"]["ndcg@10"] > trained["baselines"]["popularity"]["ndcg@10"]


def test_without_text_it_says_what_is_needed(cli, write, tmp_path):
    cli("import", write("log.csv", events()), "--name", "log", home=tmp_path)
    done = cli("train", "log", "--model", "content", home=tmp_path)
    assert done.json["error"]["code"] == "no_text"
    assert "--items" in done.json["error"]["hint"]


def test_a_hybrid_says_what_each_part_adds(cli, home):
    run = cli("train", "log", "--model", "hybrid", "--split", "none", *FEW, "--set", "width=16", home=home).json["run"]
    found = cli("explain", run, "--history", "tent0,tent1", "--item", "tent2", home=home).json
    assert [part["name"] for part in found["parts"]] == ["people", "items", "content", "sequence"]
    assert sum(part["value"] for part in found["parts"]) == pytest.approx(found["score"], abs=1e-3)
    assert all(part["title"] for part in found["parts"])
    assert found["content"]
