"""The Data page: several files at once, as channels or parts of one log."""

SENTENCES = {
    "title": "{files} become one log of {n} channels",
    "title.parts": "{files} are parts of one log",
    "subtitle": "Each is read in its own way, and each event says which channel it is from. Nothing is imported yet.",
    "subtitle.parts": "They have the same columns and names that differ in numbers only. Nothing is imported yet.",
    "source": "Channel",
    "look": "Look at it",
    "leave_out": "Leave out",
    "open": "{n} to decide: look at it",
    "ready": "about {n} · reads well",
    "names": "Each channel needs a name of its own, without “:” and “=”.",
    "one": "How {name} is read",
    # what the channels of a log have in common
    "told": "{users} and {items} occur in more than one channel",
    "told.subtitle": "events by channel · {n} channels · users and items meet by their ids",
    "told.none": "No user occurs in more than one channel: do the ids mean the same?",
    "told.how": "Rows read and events kept of each channel, its distinct users and items. Overlap: events of a channel that "
    "equal one of an earlier channel in user, item, type and time.",
    "told.overlap": "{n} events of {source} are in {first} too.",
    "column.source": "channel",
    "column.files": "files",
    "column.rows_read": "rows read",
    "column.rows_kept": "events",
    "column.users": "users",
    "column.items": "items",
    "column.first": "first event",
    "column.last": "last event",
}
