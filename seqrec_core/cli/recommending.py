"""`recommend`: what comes next, for one person or for everyone."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seqrec_core.cli.arguments import QueueOption, RunArgument, Seen, SeenOption, listed
from seqrec_core.cli.frame import Call, Result, command
from seqrec_core.errors import BadInput
from seqrec_core.text import say

if TYPE_CHECKING:
    from seqrec_core.data.history import History
    from seqrec_core.serving.answer import ReadyRun

FORMATS = {".csv": "csv", ".parquet": "parquet"}

User = Annotated[str | None, typer.Option("--user", metavar="ID", help=say("cli.option.user"))]
Items = Annotated[str | None, typer.Option("--history", metavar="A,B,C", help=say("cli.option.history"))]
Everyone = Annotated[bool, typer.Option("--all", help=say("cli.option.all"))]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help=say("cli.option.out_all"))]
K = Annotated[int, typer.Option("--k", min=1, max=1000, help=say("cli.option.k"))]
Holdout = Annotated[bool, typer.Option("--holdout", help=say("cli.option.holdout"))]


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "recommend")(recommend)


def recommend(
    call: Call,
    run: RunArgument,
    user: User = None,
    history: Items = None,
    everyone: Everyone = False,
    out: Out = None,
    k: K = 10,
    seen: SeenOption = Seen.auto,
    holdout: Holdout = False,
    queue: QueueOption = False,
) -> Result:
    """Recommend after the whole history of a user, after given items, or for everyone into a file."""
    if sum((user is not None, history is not None, everyone)) != 1:
        raise BadInput("cli", "one_history")
    if everyone:
        return _for_everyone(call, run, out, k, seen, queue)
    if out is not None or queue:
        raise BadInput("cli", "out_needs_all")
    from seqrec_core.serving.told import told

    ready = open_run(call, run)
    past, unknown = history_of(ready, user, history, holdout=holdout)
    found = ready.recommend(past, k, excluded(ready, seen))
    names = ["item_id", "title", "score", "rank", "is_new"]
    items = found.select(names).to_dicts()
    return {
        "run": ready.card.id,
        "n_history": len(past),
        "unknown": unknown,
        "told": told(past, found, unknown),
        "items": items,
    }


def open_run(call: Call, run: str) -> "ReadyRun":
    """Load a run and make it ready to answer.

    Raises:
        NotFound: no such run, or its dataset is gone.
    """
    from seqrec_core.serving.answer import open_run as opened
    from seqrec_core.store.runs import RunStore

    return opened(call.home, RunStore(call.home).find(run).id)


def history_of(ready: "ReadyRun", user: str | None, history: str | None, *, holdout: bool) -> "tuple[History, list[str]]":
    """Return a user's history (whole, or up to the test event), or the given items that are known and those that are not.

    Raises:
        NotFound: an unknown user, or no known item.
    """
    if history is not None:
        given = listed(history)
        known = [item for item in given if item in ready.dataset.vocabulary]
        return ready.history_of(known or given), [item for item in given if item not in ready.dataset.vocabulary]
    return (ready.case(str(user)).history if holdout else ready.full_history(str(user))), []


def excluded(ready: "ReadyRun", seen: Seen) -> bool:
    """Whether seen items are left out: as asked, else as the run was measured."""
    return bool(ready.card.exclude_seen) if seen == Seen.auto else seen == Seen.exclude


def _for_everyone(call: Call, run: str, out: Path | None, k: int, seen: Seen, queue: bool) -> Result:
    from seqrec_core.cli.working import ask, do
    from seqrec_core.jobs.requests import RecommendRequest

    if out is not None and out.suffix.lower() not in FORMATS:
        raise BadInput("cli", "out_ending", found=out.name, known=", ".join(FORMATS))
    if out is not None and not out.absolute().parent.is_dir():
        raise BadInput("cli", "no_folder", path=out.absolute().parent)
    form = "csv" if out is None else FORMATS[out.suffix.lower()]
    result = do(call, "recommend", ask(RecommendRequest, {"run": run, "k": k, "seen": seen.value, "format": form}), queue)
    if out is not None and not queue:
        _copy(Path(result["out"]), out.absolute())
        result["out"] = str(out)
    return result


def _copy(written: Path, out: Path) -> None:
    from seqrec_core.store.atomic import replacing

    with replacing(out) as aside:
        shutil.copyfile(written, aside)
