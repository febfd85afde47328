"""How a log and the catalogue of its items fit each other."""

SENTENCES = {
    "fix.without_row": "Items of the log that the item file has not: {examples}.",
    "fix.without_events": "{n:,} rows of the item file describe items without an event: {examples}.",
    "fix.without_events.one": "One row of the item file describes an item without an event: {examples}.",
}
