"""A command line in this process, and a home with the shop sample and a run on it."""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from seqrec_core.cli import main


@dataclass(frozen=True)
class Done:
    """What one call gave: exit code, the JSON object (None without --json), standard output and standard error."""

    code: int
    json: Any
    out: str
    err: str


def check_finite(value: Any) -> None:
    if isinstance(value, dict):
        for inner in value.values():
            check_finite(inner)
    elif isinstance(value, list):
        for inner in value:
            check_finite(inner)
    elif isinstance(value, float):
        assert math.isfinite(value)


@pytest.fixture
def cli(capsys) -> Callable[..., Done]:
    """Run a command with --json and hold it to the contract: one JSON object on one line, every number finite."""

    def run(*arguments: object, home: Path, as_json: bool = True) -> Done:
        capsys.readouterr()
        given = [str(argument) for argument in arguments]
        code = main([*given, "--home", str(home), *(["--json"] if as_json else [])])
        out, err = capsys.readouterr()
        if not as_json:
            return Done(code, None, out, err)
        assert out.endswith("\n")
        assert out.count("\n") == 1
        answer = json.loads(out)
        assert isinstance(answer, dict)
        check_finite(answer)
        assert code == (2 if "error" in answer and "job" not in answer else 3 if "questions" in answer else code)
        return Done(code, answer, out, err)

    return run


@pytest.fixture(scope="session")
def shop(tmp_path_factory) -> Path:
    """A home that holds the shop sample and a Markov run on it."""
    home = tmp_path_factory.mktemp("shop")
    assert main(["train", "sample:shop", "--model", "markov", "--home", str(home)]) == 0
    return home


@pytest.fixture(scope="session")
def eshop(tmp_path_factory, logs) -> Path:
    """A home that holds the eshop log as `eshop`."""
    home = tmp_path_factory.mktemp("eshop")
    given = [str(logs / "eshop" / "eshop.csv.gz"), "--items", str(logs / "eshop" / "eshop_items.csv"), "--name", "eshop"]
    assert main(["import", *given, "--home", str(home)]) == 0
    return home


@pytest.fixture
def write(tmp_path) -> Callable[[str, str], Path]:
    """Write a small file."""

    def to_file(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return to_file
