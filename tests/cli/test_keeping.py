"""What is there, whether it is well, and what may go."""


def test_a_damaged_dataset_is_named_and_can_be_deleted(cli, write, tmp_path):
    text = "user,item,time\nA,1,2026-01-01T10:00:00\nA,2,2026-01-01T10:01:00\n"
    dataset = cli("import", write("log.csv", text), home=tmp_path).json["dataset"]
    (tmp_path / "datasets" / dataset / "events-00000.parquet").unlink()
    assert cli("datasets", home=tmp_path).json == {"datasets": []}
    found = cli("doctor", home=tmp_path).json
    assert found["healthy"] is False
    assert dataset in found["problems"][0]
    assert cli("paths", dataset, home=tmp_path).code == 2
    assert cli("delete", dataset, home=tmp_path).json["dataset"] == dataset
    assert cli("doctor", home=tmp_path).json["healthy"] is True


def test_doctor_says_what_is_there(cli, tmp_path):
    found = cli("doctor", home=tmp_path).json
    assert found["home"] == str(tmp_path)
    assert found["versions"]["polars"]
    assert found["worker"]["alive"] is False
    assert isinstance(found["problems"], list)


def test_tidy_says_what_would_go_and_deletes_only_when_told(cli, write, tmp_path):
    text = "user,item,time\n" + "".join(f"u{n},{n % 3},2026-01-01T10:0{n}:00\n" for n in range(9))
    dataset = cli("import", write("log.csv", text), home=tmp_path).json["dataset"]
    looked = cli("tidy", home=tmp_path).json
    assert {row["room"]: row["things"] for row in looked["rooms"]}["datasets"] == 1
    assert (looked["would_go"], looked["bytes_freed"]) == ([], 0)
    would = cli("tidy", "--within", 0, home=tmp_path).json
    assert [(row["kind"], row["id"], row["why"]) for row in would["would_go"]] == [("dataset", dataset, "size")]
    assert cli("tidy", "--older-than", 1, home=tmp_path).json["would_go"] == []
    assert [row["dataset"] for row in cli("datasets", home=tmp_path).json["datasets"]] == [dataset]
    refused = cli("tidy", "--delete", home=tmp_path)
    assert (refused.code, refused.json["error"]["code"]) == (2, "no_limit")
    gone = cli("tidy", "--within", 0, "--delete", home=tmp_path).json
    assert gone["bytes_freed"] == gone["bytes_before"] - gone["bytes_after"] > 0
    assert cli("datasets", home=tmp_path).json == {"datasets": []}
