"""`explain`: why this person got this item, and what would change it."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from seqrec_core.cli.arguments import RunArgument, Seen, SeenOption
from seqrec_core.cli.frame import Call, Result, command
from seqrec_core.cli.recommending import Items, K, User, excluded, history_of, open_run
from seqrec_core.errors import BadInput
from seqrec_core.text import say

if TYPE_CHECKING:
    from seqrec_core.explain.types import Explanation
    from seqrec_core.serving.answer import ReadyRun

Item = Annotated[str, typer.Option("--item", metavar="ID", help=say("cli.option.item"), show_default=False)]
Seed = Annotated[int, typer.Option("--seed", min=0, help=say("cli.option.seed"))]
Versus = Annotated[str | None, typer.Option("--versus", metavar="ID", help=say("cli.option.versus"), show_default=False)]
Players = Annotated[int, typer.Option("--players", min=2, max=50, help=say("cli.option.players"))]
Whole = Annotated[bool, typer.Option("--whole-history", help=say("cli.option.whole_history"))]


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "explain")(explain_item)


def explain_item(
    call: Call,
    run: RunArgument,
    item: Item,
    user: User = None,
    history: Items = None,
    k: K = 10,
    seen: SeenOption = Seen.auto,
    whole_history: Whole = False,
    versus: Versus = None,
    players: Players = 50,
    seed: Seed = 0,
) -> Result:
    """Explain the rank of one item after a user's history up to the test event, or after given items."""
    if (user is None) == (history is None):
        raise BadInput("cli", "user_or_history")
    ready = open_run(call, run)
    past, unknown = history_of(ready, user, history, holdout=not whole_history)
    index = ready.dataset.vocabulary.index
    other = None if versus is None else index(versus)
    is_excluded = excluded(ready, seen)
    found = ready.explain(past, index(item), k, is_excluded, seed, other, players)
    edit = {"bring_in": _bring_in(ready, found, k, is_excluded), "attention": _attention(ready, found)}
    return {**_result(ready, found, k), **edit, "unknown": unknown, **_sources(ready, found)}


def _sources(ready: "ReadyRun", found: "Explanation") -> Result:
    """Say which parts of a mix, and which words of the item, its score comes from; null for a model without them."""
    from seqrec_core.serving.told import part_title, parts_of, words_of

    parts, words = parts_of(ready, found.history, found.target), words_of(ready, found.history, found.target)
    return {
        "is_new": found.target > ready.dataset.vocabulary.n_logged,
        "parts": None if parts is None else [{**asdict(part), "title": part_title(part.name)} for part in parts],
        "content": None if words is None else [asdict(word) for word in words],
    }


def _result(ready: "ReadyRun", found: "Explanation", k: int) -> Result:
    from seqrec_core.explain.sentences import sentence, trust_line

    names = ready.dataset.vocabulary

    def title(index: int) -> str:
        return ready.catalog.title(names.id(index))

    events = ready.dataset.event_names
    event_name = events.__getitem__ if ready.log.has_event_types and found.history.event_types is not None else None
    word, checked = trust_line(found.faithfulness)
    return {
        "run": ready.card.id,
        "target": names.id(found.target),
        "title": title(found.target),
        "versus": found.versus and names.id(found.versus),
        "rank": found.rank,
        "score": found.score,
        "base_value": found.base_value,
        "players": _players(found),
        "method": found.method,
        "absence": found.absence,
        "attributions": [_attribution(ready, found, a.position, a.value, a.standard_error) for a in found.attributions],
        "leave_one_out": [asdict(single) for single in found.leave_one_out],
        "counterfactual": {**asdict(found.counterfactual), "remove": list(found.counterfactual.remove), "k": k},
        "faithfulness": {**asdict(found.faithfulness), "word": word, "sentence": checked},
        "sentence": sentence(found, title, event_name, k=k),
    }


def _bring_in(ready: "ReadyRun", found: "Explanation", k: int, excluded: bool) -> Result | None:
    """Return the smallest edit that brings the item into the list; None where it is in it."""
    from seqrec_core.explain.sentences import bring_in_line

    if found.rank <= k:
        return None
    edit = ready.bring_in(found, k, excluded)
    added = None if edit.add is None else ready.dataset.vocabulary.id(edit.add)
    said = bring_in_line(edit, found, lambda index: ready.catalog.title(ready.dataset.vocabulary.id(index)), k)
    return {**asdict(edit), "remove": list(edit.remove), "add": added, "k": k, "sentence": said}


def _attention(ready: "ReadyRun", found: "Explanation") -> Result | None:
    """Return where the model looked, averaged and by rollout, and how that agrees with the attributions; None without any."""
    from seqrec_core.explain.looking import agreement, looking

    seen = looking(ready.model, found.history)
    if seen is None:
        return None
    own = found.values == found.values  # events in the group of older ones have no share of their own
    return {
        "mean": seen.mean.tolist(),
        "rollout": seen.rollout.tolist(),
        "agreement": agreement(found.values[own], seen.mean[own]),
    }


def _players(found: "Explanation") -> dict[str, Any]:
    """Say who the players are: the last events, each of its own, and the older ones together where there are any."""
    grouped = f"0..{found.n_grouped - 1}" if found.n_grouped else None
    return {"events": found.players, "grouped_events": found.n_grouped, "grouped_positions": grouped, "held_fixed": 0}


def _attribution(ready: "ReadyRun", found: "Explanation", position: int, value: float, error: float) -> Result:
    history = found.history
    grouped = position < 0
    item = None if grouped else ready.dataset.vocabulary.id(int(history.items[position]))
    codes = history.event_types
    event = None if grouped or codes is None else ready.dataset.event_names[int(codes[position])]
    return {"position": position, "item_id": item, "event_type": event, "value": value, "standard_error": error}
