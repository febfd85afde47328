"""Names for what is no event (Other, Left before, the start, the end), never equal to an event's own name."""

from collections.abc import Collection

from seqrec_core.text import say


def other(labels: Collection[str]) -> str:
    """Return the name of all events that are not shown by themselves."""
    return apart(say("words.other"), labels)


def left_before(labels: Collection[str]) -> str:
    """Return the name of sequences that ended at an earlier step."""
    return apart(say("words.left_before"), labels)


def not_begun(labels: Collection[str]) -> str:
    """Return the name of sequences that begin at a later step."""
    return apart(say("journeys.not_begun"), labels)


def beginning(labels: Collection[str]) -> str:
    """Return the name of what is before the first event."""
    return apart(say("journeys.start"), labels)


def ending(labels: Collection[str]) -> str:
    """Return the name of what is after the last event."""
    return apart(say("journeys.end"), labels)


def apart(name: str, labels: Collection[str]) -> str:
    """Put a name in brackets until no label is equal to it."""
    while name in labels:
        name = f"({name})"
    return name
