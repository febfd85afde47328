"""What the Explain page shows, resolved from the address: whose history, what is changed in it, which item is asked about."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import numpy as np
import polars as pl
import streamlit as st

from seqrec_core import columns as c
from seqrec_core.errors import BadInput, NotFound, SeqrecError
from seqrec_core.serving import answer
from seqrec_core.serving.answer import HeldOut, ReadyRun
from seqrec_core.serving.notable import Notable
from seqrec_core.serving.what_if import Added, Edited, WhatIf, edit, explain_edited, ranked
from seqrec_core.store.home import Home
from seqrec_core.text import say
from seqrec_core.ui import context, errors, loaders
from seqrec_core.ui.context import Context

if TYPE_CHECKING:
    from seqrec_core.explain.types import BringIn, Explanation

K = 10
MOST_TITLE = 120  # characters
MOST_NAMED = 12
MOST_LOOKED_AT = 8  # explanations tried in the search for a telling first example
QUICK_EVENTS = 10  # a history of at most this many events is explained at once
MOST_OFFERED = 300  # users and items in a list to choose from; any other can be typed


@dataclass(frozen=True)
class View:
    """One case as the page shows it.

    Args:
        ready: the run that answers.
        case: the user, the history before what was held out, and what was held out.
        what_if: what is changed; edited: the history with these changes.
        target: item (index) that is asked about.
        listing: `rank, item_id, title, score, before` of the best K, then target and held-out item where they rank lower.
    """

    ready: ReadyRun
    case: HeldOut
    what_if: WhatIf
    edited: Edited
    target: int
    listing: pl.DataFrame

    @property
    def target_id(self) -> str:
        """External id of the item that is asked about."""
        return self.ready.dataset.vocabulary.id(self.target)

    @property
    def held_out_id(self) -> str | None:
        """External id of what came next, None where nothing was held out."""
        return None if self.case.target is None else self.ready.dataset.vocabulary.id(self.case.target)

    @property
    def has_events(self) -> bool:
        """Whether event types tell something that the items do not: in a log without items they are the items."""
        log = self.ready.log
        return log.has_event_types and log.has_items and self.case.history.event_types is not None

    @property
    def now(self) -> int | None:
        """Time of the newest event before any what-if, microseconds UTC: ages count from there, and do not move with it."""
        times = self.case.history.times
        return int(times[-1]) if times is not None and len(times) else None

    def title(self, item: int) -> str:
        """Return the title of an item (index), cut where it would not be read as a name any more."""
        title = self.ready.catalog.title(self.ready.dataset.vocabulary.id(item))
        return title if len(title) <= MOST_TITLE else f"{title[: MOST_TITLE - 1]}…"

    def event(self, code: int) -> str:
        """Return the name of an event type."""
        return self.ready.dataset.event_names[code]

    def row(self, item: str) -> dict[str, object]:
        """Return the row of a listed item."""
        return self.listing.row(by_predicate=pl.col(c.ITEM) == item, named=True)


def ready_run(run: str) -> ReadyRun:
    """Return a run ready to answer; says so while torch and the model are loaded for the first time."""
    with st.spinner(say("ui.getting_ready")):
        return answer.open_run(loaders.home(), run)


def resolve(ready: ReadyRun, now: Context) -> View:
    """Return what the address asks for; what it names wrongly is said with a way out, and the page stops."""
    with way_out("page_explain.user.open", u=None, i=None, drop=None, add=None):
        case = ready.case(context.get("u") or first_user(ready, now))
    with way_out("page_explain.reset", drop=None, add=None):
        what_if = parse(context.get("drop"), context.get("add"))
        edited = edit(ready.dataset, case.history, what_if)
    with way_out("page_explain.best", i=None):
        item = context.get("i")
        target = ready.dataset.vocabulary.index(item) if item else default_target(ready, case)
        also = (target,) if case.target is None else (target, case.target)
        listing = ranked(ready, edited, case.history, K, also)
        view = View(ready, case, what_if, edited, target, listing)
        if view.target_id not in listing[c.ITEM]:
            raise BadInput("page_explain", "not_in_list", item=view.title(target))
    return view


@contextmanager
def way_out(label: str, **values: None) -> Iterator[None]:
    """Show an error with a button that takes its cause out of the address, and stop the page."""
    try:
        yield
    except SeqrecError as error:
        errors.show(error)
        st.button(say(label), on_click=context.put, kwargs=values, type="primary")
        st.stop()


def explained(view: View) -> "Explanation":
    """Return why the target is where it is after the what-if."""
    run = view.ready.card.id
    with way_out("page_explain.best", i=None):
        return _explained(loaders.home().path, run, view.case.user, context.get("drop"), context.get("add"), view.target)


def explained_rather(view: View, other: int) -> "Explanation":
    """Return why the target rather than another item (index) after the what-if."""
    run, what_if = view.ready.card.id, (context.get("drop"), context.get("add"))
    return _explained(loaders.home().path, run, view.case.user, *what_if, view.target, other)


@st.cache_resource(max_entries=64, show_spinner=False)
def _explained(home: Path, run: str, user: str, drop: str, add: str, target: int, versus: int | None = None) -> "Explanation":
    ready = answer.open_run(Home(home), run)
    return explain_edited(ready, edit(ready.dataset, ready.case(user).history, parse(drop, add)), target, K, versus)


def bring_in(view: View, told: "Explanation") -> "BringIn":
    """Return the smallest edit found after which the target is in the list."""
    run, what_if = view.ready.card.id, (context.get("drop"), context.get("add"))
    return _bring_in(loaders.home().path, run, view.case.user, *what_if, view.target, told)


@st.cache_resource(max_entries=64, show_spinner=False)
def _bring_in(home: Path, run: str, user: str, drop: str, add: str, target: int, _told: "Explanation") -> "BringIn":
    ready = answer.open_run(Home(home), run)
    edited = edit(ready.dataset, ready.case(user).history, parse(drop, add))
    return ready.bring_in(_told, K, seen=edited.seen)


# Whose


def users(ready: ReadyRun, now: Context) -> tuple[list[Notable], list[str]]:
    """Return users worth looking at, and further ones to choose from, all inside the chosen group."""
    home = loaders.home().path
    if now.segment is None or ready.card.dataset != now.dataset.id:
        return _notable(home, ready.card.id, MOST_NAMED), list(ready.dataset.user_ids[:MOST_OFFERED])
    inside = [ready.dataset.user_ids[user] for user in loaders.members(now.dataset, "user", now.segment)]
    known = set(inside)
    named = [one for one in _notable(home, ready.card.id, ready.dataset.n_users) if one.user_id in known]
    return named[:MOST_NAMED], inside[:MOST_OFFERED]


def first_user(ready: ReadyRun, now: Context) -> str:
    """Return whom to show where the address names nobody: somebody whose case is quickly understood.

    Raises:
        NotFound: the log has no users.
    """
    named, others = users(ready, now)
    if now.segment is None and named:
        with st.spinner(say("page_explain.looking")):
            return _telling(loaders.home().path, ready.card.id)
    if named:
        return named[0].user_id
    if not others:
        raise NotFound("ui", "unknown_segment", label=context.segment_label())
    return others[0]


@st.cache_data(max_entries=16, show_spinner=False)
def _notable(home: Path, run: str, n: int) -> list[Notable]:
    return answer.open_run(Home(home), run).notable_users(n)


@st.cache_data(max_entries=16, show_spinner=False)
def _telling(home: Path, run: str) -> str:
    """Return a user whose hit is explained by one event and whose explanation holds; the first notable one otherwise."""
    ready = answer.open_run(Home(home), run)
    named = _notable(home, run, MOST_NAMED)
    hits = sorted((one for one in named if one.rank <= K and one.n_history > 2), key=lambda one: one.n_history > QUICK_EVENTS)
    for one in hits[:MOST_LOOKED_AT]:
        case = ready.case(one.user_id)
        if case.target is None:
            continue
        found = ready.explain(case.history, case.target, K)
        if found.faithfulness.verdict == "holds" and len(found.counterfactual.remove) == 1:
            return one.user_id
    return named[0].user_id


def default_target(ready: ReadyRun, case: HeldOut) -> int:
    """Return the item that came next where it was recommended before any what-if, else the best recommendation.

    Raises:
        BadInput: nothing can be recommended.
    """
    if case.target is not None and 1 <= ready.rank(case.history, case.target) <= K:
        return case.target
    best = ready.recommend(case.history, 1)
    if not best.height:
        raise BadInput("page_explain", "not_in_list", item="–")
    return ready.dataset.vocabulary.index(best[c.ITEM][0])


# The what-if in the address: drop=0-4,7 and add=ITEM:EVENT,…


def parse(drop: str, add: str) -> WhatIf:
    """Read a what-if as the address writes it.

    Raises:
        BadInput: something that it could not have written.

    Example:
        >>> parse("0-2,7", "TENT-01:view").drop
        (0, 1, 2, 7)
    """
    positions: set[int] = set()
    for part in filter(None, drop.split(",")):
        first, _, last = part.partition("-")
        if not (first.isdecimal() and (last or first).isdecimal()) or int(last or first) > 10_000_000:
            raise BadInput("page_explain", "bad_drop", found=drop)
        positions.update(range(int(first), int(last or first) + 1))
    added = []
    for part in filter(None, add.split(",")):
        item, colon, event = part.partition(":")
        if not (item and colon):
            raise BadInput("page_explain", "bad_add", found=part)
        added.append(Added(unquote(item), unquote(event)))
    return WhatIf(tuple(sorted(positions)), tuple(added))


def write_drop(positions: set[int]) -> str:
    """Write positions for the address, runs of neighbours as one range: {0, 1, 2, 7} → '0-2,7'."""
    runs: list[list[int]] = []
    for position in sorted(positions):
        if runs and position == runs[-1][1] + 1:
            runs[-1][1] = position
        else:
            runs.append([position, position])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def write_add(added: tuple[Added, ...]) -> str:
    """Write added events for the address."""
    return ",".join(f"{quote(one.item, safe='')}:{quote(one.event, safe='')}" for one in added)


# What a click does. The target is written down, so that it stays when it leaves the list.


def toggle(view: View, positions: tuple[int, ...]) -> None:
    """Take events out, or put them back where all of them are out."""
    dropped, chosen = set(view.what_if.drop), set(positions)
    put_what_if(view, dropped - chosen if chosen <= dropped else dropped | chosen, view.what_if.add)


def put_edit(view: View, removed: tuple[int, ...], added: int | None) -> None:
    """Take events out and add an item (index) as the newest event, of the type that is most frequent here."""
    more: tuple[Added, ...] = ()
    if added is not None:
        codes = view.edited.history.event_types
        code = 0 if codes is None or not len(codes) else int(np.bincount(codes).argmax())
        more = (Added(view.ready.dataset.vocabulary.id(added), view.ready.dataset.event_names[code]),)
    put_what_if(view, set(view.what_if.drop) | set(removed), (*view.what_if.add, *more))


def put_what_if(view: View, drop: set[int], add: tuple[Added, ...]) -> None:
    """Write a what-if, the user and the target into the address."""
    context.put(u=view.case.user, i=view.target_id, drop=write_drop(drop), add=write_add(add))
