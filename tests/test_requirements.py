"""What is imported is required and pinned; what is required is imported."""

import re
import sys
from importlib.metadata import packages_distributions, version

import pytest

from tests import source
from tests.source import ROOT

# Required, yet no file of the product imports it, each for its reason.
NOT_IMPORTED = {
    "pytest": "the tests, which the product ships with",
    "mypy": "make check",
    "ruff": "make check",
}
# Imported, and comes with another requirement that it is a part of.
PART_OF = {"starlette": "streamlit", "click": "typer"}
# Imported inside functions where it is there, and asked for in words where it is not.
OPTIONAL = {"ray"}
OWN = {"seqrec_core", "pages", "app", "tests", "sample_data", "benchmarks"}


def pins(name: str) -> dict[str, str]:
    lines = [line.split("#")[0].strip() for line in (ROOT / name).read_text(encoding="utf-8").splitlines()]
    found = [re.fullmatch(r"([A-Za-z0-9_.-]+)==([0-9][0-9a-z.]*)", line) for line in lines if line and not line.startswith("-r ")]
    assert all(found), f"{name}: a line is no plain pin"
    return {canonical(match[1]): match[2] for match in found if match}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def own_modules(*folders: str) -> set[str]:
    """Names that a script in these folders can import from beside itself."""
    return {name for path in source.files(*folders) for name in (path.stem, path.parent.name, "")}


def imported(*folders: str) -> set[str]:
    """Distributions that the files of these folders import."""
    libraries = {item.module.split(".")[0] for path in source.files(*folders) for item in source.imports(path)}
    libraries -= OWN | set(sys.stdlib_module_names) | own_modules(*folders)
    known = packages_distributions()
    return {canonical(known.get(library, [library])[0]) for library in libraries}


def test_what_the_product_imports_is_required():
    needed = {PART_OF.get(name, name) for name in imported("seqrec_core", "pages", "app.py")}
    assert needed - OPTIONAL <= set(pins("requirements.txt"))
    assert needed >= OPTIONAL


def test_what_tests_and_benchmarks_import_is_required():
    needed = {PART_OF.get(name, name) for name in imported("tests", "sample_data")}
    assert needed <= set(pins("requirements.txt")) | set(pins("requirements-dev.txt"))


def test_what_is_required_is_imported():
    used = imported("seqrec_core", "pages", "app.py", "tests", "sample_data", "benchmarks") | set(NOT_IMPORTED)
    assert set(pins("requirements.txt")) | set(pins("requirements-dev.txt")) <= used


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_constraints_agree(name):
    constraints = pins("constraints.txt")
    assert {package: constraints.get(package) for package in pins(name)} == pins(name)


def test_what_is_installed_is_what_is_pinned():
    wanted = pins("requirements.txt")
    assert {name: version(name).split("+")[0] for name in wanted} == wanted


def test_torch_is_pinned_exactly_and_no_path_or_host_is_named():
    assert pins("requirements.txt")["torch"] == "2.13.0"
    text = "".join((ROOT / name).read_text() for name in ("requirements.txt", "requirements-dev.txt", "constraints.txt"))
    assert not re.search(r"://|--index|--extra|--find|@|\+cpu", text)
