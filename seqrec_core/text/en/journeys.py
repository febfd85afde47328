"""What is said about journeys."""

SENTENCES = {
    "start": "(start)",
    "end": "(end)",
    "not_begun": "Begin later",
    "error.unknown_event": "“{label}” is not among the {n:,} events of these sequences; one of them is “{example}”.",
    "error.unknown_event.hint": "Check the spelling, and whether events, items or categories are counted.",
    "error.below_one": "{name} is {found}; 1 or more was expected.",
    "error.below_one.hint": "Give a whole number from 1 on.",
    "error.no_such_step": "Step {found} was asked for; this flow has steps 1 to {most}.",
    "error.no_such_step.hint": "Choose one of these steps, or show more of them.",
    "error.no_steps": "A funnel needs at least one step, and none was given.",
    "error.no_steps.hint": "Name the events in the order in which they should happen.",
    "error.cohorts_without_times": "Cohorts were asked for, and this log has only an order.",
    "error.cohorts_without_times.hint": "Import the log with its time column.",
    "error.duration_without_times": "The time between two events was asked for, and this log has only an order.",
    "error.duration_without_times.hint": "Import the log with its time column.",
    "error.over_time_without_times": "A rate over time was asked for, and this log has only an order.",
    "error.over_time_without_times.hint": "Import the log with its time column.",
    "error.window_without_times": "A time window was given, and this log has only an order.",
    "error.window_without_times.hint": "Leave out the window, or import the log with its time column.",
}
