"""Nouns that follow a count: singular|plural."""

SENTENCES = {
    "event": "event|events",
    "more_event": "more event|more events",
    "older_event": "older event|older events",
    "session": "session|sessions",
    "user": "user|users",
    "item": "item|items",
    "row": "row|rows",
    "pattern": "pattern|patterns",
    "sequence": "sequence|sequences",
    "place": "place|places",
    "removal": "removal|removals",
    "parameter": "parameter|parameters",
    "epoch": "epoch|epochs",
    "second": "second|seconds",
    "minute": "minute|minutes",
    "hour": "hour|hours",
    "day": "day|days",
    "category": "category|categories",
    "step": "step|steps",
}
