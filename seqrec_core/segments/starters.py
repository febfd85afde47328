"""Rules to begin with: a few that split a log into parts of some size, for people who have made none yet."""

from dataclasses import dataclass

import numpy as np

from seqrec_core.data.features.source import Source
from seqrec_core.data.sequences import Unit
from seqrec_core.segments.grammar import parse
from seqrec_core.segments.rules import is_met
from seqrec_core.segments.writing import compared, word

LEAST, MOST = 0.03, 0.9  # of all users or sessions; what is smaller or larger makes a poor group
RECENT_DAYS = 30
DAY_US = 86_400_000_000


@dataclass(frozen=True)
class Starter:
    """One rule to begin with.

    Args:
        rule: as people write it.
        unit: whom it speaks of.
        n: how many meet it.
    """

    rule: str
    unit: Unit
    n: int


def starters(source: Source) -> tuple[Starter, ...]:
    """Return rules that hold for some of a log and not for nearly all, at most four."""
    found = []
    for rule, unit in _candidates(source):
        met = is_met(parse(rule), source, unit)
        if LEAST <= met.mean() <= MOST:
            found.append(Starter(rule, unit, int(met.sum())))
    return tuple(found)


def _candidates(source: Source) -> list[tuple[str, Unit]]:
    """Return what is tried: who reached the rarest usual event, who came again, who was here lately, long sessions."""
    dataset = source.dataset
    rules: list[tuple[str, Unit]] = []
    if source.log.has_event_types:
        rules += [(f"did {word(name)}", "session") for name in _usual_types(source)[-1:]]
    rules.append((compared("sessions", ">=", ["2"]), "user"))
    if dataset.times is not None and len(dataset.times) and np.ptp(dataset.times) > 2 * RECENT_DAYS * DAY_US:
        rules.append((compared("recency_days", "<", [str(RECENT_DAYS)]), "user"))
    longer = int(np.median(np.diff(dataset.session_offsets))) * 2
    rules.append((compared("events", ">=", [str(max(2, longer))]), "session"))
    return rules


def _usual_types(source: Source) -> list[str]:
    """Return the event types that a share of all sessions has, the most frequent first."""
    types = source.dataset.event_types[source.session_rows]
    held = [float((source.sessions.count(types == code) > 0).mean()) for code in range(len(source.dataset.event_names))]
    return [name for name, share in zip(source.dataset.event_names, held, strict=True) if LEAST <= share <= MOST]
