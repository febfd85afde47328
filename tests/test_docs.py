"""What the documents promise is there: commands, layers, models, metrics, links, the worked example."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from seqrec_core.models.registry import REGISTRY
from tests.layers import LAYERS, packages
from tests.source import CORE, ROOT

DOCUMENTS = sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").glob("*.md"))
TARGETS = ("help", "run", "stop", "test", "test-slow", "check", "worker", "bench")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", read("Makefile"), flags=re.MULTILINE))


def shell_blocks(text: str) -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


# The Makefile


def test_the_makefile_has_its_targets_and_help_lists_them():
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(TARGETS) == make_targets()
    assert set(re.findall(r"^make ([a-z-]+) ", done.stdout, flags=re.MULTILINE)) == set(TARGETS)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_make_command_in_a_document_exists(document):
    named = re.findall(r"`(?:[A-Z]+=\S+ )?make ([a-z-]+)", document.read_text(encoding="utf-8"))
    named += [
        name
        for block in shell_blocks(document.read_text(encoding="utf-8"))
        for name in re.findall(r"^make ([a-z-]+)", block, re.M)
    ]
    assert set(named) <= make_targets()


def test_the_readme_names_the_two_commands_first():
    assert re.findall(r"^make ([a-z-]+)", shell_blocks(read("README.md"))[0], flags=re.MULTILINE) == ["run", "test"]


def test_ci_runs_check_test_and_slow_tests():
    text = read(".ci/run")
    assert "set -euo pipefail" in text
    assert re.search(r"for target in check test test-slow;.*make \"\$target\"", text, flags=re.DOTALL)
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


# The design


def test_the_layer_table_of_the_design_is_the_one_that_is_tested():
    lines = [line for line in read("docs/design.md").split("## Layers")[1].split("\n## ")[0].splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
    assert {package: (inside, heavy) for package, _, inside, heavy in rows} == LAYERS


def test_every_package_has_a_row():
    inside = {path.name if path.is_dir() else path.stem for path in CORE.iterdir() if path.is_dir() or path.suffix == ".py"}
    assert inside - set(packages()) <= {"__pycache__", "__init__", "__main__"}


# Models, metrics, rooms


def test_every_registered_model_is_documented():
    rows = re.findall(r"^\| `(\w+)` \|", read("docs/models.md"), flags=re.MULTILINE)
    assert rows == list(REGISTRY)


def test_every_metric_of_a_report_is_documented():
    from seqrec_core.text.en import evaluation

    metrics = [name.removeprefix("metric.") for name in evaluation.SENTENCES if name.startswith("metric.")]
    text = read("docs/metrics.md").lower()
    assert len(metrics) >= 5
    assert [name for name in metrics if name.lower() not in text] == []


def test_the_readme_lists_the_pages():
    pages = {path.stem for path in (ROOT / "pages").rglob("*.py")}
    listed = {name.lower() for name in re.findall(r"^\| ([A-Z]\w+) \|", read("README.md"), flags=re.MULTILINE)}
    assert listed == pages


# Links and the worked example


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_and_pictures_lead_somewhere(document):
    text = document.read_text(encoding="utf-8")
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if not link.startswith(("http", "mailto:", "#"))]
    if not (ROOT / "docs" / "img").exists():  # pictures are made by a script once the pages stand
        links = [link for link in links if not link.endswith(".png")]
    assert [link for link in links if not (document.parent / link).exists()] == []
    assert not re.search(r"\.\./shared/(?!data)|/tmp/|/root/", text)


def recommended(folder: Path) -> list[list[str]]:
    """Run the README's worked example in a folder and a home of its own; return the items of each list, best first."""
    (block,) = [block for block in shell_blocks(read("README.md")) if "ab.csv" in block]
    script = re.sub(r"^(.* recommend .*)$", r"\1 --json", block.replace(".venv/bin/python", sys.executable), flags=re.MULTILINE)
    env = {**os.environ, "SEQREC_HOME": str(folder / "home"), "PYTHONPATH": str(ROOT), "SEQREC_WELCOME": "false"}
    command = ["bash", "-euo", "pipefail", "-c", script]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith('{"items"') or '"items": [' in line]
    return [[item["item_id"] for item in answer["items"]] for answer in answers]


def test_the_worked_example_recommends_three_and_four(tmp_path):
    """A bought 1, 2, 3 and B bought 2, 3, 4."""
    for_a, for_b = recommended(tmp_path)
    assert for_a == ["3", "4"]
    assert for_b == ["3", "4"]
