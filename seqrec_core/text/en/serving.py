"""What is said where a stored run is to answer."""

SENTENCES = {
    "error.other_items": "Run {run} knows {expected:,} items, its dataset now has {found:,}.",
    "error.other_items.hint": "Train again on the dataset as it is now.",
    "error.no_position": "Event {position:,} was to be taken out, but this history has {n:,}.",
    "error.no_position.hint": "Reset the what-if and take events out again.",
}
