"""The application: its commands, and how each kind of end becomes an exit code.

0 done · 2 bad input · 3 a person must decide · 4 begun and not finished.
"""

import logging
import sys
from collections.abc import Sequence

import typer
from typer.exceptions import TyperException

from seqrec_core.cli import (
    cleaning,
    counting,
    evaluating,
    evidence,
    explaining,
    features,
    importing,
    insight,
    keeping,
    mining,
    recommending,
    reporting,
    segments,
    serving,
    training,
    trusting,
    walking,
)
from seqrec_core.cli.frame import HomeOption, JsonOption
from seqrec_core.cli.output import show, show_error, show_questions
from seqrec_core.errors import NeedsDecision, SeqrecError
from seqrec_core.text import say

log = logging.getLogger(__name__)

PROGRAM = "python -m seqrec_core"
BAD_INPUT, UNFINISHED = 2, 4
INTERRUPTED = 130  # what typer makes of Ctrl-C
ROOMS = (
    importing,
    cleaning,
    features,
    mining,
    insight,
    evidence,
    walking,
    counting,
    segments,
    training,
    trusting,
    evaluating,
    recommending,
    explaining,
    reporting,
    keeping,
    serving,
)


def build() -> typer.Typer:
    """Return the application with all its commands, in the order of the work."""
    app = typer.Typer(
        name="seqrec",
        help=say("cli.about"),
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback()
    def everywhere(ctx: typer.Context, home: HomeOption = None, json: JsonOption = False) -> None:
        ctx.obj = home

    for room in ROOMS:
        room.register(app)
    return app


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. Its result goes to standard output, everything else to standard error."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in given
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        outcome = typer.main.get_command(build())(args=given, prog_name=PROGRAM, standalone_mode=False)
    except (Exception, KeyboardInterrupt) as error:
        return ended(error, as_json)
    if isinstance(outcome, dict):
        show(outcome, as_json)
        return 0
    if outcome == INTERRUPTED:
        return ended(KeyboardInterrupt(), as_json)
    return int(outcome or 0)


def ended(error: BaseException, as_json: bool) -> int:
    """Show why a command did not end well and return its exit code."""
    if isinstance(error, TyperException):
        return _usage(error, as_json)
    if isinstance(error, NeedsDecision):
        show_questions(error.questions, as_json)
        return error.exit_code
    if isinstance(error, SeqrecError):
        show_error(error.as_dict(), as_json, **getattr(error, "beside", {}))
        return error.exit_code
    if isinstance(error, KeyboardInterrupt):
        show_error(_sentence("interrupted"), as_json)
        return UNFINISHED
    log.debug("unexpected", exc_info=error)
    show_error(_sentence("unexpected", kind=type(error).__name__, text=str(error)[:300]), as_json)
    return UNFINISHED


def _usage(error: TyperException, as_json: bool) -> int:
    """Show what is wrong with a command line that was not understood; the help where no command was given."""
    name = getattr(getattr(error, "ctx", None), "command_path", PROGRAM)
    message = error.format_message()
    if type(error).__name__ == "NoArgsIsHelpError" and not as_json:
        sys.stderr.write(message + "\n")
        return BAD_INPUT
    if type(error).__name__ == "NoArgsIsHelpError":
        message = say("cli.error.no_command")
    show_error({"code": "usage", "message": message, "hint": say("cli.usage", command=name)}, as_json)
    return BAD_INPUT


def _sentence(code: str, **values: object) -> dict[str, str]:
    return {"code": code, "message": say(f"cli.error.{code}", **values), "hint": say(f"cli.error.{code}.hint")}
