"""The product's own source as syntax trees, for the tests that read it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CORE = ROOT / "seqrec_core"


@dataclass(frozen=True)
class Import:
    """One import: the module it names, the line, and whether it stands inside a function."""

    module: str
    line: int
    in_function: bool


def files(*folders: str) -> list[Path]:
    """Return the Python files of these folders (or files) of the repository, sorted."""
    found: list[Path] = []
    for folder in folders:
        path = ROOT / folder
        found += [path] if path.is_file() else path.rglob("*.py")
    return sorted(found)


def product() -> list[Path]:
    """Return the files of the core, the pages and the router."""
    return files("seqrec_core", "pages", "app.py")


def name_of(path: Path) -> str:
    """Return a file's path inside the repository."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=name_of(path))


def dotted(node: ast.AST) -> str:
    """Return `a.b.c` of a name or an attribute, "" of anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""


def imports(path: Path) -> list[Import]:
    """Return every import of a file, `import_module("…")` with a literal included."""
    return list(_imports(tree(path), path, in_function=False))


def _imports(node: ast.AST, path: Path, *, in_function: bool) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        yield from (Import(alias.name, node.lineno, in_function) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = _base(node, path)
        yield from (Import(_member(base, alias.name), node.lineno, in_function) for alias in node.names)
    elif isinstance(node, ast.Call) and dotted(node.func).split(".")[-1] in ("import_module", "__import__"):
        named = [argument.value for argument in node.args[:1] if isinstance(argument, ast.Constant)]
        yield from (Import(str(name), node.lineno, in_function) for name in named)
    inner = in_function or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    for child in ast.iter_child_nodes(node):
        yield from _imports(child, path, in_function=inner)


def _base(node: ast.ImportFrom, path: Path) -> str:
    if not node.level:
        return node.module or ""
    package = path.relative_to(ROOT).with_suffix("").parts[: -node.level]
    return ".".join([*package, *([node.module] if node.module else [])])


def _member(base: str, name: str) -> str:
    """`from a import b` names the module a.b where there is one, else a."""
    path = ROOT.joinpath(*base.split("."), name)
    return f"{base}.{name}" if path.is_dir() or path.with_suffix(".py").is_file() else base
