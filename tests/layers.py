"""The layer table of docs/design.md as data, and what follows from it for one import.

A cell reads: `nothing`; names separated by commas; `all but` names; `torch inside functions`. A dotted name stands for that
module alone. A row with dotted names wins over the row of their package.
"""

from dataclasses import dataclass

NOTHING = "nothing"
ALL_BUT = "all but "
LAZY = " inside functions"

# package(s): (may import of seqrec_core, heavy libraries)
LAYERS = {
    "columns": (NOTHING, "polars"),
    "settings, text": (NOTHING, NOTHING),
    "errors": ("text", NOTHING),
    "stats": ("errors, text", "numpy, scipy inside functions"),
    "data": ("errors, columns, settings, text, stats", "numpy, polars, pyarrow"),
    "segments": ("errors, columns, text, data, stats, mining", "numpy, polars"),
    "mining": ("errors, columns, text, data, stats", "numpy, polars, numba"),
    "insight": ("errors, columns, text, data, stats, segments, mining", "numpy, polars, numba"),
    "journeys": ("errors, columns, text, data, stats, segments, mining", "numpy, polars, numba inside functions"),
    "models.config, models.protocol, models.registry, models.topk": ("errors, columns, text, data", "numpy, polars"),
    "models": ("errors, columns, text, data", "numpy, polars, torch, scipy inside functions"),
    "evaluation": ("errors, columns, text, data, stats, segments, models.protocol, models.topk", "numpy, polars, numba"),
    "training.options": ("errors, text, models.config, models.protocol", NOTHING),
    "training": ("errors, text, data, mining, models, evaluation", "numpy, polars, torch, scipy inside functions"),
    "explain": (
        "errors, columns, text, data, stats, mining, models.protocol, models.topk",
        "numpy, polars, shap inside functions, torch inside functions",
    ),
    "store": (
        "errors, columns, settings, text, data, segments, mining, models.config, models.protocol, models.registry, evaluation, "
        "explain, training.options",
        "numpy, polars, safetensors inside functions",
    ),
    "serving": (
        "errors, columns, text, data, stats, segments, mining, models, evaluation, explain, store",
        "numpy, polars, torch inside functions",
    ),
    "jobs": (
        "all but figures, report, ui, server, launch, cli",
        "numpy, polars, sqlite3, safetensors inside functions, torch inside functions, ray inside functions",
    ),
    "figures": (
        "errors, columns, text, data, segments.types, mining.types, journeys, evaluation.report, explain.types",
        "numpy, polars, plotly",
    ),
    "report": (
        "errors, columns, text, data, models.registry, evaluation, store, figures",
        "polars, plotly",
    ),
    "ui": ("all but server, launch, cli", "streamlit, plotly, polars, numpy"),
    "server": ("errors, settings, text, store, serving, ui, jobs", "streamlit, starlette"),
    "launch": ("errors, settings, text, store, jobs", NOTHING),
    "cli": ("all but ui, server", "typer, polars, numpy"),
    "pages": ("all but server, launch, cli", "streamlit, polars"),
    "app.py": ("text, ui", "streamlit"),
}
# Where a library may be imported is a matter of the table only for these; small ones are free.
HEAVY = {"numba", "numpy", "pandas", "plotly", "polars", "pyarrow", "ray", "safetensors"}
HEAVY |= {"scipy", "shap", "sklearn", "sqlite3", "starlette", "streamlit", "torch", "typer", "uvicorn"}


@dataclass(frozen=True)
class Layer:
    """What one row allows.

    Args:
        name: the row's packages, as written.
        inside: modules of seqrec_core that it may import, its own included.
        anywhere, lazy: heavy libraries that it may import anywhere, and inside functions only.
    """

    name: str
    inside: frozenset[str]
    anywhere: frozenset[str]
    lazy: frozenset[str]

    def may_import(self, module: str) -> bool:
        """Whether it may import this module of seqrec_core (dotted, without the `seqrec_core.`)."""
        parts = module.split(".")
        return any(".".join(parts[:n]) in self.inside for n in range(1, len(parts) + 1))

    def may_use(self, library: str, *, in_function: bool) -> bool:
        """Whether it may import this library there."""
        return library not in HEAVY or library in self.anywhere or (in_function and library in self.lazy)


def names(cell: str) -> list[str]:
    """Return the names of a cell."""
    return [] if cell == NOTHING else cell.split(", ")


def packages() -> list[str]:
    """Return every package and module that has a row."""
    return [name for row in LAYERS for name in names(row)]


def layer(row: str) -> Layer:
    """Read one row of the table."""
    inside, third = LAYERS[row]
    if inside.startswith(ALL_BUT):
        allowed = set(packages()) - set(names(inside.removeprefix(ALL_BUT))) - {"pages", "app.py"}
    else:
        allowed = set(names(inside))
    libraries = names(third)
    lazy = {name.removesuffix(LAZY) for name in libraries if name.endswith(LAZY)}
    return Layer(
        row, frozenset(allowed | set(names(row))), frozenset(libraries) - {name + LAZY for name in lazy}, frozenset(lazy)
    )


def layer_of(module: str) -> Layer | None:
    """Return the layer that a module belongs to, None where the table has no row for it."""
    parts = module.split(".")
    for n in range(len(parts), 0, -1):
        for row in LAYERS:
            if ".".join(parts[:n]) in names(row):
                return layer(row)
    return None
