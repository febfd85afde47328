"""`import`: fields of the contract, known counts, questions, and every bad file with a way out."""

import json

import pytest

FIELDS = {
    "dataset", "fingerprint", "rows_read", "rows_kept", "rows_rejected", "users", "sessions", "items", "events", "event_types",
    "first", "last", "seconds", "peak_rss_mb", "recipe",
}  # fmt: skip
LOG = "user,item,time\nA,1,2026-01-01T10:00:00\nA,2,2026-01-01T10:01:00\nB,2,2026-01-01T12:00:00\n"


def test_fields_and_counts(cli, write, tmp_path):
    done = cli("import", write("log.csv", LOG), "--name", "mine", home=tmp_path)
    assert done.code == 0
    assert set(done.json) >= FIELDS
    assert done.json["rows_read"] == done.json["rows_kept"] + sum(done.json["rows_rejected"].values()) == 3
    assert (done.json["users"], done.json["items"], done.json["sessions"]) == (2, 2, 2)
    assert done.json["dataset"] == done.json["fingerprint"][:12]
    listed = cli("datasets", home=tmp_path).json["datasets"]
    assert [(row["dataset"], row["name"]) for row in listed] == [(done.json["dataset"], "mine")]
    assert [job["status"] for job in cli("jobs", home=tmp_path).json["jobs"]] == ["finished"]


def test_eshop_has_its_known_counts(cli, eshop):
    (row,) = cli("datasets", home=eshop).json["datasets"]
    assert (row["events"], row["users"], row["sessions"], row["items"]) == (165_474, 24_026, 24_026, 217)


def test_a_sample_is_imported_by_its_name(cli, shop):
    done = cli("import", "sample:shop", home=shop)
    assert set(done.json) >= FIELDS
    assert done.json["users"] > 500
    unknown = cli("import", "sample:moon", home=shop)
    assert (unknown.code, unknown.json["error"]["code"]) == (2, "unknown_sample")


def test_the_recipe_gives_the_same_fingerprint(cli, write, tmp_path):
    path = write("log.csv", LOG)
    first = cli("import", path, "--session-gap", 5, home=tmp_path / "a").json
    recipe = write("recipe.json", json.dumps(first["recipe"]))
    assert cli("import", path, "--recipe", recipe, home=tmp_path / "b").json["fingerprint"] == first["fingerprint"]
    whole = write("result.json", json.dumps(first))
    assert cli("import", path, "--recipe", whole, home=tmp_path / "c").json["fingerprint"] == first["fingerprint"]
    broken = cli("import", path, "--recipe", write("x.json", "{"), home=tmp_path)
    assert (broken.code, broken.json["error"]["code"]) == (2, "no_recipe")


def test_a_whole_map_is_taken_as_it_is_and_a_part_corrects_the_proposal(cli, write, tmp_path):
    text = "who,what,when,kind\n" + "".join(f"u{i % 3},i{i % 4},2026-01-01T10:{i:02}:00,view\n" for i in range(20))
    path = write("log.csv", text)
    whole = cli("import", path, "--map", "user=who,item=what,time=when", home=tmp_path).json
    assert whole["recipe"]["mapping"] == {"user": "who", "item": "what", "time": "when"}
    swapped = cli("import", path, "--map", "user=what,item=who", home=tmp_path).json
    assert swapped["recipe"]["mapping"] | {"user": "what", "item": "who", "time": "when"} == swapped["recipe"]["mapping"]
    assert (swapped["users"], swapped["items"]) == (4, 3)


def test_raw_keeps_duplicates(cli, logs, tmp_path):
    path = logs / "journeys-demo" / "ecom.csv.gz"
    raw = cli("import", path, "--raw", "--name", "raw", home=tmp_path).json
    assert (raw["rows_kept"], raw["users"], raw["sessions"]) == (31_106, 600, 3_605)
    clean = cli("import", path, home=tmp_path).json
    assert clean["rows_kept"] == 31_106 - 30
    assert sum(clean["rows_rejected"].values()) == 30


def test_a_question_is_asked_and_answered(cli, write, tmp_path):
    path = write("log.csv", "user,item,time\nA,x,03/04/2026 10:00\nA,y,04/05/2026 11:00\nB,x,01/02/2026 09:00\n")
    asked = cli("import", path, home=tmp_path)
    assert asked.code == 3
    (question,) = asked.json["questions"]
    assert (question["code"], question["options"]) == ("date_order", ["dmy", "mdy"])
    assert question["message"]
    for answer, first in (("dmy", "2026-02-01"), ("mdy", "2026-01-02")):
        done = cli("import", path, "--answer", f"date_order={answer}", home=tmp_path)
        assert done.code == 0
        assert done.json["first"].startswith(first)
    wrong = cli("import", path, "--answer", "date_order=no", home=tmp_path)
    assert (wrong.code, wrong.json["error"]["code"]) == (2, "unknown_answer")


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("", []),
        ("user,item,time\n", []),
        ("user,item\nA,x\nB,y\n", []),
        (LOG, ["--map", "user=nobody,item=item,time=time"]),
        (LOG, ["--map", "user"]),
        (LOG, ["--map", "hat=user,user=user,item=item,time=time"]),
        (LOG, ["--session-gap", "0"]),
        (LOG, ["--items", "/nowhere.csv"]),
        ("user,item,time\nA,x,yesterday\nB,y,tomorrow\n", ["--map", "user=user,item=item,time=time"]),
    ],
)
def test_what_cannot_be_imported_is_refused_with_a_way_out(cli, write, tmp_path, text, options):
    done = cli("import", write("log.csv", text), *options, home=tmp_path)
    assert done.code == 2
    assert set(done.json["error"]) == {"code", "message", "hint"}
    assert all(done.json["error"].values())
    assert cli("datasets", home=tmp_path).json == {"datasets": []}


def test_one_event_is_a_log(cli, write, tmp_path):
    done = cli("import", write("one.csv", "user,item,time\nA,x,2026-01-01T10:00:00\n"), home=tmp_path)
    assert (done.code, done.json["events"]) == (0, 1)


def test_a_file_that_is_not_there_and_one_given_twice(cli, write, tmp_path):
    assert cli("import", tmp_path / "none.csv", home=tmp_path).json["error"]["code"] == "no_file"
    path = write("log.csv", LOG)
    assert cli("import", path, path, home=tmp_path).json["error"]["code"] == "same_file"


def test_queue_returns_a_job_at_once(cli, write, tmp_path):
    done = cli("import", write("log.csv", LOG), "--queue", home=tmp_path)
    assert done.code == 0
    (job,) = cli("jobs", home=tmp_path).json["jobs"]
    assert (job["job"], job["status"]) == (done.json["job"], "queued")
    assert cli("cancel", job["job"], home=tmp_path).json["status"] == "cancelled"
    assert cli("cancel", job["job"], home=tmp_path).json["cancelled"] is False
    assert cli("cancel", "nothing", home=tmp_path).code == 2


def test_a_column_with_a_comma_in_its_name_can_be_mapped(cli, write, tmp_path):
    log = write("log.csv", '"user, id",item,time\na,x,2026-09-01\nb,y,2026-09-02\n')
    done = cli("import", log, "--map", r"user=user\, id,item=item,time=time", home=tmp_path / "home")
    assert (done.code, done.json["recipe"]["mapping"]["user"]) == (0, "user, id")


def test_a_time_zone_is_obeyed_and_stays_in_the_recipe(cli, write, tmp_path):
    path = write("zoned.csv", "user_id,item_id,timestamp\na,x,2025-07-01 12:00\na,y,2025-07-01 13:00\n")
    done = cli("import", path, "--time-zone", "Asia/Shanghai", home=tmp_path)
    assert done.json["first"].startswith("2025-07-01T04:00")
    assert done.json["recipe"]["read"]["time_zone"] == "Asia/Shanghai"
    assert cli("import", path, "--time-zone", "Asia/Atlantis", home=tmp_path).json["error"]["code"] == "unknown_time_zone"


def test_columns_that_fit_a_role_equally_are_asked_about_and_the_answer_is_remembered(cli, write, tmp_path):
    rows = [f"{17 + n % 3},{301 + n % 4},2026-01-01 10:{n:02}" for n in range(20)]
    path = write("log.csv", "\n".join(["a,b,c", *rows]) + "\n")
    asked = cli("import", path, home=tmp_path)
    assert asked.code == 3
    (question,) = asked.json["questions"]
    assert (question["code"], question["options"]) == ("user_column", ["a", "b"])
    partly = cli("import", path, "--map", "time=c", home=tmp_path)
    assert (partly.code, partly.json["questions"][0]["code"]) == (3, "user_column")
    done = cli("import", path, "--answer", "user_column=b", home=tmp_path).json
    assert done["recipe"]["mapping"] == {"user": "b", "item": "a", "time": "c"}
    assert done["recipe"]["answers"] == {"user_column": "b"}
    assert (done["users"], done["items"]) == (4, 3)
    mapped = cli("import", path, "--map", "user=b", home=tmp_path).json
    assert mapped["fingerprint"] == done["fingerprint"]
    again = cli("import", path, "--recipe", write("recipe.json", json.dumps(done["recipe"])), home=tmp_path / "again").json
    assert again["fingerprint"] == done["fingerprint"]
    wrong = cli("import", path, "--answer", "user_column=z", home=tmp_path)
    assert (wrong.code, wrong.json["error"]["code"]) == (2, "unknown_column")


def test_a_map_corrects_the_file_as_its_recipe_reads_it(cli, write, tmp_path):
    text = "".join(f"u{i % 3};i{i % 4};2026-01-01 10:{i:02}:00\n" for i in range(20))
    path = write("log.csv", "user;item;time\n" + text)
    recipe = {"version": 1, "mapping": {"user": "user", "item": "item", "time": "time"}, "read": {"has_header": False}}
    done = cli("import", path, "--recipe", write("r.json", json.dumps(recipe)), "--map", "user=column_2", home=tmp_path).json
    assert done["recipe"]["mapping"] == {"user": "column_2", "item": "column_1", "time": "column_3"}


def test_questions_of_the_item_file_have_codes_of_their_own(cli, write, tmp_path):
    log = write("log.csv", "user;item;time\n" + "".join(f"u{n % 3};i{n % 4};2026-01-01 10:{n:02}:00\n" for n in range(20)))
    items = write("items.csv", "item,title\n" + "".join(f"i{n},Dvořák {n} křeslo\n" for n in range(4)))
    items.write_bytes(items.read_text(encoding="utf-8").encode("cp1250"))
    asked = cli("import", log, "--items", items, "--answer", "delimiter=;", home=tmp_path)
    assert asked.code == 3
    assert asked.json["questions"][0]["code"] == "items.encoding"
    answers = ("--answer", "delimiter=;", "--answer", "items.encoding=cp1250")
    done = cli("import", log, "--items", items, *answers, home=tmp_path)
    assert (done.code, done.json["items"]) == (0, 4)
    assert done.json["recipe"]["answers"] == {"delimiter": ";", "items.encoding": "cp1250"}
