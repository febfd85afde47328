"""What is said about segments."""

SENTENCES = {
    "error.unknown_column": "A segment asks for the column “{column}”; this log has {known}.",
    "error.unknown_column.hint": "Use one of these columns.",
    "error.unknown_value": "No event has {column} = “{value}”; there are {known}.",
    "error.unknown_value.hint": "Use one of these values; upper and lower case count.",
    "error.unknown_sessions": "{n:,} sessions of the segment are not in this log, such as “{example}”.",
    "error.unknown_sessions.hint": "The segment was made on another dataset or before sessions were cut anew: make it again.",
    "error.no_times": "The segment asks for a period, but this log has an order and no times.",
    "error.no_times.hint": "Leave start and end open, or import the log with a time column.",
    "error.empty_period": "The period starts at {start} and ends at {end}; the start has to come first.",
    "error.empty_period.hint": "The end itself is not included: choose a later end.",
    "error.other_log": "The log has {log:,} events and its arrays hold {dataset:,}: they do not belong together.",
    "error.other_log.hint": "Import the log again; if this stays, please report it.",
}
