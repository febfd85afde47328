"""What is said where a stored run is to answer."""

SENTENCES = {
    "error.other_items": "Run {run} knows {expected:,} items, its dataset now has {found:,}.",
    "error.other_items.hint": "Train again on the dataset as it is now.",
}
