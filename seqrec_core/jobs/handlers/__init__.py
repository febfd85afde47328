"""What a worker can do: one handler a kind, imported when it is needed."""

import importlib
from collections.abc import Callable
from typing import Any

from seqrec_core.jobs.context import JobContext

Handler = Callable[[Any, JobContext], dict[str, Any]]

MODULES = {
    "import": ("importing", "handle_import"),
    "clean": ("cleaning", "handle_clean"),
    "train": ("training", "handle_train"),
    "evaluate": ("evaluating", "handle_evaluate"),
    "recommend": ("recommending", "handle_recommend"),
    "faithfulness": ("trusting", "handle_faithfulness"),
    "welcome": ("welcome", "handle_welcome"),
}


def handler_of(kind: str) -> Handler:
    """Import and return the handler of a kind: request and context in, JSON-ready result out."""
    module, name = MODULES[kind]
    handler: Handler = getattr(importlib.import_module(f"seqrec_core.jobs.handlers.{module}"), name)
    return handler
