"""What is said where a stored run is to answer."""

SENTENCES = {
    "told.new": "Not used by anybody in this log, and placed by their text alone: {n} of {k}.",
    "told.one_event": "This list rests on one event.",
    "told.no_event": "Without any event, this list is what the model gives to everybody.",
    "told.unknown": "Not known here and left out of the history: {items}.",
    "error.other_items": "Run {run} knows {expected:,} items, its dataset now has {found:,}.",
    "error.other_items.hint": "Train again on the dataset as it is now.",
    "error.no_position": "Event {position:,} was to be taken out, but this history has {n:,}.",
    "error.no_position.hint": "Reset the what-if and take events out again.",
}
