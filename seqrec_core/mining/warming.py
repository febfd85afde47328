"""Compile every search into the cache, so that no person waits for it: run it with `python -m`.

The worker starts this at the lowest priority when it first has nothing to do. Where the cache is there, it takes a second.
"""

import os

from seqrec_core.mining.engine import warm

if __name__ == "__main__":
    if hasattr(os, "nice"):
        os.nice(19)
    warm()
