"""`import` of several files: channels with their own reading, parts of one log, overlap, and a recipe for all."""

import json

import pytest

WEB = "user_id,item_id,event_type,timestamp\n" + "".join(
    f"u{n % 5},i{n % 4},view,2026-01-0{1 + n % 3}T10:{n:02}:07Z\n" for n in range(20)
)
APP = "when;who;product;os\n" + "".join(f"2026-01-02 11:{n:02}:09;u{3 + n % 4};i{n % 6};ios\n" for n in range(12))
MAP = "user=who,item=product,time=when"


@pytest.fixture
def two(write):
    return write("web.csv", WEB), write("app.csv", APP)


def test_two_files_are_channels_that_are_read_each_in_its_way(cli, two, tmp_path):
    done = cli("import", *two, "--map", f"app:{MAP}", home=tmp_path)
    assert done.code == 0
    got = done.json
    assert (got["rows_read"], got["rows_kept"], got["users"], got["items"]) == (32, 32, 7, 6)
    assert got["event_types"] == ["view", "app"]  # a channel without types lends them its name
    web, app = got["channels"]["sources"]
    assert (web["source"], web["files"], web["rows_read"], web["rows_kept"], web["users"]) == ("web", ["web.csv"], 20, 20, 5)
    assert (app["source"], app["rows_read"], app["rows_kept"], app["users"], app["items"]) == ("app", 12, 12, 4, 6)
    assert (got["channels"]["meeting"]["users"], got["channels"]["meeting"]["items"]) == (2, 4)
    assert [channel["read"]["delimiter"] for channel in got["recipe"]["channels"]] == [",", ";"]
    assert "2 users have events of several sources." in got["notes"]


def test_the_recipe_of_channels_replays_whatever_the_order_of_the_files(cli, two, write, tmp_path):
    first = cli("import", *two, "--map", f"app.csv:{MAP}", "--session-gap", 10, home=tmp_path / "a").json
    recipe = write("recipe.json", json.dumps(first["recipe"]))
    for order in (two, two[::-1]):
        again = cli("import", *order, "--recipe", recipe, home=tmp_path / order[0].stem).json
        assert (again["fingerprint"], again["recipe"]) == (first["fingerprint"], first["recipe"])
    alone = cli("import", two[0], "--recipe", recipe, home=tmp_path)
    assert (alone.code, alone.json["error"]["code"]) == (2, "recipe_of_others")


def test_events_that_two_sources_hold_are_counted_and_left_out_of_the_later_one(cli, write, tmp_path):
    lines = WEB.splitlines(keepends=True)
    old, new = write("old.csv", "".join(lines[:13])), write("new.csv", lines[0] + "".join(lines[9:]))
    done = cli("import", old, new, home=tmp_path).json
    assert done["channels"]["meeting"]["overlap"] == [{"first": "old", "source": "new", "events": 4}]
    assert (done["rows_read"], done["rows_kept"]) == (24, 20)
    assert done["rows_rejected"] == {"in an earlier source too": 4}
    assert next(one for one in done["proposed"] if one["step"]["name"] == "source_overlap")["on"]
    kept = cli("import", old, new, "--without", "source_overlap", home=tmp_path / "all").json
    assert (kept["rows_kept"], [source["rows_kept"] for source in kept["channels"]["sources"]]) == (24, [12, 12])


def test_ids_that_do_not_meet_are_said(cli, write, tmp_path):
    other = write("other.csv", WEB.replace("\nu", "\nU-"))
    done = cli("import", write("web.csv", WEB), other, home=tmp_path).json
    assert done["channels"]["meeting"]["users"] == 0
    assert any("No user has events of several sources" in note and "U-0" in note for note in done["notes"])


@pytest.mark.parametrize("given", ["files", "folder", "pattern"])
def test_parts_of_one_log_are_one_channel(cli, tmp_path, given):
    lines, folder = WEB.splitlines(keepends=True), tmp_path / "log"
    folder.mkdir()
    for n in range(10):
        (folder / f"part-{n + 1}.csv").write_text(lines[0] + "".join(lines[1 + 2 * n : 3 + 2 * n]))
    (folder / "_SUCCESS").write_text("")
    parts = [folder / f"part-{n + 1}.csv" for n in range(10)]
    named = {"files": parts, "folder": [folder], "pattern": [folder / "*.csv"]}[given]
    done = cli("import", *named, "--name", "parts", home=tmp_path / "home").json
    (tmp_path / "whole.csv").write_text(WEB)
    whole = cli("import", tmp_path / "whole.csv", home=tmp_path / "home").json
    assert (done["fingerprint"], done["rows_read"], done["channels"]) == (whole["fingerprint"], 20, None)
    recipe = tmp_path / "recipe.json"
    recipe.write_text(json.dumps(done["recipe"]))
    again = cli("import", *named, "--recipe", recipe, home=tmp_path / "again").json
    assert again["fingerprint"] == done["fingerprint"]


def test_files_with_numbers_in_their_names_and_other_columns_are_channels(cli, write, tmp_path):
    done = cli("import", write("log1.csv", WEB), write("log2.csv", APP), "--map", f"log2:{MAP}", home=tmp_path)
    assert [one["source"] for one in done.json["channels"]["sources"]] == ["log1", "log2"]


def test_sources_can_be_named_and_one_file_can_have_one(cli, two, tmp_path):
    named = cli("import", *two, "--source", "site", "--source", "phone", "--map", f"phone:{MAP}", home=tmp_path).json
    assert [one["source"] for one in named["channels"]["sources"]] == ["site", "phone"]
    one = cli("import", two[0], "--source", "site", home=tmp_path).json
    assert [source["source"] for source in one["channels"]["sources"]] == ["site"]
    wrong = cli("import", *two, "--source", "site", home=tmp_path)
    assert (wrong.code, wrong.json["error"]["code"]) == (2, "sources")
    odd = cli("import", two[0], "--source", "a:b", home=tmp_path)
    assert (odd.code, odd.json["error"]["code"]) == (2, "bad_source")


def test_a_question_names_its_file_and_is_answered_for_it_alone(cli, write, tmp_path):
    slashed = "user,item,time\n" + "".join(f"u{n},i{n},0{n + 1}/0{n + 2}/2026 10:00\n" for n in range(5))
    one, other = write("a.csv", slashed), write("b.csv", slashed.replace("u", "v").replace("vser", "user"))
    asked = cli("import", one, other, home=tmp_path)
    assert asked.code == 3
    assert [question["code"] for question in asked.json["questions"]] == ["a:date_order", "b:date_order"]
    assert asked.json["questions"][1]["message"].startswith("b: ")
    both = cli("import", one, other, "--answer", "date_order=dmy", home=tmp_path / "both").json
    assert both["first"].startswith("2026-02-01")
    each = cli("import", one, other, "--answer", "a:date_order=dmy", "--answer", "b.csv:date_order=mdy", home=tmp_path / "e").json
    assert [one["first"][:10] for one in each["channels"]["sources"]] == ["2026-02-01", "2026-01-02"]
    open_one = cli("import", one, other, "--answer", "a:date_order=dmy", home=tmp_path)
    assert [question["code"] for question in open_one.json["questions"]] == ["b:date_order"]


@pytest.mark.parametrize(
    ("option", "code"),
    [("nofile:user=a", "unknown_source"), ("app:user=nobody,item=product,time=when", "unknown_column")],
)
def test_a_map_of_no_file_or_no_column_is_refused(cli, two, tmp_path, option, code):
    done = cli("import", *two, "--map", option, home=tmp_path)
    assert (done.code, done.json["error"]["code"]) == (2, code)
    assert all(done.json["error"].values())


def test_channels_with_times_and_without_do_not_mix(cli, write, tmp_path):
    steps = write("steps.csv", "user,item,step\n" + "".join(f"u{n % 3},i{n},{n}\n" for n in range(9)))
    done = cli("import", write("web.csv", WEB), steps, "--map", "steps:user=user,item=item,order=step", home=tmp_path)
    assert (done.code, done.json["error"]["code"]) == (2, "times_and_none")


def test_rejected_rows_say_their_file(cli, write, tmp_path):
    from seqrec_core.store.datasets import DatasetStore
    from seqrec_core.store.home import Home

    other = write("other.csv", WEB.replace("u1,", ",", 1))
    done = cli("import", write("web.csv", WEB), other, "--without", "source_overlap", home=tmp_path / "home").json
    rejects = DatasetStore(Home(tmp_path / "home")).report(done["dataset"]).rejects
    assert rejects.select("file", "line", "reason").rows() == [("other.csv", 3, "no user")]


def test_a_whole_history_is_one_session(cli, write, tmp_path):
    done = cli("import", write("web.csv", WEB), "--sessions", "user", home=tmp_path).json
    assert (done["sessions"], done["recipe"]["whole_history"]) == (5, True)
    gap = cli("import", write("web.csv", WEB), "--sessions", "gap:5000", home=tmp_path).json
    assert gap["recipe"]["session_gap_minutes"] == 5000
    wrong = cli("import", write("web.csv", WEB), "--sessions", "gap", home=tmp_path)
    assert (wrong.code, wrong.json["error"]["code"]) == (2, "sessions")


def test_a_file_is_added_to_a_dataset_as_if_both_had_been_imported_together(cli, two, write, tmp_path):
    first = cli("import", two[0], "--name", "web", home=tmp_path / "a").json
    done = cli("import", two[1], "--append", "web", "--map", MAP, home=tmp_path / "a").json
    assert (done["name"], done["rows_read"], done["rows_kept"]) == ("web + app", 32, 32)
    assert [one["source"] for one in done["channels"]["sources"]] == ["web", "app"]
    assert done["dataset"] != first["dataset"]
    together = cli("import", *two, "--map", f"app:{MAP}", home=tmp_path / "b").json
    assert done["fingerprint"] == together["fingerprint"]
    assert (done["channels"]["meeting"], done["event_types"]) == (together["channels"]["meeting"], together["event_types"])
    recipe = write("recipe.json", json.dumps(done["recipe"]))
    assert cli("import", *two, "--recipe", recipe, home=tmp_path / "c").json["fingerprint"] == done["fingerprint"]


def test_what_the_steps_of_a_dataset_left_out_comes_back_before_more_is_added(cli, write, tmp_path):
    lines = WEB.splitlines(keepends=True)
    old = write("old.csv", lines[0] + "".join([*lines[1:13], lines[3], ",i1,view,2026-01-01T10:00:00Z\n"]))
    new = write("new.csv", lines[0] + "".join(lines[9:]))
    home = tmp_path / "home"
    cli("import", old, "--name", "old", "--sessions", "user", home=home)
    cleaned = cli("clean", "old", "--step", "min_history:events=3", "--name", "few", home=home).json
    done = cli("import", new, "--append", "few", home=home).json
    together = cli("import", old, new, "--sessions", "user", "--source", "few", "--source", "new", home=home).json
    assert cleaned["rows_kept"] < 12
    assert done["fingerprint"] == together["fingerprint"]
    assert (done["rows_read"], done["rows_rejected"]) == (together["rows_read"], together["rows_rejected"])
    assert [one["source"] for one in done["channels"]["sources"]] == ["few", "new"]
    third = cli("import", write("third.csv", WEB), "--append", done["dataset"], home=home).json
    assert [one["rows_read"] for one in third["channels"]["sources"]] == [14, 12, 20]
    again = cli("import", new, "--append", done["dataset"], home=home)
    assert (again.code, again.json["error"]["code"]) == (2, "source_taken")


def test_what_is_added_answers_for_its_own_unix_times_alone(cli, write, tmp_path):
    stored = "user,item,time\n" + "".join(f"u{n % 7},i{n % 5},2024-01-0{1 + n % 9}T10:00:{10 + n % 50}\n" for n in range(60))
    added = "user,item,time\n" + "".join(f"v{n % 7},i{n % 5},{1_704_100_000 + n * 777}\n" for n in range(90))
    assert cli("import", write("stored.csv", stored), "--name", "both", home=tmp_path).code == 0
    done = cli("import", write("added.csv", added), "--append", "both", home=tmp_path).json
    assert done["rows_kept"] == 150
    (told,) = [note for note in done["notes"] if "unix numbers" in note]
    assert "90 were turned into dates" in told
