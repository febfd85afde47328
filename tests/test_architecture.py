"""Arrows point down: the layer table of docs/design.md, and the rules that hold for every file."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import source
from tests.layers import LAYERS, Layer, layer_of, names
from tests.source import CORE, ROOT, name_of, tree

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60
# Compiled searches and autograd kernels that may be longer, each with its reason. One that became short has to leave.
LONG_KERNELS = {
    "seqrec_core/mining/plain_kernel.py::search_any_gap": "one loop over an explicit stack: calls would cost its speed",
    "seqrec_core/mining/ends_kernel.py::search_by_ends": "the same loop with end positions kept for each match",
    "seqrec_core/mining/gap_kernel.py::search_within_gap": "the same loop over windows of events",
    "seqrec_core/mining/closed_kernel.py::search_closed": "the same loop with the checks of closed patterns",
    "seqrec_core/mining/closed_kernel.py::is_in_all": "one pass over the sequences of a pattern, called for each pattern",
}
KERNEL_MARKS = ("njit", "numba.njit", "nb.njit", "torch.autograd.Function", "autograd.Function", "Function")
PICKLES = ("pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "shelve")


def module_of(path: Path) -> str:
    """Name a file as the layer table does: `data.log`, `cli`, `pages`, `app.py`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    if parts[0] != "seqrec_core":
        return "app.py" if parts == ("app",) else parts[0]
    inside = [part for part in parts[1:] if part != "__init__"]
    return "cli" if inside == ["__main__"] else ".".join(inside)


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))


def where(path: Path, node: ast.AST) -> str:
    return f"{name_of(path)}:{getattr(node, 'lineno', 1)}"


# The layers


def offences(path: Path, layer: Layer) -> list[str]:
    found = []
    for item in source.imports(path):
        library, _, inside = item.module.partition(".")
        if library == "seqrec_core":
            ok = not inside or layer.may_import(inside)
        else:
            ok = library not in ("pages", "app", "tests", "sample_data") and layer.may_use(library, in_function=item.in_function)
        if not ok:
            found.append(f"{layer.name}: {name_of(path)}:{item.line} imports {item.module}")
    return found


def test_every_import_is_allowed_by_the_layer_table():
    found = []
    for path in source.product():
        module = module_of(path)
        if not module:
            found += [f"seqrec_core itself: {name_of(path)} imports {item.module}" for item in source.imports(path)]
            continue
        layer = layer_of(module)
        found += [f"{name_of(path)}: {module} has no row in the layer table"] if layer is None else offences(path, layer)
    assert not found, "\n".join(found)


def test_every_row_of_the_table_is_a_package_or_module():
    rows = [name for row in LAYERS for name in names(row) if name not in ("pages", "app.py")]
    absent = [row for row in rows if not any((CORE / row.replace(".", "/")).with_suffix(end).exists() for end in ("", ".py"))]
    assert not absent


@pytest.mark.parametrize(
    ("module", "code", "named"),
    [
        ("mining.engine", "from seqrec_core.ui import frame", "seqrec_core.ui"),
        ("models.registry", "import torch", "torch"),
        ("models.topk", "from seqrec_core.models import gru", "seqrec_core.models"),
        ("serving.answer", "import torch", "torch"),
        ("figures.flow", "import seqrec_core.models.gru", "seqrec_core.models.gru"),
        ("pages", "def f():\n    import torch", "torch"),
        ("cli.train", "import streamlit as st", "streamlit"),
        ("evaluation.metrics", "from seqrec_core.models.registry import REGISTRY", "seqrec_core.models.registry"),
        ("data.log", "from .. import ui", "seqrec_core.ui"),
        ("jobs.worker", "import importlib\nimportlib.import_module('seqrec_core.cli')", "seqrec_core.cli"),
    ],
)
def test_a_planted_offence_is_named(module, code, named, monkeypatch):
    path = CORE.joinpath(*module.split(".")).with_suffix(".py")
    monkeypatch.setattr(source, "tree", lambda _: ast.parse(code))
    layer = layer_of(module)
    assert layer is not None
    (offence,) = offences(path, layer)
    assert f"imports {named}" in offence


@pytest.mark.parametrize(
    ("module", "code"),
    [
        ("serving.answer", "def f():\n    import torch"),
        ("models.gru", "import torch\nfrom seqrec_core.models.protocol import Recommender"),
        ("evaluation.evaluate", "from seqrec_core.models.topk import top_k\nfrom seqrec_core.data import split"),
        ("ui.frame", "import streamlit as st\nfrom seqrec_core.figures import flow"),
        ("cli.show", "from seqrec_core import launch"),
    ],
)
def test_what_the_table_allows_is_no_offence(module, code, monkeypatch):
    monkeypatch.setattr(source, "tree", lambda _: ast.parse(code))
    layer = layer_of(module)
    assert layer is not None
    assert offences(CORE.joinpath(*module.split(".")).with_suffix(".py"), layer) == []


# What no file does


def test_nothing_prints_but_the_command_line():
    found = [
        where(p, c)
        for p in source.product()
        if module_of(p).split(".")[0] != "cli"
        for c in calls(p)
        if source.dotted(c.func) == "print"
    ]
    assert not found


def test_no_except_is_bare_and_none_swallows_everything():
    found = []
    for path in source.product():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ExceptHandler):
                broad = node.type is None or source.dotted(node.type) in ("Exception", "BaseException")
                silent = all(isinstance(line, ast.Pass | ast.Continue) for line in node.body)
                if node.type is None or (broad and silent):
                    found.append(where(path, node))
    assert not found


def test_nothing_is_unpickled():
    found = [
        f"{name_of(p)}:{i.line} imports {i.module}"
        for p in source.product()
        for i in source.imports(p)
        if i.module.split(".")[0] in PICKLES
    ]
    refused = {"weights_only": False, "allow_pickle": True}
    for path in source.product():
        for call in calls(path):
            for keyword in call.keywords:
                if keyword.arg in refused and not (
                    isinstance(keyword.value, ast.Constant) and keyword.value.value != refused[keyword.arg]
                ):
                    found.append(f"{where(path, call)} {keyword.arg}")
            if source.dotted(call.func) == "torch.load" and "weights_only" not in [keyword.arg for keyword in call.keywords]:
                found.append(f"{where(path, call)} torch.load without weights_only=True")
    assert not found


def test_no_markup_is_built_from_data():
    found = []
    for path in source.product():
        for call in calls(path):
            if any(keyword.arg == "unsafe_allow_html" for keyword in call.keywords):
                found.append(f"{where(path, call)} unsafe_allow_html")
            html = source.dotted(call.func) in ("st.html", "st.components.v1.html", "components.html")
            if html and not all(isinstance(argument, ast.Constant) for argument in call.args):
                found.append(f"{where(path, call)} markup that is not a literal")
    assert not found


def test_every_table_that_leaves_as_csv_goes_through_one_place():
    """It escapes what a spreadsheet would run as a formula; the tables on pages have no download of their own."""
    writers = {
        where(path, call)
        for path in source.product()
        for call in calls(path)
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("write_csv", "sink_csv", "write_excel", "to_excel")
    }
    assert {place.split(":")[0] for place in writers} == {"seqrec_core/data/safe_csv.py"}
    assert "disableDataExport = true" in (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")


def test_nothing_is_kept_in_globals():
    assert not [where(p, node) for p in source.product() for node in ast.walk(tree(p)) if isinstance(node, ast.Global)]


def test_pages_stand_in_the_folder_of_their_group():
    """A flat pages/*.py runs without app.py on a fresh server."""
    assert not list((ROOT / "pages").glob("*.py"))
    assert {p.relative_to(ROOT / "pages").parts[0] for p in source.files("pages")} <= {"understand", "predict", "explain"}


# Size and docstrings


def test_no_file_is_long():
    everything = [*source.product(), *source.files("sample_data", "benchmarks", "tests")]
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in everything}
    assert {name: n for name, n in lengths.items() if n > MAX_FILE_LINES} == {}
    assert len((ROOT / "app.py").read_text().splitlines()) < 60


def functions(path: Path) -> Iterator[tuple[str, int, bool]]:
    """Name, length in lines, and whether it is a kernel, of each function of a file."""

    def walk(node: ast.AST, prefix: str, kernel: bool) -> Iterator[tuple[str, int, bool]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                bases = child.bases if isinstance(child, ast.ClassDef) else child.decorator_list
                marks = [source.dotted(base.func if isinstance(base, ast.Call) else base) for base in bases]
                marked = kernel or any(mark in KERNEL_MARKS for mark in marks)
                if not isinstance(child, ast.ClassDef):
                    yield f"{prefix}{child.name}", (child.end_lineno or child.lineno) - child.lineno + 1, marked
                yield from walk(child, f"{prefix}{child.name}.", marked)
            else:
                yield from walk(child, prefix, kernel)

    return walk(tree(path), f"{name_of(path)}::", False)


def test_no_function_is_long_but_the_listed_kernels():
    long: dict[str, int] = {}
    for path in [*source.product(), *source.files("sample_data", "benchmarks")]:
        for name, lines, kernel in functions(path):
            if lines > MAX_FUNCTION_LINES and not (kernel and name in LONG_KERNELS):
                long[name] = lines
    assert long == {}


def test_a_listed_kernel_is_still_a_long_kernel():
    kernels = {
        name for path in source.product() for name, lines, kernel in functions(path) if kernel and lines > MAX_FUNCTION_LINES
    }
    assert set(LONG_KERNELS) <= kernels


def test_every_module_says_what_it_is():
    silent = [name_of(path) for path in source.product() if tree(path).body and not ast.get_docstring(tree(path))]
    assert not silent


# What a fresh interpreter loads


def modules_of(package: str) -> list[str]:
    paths = source.files(f"seqrec_core/{package}")
    return [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in paths]


def loaded(code: str, watched: tuple[str, ...]) -> set[str]:
    """Run code in a fresh interpreter; return which of the watched libraries it loaded."""
    script = f"{code}\nimport sys\nsys.stdout.write(' '.join(n for n in {watched!r} if n in sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split("\n")[-1].split())


def test_the_probe_sees_a_library_that_is_loaded():
    assert loaded("import sqlite3", ("sqlite3", "torch")) == {"sqlite3"}


def test_ui_and_figures_load_neither_torch_nor_shap_nor_numba():
    modules = [*modules_of("ui"), *modules_of("figures")]
    assert len(modules) > 2
    code = "\n".join(f"import {module}" for module in modules)
    assert loaded(code, ("torch", "shap", "numba", "sklearn")) == set()


def test_pages_and_the_router_load_neither_torch_nor_shap_nor_numba():
    lines = [
        ast.unparse(node)
        for path in source.files("pages", "app.py")
        for node in tree(path).body
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert loaded("\n".join(lines), ("torch", "shap", "numba", "sklearn")) == set()


def test_the_worker_does_not_load_streamlit():
    code = "\n".join(f"import {module}" for module in modules_of("jobs"))
    assert loaded(code, ("streamlit", "plotly")) == set()


def test_help_on_the_command_line_loads_neither_torch_nor_streamlit():
    command = [sys.executable, "-X", "importtime", "-m", "seqrec_core", "--help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    libraries = {
        line.rsplit("|", 1)[-1].strip().split(".")[0] for line in done.stderr.splitlines() if line.startswith("import time:")
    }
    assert "typer" in libraries
    assert not libraries & {"torch", "streamlit", "shap", "numba", "plotly"}
