"""Datasets, runs and saved segments on disk: written aside, then renamed; whole or absent."""
