"""Formats of files beside delimited text, one a file: each gives the same Table."""
