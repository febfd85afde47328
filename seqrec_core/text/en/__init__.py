"""The English catalogue: one file a subject, each a dict SENTENCES of name → sentence."""
