"""What holds for every command: where options go, how ends become exit codes, what is printed."""

import json
import subprocess
import sys

import pytest

from seqrec_core.cli import main
from seqrec_core.cli.app import ended
from seqrec_core.cli.arguments import listed, moment, pairs
from seqrec_core.cli.output import as_text, show_questions, table
from seqrec_core.errors import BadInput, NeedsDecision, Question

COMMANDS = (
    *("import", "mine", "rules", "funnel", "paths", "segments"),
    *("train", "models", "evaluate", "recommend", "explain"),
    *("datasets", "runs", "jobs", "cancel", "delete", "tidy", "doctor", "worker", "serve"),
)


@pytest.mark.parametrize("arguments", [["-h"], ["--help"], *([name, "--help"] for name in COMMANDS)])
def test_help_names_options_and_ends_well(arguments, capsys):
    assert main(arguments) == 0
    out = capsys.readouterr().out
    assert "--json" in out
    assert "--home" in out


def test_help_lists_every_command(capsys):
    main(["--help"])
    out = capsys.readouterr().out
    assert [name for name in COMMANDS if f"\n  {name} " not in out] == []
    assert "..." not in out.split("Commands:")[1], "a help line is cut"


def test_help_loads_no_heavy_library():
    code = (
        "import sys; from seqrec_core.cli import main; main(['--help']); "
        "print([m for m in ('torch', 'polars', 'streamlit', 'shap', 'numba', 'numpy', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_module_runs_as_a_program(tmp_path):
    command = [sys.executable, "-m", "seqrec_core", "--home", str(tmp_path), "datasets", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, json.loads(done.stdout)) == (0, {"datasets": []})


def test_home_goes_before_or_after_the_command(tmp_path, capsys):
    for name, given in (("a", ["--home", "HOME", "doctor"]), ("b", ["doctor", "--home", "HOME"])):
        home = tmp_path / name
        assert main([argument.replace("HOME", str(home)) for argument in given] + ["--json"]) == 0
        assert json.loads(capsys.readouterr().out)["home"] == str(home)


def test_the_home_of_the_command_wins(tmp_path, capsys):
    main(["--home", str(tmp_path / "a"), "doctor", "--home", str(tmp_path / "b"), "--json"])
    assert json.loads(capsys.readouterr().out)["home"] == str(tmp_path / "b")


def test_json_goes_before_or_after_the_command(tmp_path, capsys):
    for given in (["--json", "datasets"], ["datasets", "--json"]):
        assert main([*given, "--home", str(tmp_path)]) == 0
        assert json.loads(capsys.readouterr().out) == {"datasets": []}


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["fly"],
        ["mine", "--wings"],
        ["mine", "x", "--min-count", "many"],
        ["mine", "x", "--min-support", "1.5"],
        ["mine", "x", "--kind", "some"],
        ["train"],
        ["recommend"],
        ["explain", "x", "--user", "u"],
    ],
)
def test_a_command_line_that_is_not_understood_is_bad_input(arguments, capsys):
    assert main([*arguments, "--json"]) == 2
    out, _ = capsys.readouterr()
    error = json.loads(out)["error"]
    assert error["code"] == "usage"
    assert error["message"]
    assert "--help" in error["hint"]
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err


def test_a_question_exits_with_three(capsys):
    question = Question("date_order", "Which way round?", (("dmy", "3 May"), ("mdy", "5 March")))
    assert ended(NeedsDecision((question,)), True) == 3
    asked = json.loads(capsys.readouterr().out)["questions"]
    assert asked == [
        {
            "code": "date_order",
            "message": "Which way round?",
            "options": ["dmy", "mdy"],
            "meanings": {"dmy": "3 May", "mdy": "5 March"},
        }
    ]
    show_questions((question,), False)
    out, err = capsys.readouterr()
    assert out == ""
    assert "--answer date_order=mdy   5 March" in err


def test_a_surprise_is_a_sentence_and_no_traceback(capsys):
    assert ended(ZeroDivisionError("by zero"), True) == 4
    out, err = capsys.readouterr()
    assert json.loads(out)["error"]["code"] == "unexpected"
    assert "Traceback" not in out + err


def test_ctrl_c_is_unfinished(capsys):
    assert ended(KeyboardInterrupt(), True) == 4
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "interrupted"


def test_a_home_that_is_a_file_is_bad_input(tmp_path, cli):
    path = tmp_path / "file"
    path.touch()
    done = cli("datasets", home=path)
    assert (done.code, done.json["error"]["code"]) == (2, "home_not_usable")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b,c", ["a", "b", "c"]),
        (" a , b ", ["a", "b"]),
        ("a\\,b,c", ["a,b", "c"]),
        ("a\\\\,b", ["a\\", "b"]),
        ("a\\b", ["a\\b"]),
        ("a\\", ["a\\"]),
        ("", []),
        (",,", []),
    ],
)
def test_lists_are_read(text, expected):
    assert listed(text) == expected


def test_pairs_are_read():
    assert pairs("--set", ["a=1", "b=x=y", "c="]) == {"a": "1", "b": "x=y", "c": ""}
    for wrong in (["a"], ["=1"], ["a=1", "a=2"]):
        with pytest.raises(BadInput):
            pairs("--set", wrong)


def test_moments_are_read():
    assert moment("--from", "2024-05-19").isoformat() == "2024-05-19T00:00:00+00:00"
    assert moment("--from", "2024-05-19T02:00:00+02:00").utctimetuple().tm_hour == 0
    assert moment("--from", None) is None
    with pytest.raises(BadInput, match="yesterday"):
        moment("--from", "yesterday")


def test_text_is_aligned_and_holds_no_line_breaks_of_users():
    lines = table([{"item": "a\nb", "count": 5}, {"item": "long name", "count": 1234}])
    assert lines == ["  item       count", "  a b            5", "  long name   1234"]


def test_text_says_the_same_as_json():
    lines = as_text({"run": "r1", "n_users": 3, "ok": True, "nothing": None, "metrics": {"a": {"mean": 0.5}}, "rows": [{"x": 1}]})
    assert lines[0].split() == ["run", "r1"]
    assert lines[1].split() == ["n", "users", "3"]
    assert any(line.split() == ["a", "mean", "0.5"] for line in lines)
    assert lines[-3:] == ["rows (1)", "  x", "  1"]


def test_serve_becomes_the_dashboard_of_this_home(monkeypatch, tmp_path):
    given = {}
    monkeypatch.setattr("os.execve", lambda program, arguments, environment: given.update(run=arguments, env=environment))
    main(["serve", "--home", str(tmp_path)])
    assert given["run"] == [sys.executable, "-m", "seqrec_core.launch", "run"]
    assert given["env"]["SEQREC_HOME"] == str(tmp_path)


def test_ctrl_c_before_any_job_is_one_object_and_exit_4(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("seqrec_core.store.runs.RunStore.list", interrupted)
    assert main(["runs", "--json"]) == 4
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "interrupted"
