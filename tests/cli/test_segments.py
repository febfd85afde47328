"""`segments`: saved with a rule or a period, listed with sizes, compared, deleted."""

import pytest


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("segments")


def names(answer):
    return [row["name"] for row in answer["segments"]]


def test_a_period_is_saved_listed_and_deleted(cli, home):
    assert cli("segments", "sample:shop", home=home).json["segments"] == []
    given = ["--from", "2026-08-17", "--to", "2026-08-31"]
    (saved,) = cli("segments", "sample:shop", "--add", "incident", *given, home=home).json["segments"]
    during = cli("funnel", "sample:shop", "--steps", "view", *given, home=home).json
    assert (saved["name"], saved["sessions"]) == ("incident", during["total"])
    assert saved["share_of_sessions"] == pytest.approx(during["total"] / 2471)
    assert cli("segments", "sample:shop", "--delete", "incident", home=home).json["segments"] == []
    assert cli("segments", "sample:shop", "--delete", "incident", home=home).code == 2


def test_a_rule_speaks_of_sessions_unless_it_names_what_only_users_have(cli, home):
    cli("segments", "sample:shop", "--add", "loyal", "--rule", "purchases >= 2 and recency_days < 30", home=home)
    cli("segments", "sample:shop", "--add", "two", "--rule", "device=mobile", "--rule", "channel=search engine", home=home)
    found = {row["name"]: row for row in cli("segments", "sample:shop", home=home).json["segments"]}
    assert (found["loyal"]["unit"], found["two"]["unit"]) == ("user", "session")
    assert found["two"]["rule"] == "(device=mobile) and (channel=search engine)"
    assert 0 < found["loyal"]["users"] < found["loyal"]["sessions"]
    loyal = cli("segments", "sample:shop", "--compare", "loyal", home=home).json
    assert (loyal["compared"], loyal["compared_unit"]) == ("loyal", "user")
    by_name = {row["feature"]: row for row in loyal["differences"]}
    assert by_name["recency_days"]["by_rule"]
    assert by_name["sessions"]["low"] > 0
    assert by_name["sessions"]["p_corrected"] < 0.05
    for name in ("loyal", "two"):
        cli("segments", "sample:shop", "--delete", name, home=home)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--add", "nothing"], "empty_segment"),
        (["--rule", "device = mobile"], "nameless_segment"),
        (["--add", "bad", "--rule", "colour = red"], "rule_name"),
        (["--add", "bad", "--rule", "events >"], "rule_syntax"),
        (["--add", "bad", "--rule", "events > 1", "--rule", "or events"], "rule_syntax"),
        (["--add", "bad", "--rule", "did fly"], "rule_label"),
        (["--compare", "gone"], "unknown_segment"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_saved(cli, home, options, code):
    assert cli("segments", "sample:shop", *options, home=home).json["error"]["code"] == code
    assert names(cli("segments", "sample:shop", home=home).json) == []
