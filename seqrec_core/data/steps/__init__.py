"""Cleaning: named steps in an order, proposed by evidence, each with its counts."""
