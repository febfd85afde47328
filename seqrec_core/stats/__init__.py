"""Intervals and tests, written once for patterns, journeys and metrics."""
