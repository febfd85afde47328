"""Where people go: step flow, funnel, paths, matrix, what surrounds an event, what changed. All count the same events."""
