"""Trained runs ready to answer: loaded once, asked by many threads."""
