"""Every sentence shown to people, by key; and how numbers, times and counts read in it."""

from seqrec_core.text.catalogue import has_sentence, say
from seqrec_core.text.format import count, decimal, duration, integer, percent, signed

__all__ = ["count", "decimal", "duration", "has_sentence", "integer", "percent", "say", "signed"]
