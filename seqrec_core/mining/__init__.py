"""Frequent sequences: search, matches, transitions, rules, and the SPMF text format."""
