"""`clean`: a stored dataset with other steps or sessions, as if its file were imported so; undone by leaving a step out."""

import json

import pytest

ROWS = [
    (
        f"u{n % 6}",
        f"{'i' if n % 5 else 'I'}{n % 4}",
        "view" if n % 9 else "ping",
        f"{9 + n // 30:02}:{n % 30:02}:05",
        "1" if n != 7 else "-1",
    )
    for n in range(60)
]
LOG = "user,item,event,time,amount\n" + "".join(f"{u},{i},{e},2026-01-01T{at},{amount}\n" for u, i, e, at, amount in ROWS)


@pytest.fixture
def home(cli, write, tmp_path):
    write("log.csv", LOG)
    assert cli("import", tmp_path / "log.csv", "--name", "log", home=tmp_path / "home").code == 0
    return tmp_path / "home"


def test_steps_are_added_counted_and_undone(cli, home, tmp_path):
    first = cli("import", tmp_path / "log.csv", home=home).json
    done = cli("clean", "log", "--step", "hide_events:types=ping", "--step", "min_history:events=9", home=home).json
    assert done["before"] == {
        "dataset": first["dataset"],
        **{name: first[name] for name in ("events", "users", "sessions", "items")},
    }
    assert done["dataset"] != first["dataset"]
    assert done["rows_read"] == done["rows_kept"] + sum(done["rows_rejected"].values()) == 60
    assert [step["name"] for step in done["recipe"]["steps"]][-1] == "min_history"
    assert {one["name"]: one["rows_before"] - one["rows_after"] for one in done["cleaning"]}["hide_events"] == 7
    undone = cli("clean", done["dataset"], "--without", "hide_events", "--without", "min_history", home=home).json
    assert (undone["fingerprint"], undone["existing"]) == (first["fingerprint"], True)


def test_the_recipe_on_the_file_gives_the_same_fingerprint(cli, home, write, tmp_path):
    steps = [
        "--step",
        "merge_events:into=ping>view",
        "--step",
        "collapse_repeats",
        "--step",
        '{"name": "k_core", "users": 3, "items": 3}',
    ]
    for sessions in (["--sessions", "gap:2"], ["--sessions", "user"], []):
        done = cli("clean", "log", *steps, *sessions, "--without", "returns", home=home).json
        recipe = write("recipe.json", json.dumps(done["recipe"]))
        again = cli("import", tmp_path / "log.csv", "--recipe", recipe, home=tmp_path / "other").json
        assert again["fingerprint"] == done["fingerprint"]
        assert (again["rows_rejected"], again["cleaning"]) == (done["rows_rejected"], done["cleaning"])


def test_a_raw_import_is_cleaned_later_by_what_its_log_suggests(cli, tmp_path, logs):
    path = logs / "journeys-demo" / "ecom.csv.gz"
    raw = cli("import", path, "--raw", "--name", "raw", home=tmp_path).json
    done = cli("clean", "raw", "--step", "exact_duplicates", home=tmp_path).json
    assert (raw["rows_kept"], done["rows_kept"]) == (31_106, 31_076)
    assert done["proposed"][0]["step"]["name"] == "exact_duplicates"
    recipe = tmp_path / "recipe.json"
    recipe.write_text(json.dumps(done["recipe"]))
    assert cli("import", path, "--recipe", recipe, home=tmp_path / "again").json["fingerprint"] == done["fingerprint"]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--step", "wash"], "unknown"),
        (["--step", "k_core:users=none"], "not_a_step"),
        (["--step", "{"], "not_a_step"),
        (["--step", "hide_events"], "not_a_step"),
        (["--sessions", "id"], "no_sessions"),
        (["--sessions", "week"], "sessions"),
        (["--step", "prices:column=cost"], "no_column"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_way_out(cli, home, options, code):
    done = cli("clean", "log", *options, home=home)
    assert (done.code, done.json["error"]["code"]) == (2, code)
    assert all(done.json["error"].values())


def test_cleaning_can_be_queued(cli, home):
    job = cli("clean", "log", "--step", "min_history", "--queue", home=home).json["job"]
    assert cli("jobs", home=home).json["jobs"][0]["job"] == job
