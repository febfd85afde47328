"""What every command shares: where data lives, how it is registered, and what becomes of its result or its error.

A command takes a `Call` and its own options and returns a plain dict. Heavy imports belong inside commands: `--help`
loads none of them.
"""

import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from seqrec_core.text import say

if TYPE_CHECKING:
    from seqrec_core.store.home import Home

Result = dict[str, Any]
HomeOption = Annotated[Path | None, typer.Option("--home", metavar="DIR", help=say("cli.option.home"))]
JsonOption = Annotated[bool, typer.Option("--json", help=say("cli.option.json"))]


@dataclass(frozen=True)
class Call:
    """One call of a command.

    Args:
        folder: where data lives; None = what SEQREC_HOME or the platform says.
    """

    folder: Path | None

    @cached_property
    def home(self) -> "Home":
        """The home, made if it is not there.

        Raises:
            BadInput: it cannot be made or written to.
        """
        from seqrec_core.settings import settings
        from seqrec_core.store.home import Home

        return Home(self.folder or settings().home)

    def progress(self, step: int, total: int, values: dict[str, Any]) -> None:
        """Show how far the work is, where somebody watches: on standard error, in one line that is written over."""
        if sys.stderr.isatty():
            numbers = "  ".join(f"{name} {value:,.4g}" for name, value in values.items() if isinstance(value, int | float))
            sys.stderr.write(f"\r\033[K{step}/{total}  {numbers}"[:120])
            sys.stderr.flush()


def command(app: typer.Typer, name: str) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
    """Register a function as a command; --home and --json are added to its options.

    Args:
        app: where.
        name: what people type; its help is the sentence `cli.help.<name>`.
    """

    def register(function: Callable[..., Result]) -> Callable[..., Result]:
        def run(ctx: typer.Context, **given: Any) -> Result:
            given.pop("json")
            return function(Call(given.pop("home") or ctx.obj), **given)

        keyword = inspect.Parameter.KEYWORD_ONLY
        own = [p.replace(kind=keyword) for p in list(inspect.signature(function).parameters.values())[1:]]
        shared = [
            inspect.Parameter("home", keyword, default=None, annotation=HomeOption),
            inspect.Parameter("json", keyword, default=False, annotation=JsonOption),
        ]
        context = inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
        parameters = [context, *own, *shared]
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        app.command(name, help=say(f"cli.help.{name}"))(run)
        return function

    return register
