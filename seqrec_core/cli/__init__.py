"""The command line: every step of the product without a browser. One file a group of commands."""

from seqrec_core.cli.app import main

__all__ = ["main"]
