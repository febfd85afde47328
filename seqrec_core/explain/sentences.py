"""Say an explanation in words. Item names are data of users: they are put between quotes, as plain text."""

from collections.abc import Callable, Sequence

from seqrec_core.explain.game import GROUP
from seqrec_core.explain.types import BringIn, Explanation, Faithfulness
from seqrec_core.explain.when import did, when
from seqrec_core.text import count, percent, say

Name = Callable[[int], str]
MOST_CAUSES = 3
MOST_NAMED = 4
MAIN_SHARE = 0.25
NEGLIGIBLE = 0.01


def sentence(explanation: Explanation, name_of: Name, event_name: Name | None = None, now: int | None = None, k: int = 10) -> str:
    """Say why an item is where it is, and what happens without the main cause.

    Args:
        explanation: what is said.
        name_of: title by item index.
        event_name: event type by code; None where the log has a single constant type.
        now: microseconds UTC from which ages count; None = the last event of the history.
        k: an item is called recommended up to this rank.

    Returns:
        One to three plain sentences; names are in typographic quotes.
    """
    at = _place(explanation, name_of, k)
    if not len(explanation.history):
        return say("explain.no_history", at=at)
    if nothing_matters(explanation):
        return say("explain.nothing_matters", at=at)
    causes = main_causes(explanation)
    if not causes:
        return say("explain.against", at=at)
    words = _join([_cause(explanation, positions, name_of, event_name, now) for positions in causes])
    verdict = explanation.faithfulness.verdict
    parts = [say("explain.perhaps" if verdict == "fails" else "explain.because", at=at, causes=words)]
    if explanation.versus is None:
        parts.extend(_without(explanation, causes, name_of))
    if verdict == "weak":
        parts.append(say("explain.weak"))
    return " ".join(parts)


def _place(explanation: Explanation, name_of: Name, k: int) -> str:
    if explanation.versus is not None:
        way = "explain.versus.ahead" if explanation.score >= 0 else "explain.versus.behind"
        return say(way, other=_quoted(name_of(explanation.versus)))
    return say("explain.at_rank.listed" if explanation.rank <= k else "explain.at_rank.below", rank=explanation.rank)


def nothing_matters(explanation: Explanation) -> bool:
    """Whether the history adds next to nothing, event by event: the score is the empty history's."""
    too_even = explanation.faithfulness.verdict == "too_short" and explanation.players >= 3
    largest = max((abs(share.value) for share in explanation.attributions), default=0.0)
    return too_even or largest <= NEGLIGIBLE * max(abs(explanation.score), abs(explanation.base_value))


def main_causes(explanation: Explanation) -> list[tuple[int, ...]]:
    """Return the positions of what holds the score up: events of one item together, the largest first, at most three items.

    An event counts if it adds at least a quarter of what the largest adds; the group of older events is (GROUP,). Where the
    score is a difference below zero, the causes are what holds it down.
    """
    sign = -1 if explanation.versus is not None and explanation.score < 0 else 1
    raising = sorted((a for a in explanation.attributions if sign * a.value > 0), key=lambda a: (-sign * a.value, -a.position))
    items = explanation.history.items
    causes: dict[int, tuple[int, ...]] = {}
    for share in raising:
        if sign * share.value >= MAIN_SHARE * sign * raising[0].value:
            key = GROUP if share.position == GROUP else int(items[share.position])
            causes[key] = (*causes.get(key, ()), share.position)
    return list(causes.values())[:MOST_CAUSES]


def counterfactual_line(explanation: Explanation, name_of: Name, k: int = 10) -> str:
    """Say the fewest removals that push the item out of the top k, and how far the search went."""
    found = explanation.counterfactual
    if found.rank_before > k:
        return say("explain.counterfactual.not_listed", k=k)
    if not found.remove:
        return say("explain.counterfactual.none", k=k, tried=found.tried)
    names = list(dict.fromkeys(_quoted(name_of(int(explanation.history.items[position]))) for position in found.remove))
    several = len(names) > MOST_NAMED or len(names) < len(found.remove)
    removed = count(len(found.remove), "event") if several else ""
    if len(names) > MOST_NAMED:
        names = [removed]
    elif several:
        names = [say("explain.counterfactual.events_of", events=removed, names=_join(names))]
    line = say("explain.counterfactual.found", causes=_join(names), k=k, before=found.rank_before, after=found.rank_after)
    how = "explain.counterfactual.minimal" if found.minimal else "explain.counterfactual.maybe_smaller"
    return f"{line} {say(how, tried=found.tried)}"


def bring_in_line(edit: BringIn, explanation: Explanation, name_of: Name, k: int = 10) -> str:
    """Say the smallest edit that brings the item into the top k."""
    if edit.kind == "none":
        return say("explain.bring_in.none", k=k, tried=edit.tried)
    items = explanation.history.items
    removed = _join([_quoted(name_of(int(items[position]))) for position in edit.remove]) if edit.remove else ""
    added = "" if edit.add is None else _quoted(name_of(edit.add))
    line = say(f"explain.bring_in.{edit.kind}", removed=removed, added=added, k=k, before=edit.rank_before, after=edit.rank_after)
    if edit.likelihood_rank is None:
        return line
    return f"{line} {say('explain.bring_in.likely', added=added, rank=edit.likelihood_rank)}"


def trust_line(faithfulness: Faithfulness) -> tuple[str, str]:
    """Return the verdict as a word, and the deletion check behind it as a sentence."""
    word = say(f"explain.trust.{faithfulness.verdict}")
    if faithfulness.verdict == "too_short":
        return word, say("explain.trust.too_short.why")
    names = ("top", "random", "random_low", "random_high", "recent")
    top, random, low, high, recent = (_share(getattr(faithfulness, name)) for name in names)
    key = "explain.trust.shares_one" if faithfulness.m == 1 else "explain.trust.shares"
    return word, say(key, m=faithfulness.m, top=top, random=random, low=low, high=high, recent=recent)


def _share(share: float) -> str:
    """Write a share without decimals, never as minus zero."""
    return percent(round(share, 2) + 0.0, 0).replace("-", "−")


def _quoted(name: str) -> str:
    return say("explain.quoted", name=name)


def _cause(explanation: Explanation, positions: Sequence[int], name_of: Name, event_name: Name | None, now: int | None) -> str:
    if positions[0] == GROUP:
        return say("explain.cause.group", events=count(explanation.n_grouped, "older_event"))
    largest = _event(explanation, positions[0], name_of, event_name, now)
    more = len(positions) - 1
    return say("explain.cause.more", cause=largest, events=count(more, "more_event")) if more else largest


def _event(explanation: Explanation, position: int, name_of: Name, event_name: Name | None, now: int | None) -> str:
    history = explanation.history
    name = _quoted(name_of(int(history.items[position])))
    done = "" if event_name is None or history.event_types is None else did(event_name(int(history.event_types[position])))
    age = when(history, position, now)
    if done and age:
        return say("explain.cause.did_when", name=name, did=done, when=age)
    if done:
        return say("explain.cause.did", name=name, did=done)
    return say("explain.cause.when", name=name, when=age) if age else say("explain.cause.plain", name=name)


def _without(explanation: Explanation, causes: Sequence[Sequence[int]], name_of: Name) -> list[str]:
    """Say the rank without the first event of its own; nothing where only the group of older events is a cause."""
    position = next((positions[0] for positions in causes if positions[0] != GROUP), None)
    if position is None:
        return []
    rank = next(single.rank for single in explanation.leave_one_out if single.position == position)
    item = int(explanation.history.items[position])
    is_repeated = int((explanation.history.items == item).sum()) > 1
    cause = say("explain.without.that_event") if is_repeated else _quoted(name_of(item))
    way = "falls" if rank > explanation.rank else "rises" if rank < explanation.rank else "stays"
    return [say(f"explain.without.{way}", cause=cause, rank=rank)]


def _join(parts: Sequence[str]) -> str:
    """Join causes: 'a', 'a and b', and with commas inside 'a, viewed, and b'; three 'a; b; and c'."""
    if len(parts) == 1:
        return parts[0]
    last = parts[-1]
    if len(parts) == 2:
        key = "explain.list.two_long" if any("," in part for part in parts) else "explain.list.two"
        return say(key, first=parts[0], last=last)
    head = parts[0]
    for part in (*parts[1:-1], say("explain.list.last", last=last)):
        head = say("explain.list.more", first=head, last=part)
    return head
