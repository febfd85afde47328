"""`python -m seqrec_core`: the same work without a browser."""

import sys

from seqrec_core.cli import main

if __name__ == "__main__":
    sys.exit(main())
